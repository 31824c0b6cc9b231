"""The other sides of datafeeds, each with the same documents: what a datafeed says, and the connection called `place`.

A frame of documents has the columns `at` (ms), `value` and `host`.
"""

import os
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qs

import numpy as np
import orjson
import polars as pl
from served import served

Document: TypeAlias = dict[str, Any]
Peer: TypeAlias = tuple[Document, Document]

AT_ONCE: Final = 10_000
STEP_MS: Final = 500
QUERY: Final = "SELECT at, value, host FROM metrics"
FIELDS: Final = {"at": {"type": "date"}, "value": {"type": "double"}, "host": {"type": "keyword"}}


@contextmanager
def sqlite(frame: pl.DataFrame, folder: Path) -> Iterator[Peer]:
    """A table of SQLite."""
    with sqlite3.connect(folder / "metrics.db") as database:
        database.execute("CREATE TABLE metrics (at INTEGER, value REAL, host TEXT)")
        database.executemany("INSERT INTO metrics VALUES (?, ?, ?)", frame.iter_rows())
        database.execute("CREATE INDEX by_time ON metrics (at)")
    database.close()
    yield _sql(f"sqlite:///{folder}/metrics.db")


@contextmanager
def postgres(frame: pl.DataFrame, folder: Path) -> Iterator[Peer]:
    """A table of a PostgreSQL that is started for it; it refuses to be run by root, so root runs it as its user."""
    import psycopg  # noqa: PLC0415 - an extra

    binaries = max(Path("/usr/lib/postgresql").glob("*/bin"))
    user = "postgres" if os.geteuid() == 0 else None
    home, port, password = folder / "postgres", _free_port(), secrets.token_hex(8)
    home.mkdir()
    (folder / "password").write_text(password)
    if user:
        for path in (folder, home, folder / "password"):
            shutil.chown(path, user, user)
    made = ["--username=tester", f"--pwfile={folder / 'password'}", "--auth=scram-sha-256", "--no-sync"]
    subprocess.run([binaries / "initdb", "-D", home, *made], user=user, check=True, stdout=subprocess.DEVNULL)
    options = ["-h", "127.0.0.1", "-p", str(port), "-k", str(folder), "-c", "fsync=off"]
    log = (folder / "log").open("w")
    with log, subprocess.Popen([binaries / "postgres", "-D", home, *options], user=user, stderr=log) as server:
        address = f"tester:{password}@127.0.0.1:{port}/postgres"
        try:
            _wait(lambda: psycopg.connect(f"postgresql://{address}").close(), psycopg.OperationalError)
            with psycopg.connect(f"postgresql://{address}") as connection, connection.cursor() as cursor:
                cursor.execute("CREATE TABLE metrics (at timestamptz, value double precision, host text)")
                with cursor.copy("COPY metrics FROM STDIN (FORMAT csv)") as copy:
                    copy.write(frame.with_columns(pl.from_epoch("at", "ms")).write_csv(include_header=False))
                cursor.execute("CREATE INDEX ON metrics (at)")
                cursor.execute("ANALYZE metrics")
            yield _sql(f"postgresql+psycopg://{address}")
        finally:
            server.send_signal(signal.SIGINT)  # which waits for no client


@contextmanager
def files(frame: pl.DataFrame, folder: Path, ending: str, *, follow: bool = False) -> Iterator[Peer]:
    """A file."""
    path = folder / f"metrics.{ending}"
    {"csv": frame.write_csv, "ndjson": frame.write_ndjson, "parquet": frame.write_parquet}[ending](path)  # type: ignore[operator]
    yield _source("files", paths=path.name, follow=follow), {"type": "files", "root": str(folder)}


@contextmanager
def cluster(frame: pl.DataFrame, folder: Path) -> Iterator[Peer]:
    """An index of a server of this product, in the words of Elasticsearch."""
    with served(folder / "server", "--workers", "1") as server:
        http = server.http
        http.put("/metrics", json={"mappings": {"properties": FIELDS}}).raise_for_status()
        for some in frame.iter_slices(AT_ONCE):
            lines = (b'{"index":{}}\n%b\n' % line for line in some.write_ndjson().encode().splitlines())
            headers = {"content-type": "application/x-ndjson"}
            http.post("/metrics/_bulk", content=b"".join(lines), headers=headers).raise_for_status()
        yield {"indices": ["place:metrics"]}, {"type": "elasticsearch", "url": server.url}


@contextmanager
def prometheus(frame: pl.DataFrame, _: Path) -> Iterator[Peer]:
    """A server that answers ranges as Prometheus does, one step for each time there is; a process of its own."""
    port = _free_port()
    process = get_context("spawn").Process(target=_answer_ranges, args=(frame, port), daemon=True)
    process.start()
    try:
        _wait(lambda: socket.create_connection(("127.0.0.1", port)).close(), OSError)
        asked = _source("prometheus", query="metrics", step=f"{STEP_MS}ms")
        yield asked, {"type": "prometheus", "url": f"http://127.0.0.1:{port}"}
    finally:
        process.terminate()
        process.join()


@contextmanager
def kafka(frame: pl.DataFrame, _: Path) -> Iterator[Peer]:
    """A topic of librdkafka's own cluster, which lies in this process and holds some 20 MB of a topic at most."""
    from confluent_kafka import Producer  # noqa: PLC0415 - an extra

    inside = {"test.mock.num.brokers": 1, "bootstrap.servers": "inside"}
    producer = Producer(inside | {"compression.type": "zstd", "linger.ms": 100, "batch.size": 1_000_000}, logger=None)
    brokers = producer.list_topics(timeout=10).brokers.values()
    partitions = len(producer.list_topics("metrics", timeout=10).topics["metrics"].partitions)
    for some in frame.iter_slices(AT_ONCE):
        for place, (line, at) in enumerate(zip(some.write_ndjson().splitlines(), some["at"], strict=True)):
            producer.produce("metrics", line, partition=place % partitions, timestamp=at)
        producer.flush(60)
    servers = ",".join(f"{one.host}:{one.port}" for one in brokers)
    yield _source("kafka", topic="metrics"), {"type": "kafka", "options": {"bootstrap.servers": servers}}


def _sql(url: str) -> Peer:
    return _source("sql", query=QUERY), {"type": "sql", "url": url}


def _source(kind: str, **asked: object) -> Document:
    return {"source": {"type": kind, "connection": "place", **asked}}


def _answer_ranges(frame: pl.DataFrame, port: int) -> None:
    series = {str(host): own.sort("at") for (host,), own in frame.group_by("host")}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
            result = _matrix(series, form) if self.path.endswith("/query_range") else []
            content = orjson.dumps({"status": "success", "data": {"resultType": "matrix", "result": result}})
            self.send_response(200)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    HTTPServer(("127.0.0.1", port), Handler).serve_forever()


def _matrix(series: dict[str, pl.DataFrame], form: dict[str, list[str]]) -> list[Document]:
    start, end = (round(float(form[name][0]) * 1000) for name in ("start", "end"))
    found = []
    for host, own in series.items():
        times = own["at"].to_numpy()
        first, last = np.searchsorted(times, start), np.searchsorted(times, end, side="right")
        some = own.slice(int(first), int(last - first))
        values = zip((some["at"] / 1000).to_list(), map(str, some["value"].to_list()), strict=True)
        if some.height:
            found.append({"metric": {"__name__": "metrics", "host": host}, "values": list(values)})
    return found


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _wait(reach: Callable[[], object], error: type[Exception]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with suppress(error):
            reach()
            return
        time.sleep(0.05)
    reach()
