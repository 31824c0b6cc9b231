"""Jobs that share the server's memory: who is opened, refused or waits; sizes are worked out by hand."""

import asyncio
from dataclasses import replace

import pytest

from tests.jobs.world import Adder, add_job, words
from unusual.errors import Conflict, NotOpen, Unavailable
from unusual.jobs.capacity import Capacity
from unusual.jobs.lifecycle import State
from unusual.jobs.node import Node
from unusual.jobs.ports import StoredJob
from unusual.jobs.running import Running
from unusual.jobs.stats import job_stats
from unusual.schema.limits import MIB
from unusual.workers.inline import Inline

NODE = Node("node-1", "ephemeral-1", "cluster-1", "127.0.0.1:9200", 100)
NO_ROOM = "Could not open job because no ML nodes with sufficient capacity were found"


def sized(ports, job_id, mib, **config):
    return add_job(ports, job_id, analysis_limits={"model_memory_limit": f"{mib}mb"}, **config)


def state(ports, job_id):
    return ports.jobs.get(job_id).state


async def until(condition):
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - what is waited for is in the store
            await asyncio.sleep(0.001)


def room(mib=100, **options):
    return {"capacity": Capacity(mib * MIB, **options)}


def test_a_job_whose_limit_does_not_fit_beside_the_open_ones_is_refused_and_stays_closed(ports, live):
    async def scenario(running):
        for job_id, mib in (("big", 60), ("other", 60), ("small", 40)):
            sized(ports, job_id, mib)
        await running.open("big", 5)
        with pytest.raises(Unavailable, match=NO_ROOM):
            await running.open("other", 5)
        assert state(ports, "other") is State.CLOSED
        await running.open("small", 5)

    live(ports, scenario, **room())


@pytest.mark.parametrize("force", [False, True])
def test_a_closed_job_makes_room(ports, live, force):
    async def scenario(running):
        for job_id in ("one", "two"):
            sized(ports, job_id, 60)
        await running.open("one", 5)
        await running.close("one", force=force)
        assert await running.open("two", 5) == "node-1"

    live(ports, scenario, **room())


def test_a_failed_or_a_deleted_job_makes_room(ports, live):
    async def scenario(running):
        for job_id in ("one", "two", "three"):
            sized(ports, job_id, 60)
        await running.open("one", 5)
        with pytest.raises(Exception, match="an engine may break"):
            await running.post("one", words(b"fault"))
        await running.open("two", 5)
        await running.delete("two", force=True)
        await running.open("three", 5)

    live(ports, scenario, **room())


def test_no_job_fits_that_may_take_more_than_there_is(ports, live):
    async def scenario(running):
        sized(ports, "giant", 101)
        with pytest.raises(Unavailable, match=NO_ROOM):
            await running.open("giant", 5)

    live(ports, scenario, **room(sets_aside=False))


def test_unless_limits_are_set_aside_jobs_count_as_what_they_take(ports, live):
    """The engine here says that its models take 3 MiB."""

    async def scenario(running):
        for job_id in ("one", "two", "three"):
            sized(ports, job_id, 97)
        await running.open("one", 5)
        await running.post("one", words(b"1"))
        await running.open("two", 5)
        await running.post("two", words(b"1"))
        with pytest.raises(Unavailable, match=NO_ROOM):
            await running.open("three", 5)

    live(ports, scenario, **room(sets_aside=False))


def test_a_lazy_job_waits_in_state_opening_until_there_is_room(ports, live):
    async def scenario(running):
        sized(ports, "early", 60)
        sized(ports, "lazy", 60, allow_lazy_open=True)
        await running.open("early", 5)
        assert await running.open("lazy", 5) == ""
        [stats] = job_stats(ports, NODE, "lazy", allow_no_match=False)
        assert stats["state"] == "opening"
        assert "node" not in stats
        said = "not enough memory: the job needs [60mb], [40mb] of [100mb] are free"
        assert stats["assignment_explanation"] == said
        with pytest.raises(NotOpen):
            await running.post("lazy", words(b"1"))
        with pytest.raises(Conflict, match="already been opened"):
            await running.open("lazy", 5)
        await running.close("early")
        await until(lambda: state(ports, "lazy") is State.OPENED)
        assert (await running.post("lazy", words(b"1")))["processed_record_count"] == 1
        [stats] = job_stats(ports, NODE, "lazy", allow_no_match=False)
        assert stats["assignment_explanation"] == ""

    live(ports, scenario, **room())


def test_a_lazy_job_that_finds_room_at_once_is_opened_like_any_other(ports, live):
    async def scenario(running):
        sized(ports, "lazy", 60, allow_lazy_open=True)
        assert await running.open("lazy", 5) == "node-1"
        assert state(ports, "lazy") is State.OPENED

    live(ports, scenario, **room())


@pytest.mark.parametrize("force", [False, True])
def test_a_job_that_waits_can_be_closed_and_waits_no_more(ports, live, force):
    async def scenario(running):
        sized(ports, "early", 60)
        sized(ports, "lazy", 60, allow_lazy_open=True)
        await running.open("early", 5)
        await running.open("lazy", 5)
        await running.close("lazy", force=force)
        assert state(ports, "lazy") is State.CLOSED
        await running.close("early")
        sized(ports, "last", 100)
        await running.open("last", 5)
        assert state(ports, "lazy") is State.CLOSED

    live(ports, scenario, **room())


def test_those_that_wait_are_opened_in_the_order_they_came_as_far_as_they_fit(ports, live):
    async def scenario(running):
        sized(ports, "early", 100)
        await running.open("early", 5)
        for job_id, mib in (("first", 70), ("second", 50), ("third", 30)):
            sized(ports, job_id, mib, allow_lazy_open=True)
            await running.open(job_id, 5)
        await running.close("early")
        await until(lambda: state(ports, "third") is State.OPENED)
        assert [state(ports, job_id) for job_id in ("first", "second")] == [State.OPENED, State.OPENING]

    live(ports, scenario, **room())


def test_upgrade_mode_changes_nothing_for_those_that_hold_memory_and_those_that_wait(ports, live):
    async def scenario(running):
        sized(ports, "early", 60)
        sized(ports, "lazy", 60, allow_lazy_open=True)
        await running.open("early", 5)
        await running.open("lazy", 5)
        await running.set_upgrade_mode(enabled=True, timeout_s=5)
        await running.set_upgrade_mode(enabled=False, timeout_s=5)
        assert [state(ports, job_id) for job_id in ("early", "lazy")] == [State.OPENED, State.OPENING]
        await running.close("early")
        await until(lambda: state(ports, "lazy") is State.OPENED)

    live(ports, scenario, **room())


def test_after_a_restart_with_less_memory_jobs_wait_for_their_turn(ports):
    async def server(mib, scenario):
        anew = replace(ports, workers=Inline(Adder))
        running = Running(anew, "node-1", capacity=Capacity(mib * MIB))
        await running.resume()
        await running.resumed()
        try:
            await scenario(running)
        finally:
            await running.stop()

    async def before(running):
        for job_id in ("one", "two"):
            sized(ports, job_id, 60)
            await running.open(job_id, 5)
            await running.post(job_id, words(b"1 2"))

    async def afterwards(running):
        assert [state(ports, job_id) for job_id in ("one", "two")] == [State.OPENED, State.OPENING]
        await running.close("one")
        await until(lambda: state(ports, "two") is State.OPENED)
        assert ports.jobs.get("two").stats["data_counts"]["input_record_count"] == 2

    asyncio.run(server(120, before))
    asyncio.run(server(100, afterwards))


def test_a_job_that_proves_small_makes_room_for_one_that_waits():
    capacity = Capacity(100 * MIB)
    grown = {"model_bytes": 2 * MIB, "assignment_memory_basis": "current_model_bytes"}
    assert not capacity.follow("unknown", grown)
    capacity.hold(stored("one", 60))
    assert capacity.lacking(stored("two", 60))
    assert not capacity.follow("one", {"model_bytes": 2 * MIB, "assignment_memory_basis": "model_memory_limit"})
    assert capacity.follow("one", grown)
    assert capacity.lacking(stored("two", 60)) == ""


def stored(job_id, mib):
    return StoredJob({"job_id": job_id, "analysis_limits": {"model_memory_limit": f"{mib}mb"}}, State.CLOSED)
