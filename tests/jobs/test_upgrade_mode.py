"""Upgrade mode: open jobs keep their state and their models, but no worker has them."""

import asyncio
from dataclasses import replace

import pytest

from tests.jobs.world import Adder, add_job, words
from unusual.analysis.control import Flush
from unusual.errors import NotOpen, TimedOut, Unavailable
from unusual.jobs.capabilities import capabilities
from unusual.jobs.lifecycle import State
from unusual.jobs.node import Node
from unusual.jobs.running import Running
from unusual.jobs.stats import job_stats
from unusual.workers.inline import Inline

NODE = Node("node-1", "ephemeral-1", "cluster-1", "127.0.0.1:9200", 4096)


def told(ports, job_id):
    [stats] = job_stats(ports, NODE, job_id, allow_no_match=True)
    return stats["state"], stats.get("assignment_explanation"), "node" in stats


def counted(ports, job_id="pump") -> int:
    return ports.jobs.get(job_id).stats["data_counts"]["processed_record_count"]


async def used(running, ports):
    """An open job that has seen something, and a closed one."""
    add_job(ports, "pump")
    add_job(ports, "valve")
    await running.open("pump", 5)
    await running.post("pump", words(b"1 2"))


async def switch(running, *, enabled):
    await running.set_upgrade_mode(enabled=enabled, timeout_s=5)


def test_jobs_keep_their_state_but_have_no_node(ports, live):
    async def scenario(running):
        await used(running, ports)
        await switch(running, enabled=True)
        unassigned = "persistent task cannot be assigned while upgrade mode is enabled."
        assert told(ports, "pump") == ("opened", unassigned, False)
        assert told(ports, "valve") == ("closed", None, False)
        assert capabilities(ports, NODE)["upgrade_mode"] is True
        await switch(running, enabled=False)
        assert told(ports, "pump") == ("opened", "", True)
        assert capabilities(ports, NODE)["upgrade_mode"] is False

    live(ports, scenario)


def test_meanwhile_no_job_takes_data_and_none_is_opened(ports, live):
    async def scenario(running):
        await used(running, ports)
        await switch(running, enabled=True)
        with pytest.raises(NotOpen):
            await running.post("pump", words(b"3"))
        with pytest.raises(NotOpen):
            await running.flush("pump", Flush())
        action = "Cannot perform cluster:admin/xpack/ml/job/open action while upgrade mode is enabled"
        with pytest.raises(Unavailable, match=f"^{action}$"):
            await running.open("valve", 5)
        assert ports.jobs.get("valve").state is State.CLOSED
        await switch(running, enabled=False)
        await running.open("valve", 5)

    live(ports, scenario)


def test_afterwards_jobs_go_on_with_all_they_had_learnt(ports, live):
    async def scenario(running):
        await used(running, ports)
        for enabled in (True, True, False, False):
            await switch(running, enabled=enabled)
        await running.post("pump", words(b"3"))
        assert counted(ports) == 3

    live(ports, scenario)


def test_a_job_without_a_worker_can_be_closed_and_deleted(ports, live):
    async def scenario(running):
        await used(running, ports)
        await running.open("valve", 5)
        await switch(running, enabled=True)
        await running.close("pump")
        await running.delete("valve", force=True)
        assert told(ports, "pump")[0] == "closed"
        await switch(running, enabled=False)
        await running.open("pump", 5)
        await running.post("pump", words(b"3"))
        assert counted(ports) == 3, "what it had learnt was kept"

    live(ports, scenario)


def test_it_outlasts_the_server(ports, live):
    async def before(running):
        await used(running, ports)
        await switch(running, enabled=True)

    live(ports, before)
    later = replace(ports, workers=Inline(Adder))

    async def after(running):
        with pytest.raises(NotOpen):
            await running.post("pump", words(b"3"))
        await switch(running, enabled=False)
        await running.post("pump", words(b"3"))
        assert counted(later) == 3

    live(later, after)


def test_who_does_not_wait_is_told_and_it_goes_on(ports):
    class Slow(Inline):
        """A pool whose jobs take their time to be let go."""

        async def drop(self, job_id: str) -> None:
            await asyncio.sleep(0.05)
            await super().drop(job_id)

    slow = replace(ports, workers=Slow(Adder))

    async def scenario():
        running = Running(slow, "node-1")
        await running.resume()
        await running.resumed()
        await used(running, slow)
        with pytest.raises(TimedOut, match=r"^upgrade mode could not be switched on within "):
            await running.set_upgrade_mode(enabled=True, timeout_s=0)
        await switch(running, enabled=False)
        assert told(slow, "pump") == ("opened", "", True)
        await running.stop()

    asyncio.run(scenario())
