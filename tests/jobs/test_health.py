"""Whether the server can do its work, as load balancers ask."""

import asyncio
from dataclasses import replace

import pytest

from tests.jobs.world import add_job
from unusual.jobs import health
from unusual.jobs.health import Health, Status
from unusual.jobs.lifecycle import State


class Pool:
    """Workers of which some are alive."""

    def __init__(self, alive: int) -> None:
        self.alive = alive

    def standing(self) -> tuple[int, int]:
        return self.alive, 2


def looked(ports, **options):
    return asyncio.run(Health(ports, **options).look())


@pytest.mark.parametrize(("alive", "status"), [(2, Status.GREEN), (1, Status.YELLOW), (0, Status.RED)])
def test_it_depends_on_how_many_workers_take_orders(ports, alive, status):
    worst, told = looked(replace(ports, workers=Pool(alive)))
    assert worst is status
    assert told["components"]["workers"] == {"status": status.value, "alive": alive, "wanted": 2}
    assert told["components"]["store"] == {"status": "green"}


def test_a_failed_job_is_to_be_looked_at_and_jobs_are_counted_by_state(ports):
    for job_id, state in (("a", State.OPENED), ("b", State.OPENED), ("c", State.FAILED)):
        add_job(ports, job_id)
        ports.jobs.put(replace(ports.jobs.get(job_id), state=state, reason="secret"))
    worst, told = looked(ports)
    assert worst is Status.YELLOW
    jobs = told["components"]["jobs"]
    assert (jobs["opened"], jobs["failed"], jobs["closed"]) == (2, 1, 0)
    assert "secret" not in str(told)


def test_a_store_that_cannot_be_written_is_red(ports, caplog):
    def broken(*_):
        raise OSError("disk full at /secret")

    ports.configs.put = broken
    worst, told = looked(ports)
    assert worst is Status.RED
    assert told["components"]["store"] == {"status": "red"}
    assert "disk full" in caplog.text


def test_a_store_that_is_silent_is_red(ports, monkeypatch):
    async def scenario():
        gate = asyncio.Event()
        loop = asyncio.get_running_loop()
        ports.configs.put = lambda *_: asyncio.run_coroutine_threadsafe(gate.wait(), loop).result()
        monkeypatch.setattr(health, "STORE_WITHIN_S", 0.05)
        writes = []
        silent = ports.configs.put
        ports.configs.put = lambda *_: (writes.append(1), silent())
        here = Health(ports, fresh_s=0)
        told = [await here.look() for _ in range(3)]
        gate.set()
        return [worst for worst, _ in told], len(writes)

    assert asyncio.run(scenario()) == ([Status.RED] * 3, 1), "who is silent is not asked again and again"


def test_it_looks_only_now_and_then_however_often_it_is_asked(ports):
    writes = []
    ports.configs.put = lambda *_: writes.append(1)

    async def scenario(here):
        for _ in range(20):
            await here.look()

    asyncio.run(scenario(Health(ports, fresh_s=3600)))
    assert len(writes) == 1
    asyncio.run(scenario(Health(ports, fresh_s=0)))
    assert len(writes) == 21
