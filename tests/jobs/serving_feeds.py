"""A server with datafeeds, in this process: brought up, at work, and halted again."""

import asyncio

from unusual.jobs.feeding import Feeding
from unusual.jobs.node import Node
from unusual.jobs.running import Running

NODE = Node("node-1", "ephemeral-1", "cluster-1", "127.0.0.1:9200", 4096)
WITHIN_S = 20


def live(ports, sources, scenario, **options):
    """What a scenario `async def (running, feeding)` gives, with a server that starts before and stops after it."""

    async def whole():
        running = Running(ports, NODE.node_id, **options)
        feeding = Feeding(ports, running, NODE, sources)
        await running.resume()
        await running.resumed()
        await feeding.resume()
        try:
            return await scenario(running, feeding)
        finally:
            await feeding.halt()
            await running.stop()

    return asyncio.run(whole())


async def until(true) -> None:
    """Wait for something that is to be."""
    async with asyncio.timeout(WITHIN_S):
        while not true():  # noqa: ASYNC110 - what is waited for is in the store
            await asyncio.sleep(0.01)
