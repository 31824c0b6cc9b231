"""One file of a journal: entries one after the other, each with its length and checksum; knows no meaning of them.

Layout: 8 bytes of mark, then the entries. An entry: 4 bytes of mark, the length of its packed content (u32), its number
(u64), how many records its job had been sent before (u64), a checksum of the content (u32), one of all these (u32), and
the content, packed by zstd. The first entry, the head, has the number before that of the second.
"""

import os
import struct
import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Final, Self

import zstandard

MARK: Final = b"UNUSUALJ"
_ENTRY: Final = b"\xf5ntr"
_FRAME: Final = struct.Struct("<4sIQQI")
_CHECKSUM: Final = struct.Struct("<I")
_CONTENT: Final = _FRAME.size + _CHECKSUM.size  # where the content of an entry begins
_LEVEL: Final = 1  # the fastest: a fifth to a tenth of the size for an instant of time


class _Packing(threading.local):
    """Packs contents; each thread has its own, as to make one takes as long as to pack a small content."""

    def __init__(self) -> None:
        self.compress = zstandard.ZstdCompressor(level=_LEVEL).compress


_PACKING: Final = _Packing()


@dataclass(frozen=True)
class Frame:
    """Where an entry is: its number, the records before it, and its packed content [start, end) in the file."""

    number: int
    seen: int
    start: int
    end: int


@dataclass(frozen=True)
class Hole:
    """A stretch of a file that holds nothing readable.

    seen    how many records had been sent before it, as far as one can tell
    after   the next entry that can be read, None when there is none
    """

    seen: int
    after: Frame | None


class Segment:
    """A file that entries are added to; used by one thread at a time, but for `close`.

    size  bytes that are whole
    durable  whether an entry is on disk, and not only given to the operating system, when it has been added
    """

    def __init__(self, path: Path, size: int, *, durable: bool) -> None:
        """A file that exists; what comes after `size` is cut off."""
        self.path = path
        self.size = size
        self._durable = durable
        self._file: int | None = os.open(path, os.O_RDWR)
        self._using = threading.Lock()
        os.ftruncate(self._file, size)

    @classmethod
    def create(cls, path: Path, number: int, head: bytes, *, durable: bool) -> Self:
        """A new file with only a head, which is there as a whole or not at all."""
        content = MARK + _framed(number, 0, head)
        unfinished = path.with_suffix(".new")
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            if durable:
                os.fdatasync(file.fileno())
        unfinished.rename(path)
        if durable:
            _sync_directory(path.parent)
        return cls(path, len(content), durable=durable)

    def append(self, number: int, seen: int, content: bytes) -> None:
        """Add an entry; `OSError` when that cannot be done: then the file is as it was before."""
        raw = _framed(number, seen, content)
        with self._using:
            if self._file is None:
                raise OSError("the journal was closed")
            try:
                _write(self._file, raw, self.size)
                if self._durable:
                    os.fdatasync(self._file)
            except OSError:
                os.ftruncate(self._file, self.size)
                raise
            self.size += len(raw)

    def cut(self, size: int) -> None:
        """Take away what comes after `size`."""
        with self._using:
            if self._file is not None and size < self.size:
                os.ftruncate(self._file, size)
                self.size = size

    def close(self) -> None:
        """Add nothing more."""
        with self._using:
            if self._file is not None:
                os.close(self._file)
                self._file = None


def frames(path: Path) -> tuple[list[Frame], Hole | None]:
    """The entries of a file up to its end, or up to the first stretch that cannot be read."""
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size <= len(MARK):
            return [], Hole(0, None)
        with mmap(file.fileno(), 0, access=ACCESS_READ) as raw:
            return _frames(raw)


def contents(path: Path, found: list[Frame]) -> Iterator[bytes]:
    """What the entries hold."""
    unpacking = zstandard.ZstdDecompressor()
    with path.open("rb") as file:
        for frame in found:
            file.seek(frame.start)
            yield unpacking.decompress(file.read(frame.end - frame.start))


def _frames(raw: mmap) -> tuple[list[Frame], Hole | None]:
    if raw[: len(MARK)] != MARK:
        return [], Hole(0, None)
    found: list[Frame] = []
    at = len(MARK)
    while at < len(raw):
        frame = _frame(raw, at)
        if frame is None or (found and frame.number != found[-1].number + 1):
            return found, Hole(_seen(raw, at, found), _next(raw, at))
        found.append(frame)
        at = frame.end
    return found, None


def _frame(raw: mmap, at: int) -> Frame | None:
    """The entry that begins there, None when there is no whole one."""
    told = _told(raw, at)
    if told is None:
        return None
    size, number, seen, checksum = told
    start = at + _CONTENT
    with memoryview(raw) as view, view[start : start + size] as content:
        whole = len(content) == size and zlib.crc32(content) == checksum
    return Frame(number, seen, start, start + size) if whole else None


def _told(raw: mmap, at: int) -> tuple[int, int, int, int] | None:
    """What an entry says of itself: the length of its content, number, records before, checksum of the content."""
    frame = raw[at : at + _CONTENT]
    if len(frame) < _CONTENT or zlib.crc32(frame[: _FRAME.size]) != _CHECKSUM.unpack_from(frame, _FRAME.size)[0]:
        return None
    mark, size, number, seen, checksum = _FRAME.unpack_from(frame)
    return (size, number, seen, checksum) if mark == _ENTRY else None


def _seen(raw: mmap, at: int, found: list[Frame]) -> int:
    """How many records had been sent before what cannot be read: it may tell itself, or else the entry before it."""
    told = _told(raw, at)
    if told is not None:
        return told[2]
    return found[-1].seen if found else 0


def _next(raw: mmap, at: int) -> Frame | None:
    """The first entry after a stretch that cannot be read."""
    while (at := raw.find(_ENTRY, at + 1)) >= 0:
        frame = _frame(raw, at)
        if frame is not None:
            return frame
    return None


def _framed(number: int, seen: int, content: bytes) -> bytes:
    packed = _PACKING.compress(content)
    frame = _FRAME.pack(_ENTRY, len(packed), number, seen, zlib.crc32(packed))
    return b"".join((frame, _CHECKSUM.pack(zlib.crc32(frame)), packed))


def _write(file: int, raw: bytes, at: int) -> None:
    rest = memoryview(raw)
    while rest:
        written = os.pwrite(file, rest, at)
        rest, at = rest[written:], at + written


def _sync_directory(path: Path) -> None:
    """Let the names in a directory outlast a power cut."""
    directory = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
