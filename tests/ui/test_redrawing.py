"""What is done anew is done in turn, and as things are at last; no browser."""

import asyncio

from unusual.ui.redrawing import InTurn


def test_what_began_before_ends_before_and_only_the_last_of_those_that_wait_is_done():
    done = []

    async def act(name, before):
        await before.wait()
        done.append(name)

    async def scenario():
        turns, gates = InTurn(), {name: asyncio.Event() for name in "abc"}
        asked = [asyncio.create_task(turns.do(lambda name=name: act(name, gates[name]))) for name in "abc"]
        for gate in reversed(gates.values()):
            await asyncio.sleep(0)
            gate.set()
        await asyncio.gather(*asked)
        await turns.do(lambda: act("b", gates["b"]))

    asyncio.run(scenario())
    assert done == ["a", "c", "b"]


def test_what_fails_keeps_nothing_after_it_from_being_done():
    done = []

    async def fails():
        raise ValueError

    async def succeeds():
        done.append(1)

    async def scenario():
        turns = InTurn()
        await asyncio.gather(turns.do(fails), return_exceptions=True)
        await turns.do(succeeds)

    asyncio.run(scenario())
    assert done == [1]
