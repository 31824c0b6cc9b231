"""A world in memory, and what runs in it."""

import asyncio

import pytest

from tests.jobs.world import world
from unusual.jobs.running import Running


@pytest.fixture
def ports():
    return world()


@pytest.fixture
def live():
    """Runs a scenario `async def (ports, running)` in a world, with a server that starts before and stops after it."""

    def run(ports, scenario, **options):
        async def whole():
            running = Running(ports, "node-1", **options)
            await running.resume()
            await running.resumed()
            try:
                return await scenario(running)
            finally:
                await running.stop()

        return asyncio.run(whole())

    return run
