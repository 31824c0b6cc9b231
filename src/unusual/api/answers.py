"""Documents → JSON answers; knows no routes and no problems."""

from collections.abc import Mapping, Sequence

import orjson
from starlette.responses import Response

from unusual.analysis.control import Document

JSON = "application/json"


def answer(
    document: Document | Sequence[Document], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """One document, or a list of them, as the whole answer."""
    return Response(orjson.dumps(document), status, headers, JSON)


def listing(key: str, count: int, bodies: Sequence[bytes]) -> Response:
    """`{"count": count, key: [...]}` from documents that are JSON already, without reading them again.

    >>> listing("records", 7, [b'{"a":1}']).body
    b'{"count":7,"records":[{"a":1}]}'
    """
    return Response(b'{"count":%d,"%b":[%b]}' % (count, key.encode(), b",".join(bodies)), 200, None, JSON)
