"""Bodies: packed, streamed, bounded."""

import asyncio
import gzip
import zlib

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from unusual.api.content import json_body, pieces
from unusual.errors import Unreadable


class Arriving:
    """A request whose body comes in the given parts; `asked` counts how many were fetched."""

    def __init__(self, parts: list[bytes], **headers: str) -> None:
        self._parts = iter(parts)
        self.asked = 0
        named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": named}
        self.request = Request(scope, self._receive)

    async def _receive(self):
        self.asked += 1
        part = next(self._parts, None)
        return {"type": "http.request", "body": part or b"", "more_body": part is not None}

    def read(self, size: int) -> list[bytes]:
        async def all_of_them():
            return [piece async for piece in pieces(self.request, size)]

        return asyncio.run(all_of_them())


def test_a_body_is_passed_on_in_pieces_of_about_the_asked_size():
    assert Arriving([b"ab", b"cd", b"e", b"fghij", b"k"]).read(4) == [b"abcd", b"efghij", b"k"]


def test_a_piece_is_passed_on_before_the_rest_has_arrived():
    async def first_only():
        return await anext(pieces(arriving.request, 4))

    arriving = Arriving([b"abcd"] * 10)
    assert asyncio.run(first_only()) == b"abcd"
    assert arriving.asked == 1


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress], ids=["gzip", "deflate"])
@pytest.mark.parametrize("cut", [1, 7, 10_000])
def test_a_packed_body_is_unpacked_however_it_is_cut(pack, cut):
    plain = b'{"time": 1}\n' * 500
    packed = pack(plain)
    parts = [packed[start : start + cut] for start in range(0, len(packed), cut)]
    encoding = "gzip" if pack is gzip.compress else "deflate"
    assert b"".join(Arriving(parts, content_encoding=encoding).read(1000)) == plain


def test_a_packed_body_may_have_several_members():
    packed = gzip.compress(b"one ") + gzip.compress(b"two")
    assert b"".join(Arriving([packed], content_encoding="gzip").read(1000)) == b"one two"


def test_a_small_packed_body_never_becomes_one_large_piece():
    packed = gzip.compress(bytes(50_000_000))
    read = Arriving([packed], content_encoding="gzip").read(1_000_000)
    assert sum(map(len, read)) == 50_000_000
    assert max(map(len, read)) < 1_500_000


@pytest.mark.parametrize("packed", [b"no gzip at all", gzip.compress(b"cut short")[:-4]], ids=["no gzip", "cut"])
def test_a_broken_packed_body_is_unreadable(packed):
    with pytest.raises(Unreadable, match="cannot be unpacked"):
        Arriving([packed], content_encoding="gzip").read(1000)


@pytest.mark.parametrize(
    ("headers", "status"), [({"content_encoding": "br"}, 415), ({"content_type": "application/xml"}, 406)]
)
def test_what_cannot_be_read_is_refused(headers, status):
    with pytest.raises(HTTPException) as refused:
        Arriving([b"<a/>"], **headers).read(1000)
    assert refused.value.status_code == status


def test_a_document_larger_than_any_configuration_is_refused(monkeypatch):
    monkeypatch.setattr("unusual.api.content.LARGEST", 10)
    with pytest.raises(HTTPException) as refused:
        asyncio.run(json_body(Arriving([b'"', b"x" * 10, b'"']).request))
    assert refused.value.status_code == 413


def test_blanks_are_no_body():
    assert asyncio.run(json_body(Arriving([b" ", b"\n"]).request)) is None
