"""What holds for every kind of worker."""

import asyncio
import os

import pytest

from tests.workers.engines import Fragile, Unlucky
from unusual.analysis.control import Save
from unusual.errors import Invalid, JobBroke, NotOpen
from unusual.workers.inline import Inline
from unusual.workers.processes import Processes

os.environ.setdefault("POLARS_MAX_THREADS", "1")


@pytest.fixture(params=["inline", "processes"])
def kind(request):
    def make(engine):
        if request.param == "inline":
            return Inline(engine)
        return Processes(1, engines=f"tests.workers.engines:{engine.__name__}", patience_s=5)

    return make


@pytest.fixture
def live(kind):
    def run(scenario, engine=Fragile):
        async def whole():
            workers = kind(engine)
            try:
                await asyncio.wait_for(scenario(workers), 30)
            finally:
                await workers.stop()

        asyncio.run(whole())

    return run


def test_a_job_goes_on_from_its_saved_state(live, job, post):
    async def scenario(workers):
        await workers.open(job("pump"), None)
        await workers.send("pump", post())
        saved = await workers.send("pump", Save())
        await workers.drop("pump")
        await workers.open(job("pump"), saved.state)
        assert (await workers.send("pump", post())).counts["posts"] == 2

    live(scenario)


def test_messages_of_a_job_are_handled_in_order(live, job, post):
    async def scenario(workers):
        await workers.open(job("pump"), None)
        answers = await asyncio.gather(*(workers.send("pump", post()) for _ in range(50)))
        assert [answer.counts["posts"] for answer in answers] == list(range(1, 51))

    live(scenario)


def test_a_fault_is_its_own_jobs_matter_and_says_where_it_happened(live, job, post):
    async def scenario(workers):
        for job_id in ("pump", "valve"):
            await workers.open(job(job_id), None)
        with pytest.raises(JobBroke, match=r"job \[pump\] failed: ZeroDivisionError: told to \(_obey, line \d+ of eng"):
            await workers.send("pump", post(b"raise"))
        with pytest.raises(JobBroke):
            await workers.send("pump", post())
        assert (await workers.send("valve", post())).counts["posts"] == 1

    live(scenario)


def test_a_refusal_leaves_the_job_as_it_is(live, job, post):
    async def scenario(workers):
        await workers.open(job("pump"), None)
        with pytest.raises(Invalid, match="told to"):
            await workers.send("pump", post(b"refuse"))
        assert (await workers.send("pump", post())).counts["posts"] == 2

    live(scenario)


def test_a_job_that_cannot_be_loaded_is_broken(live, job):
    async def scenario(workers):
        with pytest.raises(JobBroke, match="MemoryError"):
            await workers.open(job("pump"), None)

    live(scenario, Unlucky)


def test_a_dropped_job_is_not_open(live, job, post):
    async def scenario(workers):
        await workers.drop("pump")
        await workers.open(job("pump"), None)
        await workers.drop("pump")
        with pytest.raises(NotOpen):
            await workers.send("pump", post())

    live(scenario)
