"""Workers that are processes: killed, stuck, never started, and ended."""

import asyncio
import inspect
import os
import pickle
import signal

import pytest

from unusual.errors import JobBroke, NotOpen, Problem, WorkerDied
from unusual.workers.processes import Limits, Processes

FRAGILE = "tests.workers.engines:Fragile"


def every_problem(kind=Problem):
    """All that an engine may raise: not what the client, which is on the other end of a connection, says."""
    kinds = {kind}.union(*map(every_problem, kind.__subclasses__()))
    return {each for each in kinds if not each.__module__.startswith("unusual.client")}


@pytest.fixture
def live():
    def run(scenario, size=2, engines=FRAGILE, patience_s=5.0):
        async def whole():
            workers = Processes(size, engines=engines, patience_s=patience_s)
            try:
                await asyncio.wait_for(scenario(workers), 30)
            finally:
                await workers.stop()
            assert workers.pids == []

        asyncio.run(whole())

    return run


async def place(workers, job_id, post) -> int:
    return (await workers.send(job_id, post())).counts["pid"]


def alive(pid) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_jobs_are_spread_over_processes_that_use_one_thread_each(live, job, post):
    async def scenario(workers):
        for job_id in "abcd":
            await workers.open(job(job_id), None)
        places = [await place(workers, job_id, post) for job_id in "abcd"]
        assert sorted(map(places.count, workers.pids)) == [2, 2]
        assert (await workers.send("a", post())).counts["threads"] == "1"
        assert os.getpid() not in places

    live(scenario)


def test_a_killed_worker_takes_its_own_jobs_down_and_no_others_and_is_replaced(live, job, post):
    async def scenario(workers):
        for job_id in "abcd":
            await workers.open(job(job_id), None)
        places = {job_id: await place(workers, job_id, post) for job_id in "abcd"}
        victim = places["a"]
        lost = asyncio.create_task(workers.lost())
        busy = asyncio.create_task(workers.send("a", post(b"sleep 20")))
        await asyncio.sleep(0.1)
        os.kill(victim, signal.SIGKILL)
        with pytest.raises(WorkerDied):
            await busy
        fallen = sorted(job_id for job_id, pid in places.items() if pid == victim)
        assert await lost == fallen
        for job_id in fallen:
            with pytest.raises(WorkerDied):
                await workers.send(job_id, post())
        for job_id in set("abcd") - set(fallen):
            assert await place(workers, job_id, post) == places[job_id]
        assert len(workers.pids) == 2
        assert victim not in workers.pids
        await workers.drop("a")
        await workers.open(job("a"), None)
        assert await place(workers, "a", post) in workers.pids

    live(scenario)


def test_a_job_that_kills_its_process_is_told_so(live, job, post):
    async def scenario(workers):
        await workers.open(job("a"), None)
        with pytest.raises(WorkerDied):
            await workers.send("a", post(b"die"))
        await workers.drop("a")

    live(scenario)


def test_dropping_does_not_wait_for_a_busy_worker(live, job, post, tmp_path):
    gate = tmp_path / "gate"

    async def scenario(workers):
        await workers.open(job("a"), None)
        busy = asyncio.create_task(workers.send("a", post(b"wait %s" % bytes(gate))))
        await asyncio.sleep(0.1)
        await workers.drop("a")
        with pytest.raises(NotOpen):
            await busy
        gate.touch()  # until now the worker was busy
        await workers.open(job("a"), None)
        assert (await workers.send("a", post())).counts["posts"] == 1

    live(scenario, size=1)


def test_a_worker_that_is_stuck_is_killed_and_its_other_jobs_are_told(live, job, post):
    async def scenario(workers):
        for job_id in "ab":
            await workers.open(job(job_id), None)
        lost = asyncio.create_task(workers.lost())
        waits = [asyncio.create_task(workers.send(job_id, post(b"sleep 25"))) for job_id in "ab"]
        await asyncio.sleep(0.1)
        await workers.drop("a")
        assert await lost == ["b"]
        for wait, problem in zip(waits, (NotOpen, WorkerDied), strict=True):
            with pytest.raises(problem):
                await wait

    live(scenario, size=1, patience_s=0.5)


def test_large_messages_to_a_busy_worker_do_not_hold_up_the_loop(live, job, post, tmp_path):
    gate = tmp_path / "gate"

    async def scenario(workers):
        for job_id in "ab":
            await workers.open(job(job_id), None)
        busy = [asyncio.create_task(workers.send(job_id, post(b"wait %s" % bytes(gate)))) for job_id in "ab"]
        await asyncio.sleep(0.05)
        large = [asyncio.create_task(workers.send(job_id, post(bytes(8 << 20)))) for job_id in "ab"]
        await asyncio.sleep(0.1)
        gate.touch()  # which a loop that is held up by a worker that reads nothing never comes to
        await asyncio.gather(*busy, *large)

    live(scenario, size=1)


def test_engines_that_cannot_be_imported_are_an_answer_and_no_endless_loop(live, job):
    async def scenario(workers):
        for _ in range(2):
            with pytest.raises(WorkerDied):
                await workers.open(job("a"), None)
            await workers.drop("a")
        await asyncio.sleep(0.3)
        assert workers.pids == []

    live(scenario, size=1, engines="tests.workers.engines:Missing")


def test_what_cannot_be_sent_is_an_answer_too(live):
    class Unsendable:
        job_id = "a"

    async def scenario(workers):
        with pytest.raises(JobBroke, match="Unsendable"):
            await workers.open(Unsendable(), None)

    live(scenario, size=1)


def test_a_reply_that_cannot_be_sent_breaks_its_job_alone(live, job, post):
    async def scenario(workers):
        for job_id in "ab":
            await workers.open(job(job_id), None)
        with pytest.raises(JobBroke, match="lambda"):
            await workers.send("a", post(b"blur"))
        await workers.send("b", post())

    live(scenario, size=1)


@pytest.mark.parametrize("kind", sorted(every_problem(), key=lambda kind: kind.__name__))
def test_every_problem_survives_the_way_from_a_worker(kind):
    needs = list(inspect.signature(kind).parameters.values())
    problem = kind(*(f"fact {place}" for place, need in enumerate(needs) if need.default is need.empty))
    copy = pickle.loads(pickle.dumps(problem))  # noqa: S301 - made in the same line
    assert (type(copy), str(copy), copy.args) == (kind, str(problem), problem.args)


def test_workers_end_with_the_pool_and_with_their_parent(job, post):
    async def scenario():
        workers = Processes(2, engines=FRAGILE)
        await workers.open(job("a"), None)
        pids = workers.pids
        for pid in pids:
            os.kill(pid, signal.SIGINT)
            os.kill(pid, signal.SIGTERM)
        await workers.send("a", post())
        await workers.stop()
        return pids

    assert not any(map(alive, asyncio.run(scenario())))


def test_a_process_that_hangs_is_ended_and_its_jobs_are_told(job, post):
    async def scenario():
        workers = Processes(2, engines=FRAGILE, limits=Limits(silence_s=3))
        await workers.open(job("a"), None)
        await workers.open(job("b"), None)
        hung = (await workers.send("a", post())).upload["pid"]
        other = (await workers.send("b", post())).upload["pid"]
        os.kill(hung, signal.SIGSTOP)
        async with asyncio.timeout(60):
            assert await workers.lost() == ["a"]
        with pytest.raises(WorkerDied):
            await workers.send("a", post())
        assert (await workers.send("b", post())).upload["pid"] == other
        await workers.open(job("a"), None, alone=True)
        alone = (await workers.send("a", post())).upload["pid"]
        await workers.open(job("c"), None)
        assert (await workers.send("c", post())).upload["pid"] != alone
        await workers.drop("a")
        assert alone not in workers.pids
        await workers.open(job("a"), None, alone=True)
        os.kill((await workers.send("a", post())).upload["pid"], signal.SIGKILL)
        assert await workers.lost() == ["a"]
        await workers.drop("a")
        await workers.stop()

    asyncio.run(scenario())


def test_a_process_that_does_not_come_to_an_end_with_an_order_is_ended(job, post):
    async def scenario():
        workers = Processes(1, engines=FRAGILE, limits=Limits(order_s=2))
        await workers.open(job("a"), None)
        endless = asyncio.ensure_future(workers.send("a", post(b"sleep 1000")))
        async with asyncio.timeout(60):
            assert await workers.lost() == ["a"]
        with pytest.raises(WorkerDied):
            await endless
        await workers.stop()

    asyncio.run(scenario())
