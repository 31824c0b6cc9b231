"""Jobs at work in real processes, one of which is killed: the whole way down and up again."""

import asyncio
import json
import os
import signal
from dataclasses import replace

import pytest

from tests.jobs.world import add_job, words, world
from unusual.jobs.lifecycle import State
from unusual.jobs.running import Running
from unusual.workers.processes import Processes


async def until(condition) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.02)


def states(ports):
    return {job.job_id: job.state for job in ports.jobs.all()}


def test_jobs_of_a_killed_worker_move_to_another_one_and_go_on(caplog):
    async def whole():
        ports = world(Processes(2, engines="tests.jobs.world:Adder", patience_s=5))
        running = Running(ports, "node-1")
        await running.resume()
        for job_id in "abcd":
            add_job(ports, job_id)
            await running.open(job_id, 20)
            await running.post(job_id, words(b"1 2"))
        os.kill(ports.workers.pids[0], signal.SIGKILL)
        answers = await asyncio.gather(*(running.post(job_id, words(b"3")) for job_id in "abcd"))
        assert [answer["processed_record_count"] for answer in answers] == [1] * 4
        assert set(states(ports).values()) == {State.OPENED}
        await running.close("_all")
        await running.stop()
        return ports

    ports = asyncio.run(whole())
    for job_id in "abcd":
        job = ports.jobs.get(job_id)
        assert job.stats["data_counts"]["processed_record_count"] == 3
        assert ports.snapshots.load(job_id, job.config["model_snapshot_id"]).state == b"[1, 2, 3]"
    assert len([record for record in caplog.records if "another one takes the job up" in record.message]) == 2


def test_a_worker_that_is_killed_in_the_middle_of_an_upload_changes_nothing():
    async def slowly():
        for number in range(60):
            yield f"{number}\n".encode()
            await asyncio.sleep(0.01)

    async def whole():
        ports = world(Processes(1, engines="tests.jobs.world:Adder", patience_s=5))
        running = Running(ports, "node-1")
        await running.resume()
        add_job(ports, "pump")
        await running.open("pump", 20)
        posts = [asyncio.create_task(running.post("pump", slowly())) for _ in range(3)]
        await until(lambda: len(ports.results.kept.get("pump", [])) > 20)
        os.kill(ports.workers.pids[0], signal.SIGKILL)
        answers = await asyncio.wait_for(asyncio.gather(*posts), 30)
        assert [answer["processed_record_count"] for answer in answers] == [60] * 3
        assert states(ports) == {"pump": State.OPENED}
        await running.close("pump")
        await running.stop()
        return ports

    ports = asyncio.run(whole())
    job = ports.jobs.get("pump")
    assert job.stats["data_counts"]["input_record_count"] == 180
    state = ports.snapshots.load("pump", job.config["model_snapshot_id"]).state
    assert json.loads(state) == [*range(60)] * 3


@pytest.mark.parametrize("ended", ["stopped", "killed"])
def test_a_new_server_opens_what_the_old_one_had_open(ended):
    async def before(ports):
        running = Running(ports, "node-1")
        await running.resume()
        await running.resumed()
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
        await running.resumed()
        job = ports.jobs.get("pump")
        await running.stop()
        return job

    old = world(Processes(1, engines="tests.jobs.world:Adder"))
    asyncio.run(before(old))
    job = asyncio.run(afterwards(replace(old, workers=Processes(1, engines="tests.jobs.world:Adder"))))
    assert job.state is State.OPENED
    assert job.reason == ""
    assert job.stats["data_counts"]["processed_record_count"] == 2
