"""The journals of all open jobs as files of one directory, a folder for each job; knows nothing of what they hold.

A file is named `<journal>-<entry>.journal`: which journal of its job it belongs to, and the number of its head, which
is that of the newest entry before it. A new one begins when a model snapshot has made the one before it needless.
"""

import logging
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from unusual.errors import Damaged, Unwritable
from unusual.jobs.journals import Entry, Recalled
from unusual.jobs.position import Position
from unusual.store.segments import Frame, Hole, Segment, contents, frames

LOG: Final = logging.getLogger(__name__)
_SUFFIX: Final = ".journal"


class FileJournals:
    """The `Journals` port; calls for the same job come one after the other.

    durable  whether entries outlast a power cut, or only the end of the server
    """

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self._folder = folder
        self._durable = durable
        self._open: dict[str, Segment] = {}
        self._changing = threading.Lock()

    def begin(self, job_id: str, journal: int, entry: int, head: bytes) -> None:
        """Let the job's journal go on after an entry with nothing but a head; `Unwritable`."""
        folder = self._folder / job_id
        try:
            folder.mkdir(parents=True, exist_ok=True)
            segment = Segment.create(folder / _name(journal, entry), entry, head, durable=self._durable)
        except OSError as fault:
            raise _unwritable(job_id, fault) from fault
        self._exchange(job_id, segment)
        for old in folder.iterdir():
            if old != segment.path:
                old.unlink(missing_ok=True)

    def append(self, job_id: str, entry: Entry, seen: int) -> None:
        """Add an entry; it is kept when this returns. `Unwritable`: then nothing of it is."""
        segment = self._open.get(job_id)
        if segment is None:
            raise Unwritable(f"job [{job_id}] has no journal")
        try:
            segment.append(entry.number, seen, entry.content)
        except OSError as fault:
            raise _unwritable(job_id, fault) from fault

    def recall(self, job_id: str, position: Position, seen: int) -> Recalled | None:
        """What is in the journal of that number; None without one that goes beyond the active snapshot. `Damaged`."""
        path = self._current(job_id, position)
        found, hole = ([], Hole(0, None)) if path is None else frames(path)
        newest = found[-1].number if found else 0
        if position.entry > position.covered and (path is None or newest < position.entry):
            raise _damaged(job_id, position, seen, path, found, hole)
        if path is None or newest <= position.covered:
            return None
        if hole is not None:
            if hole.after is not None:
                raise _damaged(job_id, position, seen, path, found, hole)
            LOG.warning(
                "the journal of job [%s] ends in the middle of entry [%d], which was not acknowledged: cut off at [%d]",
                job_id,
                newest + 1,
                found[-1].end,
            )
        self._take_up(job_id, path, found[-1].end)
        head, *_ = contents(path, found[:1])
        return Recalled(head, _entries(path, found[1:]), newest)

    def retract(self, job_id: str, entry: int) -> None:
        """Take the newest entry back, if it has that number: it was not acknowledged."""
        segment = self._open.get(job_id)
        if segment is None:
            return
        found, _ = frames(segment.path)
        if len(found) > 1 and found[-1].number == entry:
            segment.cut(found[-2].end)

    def size(self, job_id: str) -> int:
        """How many bytes the journal of an open job takes."""
        segment = self._open.get(job_id)
        return 0 if segment is None else segment.size

    def release(self, job_id: str) -> None:
        """Add nothing more to the journal of the job, and keep what there is."""
        self._exchange(job_id, None)

    def remove(self, job_id: str) -> None:
        """Remove the journal of a job; nothing when it has none."""
        self._exchange(job_id, None)
        shutil.rmtree(self._folder / job_id, ignore_errors=True)

    def close(self) -> None:
        """Add nothing more to any journal."""
        for job_id in list(self._open):
            self.release(job_id)

    def _current(self, job_id: str, position: Position) -> Path | None:
        """The newest file of a journal that leaves nothing out."""
        named: dict[int, Path] = {}
        for path in (self._folder / job_id).glob(f"{position.journal}-*{_SUFFIX}"):
            named[int(path.stem.partition("-")[2])] = path
        known = [entry for entry in named if entry <= position.covered]
        return named[max(known)] if known else None

    def _take_up(self, job_id: str, path: Path, end: int) -> None:
        segment = self._open.get(job_id)
        if segment is None or segment.path != path:
            self._exchange(job_id, Segment(path, end, durable=self._durable))

    def _exchange(self, job_id: str, segment: Segment | None) -> None:
        with self._changing:
            before = self._open.pop(job_id, None)
            if segment is not None:
                self._open[job_id] = segment
        if before is not None:
            before.close()


def _name(journal: int, entry: int) -> str:
    return f"{journal}-{entry}{_SUFFIX}"


def _entries(path: Path, found: list[Frame]) -> Iterator[Entry]:
    for frame, content in zip(found, contents(path, found), strict=True):
        yield Entry(frame.number, content)


def _damaged(
    job_id: str, position: Position, seen: int, path: Path | None, found: list[Frame], hole: Hole | None
) -> Damaged:
    """What is gone between the entries that were found and the next that can be read, or the newest there was."""
    first = max(found[-1].number if found else 0, position.covered) + 1
    last, until, before = max(first, position.entry), seen, found[-1].seen if found else 0
    if found and hole is not None:  # without a head none of the entries is of use
        before = hole.seen
        if hole.after is not None:
            last, until = hole.after.number - 1, hole.after.seen
    where = "its file is missing" if path is None else f"{path.name}, at byte {found[-1].end if found else 0}"
    return Damaged(job_id, f"{first} to {last}", f"{before + 1} to {until}", where)


def _unwritable(job_id: str, fault: OSError) -> Unwritable:
    return Unwritable(f"the journal of job [{job_id}] cannot be written: {fault.strerror or fault}; nothing was taken")
