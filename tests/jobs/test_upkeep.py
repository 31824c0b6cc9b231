"""What the server does by itself: models of open jobs kept in time, and what is past its days removed."""

import asyncio

import pytest

from tests.jobs.world import add_job, words
from unusual.errors import Unavailable
from unusual.jobs import persisting
from unusual.jobs.upkeep import Upkeep

HOUR = 3_600_000


def kept(ports, job_id="pump"):
    return [one["snapshot_id"] for one in ports.snapshots.list(job_id)]


def pass_hours(ports, hours):
    ports.clock.ms += round(hours * HOUR)


async def round_after(ports, running, hours):
    pass_hours(ports, hours)
    await running.persisting.round()


async def opened(running, ports, **config):
    add_job(ports, "pump", **config)
    await running.open("pump", 5)
    await running.persisting.round()


def test_the_model_of_an_open_job_is_kept_as_often_as_it_says(ports, live):
    async def scenario(running):
        await opened(running, ports, background_persist_interval="2h")
        await running.post("pump", words(b"1 2"))
        await round_after(ports, running, 1.9)
        assert kept(ports) == []
        await round_after(ports, running, 0.2)
        [first] = kept(ports)
        assert ports.jobs.get("pump").config["model_snapshot_id"] == first
        await running.post("pump", words(b"3"))
        await round_after(ports, running, 2)
        assert len(kept(ports)) == 2
        await running.close("pump", force=True)
        await running.open("pump", 5)
        return ports.snapshots.list("pump")[1]

    newest = live(ports, scenario)
    assert newest["description"].startswith("Periodic background persist at 20")
    assert newest["latest_record_time_stamp"] == 3
    assert ports.snapshots.load("pump", newest["snapshot_id"]).state == b"[1, 2, 3]"


def test_unless_told_it_is_kept_after_three_to_four_hours_of_its_own():
    intervals = {persisting.interval_ms({"job_id": f"pump-{number}"}) for number in range(50)}
    assert all(3 * HOUR <= one < 4 * HOUR for one in intervals)
    assert len(intervals) == 50


def test_a_job_that_got_nothing_since_is_not_kept_again(ports, live):
    async def scenario(running):
        await opened(running, ports, background_persist_interval="1h")
        await running.post("pump", words(b"1"))
        for _ in range(4):
            await round_after(ports, running, 1)
        assert len(kept(ports)) == 1
        await running.post("pump", words(b"2"))
        await round_after(ports, running, 1)
        assert len(kept(ports)) == 2

    live(ports, scenario)


def test_a_job_that_saw_nothing_is_not_kept_at_all(ports, live):
    async def scenario(running):
        await opened(running, ports)
        await round_after(ports, running, 10)
        assert kept(ports) == []
        assert "model_snapshot_id" not in ports.jobs.get("pump").config

    live(ports, scenario)


def test_a_changed_interval_holds_from_the_next_round_on(ports, live):
    async def scenario(running):
        await opened(running, ports, background_persist_interval="10h")
        await running.post("pump", words(b"1"))
        await round_after(ports, running, 3)
        await running.update("pump", {"background_persist_interval": "2h"})
        await running.persisting.round()
        assert len(kept(ports)) == 1

    live(ports, scenario)


def test_a_clock_that_is_put_back_stops_nothing(ports, live):
    async def scenario(running):
        await opened(running, ports, background_persist_interval="1h")
        await running.post("pump", words(b"1"))
        await round_after(ports, running, -1000)
        await running.post("pump", words(b"2"))
        await round_after(ports, running, 1)
        assert len(kept(ports)) == 2

    live(ports, scenario)


def test_a_model_that_cannot_be_kept_harms_neither_its_job_nor_others(ports, live, caplog):
    async def scenario(running):
        for job_id in ("pump", "valve"):
            add_job(ports, job_id, background_persist_interval="1h")
            await running.open(job_id, 5)
            await running.post(job_id, words(b"1"))
        await running.persisting.round()
        save = ports.snapshots.save

        def full(job_id, snapshot):
            if job_id == "pump":
                raise OSError("disk full")
            save(job_id, snapshot)

        ports.snapshots.save = full
        await round_after(ports, running, 1)
        assert (len(kept(ports, "pump")), len(kept(ports, "valve"))) == (0, 1)
        assert (await running.post("pump", words(b"2")))["processed_record_count"] == 1
        ports.snapshots.save = save

    live(ports, scenario)
    assert "disk full" in caplog.text


def test_posts_wait_for_their_place_while_a_model_is_kept(ports, live):
    async def scenario(running):
        await opened(running, ports)
        await running.post("pump", words(b"1"))
        session = running._desk.session("pump")
        posts = [asyncio.create_task(running.post("pump", words(b"2"))) for _ in range(3)]
        await asyncio.gather(*posts, persisting.persist(running._desk, session))
        assert len(kept(ports)) == 1

    live(ports, scenario)


def test_a_long_upload_to_one_job_keeps_no_other_from_being_kept(ports, live, monkeypatch):
    monkeypatch.setattr(persisting, "WAIT_S", 0.05)
    begun, gate = asyncio.Event(), asyncio.Event()

    async def long():
        yield b"1"
        begun.set()
        await gate.wait()
        yield b"2"

    async def scenario(running):
        for job_id in ("pump", "valve"):
            add_job(ports, job_id, background_persist_interval="1h")
            await running.open(job_id, 5)
            await running.post(job_id, words(b"1"))
        await running.persisting.round()
        upload = asyncio.create_task(running.post("pump", long()))
        await begun.wait()
        for _ in range(2):
            await round_after(ports, running, 1)
        assert (len(kept(ports, "pump")), len(kept(ports, "valve"))) == (0, 1)
        gate.set()
        await upload
        await asyncio.wait(running.persisting._going.values())
        assert len(kept(ports, "pump")) == 1

    live(ports, scenario)


@pytest.fixture
def removals(monkeypatch):
    """The removals that were begun."""
    begun = []
    monkeypatch.setattr("unusual.jobs.upkeep.delete_expired", lambda *asked: begun.append(asked[1]))
    return begun


def test_what_is_past_its_days_is_removed_once_a_day(ports, live, removals):
    async def scenario(running):
        for hours, times in ((0, 1), (23, 1), (1.1, 2), (-500, 3), (25, 4)):
            pass_hours(ports, hours)
            # A server that starts anew knows when the last removal was.
            await Upkeep(ports, running).expire()
            assert len(removals) == times
        await Upkeep(ports, running, expire_hours=0).expire()

    live(ports, scenario)
    assert set(removals) == {"_all"}
    assert len(removals) == 4


def test_rounds_go_on_after_one_that_failed(ports, live, caplog):
    async def scenario(running):
        rounds = asyncio.Event()
        upkeep = Upkeep(ports, running, every_s=0.001)
        failed = []

        async def failing():
            failed.append(1)
            if len(failed) == 3:
                rounds.set()
            raise Unavailable("not now")

        upkeep.look_after = failing
        upkeep.start()
        await asyncio.wait_for(rounds.wait(), 20)
        await upkeep.stop()

    live(ports, scenario)
    assert "not now" in caplog.text


def test_a_removal_ends_with_the_server(ports, live):
    async def scenario(running):
        add_job(ports, "pump")
        ports.stopping.set()
        assert not await Upkeep(ports, running).delete_expired("_all", HOUR)

    live(ports, scenario)
