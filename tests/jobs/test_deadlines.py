"""Nothing waits for ever: workers that are silent, slow, full or gone."""

import asyncio

import pytest

from tests.jobs.scripted import Scripted
from tests.jobs.serving_feeds import until
from tests.jobs.world import add_job, words, world
from unusual.errors import Conflict, JobBroke, NotOpen, TimedOut, Unavailable
from unusual.jobs.lifecycle import State
from unusual.jobs.running import Running


@pytest.fixture
def workers():
    return Scripted()


@pytest.fixture
def ports(workers):
    ports = world(workers)
    add_job(ports, "pump")
    return ports


def state(ports) -> State:
    return ports.jobs.get("pump").state


def test_an_opening_that_takes_too_long_ends_closed_with_a_reason(ports, workers, live):
    async def scenario(running):
        workers.script.append("silent")
        with pytest.raises(TimedOut):
            await running.open("pump", 0.05)
        assert state(ports) is State.CLOSED
        assert "timed out" in ports.jobs.get("pump").reason
        await running.open("pump", 5)

    live(ports, scenario)


def test_without_capacity_the_job_stays_closed(ports, workers, live):
    async def scenario(running):
        workers.script.append("full")
        with pytest.raises(Unavailable):
            await running.open("pump", 5)
        assert state(ports) is State.CLOSED

    live(ports, scenario)


def test_force_cuts_an_opening_short(ports, workers, live):
    async def scenario(running):
        workers.script.append("silent")
        opening = asyncio.create_task(running.open("pump", 60))
        await until(lambda: state(ports) is State.OPENING)
        with pytest.raises(Conflict, match="already been opened"):
            await running.open("pump", 5)
        await running.close("pump", force=True)
        with pytest.raises(NotOpen):
            await opening
        assert state(ports) is State.CLOSED

    live(ports, scenario)


def test_a_close_waits_for_the_opening(ports, live):
    async def scenario(running):
        opening = asyncio.create_task(running.open("pump", 60))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await running.close("pump")
        await opening
        assert state(ports) is State.CLOSED

    live(ports, scenario)


def test_a_slow_close_goes_on_after_its_deadline_and_force_ends_it(ports, workers, live):
    async def scenario(running):
        await running.open("pump", 5)
        workers.script.append("silent")
        with pytest.raises(TimedOut):
            await running.close("pump", timeout_s=0.05)
        assert state(ports) is State.CLOSING
        with pytest.raises(NotOpen):
            await running.post("pump", words(b"1"))
        await running.close("pump", force=True)
        assert state(ports) is State.CLOSED
        await running.open("pump", 5)

    live(ports, scenario)


def test_force_frees_whoever_waits_for_a_silent_worker(ports, workers, live):
    async def scenario(running):
        await running.open("pump", 5)
        workers.script.append("silent")
        first = asyncio.create_task(running.post("pump", words(b"1")))
        second = asyncio.create_task(running.post("pump", words(b"2")))
        await asyncio.sleep(0.02)
        await running.close("pump", force=True)
        for post in (first, second):
            with pytest.raises(NotOpen):
                await post

    live(ports, scenario)


def act(running, moment: str):
    """Open, post to or close the job."""
    return {
        "open": lambda: running.open("pump", 5),
        "post": lambda: running.post("pump", words(b"2")),
        "close": lambda: running.close("pump"),
    }[moment]()


@pytest.mark.parametrize("moment", ["open", "post", "close"])
@pytest.mark.parametrize("deaths", [1, 2, 3])
def test_a_job_goes_on_with_another_worker_when_its_own_dies(ports, workers, live, moment, deaths):
    async def scenario(running):
        if moment != "open":
            await running.open("pump", 5)
            await running.post("pump", words(b"1"))
        # From the second try on, what there is before it: the opening, the schedule, the entry before.
        before = [] if moment == "open" else ["", "", ""]
        workers.script += ["dying", *[*before, "dying"] * (deaths - 1)]
        await act(running, moment)
        assert state(ports) is (State.CLOSED if moment == "close" else State.OPENED)
        assert workers.alone is (deaths > 1), "what ended two workers gets one of its own"
        if moment == "post":
            assert (await running.post("pump", words(b"3")))["processed_record_count"] == 1
            assert [result.timestamp for result in ports.results.kept["pump"]] == [1, 2, 3]
            assert ports.jobs.get("pump").stats["data_counts"]["processed_record_count"] == 3

    live(ports, scenario)


def test_what_ends_one_worker_after_the_other_fails_its_job_and_is_forgotten(ports, workers, live):
    async def scenario(running):
        await running.open("pump", 5)
        await running.post("pump", words(b"1"))
        # The message, and then the same from the journal, after its schedule and the entry before it.
        workers.script += ["dying", *["", "", "", "dying"] * 5]
        with pytest.raises(JobBroke, match=r"\[6\] workers in a row died of entry \[2\]"):
            await running.post("pump", words(b"2"))
        assert state(ports) is State.FAILED
        assert "died of entry [2]" in ports.jobs.get("pump").reason
        await running.close("pump", force=True)
        await running.open("pump", 5)
        assert (await running.post("pump", words(b"3")))["processed_record_count"] == 1
        assert [result.timestamp for result in ports.results.kept["pump"]] == [1, 3]
        assert ports.jobs.get("pump").stats["data_counts"]["processed_record_count"] == 2, "1 is not lost"

    live(ports, scenario)


def test_an_idle_job_of_a_dead_worker_gets_another_one_at_once(ports, workers, live):
    async def scenario(running):
        await running.open("pump", 5)
        await running.post("pump", words(b"1"))
        workers.script.append("dying")
        workers.lose("pump", "nobody")
        await until(lambda: not workers.script)  # it was asked
        assert state(ports) is State.OPENED
        await running.post("pump", words(b"2"))
        assert ports.jobs.get("pump").stats["data_counts"]["processed_record_count"] == 2

    live(ports, scenario)


def test_what_was_sent_is_kept_although_the_client_went_away(ports, live):
    async def scenario(running):
        await running.open("pump", 5)
        post = asyncio.create_task(running.post("pump", words(b"1 2")))
        await asyncio.sleep(0.002)
        post.cancel()
        await asyncio.wait({post})
        await running.post("pump", words(b"3"))
        kept = [result.timestamp for result in ports.results.kept["pump"]]
        assert ports.jobs.get("pump").stats["data_counts"]["processed_record_count"] == len(kept)

    live(ports, scenario)


def test_a_job_is_blocked_while_it_is_deleted(ports, live, monkeypatch):
    gate = asyncio.Event()

    async def slow_thread(act, *args):
        await gate.wait()
        return act(*args)

    async def scenario(running):
        monkeypatch.setattr("unusual.jobs.removal.asyncio.to_thread", slow_thread)
        deleting = asyncio.create_task(running.delete("pump", task_id="node-1:7"))
        await until(running.blocking.shown)
        told = {"deleting": True, "blocked": {"reason": "delete", "task_id": "node-1:7"}}
        assert running.blocking.shown() == {"pump": told}
        for act in (lambda: running.open("pump", 5), lambda: running.delete("pump"), lambda: running.reset("pump")):
            with pytest.raises(Conflict, match=r"job \[pump\] is being deleted"):
                await act()
        gate.set()
        await deleting
        assert (ports.jobs.all(), running.blocking.shown()) == ([], {})

    live(ports, scenario)


def test_a_job_that_is_too_busy_to_be_saved_at_a_stop_stays_open(ports, workers):
    async def whole():
        running = Running(ports, "node-1", patience_s=0.05)
        await running.resume()
        await running.resumed()
        await running.open("pump", 5)
        workers.script.append("silent")
        post = asyncio.create_task(running.post("pump", words(b"1")))
        await asyncio.sleep(0.02)
        await running.stop()
        await asyncio.wait({post})
        assert isinstance(post.exception(), NotOpen)

    asyncio.run(whole())
    assert state(ports) is State.OPENED
