"""Removals that the server's end cuts short, or that fail: what is left of them at the next start."""

import asyncio

import pytest

from tests.jobs.world import add_job, words
from unusual.errors import Conflict, NoSuchJob, Stopping, Unwritable
from unusual.jobs import calendars, datafeeds, removal, snapshots
from unusual.schema.calendars import CalendarRequest

ACTS = {
    "delete": lambda running: running.delete("pump"),
    "reset": lambda running: running.reset("pump"),
    "revert": lambda running: running.revert("pump", "empty", delete_intervening_results=True),
}


async def filled(running, ports):
    """The closed jobs `pump` and `valve`, each with results and a snapshot."""
    for job_id in ("pump", "valve"):
        add_job(ports, job_id)
        await running.open(job_id, 5)
        await running.post(job_id, words(b"1 2 3"))
        await running.close(job_id)


def times(ports, job_id="pump"):
    return [one.timestamp for one in ports.results.kept[job_id]]


@pytest.fixture
def cut_short(ports, live):
    """Lets the server end after the first step of something that is done to `pump`, and makes ready for the next."""

    def run(act):
        async def scenario(running):
            await filled(running, ports)
            ports.stopping.set()
            with pytest.raises(Stopping, match="the server is being stopped"):
                await ACTS[act](running)

        live(ports, scenario)
        ports.stopping.clear()

    return run


async def settled(running):
    await running._removals.ended()
    assert running.blocking.shown() == {}


@pytest.mark.parametrize("act", ACTS)
def test_what_the_end_of_the_server_cut_short_is_finished_after_its_next_start(ports, live, cut_short, act):
    cut_short(act)
    before = ports.results.kept["valve"], ports.snapshots.list("valve"), ports.jobs.get("valve")
    live(ports, settled)
    if act == "delete":
        with pytest.raises(NoSuchJob):
            ports.jobs.get("pump")
    else:
        job = ports.jobs.get("pump")
        assert (times(ports), "model_snapshot_id" in job.config) == ([], False)
        assert len(ports.snapshots.list("pump")) == (act == "revert")
    assert before == (ports.results.kept["valve"], ports.snapshots.list("valve"), ports.jobs.get("valve"))
    assert ports.configs.all(removal.KIND) == []


@pytest.mark.parametrize("act", ["reset", "revert"])
def test_a_removal_ends_between_two_of_its_steps(ports, cut_short, act):
    cut_short(act)
    assert times(ports) == [2, 3]


@pytest.mark.parametrize(("act", "reason"), [("delete", "deleted"), ("reset", "reset"), ("revert", "reverted")])
def test_the_job_is_blocked_from_the_start_on_until_that_is_done(ports, live, cut_short, monkeypatch, act, reason):
    cut_short(act)
    gate = asyncio.Event()

    async def slow_thread(act, *args):
        await gate.wait()
        return act(*args)

    async def scenario(running):
        assert running.blocking.shown()["pump"]["blocked"] == {"reason": act}
        for another in (running.open("pump", 5), running.delete("pump"), running.reset("pump")):
            with pytest.raises(Conflict, match=rf"job \[pump\] is being {reason}"):
                await another
        gate.set()
        await settled(running)

    monkeypatch.setattr("unusual.jobs.removal.asyncio.to_thread", slow_thread)
    live(ports, scenario)


def test_a_deletion_that_is_finished_later_takes_the_datafeed_and_the_place_in_calendars_too(ports, live, monkeypatch):
    async def scenario(running):
        await filled(running, ports)
        calendars.create(ports, "works", CalendarRequest(job_ids=["pump", "valve"]))
        ports.configs.put(
            datafeeds.KIND, "pipe", {"config": {"datafeed_id": "pipe", "job_id": "pump"}, "defaulted": []}
        )
        with monkeypatch.context() as patched:
            patched.setattr(ports.journals, "remove", stopped)
            with pytest.raises(Stopping):
                await running.delete("pump")

    def stopped(_):
        raise Stopping("the server ends")

    live(ports, scenario)
    live(ports, settled)
    assert ports.configs.all(datafeeds.KIND) == []
    assert [one["job_ids"] for one in ports.configs.all(calendars.KIND)] == [["valve"]]


def test_what_failed_is_not_done_by_a_later_start(ports, live, monkeypatch):
    def full(*_):
        raise Unwritable("disk full")

    async def scenario(running):
        await filled(running, ports)
        with monkeypatch.context() as patched:
            patched.setattr(ports.jobs, "delete", full)
            with pytest.raises(Unwritable):
                await running.delete("pump")
        assert running.blocking.shown() == {}

    live(ports, scenario)
    live(ports, settled)
    assert ports.jobs.get("pump").job_id == "pump"


def test_a_new_job_of_the_same_name_is_left_alone(ports, live, cut_short):
    cut_short("delete")
    [*ports.jobs.delete("pump")]
    ports.clock.ms += 1
    add_job(ports, "pump")
    live(ports, settled)
    assert ports.jobs.get("pump").job_id == "pump"
    assert ports.configs.all(removal.KIND) == []


def test_what_cannot_be_finished_is_told_and_the_job_is_free(ports, live):
    async def scenario(running):
        await filled(running, ports)
        [kept] = ports.snapshots.list("pump")
        asked = {"snapshot_id": kept["snapshot_id"], "delete_intervening_results": True}
        removal._note(ports, "pump", "reverted", asked)
        ports.snapshots.delete("pump", [kept["snapshot_id"]])

    async def after(running):
        await settled(running)
        await running.reset("pump")

    live(ports, scenario)
    live(ports, after)
    told = [one.body for one in ports.documents.scan([".ml-notifications-000002"])]
    assert any(b"Job was being reverted when the server ended" in one for one in told)


def test_going_back_needs_no_note_once_it_is_done(ports, live):
    async def scenario(running):
        await filled(running, ports)
        await running.revert("pump", snapshots.EMPTY, delete_intervening_results=False)
        assert ports.configs.all(removal.KIND) == []

    live(ports, scenario)
