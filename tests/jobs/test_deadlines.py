"""Nothing waits for ever: workers that are silent, slow, full or gone."""

import asyncio
from collections import deque

import pytest

from tests.jobs.world import Adder, add_job, words, world
from unusual.errors import Conflict, NotOpen, TimedOut, Unavailable, WorkerDied
from unusual.jobs.lifecycle import State
from unusual.jobs.running import Running
from unusual.workers.inline import Inline


class Scripted:
    """Workers that are silent, full or dying when the script says so, and `Inline` otherwise."""

    def __init__(self) -> None:
        self._inline = Inline(Adder)
        self._silent: list[tuple[str, asyncio.Future[None]]] = []
        self._lost: asyncio.Queue[list[str]] | None = None
        self.script: deque[str] = deque()

    async def open(self, job, state) -> None:
        await self._next(job.job_id)
        await self._inline.open(job, state)

    async def send(self, job_id, message):
        await self._next(job_id)
        return await self._inline.send(job_id, message)

    async def drop(self, job_id) -> None:
        for silent, waiting in self._silent:
            if silent == job_id and not waiting.done():
                waiting.set_exception(NotOpen(job_id))
        await self._inline.drop(job_id)

    async def lost(self) -> list[str]:
        self._lost = self._lost or asyncio.Queue()
        return await self._lost.get()

    async def stop(self) -> None:
        for job_id, waiting in self._silent:
            if not waiting.done():
                waiting.set_exception(WorkerDied(job_id))
        await self._inline.stop()

    def lose(self, *job_ids: str) -> None:
        self._lost.put_nowait(list(job_ids))

    async def _next(self, job_id) -> None:
        match self.script.popleft() if self.script else "":
            case "silent":
                self._silent.append((job_id, asyncio.get_running_loop().create_future()))
                await self._silent[-1][1]
            case "full":
                raise Unavailable("no room")
            case "dying":
                raise WorkerDied(job_id)


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
        await asyncio.sleep(0.05)
        assert state(ports) is State.OPENING
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


@pytest.mark.parametrize("moment", ["open", "post", "close"])
def test_a_worker_that_dies_fails_the_job(ports, workers, live, moment):
    async def scenario(running):
        if moment != "open":
            await running.open("pump", 5)
        workers.script.append("dying")
        with pytest.raises(WorkerDied):
            await {
                "open": lambda: running.open("pump", 5),
                "post": lambda: running.post("pump", words(b"1")),
                "close": lambda: running.close("pump"),
            }[moment]()
        assert state(ports) is State.FAILED
        assert "died" in ports.jobs.get("pump").reason
        await running.close("pump", force=True)
        await running.open("pump", 5)

    live(ports, scenario)


def test_an_idle_job_of_a_dead_worker_fails_at_once(ports, workers, live):
    async def scenario(running):
        await running.open("pump", 5)
        workers.lose("pump", "nobody")
        await asyncio.sleep(0.05)
        assert state(ports) is State.FAILED

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
        await asyncio.sleep(0.05)
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
        await running.open("pump", 5)
        workers.script.append("silent")
        post = asyncio.create_task(running.post("pump", words(b"1")))
        await asyncio.sleep(0.02)
        await running.stop()
        await asyncio.wait({post})
        assert isinstance(post.exception(), WorkerDied)

    asyncio.run(whole())
    assert state(ports) is State.OPENED
