"""Servers of a few lines that stand before another one, over HTTP or TLS, and pass on what is asked of them."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx


class Passing(BaseHTTPRequestHandler):
    """A handler that passes everything on to `url`; kinds of it change what is asked and what is answered."""

    protocol_version = "HTTP/1.1"
    url = ""

    def asked(self, path: str, body: bytes) -> tuple[str, bytes]:
        """What is asked of the other server."""
        return path, body

    def answered(self, status: int, body: bytes) -> tuple[int, bytes]:
        """What is answered."""
        return status, body

    def pass_on(self) -> None:
        """Ask, and answer."""
        path, body = self.asked(self.path, self.rfile.read(int(self.headers.get("content-length", 0))))
        told = {"content-type": self.headers["content-type"]} if "content-type" in self.headers else {}
        answer = httpx.request(self.command, self.url + path, content=body, headers=told, timeout=60, trust_env=False)
        self.answer(*self.answered(answer.status_code, answer.content))

    def answer(self, status: int, body: bytes) -> None:
        """Say something."""
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = pass_on  # noqa: N815 - so the library wants them

    def log_message(self, *_) -> None:
        """Say nothing."""


class Quiet(ThreadingHTTPServer):
    """A server to which clients that hang up are nothing to speak of."""

    daemon_threads = True

    def handle_error(self, *_) -> None:
        """Say nothing."""


@contextmanager
def serving_handler(handler: type[BaseHTTPRequestHandler], tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """The URL of a server that answers so."""
    server = Quiet(("127.0.0.1", 0), handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"{'http' if tls is None else 'https'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
