"""What a job still knows after it was closed, broken, or the server ended."""

import asyncio
from dataclasses import replace

from tests.jobs.world import Adder, Clock, add_job, words
from unusual.analysis.control import Flush
from unusual.jobs.lifecycle import State
from unusual.jobs.running import Running
from unusual.workers.inline import Inline


def counted(ports, job_id="pump") -> int:
    return ports.jobs.get(job_id).stats["data_counts"]["processed_record_count"]


def test_closing_keeps_a_described_snapshot_that_opening_loads(ports, live):
    async def scenario(running):
        add_job(ports, "pump")
        await running.open("pump", 5)
        await running.post("pump", words(b"1 2"))
        await running.close("pump")
        closed = ports.jobs.get("pump")
        await running.open("pump", 5)
        assert "finished_time" not in ports.jobs.get("pump").config
        await running.post("pump", words(b"3"))
        await running.close("pump")
        return closed

    closed = live(ports, scenario)
    first, second = ports.snapshots.list("pump")
    assert first["snapshot_id"] == closed.config["model_snapshot_id"] == str(Clock.ms // 1000)
    assert int(second["snapshot_id"]) == int(first["snapshot_id"]) + 1, "two in one second"
    assert (first["latest_record_time_stamp"], first["latest_result_time_stamp"]) == (2, 2)
    assert first["retain"] is False
    assert counted(ports) == 3


def test_a_job_that_saw_nothing_keeps_no_snapshot(ports, live):
    async def scenario(running):
        add_job(ports, "pump")
        await running.open("pump", 5)
        await running.close("pump")

    live(ports, scenario)
    assert ports.snapshots.kept == {}
    assert "model_snapshot_id" not in ports.jobs.get("pump").config


def test_a_forced_close_loses_the_model_and_keeps_the_counts(ports, live):
    async def scenario(running):
        add_job(ports, "pump")
        await running.open("pump", 5)
        await running.post("pump", words(b"1 2"))
        await running.close("pump", force=True)
        assert counted(ports) == 2
        await running.open("pump", 5)
        assert (await running.flush("pump", Flush())) == {"flushed": True}, "nothing is known"
        assert counted(ports) == 2
        await running.post("pump", words(b"3"))
        await running.close("pump")
        await running.open("pump", 5)
        await running.post("pump", words(b"4"))
        assert counted(ports) == 4

    live(ports, scenario)
    [snapshot, _] = ports.snapshots.list("pump")
    assert ports.snapshots.load("pump", snapshot["snapshot_id"]).state == b"[3]"


def restarted(ports, scenario):
    """What a scenario finds after a new start over the same store."""
    ports = world_over(ports)

    async def whole():
        running = Running(ports, "node-1")
        await running.resume()
        await running.resumed()
        found = await scenario(running, ports)
        await running.stop()
        return found

    return asyncio.run(whole())


def world_over(ports):
    return replace(ports, workers=Inline(Adder))


def test_open_jobs_go_on_after_a_stop_as_if_nothing_had_happened(ports, live):
    async def before(running):
        for job_id in ("pump", "valve"):
            add_job(ports, job_id)
            await running.open(job_id, 5)
        await running.post("pump", words(b"1 2"))

    async def afterwards(running, ports):
        assert ports.jobs.get("pump").reason == ""
        answer = await running.post("pump", words(b"3"))
        return answer["processed_record_count"], counted(ports)

    live(ports, before)
    assert [job.state for job in ports.jobs.all()] == [State.OPENED, State.OPENED]
    assert restarted(ports, afterwards) == (1, 3)


def test_after_a_sudden_end_the_job_goes_on_by_itself(ports):
    async def before():
        running = Running(ports, "node-1")
        await running.resume()
        await running.resumed()
        add_job(ports, "pump")
        await running.open("pump", 5)
        await running.post("pump", words(b"1 2"))
        await running.close("pump")
        await running.open("pump", 5)
        await running.post("pump", words(b"3 4 5"))

    async def afterwards(running, ports):
        assert (await running.post("pump", words(b"6")))["processed_record_count"] == 1
        return ports.jobs.get("pump")

    asyncio.run(before())
    kept = [*ports.results.kept["pump"]]
    job = restarted(ports, afterwards)
    assert (job.state, job.reason) == (State.OPENED, "")
    assert job.stats["data_counts"]["processed_record_count"] == 6
    assert ports.results.kept["pump"][:5] == kept, "what was found before is not touched"
    assert len(ports.results.kept["pump"]) == 6


def test_a_job_of_an_older_version_says_what_must_be_sent_again_after_a_sudden_end(ports):
    """Which kept no journal."""

    async def before():
        running = Running(ports, "node-1")
        add_job(ports, "pump")
        await running.open("pump", 5)
        await running.post("pump", words(b"1 2"))
        await running.close("pump")
        await running.open("pump", 5)
        await running.post("pump", words(b"3 4 5"))

    async def afterwards(_, ports):
        return ports.jobs.get("pump")

    asyncio.run(before())
    ports.journals.remove("pump")
    job = ports.jobs.get("pump")
    ports.jobs.put(replace(job, stats={name: value for name, value in job.stats.items() if name != "position"}))
    job = restarted(ports, afterwards)
    snapshot_id = job.config["model_snapshot_id"]
    assert f"what was sent since model snapshot [{snapshot_id}] (3 records) must be sent again" in job.reason
    assert job.stats["data_counts"]["latest_record_timestamp"] == 2


def test_a_close_that_the_end_of_the_server_cut_short_is_finished(ports):
    async def before():
        running = Running(ports, "node-1")
        add_job(ports, "pump")
        await running.open("pump", 5)
        await running.post("pump", words(b"1"))
        held = running._desk.session("pump")
        async with held.turn():
            closing = asyncio.create_task(running.close("pump", timeout_s=0.01))
            await asyncio.wait({closing})
            assert closing.exception() is not None
            assert ports.jobs.get("pump").state is State.CLOSING
            held.closing.cancel()

    async def afterwards(running, ports):
        assert ports.jobs.get("pump").state in {State.CLOSING, State.CLOSED}
        await running.close("pump", timeout_s=5)
        return ports.jobs.get("pump")

    asyncio.run(before())
    job = restarted(ports, afterwards)
    assert job.state is State.CLOSED
    assert "finished_time" in job.config
    assert ports.snapshots.load("pump", job.config["model_snapshot_id"]).state == b"[1]", "nothing is lost"
