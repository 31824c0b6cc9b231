"""Files that grow, read line by line from where the last run ended; knows rotation, and no run.

A file is known by its inode and its first bytes: one that was renamed is read to its end, one that was cut or replaced
from its begin. Half a line waits for its end.
"""

import csv
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from os import fstat
from pathlib import Path
from threading import Lock
from typing import BinaryIO, Final, NamedTuple

from unusual.analysis.control import Document
from unusual.errors import Refused, Unreachable
from unusual.feeds.lanes import Lane, Reading, object_in, taken
from unusual.feeds.wanting import Wanted
from unusual.jobs.sources import Portion
from unusual.schema.feed_sources import FilesSource

AT_ONCE: Final = 4 << 20  # bytes of a file
MOST_WAITING: Final = 50_000  # lines of one file that wait for the others
HEAD: Final = 256  # bytes by which a file is known again
COLUMNS: Final = ".csv"


class Place(NamedTuple):
    """Where a file goes on, and a checksum of its first bytes by which it is known."""

    offset: int
    size: int = 0
    checksum: int = 0

    def fits(self, file: BinaryIO) -> bool:
        """Whether a file goes on from here."""
        return fstat(file.fileno()).st_size >= self.offset and _checksum(file, self.size) == self.checksum


@dataclass
class Growing(Lane):
    """One file as a lane.

    path     where it is now
    head     how its first bytes are known
    columns  what its first line says, none where every line is a JSON object
    """

    path: Path = Path()
    head: tuple[int, int] = (0, 0)
    columns: Sequence[str] = ()

    def place(self) -> Place:
        """Where it goes on."""
        return Place(self.position, *self.head)

    def documents(self, lines: list[bytes]) -> list[Document]:
        """Lines as documents; empty for what is none."""
        if not self.columns:
            return [object_in(line) for line in lines]
        texts = [line.decode("utf-8", "replace") for line in lines]
        cells = (next(csv.reader([text]), []) for text in texts)
        return [{name: cell for name, cell in zip(self.columns, row, strict=False) if cell} for row in cells]


class GrowingFiles:
    """The `Source` port over lines of NDJSON or CSV in files that are written to; what cannot be read is passed over.

    find  the files there are now
    mark  where an earlier run ended; without one, what is not before the first time asked for is read
    """

    def __init__(
        self, find: Callable[[], list[Path]], asked: FilesSource, wanted: Wanted, mark: Document | None
    ) -> None:
        self._find = find
        self._asked = asked
        self._wanted = wanted
        known = mark["files"] if mark is not None and mark["source"] == asked.document() else {}
        self._places = {inode: Place(*place) for inode, place in known.items()}
        self._since_ms: int | None = None
        self._files: dict[str, Growing] = {}
        self._lock = Lock()

    def check(self) -> None:
        """`errors.Refused` for files that cannot be followed."""
        with _told():
            wrong = [path.name for path in self._find() if path.suffix in {".gz", ".parquet"}]
        if wrong:
            raise Refused(f"file [{wrong[0]}] cannot be followed: only lines of NDJSON and CSV can")

    def read(self, start_ms: int | None, end_ms: int | None) -> Portion:
        """Some lines with a time before the end; where none is left for now, no more is told to come."""
        with self._lock, _told():
            if not self._places and self._since_ms is None:
                self._since_ms = start_ms or 0
            for file in [self._files[inode] for inode in self._look()]:
                if not file.waiting or (len(file.waiting) < MOST_WAITING and not file.is_done(end_ms)):
                    self._advance(file)
            records = taken(self._files.values(), end_ms)
            self._places |= {inode: file.place() for inode, file in self._files.items()}
            over = all(file.is_done(end_ms) for file in self._files.values())
        mark = {"source": self._asked.document(), "files": {one: [*place] for one, place in self._places.items()}}
        return Portion(records, None if over else start_ms or 0, mark)

    def close(self) -> None:
        """Nothing is open between two portions."""

    def _look(self) -> list[str]:
        """Know the files there are now, those that were renamed among them; forget those that are gone."""
        there = {str(path.stat().st_ino): path for path in self._find()}
        known = {*self._files, *self._places} - there.keys()
        if known:
            folders = {path.parent for path in there.values()} | {file.path.parent for file in self._files.values()}
            beside = {str(one.stat().st_ino): one for folder in folders for one in folder.iterdir() if one.is_file()}
            there |= {inode: beside[inode] for inode in known & beside.keys()}
        self._files = {inode: file for inode, file in self._files.items() if inode in there or file.waiting}
        self._places = {inode: place for inode, place in self._places.items() if inode in there}
        for inode, path in there.items():
            self._meet(inode, path)
        for file in self._files.values():
            file.is_at_end = True  # as far as was read; who is read on will know
        return [inode for inode in there if inode in self._files]

    def _meet(self, inode: str, path: Path) -> None:
        """Know a file, from where it goes on, or from its begin when it is another one than it was."""
        known = self._files.get(inode)
        place = known.place()._replace(offset=known.read_to) if known else self._places.get(inode, Place(0))
        with suppress(FileNotFoundError), path.open("rb") as file:
            if str(fstat(file.fileno()).st_ino) != inode:
                return
            fits = place.fits(file)
            if known is not None and fits:
                known.path = path
                return
            if known is not None and known.waiting:
                self._files[f"{inode} as it was"] = known
            self._files[inode] = Growing(place.offset if fits else 0, path=path)

    def _advance(self, file: Growing) -> None:
        """Read on; what is after the last whole line waits for its end."""
        with suppress(FileNotFoundError), file.path.open("rb") as opened:
            if file.path.suffix == COLUMNS and not file.columns and not _begin(file, opened):
                return
            opened.seek(file.read_to)
            piece = opened.read(AT_ONCE)
            file.is_at_end = len(piece) < AT_ONCE
            if not file.is_at_end and b"\n" not in piece:
                piece += opened.readline()
            whole = piece[: piece.rfind(b"\n") + 1]
            lines = whole.splitlines(keepends=True)
            afters, offset = [], file.read_to
            for line in lines:
                offset += len(line)
                afters.append(offset)
            reading = Reading(self._wanted, self._asked.time_format, self._since_ms)
            file.add(reading.items(file.documents(lines), afters, [None] * len(lines)), offset)
            size = min(HEAD, offset)
            file.head = size, _checksum(opened, size)


def _begin(file: Growing, opened: BinaryIO) -> bool:
    """Read the names of the columns, if their line is whole."""
    opened.seek(0)
    line = opened.readline()
    file.is_at_end = not line.endswith(b"\n")
    if not file.is_at_end:
        file.columns = next(csv.reader([line.decode("utf-8-sig", "replace")]), [])
        file.read_to = max(file.read_to, len(line))
    return not file.is_at_end


def _checksum(file: BinaryIO, size: int) -> int:
    file.seek(0)
    return zlib.crc32(file.read(size))


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unreachable(f"the files cannot be read: {error}") from None
