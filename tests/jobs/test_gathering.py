"""Things asked for at the same time: done in order, those of one act together, each answered by itself."""

import asyncio
import threading

import pytest

from unusual.jobs.gathering import MOST, Gathering


class Slow:
    """Notes what it is given at once; the first time it waits until told to go on."""

    def __init__(self) -> None:
        self.given = []
        self.begun, self.going = threading.Event(), threading.Event()

    def __call__(self, items):
        self.given.append(list(items))
        self.begun.set()
        self.going.wait(10)
        return [item * 10 for item in items]


def gathered(scenario):
    gathering = Gathering("test")
    try:
        return asyncio.run(scenario(gathering))
    finally:
        gathering.stop()


async def behind(gathering, act, *asked):
    """Ask for things while the first of all is being done; what became of each."""
    first = asyncio.create_task(gathering.ask(act, 1))
    await asyncio.to_thread(act.begun.wait, 10)
    tasks = [asyncio.create_task(gathering.ask(other, item)) for other, item in asked]
    await asyncio.sleep(0)
    act.going.set()
    return await asyncio.gather(first, *tasks, return_exceptions=True)


def test_what_came_meanwhile_is_done_at_once_and_each_gets_its_own_answer():
    act = Slow()
    answers = gathered(lambda gathering: behind(gathering, act, *((act, item) for item in range(2, 2 + MOST + 5))))
    assert answers == [item * 10 for item in range(1, 2 + MOST + 5)]
    assert list(map(len, act.given)) == [1, MOST, 5]


def test_different_acts_are_done_one_after_the_other_in_the_order_of_asking():
    act, order = Slow(), []

    def other(items):
        order.append((list(items), len(act.given)))
        return items

    answers = gathered(lambda gathering: behind(gathering, act, (act, 2), (other, 3), (other, 4), (act, 5)))
    assert answers == [10, 20, 3, 4, 50]
    assert order == [([3, 4], 2)]


def test_one_that_fails_harms_no_other():
    act = Slow()

    def odd(items):
        if 3 in items:
            raise ValueError(items)
        return items

    *answers, fault = gathered(lambda gathering: behind(gathering, act, (odd, 2), (odd, 4), (odd, 3)))
    assert answers == [10, 2, 4]
    assert isinstance(fault, ValueError)


def test_an_exception_in_place_of_an_answer_is_raised():
    async def scenario(gathering):
        with pytest.raises(KeyError):
            await gathering.ask(lambda items: [KeyError(item) for item in items], 1)

    gathered(scenario)


def test_what_was_asked_for_is_done_before_it_stops_and_nothing_after():
    act = Slow()

    async def scenario(gathering):
        asked = [asyncio.create_task(gathering.ask(act, item)) for item in range(3)]
        await asyncio.sleep(0)
        act.going.set()
        await asyncio.to_thread(gathering.stop)
        with pytest.raises(RuntimeError):
            await gathering.ask(act, 3)
        return await asyncio.gather(*asked)

    assert gathered(scenario) == [0, 10, 20]
