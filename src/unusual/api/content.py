"""The body of a request as bytes or JSON: media types, compression, size; knows no parameters and no routes."""

import re
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Final

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request

from unusual.errors import Malformed, Unreadable

PIECE: Final = 4 * 1024 * 1024
LARGEST: Final = 100 * 1024 * 1024
_INFLATED_STEP: Final = 256 * 1024
_MEDIA = re.compile(
    r"application/(vnd\.elasticsearch\+)?(json|x-ndjson|x-json-stream|ndjson)\s*(;.*)?", re.IGNORECASE | re.DOTALL
)
_RECORDS = re.compile(rf"{_MEDIA.pattern}|text/(csv|tab-separated-values)\s*(;.*)?", _MEDIA.flags)


async def pieces(request: Request, size: int = PIECE) -> AsyncIterator[bytes]:
    """Records as they arrive, unpacked, in pieces of about `size` bytes; never the whole of them at once."""
    gathered = bytearray()
    async for part in _unpacked(request, _RECORDS):
        gathered += part
        if len(gathered) >= size:
            yield bytes(gathered)
            gathered.clear()
    if gathered:
        yield bytes(gathered)


async def whole(request: Request, media: re.Pattern[str] = _MEDIA, largest: int | None = None) -> bytes:
    """The body, unpacked, at once; status 413 when it is larger than what may be held in memory.

    media: which types it may be of; largest: bytes, None for as much as a document may have
    """
    most = largest or LARGEST
    gathered = bytearray()
    async for part in _unpacked(request, media):
        gathered += part
        if len(gathered) > most:
            raise HTTPException(413, f"the body is larger than [{most}] bytes")
    return bytes(gathered)


async def json_body(request: Request) -> object:
    """The body (or, without one, the query parameter `source`) as a JSON value; None when there is neither.

    `Malformed` when it is not JSON; status 413 as from `whole`.
    """
    text = await whole(request) or request.query_params.get("source", "").encode()
    return parsed(text) if text.strip() else None


def parsed(text: bytes) -> object:
    """Bytes as a JSON value; the place of the first fault is told as `[line:column]`."""
    try:
        value: object = orjson.loads(text)
    except orjson.JSONDecodeError as fault:
        raise Malformed(f"[{fault.lineno}:{fault.colno}] the body is not valid JSON: {fault.msg}") from None
    return value


async def _unpacked(request: Request, media: re.Pattern[str] = _MEDIA) -> AsyncIterator[bytes]:
    packing = request.headers.get("content-encoding", "identity").lower()
    if packing not in {"identity", "gzip", "deflate"}:
        raise HTTPException(415, f"Content-Encoding [{packing}] is not supported")
    arriving = _arriving(request, media)
    async for part in arriving if packing == "identity" else _inflated(arriving):
        yield part


async def _arriving(request: Request, known: re.Pattern[str]) -> AsyncIterator[bytes]:
    """What is sent, as it comes; how it is called matters only when there is something."""
    media = request.headers.get("content-type")
    async for part in request.stream():
        if part and media and not known.fullmatch(media.strip()):
            raise HTTPException(406, f"Content-Type header [{media}] is not supported")
        yield part


async def _inflated(arriving: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    inflating = _Inflating()
    try:
        async for part in arriving:
            for plain in inflating.feed(part):
                yield plain
        inflating.end()
    except zlib.error as fault:
        raise Unreadable(f"the compressed body cannot be unpacked: {fault}") from None


class _Inflating:
    """gzip (also of several members) or zlib bytes → plain bytes, a bounded amount at a time."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        self._begun = False

    def feed(self, packed: bytes) -> Iterator[bytes]:
        """What `packed` adds; a small input may yield very many steps."""
        more = False
        while packed or more:
            if self._member.eof:
                self._member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
            self._begun = True
            plain = self._member.decompress(packed, _INFLATED_STEP)
            packed = self._member.unconsumed_tail or self._member.unused_data
            # A full step may leave output waiting inside although all input is taken.
            more = len(plain) == _INFLATED_STEP and not self._member.eof
            yield plain

    def end(self) -> None:
        """Check that nothing is missing."""
        if self._begun and not self._member.eof:
            raise zlib.error("it ends too early")
