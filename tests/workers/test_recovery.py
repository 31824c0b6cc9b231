"""Jobs at work in real processes, one of which is killed: the whole way down and up again."""

import asyncio
import os
import signal
from dataclasses import replace

import pytest

from tests.jobs.world import add_job, words, world
from unusual.errors import WorkerDied
from unusual.jobs.lifecycle import State
from unusual.jobs.running import Running
from unusual.workers.processes import Processes


async def until(condition) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.02)


def states(ports):
    return {job.job_id: job.state for job in ports.jobs.all()}


def test_jobs_of_a_killed_worker_fail_for_a_reason_and_go_on_from_their_snapshots():
    async def whole():
        ports = world(Processes(2, engines="tests.jobs.world:Adder", patience_s=5))
        running = Running(ports, "node-1")
        await running.resume()
        for job_id in "abcd":
            add_job(ports, job_id)
            await running.open(job_id, 20)
            await running.post(job_id, words(b"1 2"))
        await running.close("_all")
        await until(lambda: not any(process.load[0] for process in ports.workers._processes))
        for job_id in "abcd":
            await running.open(job_id, 20)
        os.kill(ports.workers.pids[0], signal.SIGKILL)
        await until(lambda: list(states(ports).values()).count(State.FAILED) == 2)
        failed = [job_id for job_id, state in states(ports).items() if state is State.FAILED]
        for job_id in set("abcd") - set(failed):
            assert (await running.post(job_id, words(b"3")))["processed_record_count"] == 1
        for job_id in failed:
            assert "worker" in ports.jobs.get(job_id).reason
        await running.close("_all", force=True)
        for job_id in failed:
            await running.open(job_id, 20)
            await running.post(job_id, words(b"3"))
            assert ports.jobs.get(job_id).stats["data_counts"]["processed_record_count"] == 3
        await running.stop()
        return ports

    ports = asyncio.run(whole())
    assert State.OPENED in states(ports).values()


def test_a_worker_that_is_killed_in_the_middle_of_an_upload_leaves_no_one_waiting():
    async def slowly():
        for number in range(100):
            yield str(number).encode()
            await asyncio.sleep(0.01)

    async def whole():
        ports = world(Processes(1, engines="tests.jobs.world:Adder", patience_s=5))
        running = Running(ports, "node-1")
        await running.resume()
        add_job(ports, "pump")
        await running.open("pump", 20)
        posts = [asyncio.create_task(running.post("pump", slowly())) for _ in range(3)]
        await until(lambda: ports.results.kept.get("pump"))
        os.kill(ports.workers.pids[0], signal.SIGKILL)
        answers = await asyncio.wait_for(asyncio.gather(*posts, return_exceptions=True), 10)
        assert any(isinstance(answer, WorkerDied) for answer in answers)
        assert all(isinstance(answer, Exception) for answer in answers)
        assert states(ports) == {"pump": State.FAILED}
        kept = ports.jobs.get("pump").stats["data_counts"]["input_record_count"]
        assert kept == len(ports.results.kept["pump"])
        await running.stop()

    asyncio.run(whole())


@pytest.mark.parametrize("ended", ["stopped", "killed"])
def test_a_new_server_opens_what_the_old_one_had_open(ended):
    async def before(ports):
        running = Running(ports, "node-1")
        await running.resume()
        add_job(ports, "pump")
        await running.open("pump", 20)
        await running.post("pump", words(b"1 2"))
        if ended == "stopped":
            await running.stop()
        else:
            await ports.workers.stop()

    async def afterwards(ports):
        running = Running(ports, "node-1")
        await running.resume()
        job = ports.jobs.get("pump")
        await running.stop()
        return job

    old = world(Processes(1, engines="tests.jobs.world:Adder"))
    asyncio.run(before(old))
    job = asyncio.run(afterwards(replace(old, workers=Processes(1, engines="tests.jobs.world:Adder"))))
    assert job.state is State.OPENED
    lost = "what was sent since the job was created (2 records) must be sent again"
    assert (lost in job.reason) == (ended == "killed")
