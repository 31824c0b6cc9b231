"""A job carried to another server, and snapshots brought into the present layout: over real stores and real engines."""

import asyncio
import json
from contextlib import asynccontextmanager, closing
from dataclasses import replace

import pytest

from tests.analysis import kept
from tests.analysis.given import stream, text
from tests.jobs.world import words, world
from unusual.analysis import snapshot
from unusual.analysis.engine import Engine
from unusual.analysis.layouts import is_present
from unusual.errors import Conflict, Invalid, JobIdTaken, NoSuchJob, NoSuchSnapshot
from unusual.jobs import configure, snapshots, transfer
from unusual.jobs.node import Node
from unusual.jobs.ports import Page, Selection, Snapshot
from unusual.jobs.running import Running
from unusual.jobs.upgrading import Upgrades
from unusual.library import Job as LibraryJob
from unusual.store.sqlite import open_store
from unusual.workers.inline import Inline

BODY = {
    "analysis_config": {
        "bucket_span": "5m",
        "detectors": [
            {"function": "mean", "field_name": "value", "by_field_name": "host"},
            {"function": "count", "over_field_name": "user", "partition_field_name": "host"},
            {"function": "rare", "by_field_name": "n"},
        ],
        "influencers": ["host", "user"],
        "latency": "10m",
    },
    "data_description": {"time_field": "time", "time_format": "epoch"},
    "groups": ["plant"],
    "description": "the pumps",
}
KINDS = ("bucket", "record", "influencer")
NODE = Node("node-1", "ephemeral-1", "cluster-1", "127.0.0.1:9200", 4096)


@pytest.fixture
def server(tmp_path):
    """Makes servers of their own, each with a store in a folder of its name."""

    @asynccontextmanager
    async def make(name):
        with closing(open_store(tmp_path / name)) as store:
            stores = {part: getattr(store, part) for part in ("jobs", "results", "snapshots", "configs", "documents")}
            ports = replace(world(Inline(Engine)), **stores)
            running = Running(ports, "node-1")
            await running.resume()
            yield ports, running
            await running.stop()

    return make


def found(ports, job_id, start_ms=0):
    """All results of a job from a time on, but for its name and how long they took."""
    told = []
    for kind in KINDS:
        _, bodies = ports.results.read(job_id, Selection(kind, start_ms=start_ms, page=Page(0, 100_000)))
        for body in bodies:
            document = json.loads(body.replace(f'"{job_id}"'.encode(), b'"name"'))
            document.pop("processing_time_ms", None)
            told.append(document)
    return told


def halves(late=600):
    lines = text(stream(5, buckets=120, late=late)).splitlines(keepends=True)
    return b"".join(lines[: len(lines) // 2]), b"".join(lines[len(lines) // 2 :])


async def run(running, job_id, data, *, close=True):
    await running.open(job_id, 30)
    await running.post(job_id, words(data))
    if close:
        await running.close(job_id)


def newest(ports, job_id):
    return ports.jobs.get(job_id).config["model_snapshot_id"]


@pytest.mark.parametrize("name", [None, "moved"])
def test_a_job_that_moved_gives_what_one_that_stayed_gives(server, name):
    first, second = halves()

    async def scenario():
        async with server("here") as (here, staying):
            configure.create(here, "pump", BODY)
            await run(staying, "pump", first)
            file = transfer.exported(here, "pump", newest(here, "pump"))
            end_ms = here.jobs.get("pump").stats["finalized_end"] * 1000
            await run(staying, "pump", second)
            stayed, counts = found(here, "pump", end_ms), here.jobs.get("pump").stats["data_counts"]
        async with server("there") as (there, moving):
            transfer.imported(there, file, name)
            job_id = name or "pump"
            await run(moving, job_id, second)
            assert found(there, job_id) == stayed
            assert len(stayed) > 60
            assert there.jobs.get(job_id).stats["data_counts"] == counts | {"job_id": job_id}

    asyncio.run(scenario())


def test_an_imported_job_is_as_it_was_with_a_model_that_says_where_it_is_from(server):
    async def scenario():
        async with server("here") as (here, running):
            configure.create(here, "pump", BODY)
            await run(running, "pump", halves()[0])
            snapshots.update(here, "pump", newest(here, "pump"), description="before the flood", retain=True)
            config, stats = here.jobs.get("pump").config, here.jobs.get("pump").stats
            file = transfer.exported(here, "pump", newest(here, "pump"))
        async with server("there") as (there, _):
            answer = transfer.imported(there, file, "moved")
            job = there.jobs.get("moved")
            assert answer["job"] == job.config
            for part in ("analysis_config", "groups", "description", "analysis_limits", "results_index_name"):
                assert job.config.get(part) == config.get(part)
            assert "finished_time" not in job.config
            assert job.stats["finalized_end"] == stats["finalized_end"]
            assert answer["model"]["description"] == "Imported from job [pump]"
            assert answer["model"]["latest_record_time_stamp"] == stats["data_counts"]["latest_record_timestamp"]
            assert answer["model"]["quantiles"]["job_id"] == "moved"
            with pytest.raises(JobIdTaken):
                transfer.imported(there, file, "moved")

    asyncio.run(scenario())


def test_an_exported_snapshot_tells_of_itself_and_is_a_job_of_the_library(server, tmp_path):
    async def scenario():
        async with server("here") as (here, running):
            configure.create(here, "pump", BODY)
            await run(running, "pump", halves()[0])
            return transfer.exported(here, "pump", newest(here, "pump"))

    file = asyncio.run(scenario())
    state, arrays = snapshot.contents(file)
    assert state["job"]["job_id"] == "pump"
    assert state["snapshot"]["description"] == "State persisted due to job close"
    assert any("levels" in table["place"] for table in arrays)
    (tmp_path / "pump.snapshot").write_bytes(file)
    assert LibraryJob.load(tmp_path / "pump.snapshot").fields


def test_what_is_no_snapshot_makes_no_job(server):
    async def scenario():
        async with server("there") as (there, _):
            for raw in (b"", b"PNG", snapshot.dump({"layout": 99, "job": {}}), kept.saved()[:-9]):
                with pytest.raises(Invalid):
                    transfer.imported(there, raw, "moved")
            with pytest.raises(Invalid, match="job_id"):
                transfer.imported(there, kept.saved(), "No Name")
            assert there.jobs.all() == []

    asyncio.run(scenario())


def test_a_snapshot_of_an_earlier_layout_is_upgraded(server):
    old = (kept.FOLDER / "layout-1.snapshot").read_bytes()

    async def scenario():
        async with server("here") as (here, _):
            transfer.imported(here, old, "pump")
            here.snapshots.save("pump", Snapshot({"snapshot_id": "old", "timestamp": 1, "retain": True}, old))
            upgrades = Upgrades(here, NODE)
            assert upgrades.stats("_all", "_all", allow_no_match=True) == []
            assert await upgrades.upgrade("pump", "old", 0.0) is False
            [under_way] = upgrades.stats("pump", "_all", allow_no_match=True)
            assert (under_way["snapshot_id"], under_way["state"]) == ("old", "loading_old_state")
            with pytest.raises(Conflict, match="is being upgraded already"):
                await upgrades.upgrade("pump", "old", 60.0)
            await asyncio.wait(upgrades._acts._tasks)
            renewed = here.snapshots.load("pump", "old")
            assert is_present(renewed.state)
            assert renewed.description["retain"] is True
            with pytest.raises(Conflict, match="is of the present version already"):
                await upgrades.upgrade("pump", "old", 60.0)
            here.snapshots.save("pump", Snapshot({"snapshot_id": "old", "timestamp": 1}, old))
            assert await upgrades.upgrade("pump", "old", 60.0) is True

    asyncio.run(scenario())


def test_upgrades_that_are_not_there_are_missing(server):
    async def scenario():
        async with server("here") as (here, _):
            upgrades = Upgrades(here, NODE)
            for jobs, chosen in (("nobody", "_all"), ("_all", "1")):
                with pytest.raises((NoSuchJob, NoSuchSnapshot)):
                    upgrades.stats(jobs, chosen, allow_no_match=True)
            with pytest.raises(NoSuchJob):
                upgrades.stats("_all", "_all", allow_no_match=False)
            with pytest.raises(NoSuchSnapshot):
                await upgrades.upgrade("nobody", "1", 0.0)

    asyncio.run(scenario())
