"""A server of this product that understands OpenSearch's words for points in time, and nothing else of them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from tests.feeds.passing import Passing, serving_handler

OPENED = "_search/point_in_time"


@contextmanager
def speaking_opensearch(url: str) -> Iterator[str]:
    """The URL of an interpreter before a server."""

    class Interpreter(Passing):
        def asked(self, path: str, body: bytes) -> tuple[str, bytes]:
            path = path.replace(OPENED, "_pit")
            if self.command == "DELETE" and path == "/_pit":
                body = json.dumps({"id": json.loads(body)["pit_id"][0]}).encode()
            if path == "/_search":
                assert "_shard_doc" not in body.decode()
                body = body.replace(b'{"_id":', b'{"_shard_doc":')
            return path, body

        def answered(self, status: int, body: bytes) -> tuple[int, bytes]:
            if OPENED in self.path and self.command == "POST":
                body = json.dumps({"pit_id": json.loads(body)["id"]}).encode()
            return status, body

    Interpreter.url = url
    with serving_handler(Interpreter) as interpreter:
        yield interpreter
