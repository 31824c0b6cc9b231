"""What is done anew whenever something changes, however fast that is: in turn, and at last as things are then."""

import asyncio
from collections.abc import Awaitable, Callable

from nicegui import ui

from unusual.errors import Problem
from unusual.ui.refusals import show_refusal


class InTurn:
    """Does something one time after the other; of those that wait only the last, as it makes the others needless.

    Without it, what began earlier and took longer would have the last word.
    """

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._asked = 0

    async def do(self, act: Callable[[], Awaitable[object]]) -> None:
        """Do it, unless it is asked for again before its turn."""
        self._asked += 1
        mine = self._asked
        async with self._turn:
            if mine == self._asked:
                await act()


class Redrawn:
    """A column of a page that is drawn anew as a whole; what is refused is told in its place."""

    def __init__(self) -> None:
        self._column = ui.column().classes("w-full gap-4")
        self._turns = InTurn()

    async def draw(self, fill: Callable[[], Awaitable[object]]) -> None:
        """Let it hold what `fill` makes, and nothing else."""

        async def act() -> None:
            self._column.clear()
            with self._column:
                try:
                    await fill()
                except Problem as problem:
                    show_refusal(problem)

        await self._turns.do(act)
