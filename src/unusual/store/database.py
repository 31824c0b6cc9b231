"""One database: transactions of readers and of the one writer, and what its dialect says in its own way.

Knows no tables.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from types import TracebackType
from typing import Any, Protocol, TypeAlias

from sqlalchemy import ColumnElement, Connection, Engine, Executable, Table
from sqlalchemy.exc import OperationalError

from unusual.errors import Unwritable

Row: TypeAlias = Mapping[str, Any]


class Turns:
    """A lock that is given in the order of asking, so that a long row of short writes lets others in between."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._held = False
        self._waiting: deque[Lock] = deque()

    def __enter__(self) -> None:
        with self._guard:
            if not self._held:
                self._held = True
                return
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        mine.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False


class Extreme(Protocol):
    """The least or greatest value that a document's field holds, be it one value or a list; NULL when absent."""

    def __call__(self, body: ColumnElement[str], name: str, *, greatest: bool) -> ColumnElement[Any]: ...


@dataclass(frozen=True)
class Database:
    """An engine whose writers take turns, and what differs between databases.

    engine   begins a read transaction by itself; the option `writes` makes it one that writes, durably if it is True
    upsert   a statement that inserts rows or replaces those of the same key
    extreme  reads one value of a document's field
    durable  whether what was written outlasts a power cut
    """

    engine: Engine
    upsert: Callable[[Table, Sequence[Row]], Executable]
    extreme: Extreme
    durable: bool = True
    turns: Turns = field(default_factory=Turns)

    @cached_property
    def _writing(self) -> dict[bool, Engine]:
        """The engine whose transactions write, by whether that is durable."""
        return {durable: self.engine.execution_options(writes=durable) for durable in (False, True)}

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One unchanging view of the database; never waits for a writer."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self, *, durable: bool = True) -> Iterator[Connection]:
        """One transaction, alone among this process's writers; undone when the block raises.

        durable  whether it is on disk then; if not, a later one that is takes it there

        `errors.Unwritable` when the disk is full or the like.
        """
        writing = self._writing[durable and self.durable]
        try:
            with self.turns, writing.begin() as connection:
                yield connection
        except OperationalError as fault:
            raise Unwritable(f"the store cannot be written: {fault.orig}; nothing of this was kept") from fault
