"""A job's way from open to closed, and what the store holds on the way."""

import asyncio
import time
from dataclasses import replace
from functools import partial

import pytest

from tests.jobs.world import Jobs, add_job, words
from unusual.analysis.control import Flush
from unusual.errors import Conflict, Invalid, JobBroke, JobFailed, NoSuchJob, NotOpen, TimedOut, Unavailable
from unusual.jobs.lifecycle import State

NOT_OPEN = r"Cannot perform requested action because job \[pump\] is not open"


def state(ports, job_id="pump") -> State:
    return ports.jobs.get(job_id).state


async def opened(running, ports, *job_ids):
    for job_id in job_ids or ("pump",):
        add_job(ports, job_id)
        await running.open(job_id, 5)


def test_a_job_is_opened_fed_flushed_and_closed(ports, live):
    async def scenario(running):
        add_job(ports, "pump")
        assert await running.open("pump", 5) == "node-1"
        assert state(ports) is State.OPENED
        assert await running.post("pump", words(b"1 2 3")) == {"job_id": "pump", "processed_record_count": 3}
        assert await running.flush("pump", Flush()) == {"flushed": True, "last_finalized_bucket_end": 3000}
        await running.close("pump")

    live(ports, scenario)
    job = ports.jobs.get("pump")
    assert job.state is State.CLOSED
    assert job.config["finished_time"] == ports.clock.now_ms()
    assert job.stats["data_counts"]["processed_record_count"] == 3
    assert job.stats["timing_stats"]["bucket_count"] == 3
    assert [result.timestamp for result in ports.results.kept["pump"]] == [1, 2, 3]


def test_a_flush_of_a_job_that_saw_nothing_has_no_end(ports, live):
    async def scenario(running):
        await opened(running, ports)
        assert await running.flush("pump", Flush()) == {"flushed": True}

    live(ports, scenario)


def test_whoever_reads_that_a_job_is_open_may_post_to_it_at_once(ports, live):
    class Slow(Jobs):
        def put(self, job):
            super().put(job)
            if job.state is State.OPENED:
                self.told()
                time.sleep(0.1)  # in the writer's thread, on the way back to whoever opens the job

    jobs = Slow()
    add_job(ports, "pump")
    jobs.stored = ports.jobs.stored

    async def scenario(running):
        opened = asyncio.Event()
        jobs.told = partial(asyncio.get_running_loop().call_soon_threadsafe, opened.set)
        opening = asyncio.create_task(running.open("pump", 5))
        await opened.wait()
        counts = await running.post("pump", words(b"1 2"))
        await opening
        assert counts["processed_record_count"] == 2

    live(replace(ports, jobs=jobs), scenario)


def test_an_opened_job_cannot_be_opened_and_an_unknown_one_neither(ports, live):
    async def scenario(running):
        await opened(running, ports)
        with pytest.raises(Conflict, match=r"Cannot open job \[pump\] because it has already been opened"):
            await running.open("pump", 5)
        with pytest.raises(NoSuchJob):
            await running.open("nobody", 5)

    live(ports, scenario)


@pytest.mark.parametrize("known", [True, False])
def test_only_an_open_job_takes_data_and_flushes(ports, live, known):
    async def scenario(running):
        if known:
            add_job(ports, "pump")
        with pytest.raises(NotOpen, match=NOT_OPEN):
            await running.post("pump", words(b"1"))
        with pytest.raises(NotOpen, match=NOT_OPEN):
            await running.flush("pump", Flush())

    live(ports, scenario)


def test_the_pieces_of_an_upload_are_one_upload(ports, live):
    async def scenario(running):
        await opened(running, ports)
        assert (await running.post("pump", words(b"1 2", b"3", b"4 5")))["processed_record_count"] == 5
        assert (await running.post("pump", words()))["processed_record_count"] == 0
        assert (await running.post("pump", words(b"6")))["processed_record_count"] == 1

    live(ports, scenario)


def test_a_client_that_breaks_off_ends_its_upload(ports, live):
    async def broken_off():
        for piece in (b"1 2", b"3", b"4"):
            yield piece
        raise ConnectionResetError

    async def scenario(running):
        await opened(running, ports)
        with pytest.raises(ConnectionResetError):
            await running.post("pump", broken_off())
        assert (await running.post("pump", words(b"6")))["processed_record_count"] == 1

    live(ports, scenario)


def test_a_client_that_falls_silent_gives_the_job_back(ports, live):
    async def silent():
        yield b"1"
        yield b"2"
        await asyncio.sleep(60)

    async def scenario(running):
        await opened(running, ports)
        with pytest.raises(TimedOut):
            await running.post("pump", silent())
        assert (await running.post("pump", words(b"6")))["processed_record_count"] == 1

    live(ports, scenario, patience_s=0.05)


def test_uploads_beyond_the_room_are_sent_away_and_flushes_are_not(ports, live):
    async def waiting(gate):
        await gate.wait()
        yield b"1"

    async def scenario(running):
        await opened(running, ports)
        gate = asyncio.Event()
        held = [asyncio.create_task(running.post("pump", waiting(gate))) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Unavailable):
            await running.post("pump", words(b"1"))
        await running.flush("pump", Flush())
        gate.set()
        await asyncio.gather(*held)

    live(ports, scenario, room=2)


def test_a_wrong_message_leaves_the_job_open(ports, live):
    async def scenario(running):
        await opened(running, ports)
        with pytest.raises(Invalid):
            await running.post("pump", words(b"wrong"))
        assert state(ports) is State.OPENED
        await running.post("pump", words(b"1"))

    live(ports, scenario)


def test_a_broken_analysis_fails_its_job_alone_until_it_is_closed_by_force(ports, live):
    async def scenario(running):
        await opened(running, ports, "pump", "valve")
        await running.post("pump", words(b"1"))
        with pytest.raises(JobBroke, match="an engine may break"):
            await running.post("pump", words(b"fault"))
        assert "an engine may break" in ports.jobs.get("pump").reason
        with pytest.raises(NotOpen):
            await running.post("pump", words(b"1"))
        with pytest.raises(JobFailed):
            await running.open("pump", 5)
        with pytest.raises(Conflict, match=r"cannot close job \[pump\] because it failed, use force close"):
            await running.close("_all")
        assert state(ports, "valve") is State.OPENED
        await running.close("pump", force=True)
        assert (state(ports), ports.jobs.get("pump").reason) == (State.CLOSED, "")
        await running.open("pump", 5)

    live(ports, scenario)


def test_results_that_cannot_be_kept_fail_the_job(ports, live):
    async def scenario(running):
        await opened(running, ports)
        ports.results.broken = True
        with pytest.raises(OSError, match="disk full"):
            await running.post("pump", words(b"1"))
        assert state(ports) is State.FAILED
        assert "disk full" in ports.jobs.get("pump").reason

    live(ports, scenario)


def test_a_missing_snapshot_fails_the_opening(ports, live):
    async def scenario(running):
        await opened(running, ports)
        await running.post("pump", words(b"1"))
        await running.close("pump")
        ports.snapshots.kept.clear()
        with pytest.raises(Exception, match=r"\d+"):
            await running.open("pump", 5)
        assert state(ports) is State.FAILED

    live(ports, scenario)


def test_several_failed_jobs_are_refused_together(ports, live):
    async def scenario(running):
        await opened(running, ports, "pump", "valve")
        for job_id in ("pump", "valve"):
            with pytest.raises(JobBroke):
                await running.post(job_id, words(b"fault"))
        with pytest.raises(Conflict, match="one or more jobs have state failed, use force close"):
            await running.close("*")
        await running.close("*", force=True)
        assert {job.state for job in ports.jobs.all()} == {State.CLOSED}

    live(ports, scenario)


def test_closing_selects_and_is_fine_with_what_is_closed(ports, live):
    async def scenario(running):
        await opened(running, ports, "pump", "pipe", "valve")
        await running.close("p*")
        assert [job.state for job in ports.jobs.all()] == [State.CLOSED, State.CLOSED, State.OPENED]
        await running.close("p*,valve")
        await running.close("_all")
        await running.close("raft-*")
        with pytest.raises(NoSuchJob):
            await running.close("raft-*", allow_no_match=False)
        with pytest.raises(NoSuchJob):
            await running.close("nobody", force=True)

    live(ports, scenario)


def test_posts_before_a_close_count_and_posts_after_it_do_not(ports, live):
    async def scenario(running):
        await opened(running, ports)
        posts = [asyncio.create_task(running.post("pump", words(b"1 2"))) for _ in range(5)]
        await asyncio.sleep(0.02)
        closing = asyncio.create_task(running.close("pump"))
        await asyncio.sleep(0)
        done = await asyncio.gather(*posts, return_exceptions=True)
        await closing
        kept = sum(isinstance(answer, dict) for answer in done)
        assert ports.jobs.get("pump").stats["data_counts"]["processed_record_count"] == 2 * kept
        with pytest.raises(NotOpen):
            await running.post("pump", words(b"1"))

    live(ports, scenario)


def test_deleting_needs_a_closed_job_or_force(ports, live):
    async def scenario(running):
        await opened(running, ports)
        with pytest.raises(Conflict, match=r"Cannot delete job \[pump\] because the job is opened"):
            await running.delete("pump")
        await running.delete("pump", force=True)
        for force in (True, False):
            with pytest.raises(NoSuchJob):
                await running.delete("pump", force=force)
        await opened(running, ports)
        assert (await running.post("pump", words(b"1")))["processed_record_count"] == 1
        await running.close("pump")
        await running.delete("pump")

    live(ports, scenario)
    assert ports.jobs.all() == []


def test_a_reset_leaves_the_configuration(ports, live):
    async def scenario(running):
        await opened(running, ports)
        await running.post("pump", words(b"1"))
        with pytest.raises(Conflict, match="Can only reset a job when it is closed"):
            await running.reset("pump")
        await running.close("pump")
        await running.reset("pump")
        with pytest.raises(NoSuchJob):
            await running.reset("nobody")

    live(ports, scenario)
    job = ports.jobs.get("pump")
    assert "model_snapshot_id" not in job.config
    assert (job.stats, ports.results.kept["pump"], ports.snapshots.kept) == ({}, [], {})


def test_a_failure_that_could_not_even_be_stored_can_be_forced_away(ports, live, monkeypatch):
    async def scenario(running):
        await opened(running, ports)
        ports.results.broken = True
        with monkeypatch.context() as disk:
            disk.setattr(ports.jobs, "put", full_disk)
            with pytest.raises(OSError, match="disk full"):
                await running.post("pump", words(b"1"))
        assert state(ports) is State.OPENED
        with pytest.raises(Conflict, match="use force close"):
            await running.close("pump")
        await running.close("pump", force=True)
        assert state(ports) is State.CLOSED

    live(ports, scenario)


def full_disk(_):
    raise OSError("disk full")


def test_a_model_that_cannot_be_saved_at_a_stop_is_not_lost_in_silence(ports, live, monkeypatch, caplog):
    async def scenario(running):
        await opened(running, ports)
        await running.post("pump", words(b"1"))
        monkeypatch.setattr(ports.snapshots, "save", lambda *_: full_disk(None))

    live(ports, scenario)
    assert "an act on a job failed" in caplog.messages
    assert "disk full" in caplog.text
