"""A server of this product that understands OpenSearch's words for points in time, and nothing else of them."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

OPENED = "_search/point_in_time"


@contextmanager
def speaking_opensearch(url: str) -> Iterator[str]:
    """The URL of an interpreter before a server."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self._pass_on()

        def do_DELETE(self) -> None:
            self._pass_on()

        def do_GET(self) -> None:
            self._pass_on()

        def do_PUT(self) -> None:
            self._pass_on()

        def _pass_on(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length", 0)))
            path = self.path.replace(OPENED, "_pit")
            if self.command == "DELETE" and path == "/_pit":
                raw = json.dumps({"id": json.loads(raw)["pit_id"][0]}).encode()
            if path == "/_search":
                assert "_shard_doc" not in raw.decode()
                raw = raw.replace(b'{"_id":', b'{"_shard_doc":')
            told = {"content-type": self.headers["content-type"]} if "content-type" in self.headers else {}
            answer = httpx.request(self.command, url + path, content=raw, headers=told, timeout=60, trust_env=False)
            content = answer.content
            if OPENED in self.path and self.command == "POST":
                content = json.dumps({"pit_id": answer.json()["id"]}).encode()
            self.send_response(answer.status_code)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
