"""Any sequence of calls, crashes and restarts, against a plain model of the rules: states, and what is known and found.

The engine keeps the numbers that it is sent: what it knows must be what the model knows, number by number.
"""

import asyncio
import json
from dataclasses import replace

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.jobs.scripted import Scripted
from tests.jobs.world import add_job, words, world
from unusual.analysis.control import Flush
from unusual.errors import Conflict, JobBroke, JobFailed, NoSuchJob, NotOpen
from unusual.jobs import snapshots
from unusual.jobs.lifecycle import State
from unusual.jobs.running import Running

ABSENT = "absent"


class LifeOfAJob(RuleBasedStateMachine):
    """One job, its server, and what must be true of both.

    state  where the job is; known: what its engine knows, were it opened; saved: what its active snapshot knows;
    sent   how many numbers it was ever sent; found: the numbers there are results of
    """

    @initialize()
    def begin(self) -> None:
        self.runner = asyncio.Runner()
        self.ports = world(Scripted())
        self.state = ABSENT
        self.next = 0
        self.start()
        self.create()
        self.open()

    def forget(self) -> None:
        self.known, self.saved, self.found = [], [], []
        self.sent = 0

    def start(self) -> None:
        self.running = Running(self.ports, "node-1", patience_s=5)
        self.run(self.running.resume())
        self.run(self.running.resumed())

    def run(self, act):
        return self.runner.run(asyncio.wait_for(act, 20))

    def refused(self, act, *kinds) -> None:
        with pytest.raises(kinds):
            self.run(act)

    def numbers(self, count: int) -> list[int]:
        self.next += count
        return [*range(self.next - count, self.next)]

    @precondition(lambda self: self.state == ABSENT)
    @rule()
    def create(self) -> None:
        add_job(self.ports, "pump")
        self.state = State.CLOSED
        self.forget()

    @rule()
    def open(self) -> None:
        act = self.running.open("pump", 5)
        if self.state == State.CLOSED:
            self.run(act)
            self.state = State.OPENED
        else:
            self.refused(act, {ABSENT: NoSuchJob, State.OPENED: Conflict, State.FAILED: JobFailed}[self.state])

    @precondition(lambda self: self.state in {State.CLOSED, State.FAILED})
    @rule()
    def open_at_last(self) -> None:
        self.close_by_force()
        self.open()

    @rule(count=st.integers(1, 3), deaths=st.integers(0, 3))
    def post(self, count: int, deaths: int) -> None:
        numbers = self.numbers(count)
        act = self.running.post("pump", words(" ".join(map(str, numbers)).encode()))
        if self.state == State.OPENED:
            # Each worker but the first gets as far as the one before it: through the journal to the message.
            entries = len(self.ports.journals.kept["pump"][-1])
            self.ports.workers.script += (["dying"] + [*[""] * (entries + 2), "dying"] * (deaths - 1)) if deaths else []
            assert self.run(act)["processed_record_count"] == count
            self.ports.workers.script.clear()
            self.taken(numbers)
        else:
            self.refused(act, NotOpen)

    def taken(self, numbers: list[int]) -> None:
        self.known = self.known + numbers
        self.found += numbers
        self.sent += len(numbers)

    @precondition(lambda self: self.state == State.OPENED)
    @rule()
    def send_what_breaks_it(self) -> None:
        self.refused(self.running.post("pump", words(b"fault")), JobBroke)
        self.state = State.FAILED

    @rule(death=st.booleans())
    def flush(self, death: bool) -> None:  # noqa: FBT001 - drawn
        act = self.running.flush("pump", Flush())
        if self.state == State.OPENED:
            self.ports.workers.script += ["dying"] * death
            self.run(act)
        else:
            self.refused(act, NotOpen)

    @rule()
    def close(self) -> None:
        act = self.running.close("pump")
        if self.state == ABSENT:
            self.refused(act, NoSuchJob)
        elif self.state == State.FAILED:
            self.refused(act, Conflict)
        else:
            self.run(act)
            if self.state == State.OPENED:
                self.saved = self.known
            self.state = State.CLOSED

    @precondition(lambda self: self.state != ABSENT)
    @rule()
    def close_by_force(self) -> None:
        self.run(self.running.close("pump", force=True))
        if self.state == State.OPENED:
            self.known = self.saved
        self.state = State.CLOSED

    @precondition(lambda self: self.next % 4 == 0)
    @rule(force=st.booleans())
    def delete(self, force: bool) -> None:  # noqa: FBT001 - drawn
        act = self.running.delete("pump", force=force)
        if self.state == ABSENT:
            self.refused(act, NoSuchJob)
        elif force or self.state == State.CLOSED:
            self.run(act)
            self.state = ABSENT
            self.ports.results.kept.clear()  # which the store does by itself
            self.ports.snapshots.kept.clear()
        else:
            self.refused(act, Conflict)

    @rule()
    def reset(self) -> None:
        act = self.running.reset("pump")
        if self.state == State.CLOSED:
            self.run(act)
            self.forget()
        else:
            self.refused(act, NoSuchJob if self.state == ABSENT else Conflict)

    @precondition(lambda self: self.state == State.CLOSED)
    @rule()
    def go_back_to_nothing(self) -> None:
        snapshots.revert(self.ports, "pump", "empty")
        self.known, self.saved = [], []

    @rule()
    def lose_the_idle_worker(self) -> None:
        self.ports.workers.script += ["dying"] * (self.state == State.OPENED)
        self.ports.workers.lose("pump")
        if self.state == State.OPENED:
            self.run(self.running.flush("pump", Flush()))

    @rule()
    def stop_and_start(self) -> None:
        self.run(self.running.stop())
        if self.state == State.OPENED:
            self.saved = self.known
        self.ports = replace(self.ports, workers=Scripted())
        self.start()

    @rule(under_way=st.booleans())
    def kill_and_start(self, under_way: bool) -> None:  # noqa: FBT001 - drawn
        if under_way and self.state == State.OPENED:
            numbers = self.numbers(2)
            self.runner.run(self.send_into_silence(numbers))
            self.taken(numbers)
        self.runner.run(self.die())
        self.ports = replace(self.ports, workers=Scripted())
        self.start()

    async def send_into_silence(self, numbers: list[int]) -> None:
        """A post that the journal has, and the worker has not answered."""
        self.ports.workers.script.append("silent")
        entries = len(self.ports.journals.kept["pump"][-1])
        self.hanging = asyncio.create_task(
            self.running.post("pump", words(" ".join(map(str, numbers)).encode())), name="hanging"
        )
        while len(self.ports.journals.kept["pump"][-1]) == entries:  # noqa: ASYNC110 - the store tells nobody
            await asyncio.sleep(0.001)

    async def die(self) -> None:
        """End a server without a word: nothing of it writes any more."""
        desk = self.running._desk
        for session in desk.sessions():
            desk.end(session)
        for task in (self.running._watching, self.running._admitting):
            task.cancel()
        await self.ports.workers.stop()
        hanging = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        await asyncio.gather(*hanging, return_exceptions=True)
        desk.stop()

    @invariant()
    def the_store_is_as_the_model_says(self) -> None:
        jobs = {job.job_id: job for job in self.ports.jobs.all()}
        if self.state == ABSENT:
            assert not jobs
            assert not self.ports.journals.kept
            return
        job = jobs["pump"]
        assert job.state == self.state
        assert job.stats.get("data_counts", {}).get("input_record_count", 0) == self.sent
        assert sorted(result.timestamp for result in self.ports.results.kept.get("pump", [])) == self.found
        if job.state is not State.FAILED:
            assert job.reason == ""
        snapshot_id = job.config.get("model_snapshot_id")
        saved = json.loads(self.ports.snapshots.load("pump", snapshot_id).state) if snapshot_id else []
        assert saved == self.saved

    @precondition(lambda self: self.state == State.OPENED)
    @invariant()
    def the_engine_knows_what_the_model_knows(self) -> None:
        engine = self.ports.workers.engine("pump")
        assert engine is None or engine.numbers == self.known

    def teardown(self) -> None:
        self.run(self.running.stop())
        self.runner.close()


# Not made smaller when it fails: each run has threads of its own, and takes its time.
LifeOfAJob.TestCase.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate)
)
TestLifeOfAJob = LifeOfAJob.TestCase
