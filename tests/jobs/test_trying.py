"""A job tried on some history finds what the job itself would find, and leaves nothing behind."""

import asyncio
import time
from dataclasses import replace

import orjson
import polars as pl
import pytest

from tests.jobs.world import world
from unusual.analysis.engine import Engine
from unusual.errors import NotOpen, Refused, Unavailable
from unusual.jobs.capacity import Capacity
from unusual.jobs.desk import Desk
from unusual.jobs.trying import Trial
from unusual.library import Job as Library
from unusual.schema.jobs import Job
from unusual.schema.limits import MIB
from unusual.workers.inline import Inline

T0 = 1_609_459_200
LOADS = [10.0 + number % 3 + (200.0 if number == 150 else 0.0) for number in range(200)]
ANALYSIS = {"bucket_span": "5m", "detectors": [{"function": "mean", "field_name": "load"}]}
DESCRIPTION = {"time_field": "at", "time_format": "epoch"}
FRAME = pl.DataFrame({"at": [T0 + 300 * number for number in range(len(LOADS))], "load": LOADS})


@pytest.fixture
def job() -> Job:
    limits = {"model_memory_limit": "60mb"}
    body = {"analysis_config": ANALYSIS, "data_description": DESCRIPTION, "analysis_limits": limits}
    return Job.from_request(body, job_id="load", now_ms=0, version="1")


def lines(frame: pl.DataFrame) -> bytes:
    return b"".join(orjson.dumps(row) + b"\n" for row in frame.to_dicts())


def unnamed(record):
    return {name: value for name, value in record.items() if name != "job_id"}


@pytest.fixture
def desk():
    """Where open jobs and trials share 100 MiB."""
    desk = Desk(replace(world(), workers=Inline(Engine)), Capacity(100 * MIB), time.perf_counter, 16, 60.0)
    yield desk
    desk.stop()


def test_a_trial_finds_what_the_job_would(job, desk):
    async def whole():
        async with Trial(desk, job) as trial:
            for some in FRAME.iter_slices(70):
                await trial.post(lines(some))
            await trial.finish()
            return trial.records

    found = asyncio.run(whole())
    library = Library("mean(load)", bucket_span="5m", time_field="at")
    library.detect(FRAME)
    assert [unnamed(one) for one in found] == [unnamed(one) for one in library.documents("record")]
    assert any(one["timestamp"] == (T0 + 300 * 150) * 1000 for one in found)


def test_a_trial_leaves_its_worker(job, desk):
    async def whole():
        async with Trial(desk, job) as trial:
            pass
        with pytest.raises(NotOpen):
            await trial.post(b"{}")

    asyncio.run(whole())


def test_a_trial_holds_memory_as_an_open_job_does(job, desk):
    async def whole():
        async with Trial(desk, job):
            with pytest.raises(Unavailable, match=r"the job needs \[60mb\], \[40mb\] of \[100mb\] are free"):
                async with Trial(desk, job):
                    pass
        async with Trial(desk, job) as again:
            await again.post(lines(FRAME))

    asyncio.run(whole())


def test_a_trial_that_cannot_begin_gives_its_memory_back(job, desk):
    def refuse(*_):
        raise Refused("cannot be analysed")

    desk.ports = replace(desk.ports, workers=Inline(refuse))

    async def whole():
        for _ in range(2):
            with pytest.raises(Refused, match="cannot be analysed"):
                async with Trial(desk, job):
                    pass

    asyncio.run(whole())
