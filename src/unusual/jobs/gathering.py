"""What many ask for at the same time, done by one thread together; knows nothing of what is done.

A thread that is handed one thing after the other is woken for each, and wakes for each whoever waits for it. Under load
that costs more than what is done, which moreover can often be done for many at the price of one: a transaction, a sync.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import groupby
from queue import Empty, SimpleQueue
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

T = TypeVar("T")
R = TypeVar("R")
Act: TypeAlias = Callable[[Sequence[T]], Sequence[R]]
MOST: Final = 256  # things done together


class _Asked(NamedTuple):
    """Something to be done, and who waits for it on an event loop."""

    act: Act[Any, Any]
    item: Any
    loop: asyncio.AbstractEventLoop
    answer: "asyncio.Future[Any]"


class Gathering:
    """A thread that does what it is asked for, in the order of asking; the same act on many things is done at once.

    name  of the thread
    """

    def __init__(self, name: str) -> None:
        self._asked: SimpleQueue[_Asked | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._stopped = False

    async def ask(self, act: Act[T, R], item: T) -> R:
        """Have something done, and perhaps the same to other things with it; the answer, or what is raised.

        act  is to have an answer to each of the things it is given; where it raises, each is done by itself instead
        """
        if self._stopped:
            raise RuntimeError(f"[{self._thread.name}] was stopped")
        if self._thread.ident is None:
            self._thread.start()
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[R] = loop.create_future()
        self._asked.put(_Asked(act, item, loop, answer))
        return await answer

    def stop(self) -> None:
        """Let the thread finish what it was asked for, and end."""
        self._stopped = True
        if self._thread.ident is not None:
            self._asked.put(None)
            self._thread.join()

    def _run(self) -> None:
        while asked := self._waiting():
            for (act, loop), some in groupby(asked, key=lambda one: (one.act, one.loop)):
                together = list(some)
                answers = _answers(act, [one.item for one in together])
                with suppress(RuntimeError):  # the loop is gone, and with it whoever waited
                    loop.call_soon_threadsafe(_tell, [one.answer for one in together], answers)

    def _waiting(self) -> list[_Asked]:
        """What has been asked for, something at least; nothing when it is to end."""
        found: list[_Asked] = []
        one = self._asked.get()
        with suppress(Empty):
            while one is not None and len(found) < MOST - 1:
                found.append(one)
                one = self._asked.get_nowait()
            if one is not None:
                found.append(one)
            elif found:
                self._asked.put(None)  # to be met again, with nothing before it
        return found


def _answers(act: Act[Any, Any], items: Sequence[Any]) -> Sequence[Any]:
    try:
        return act(items)
    except Exception as fault:  # noqa: BLE001 - it is raised where the thing was asked for
        if len(items) == 1:
            return [fault]
    return [answer for item in items for answer in _answers(act, [item])]


def _tell(waiting: Sequence["asyncio.Future[Any]"], answers: Sequence[Any]) -> None:
    for one, answer in zip(waiting, answers, strict=True):
        if one.done():
            continue
        if isinstance(answer, Exception):
            one.set_exception(answer)
        else:
            one.set_result(answer)
