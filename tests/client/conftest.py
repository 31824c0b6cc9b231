"""A running server for clients, and one that answers as it is told to."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.conformance.serving import serving
from unusual import Client


@pytest.fixture(scope="session")
def address(tmp_path_factory) -> Iterator[str]:
    """Where a server of this product listens."""
    with serving(tmp_path_factory.mktemp("server") / "store", workers=1) as running:
        yield running.url


@pytest.fixture
def client(address) -> Iterator[Client]:
    """A client of it, and no job."""
    with Client(address, timeout_s=120) as connected:
        yield connected
        for job in connected.get_jobs().jobs:
            connected.delete_job(job.job_id, force=True)


class Scripted:
    """A server that gives the answers of a list, one after the other, and keeps what it was asked.

    An answer is a status and a JSON value or bytes; None breaks the connection.
    """

    def __init__(self) -> None:
        self.answers = []
        self.asked = []
        scripted = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                scripted.asked.append((self.command, self.path, dict(self.headers), body))
                said = scripted.answers.pop(0)
                if said is None:
                    self.close_connection = True
                    self.connection.close()
                    return
                status, value, *headers = said
                content = value if isinstance(value, bytes) else json.dumps(value).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(content)))
                for name, text in headers:
                    self.send_header(name, text)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)

            do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = answer  # noqa: N815 - the names that the library calls

            def log_message(self, *_) -> None:
                """Say nothing."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"

    @property
    def methods(self) -> list[str]:
        """How it was asked."""
        return [method for method, *_ in self.asked]


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    """A server that answers as it is told to."""
    server = Scripted()
    thread = threading.Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.http.shutdown()
    server.http.server_close()
    thread.join()
