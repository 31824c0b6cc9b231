"""A real PostgreSQL for tests, in a directory of its own; it refuses to be run by root, so root runs it as its user."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

PASSWORD = "s3cret/of:postgres"  # noqa: S105 - of a server that lives as long as its test
FOUND = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
BINARIES = FOUND[-1].parent if FOUND else None
STARTS_WITHIN_S = 30


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a database, with user and password in it."""
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="unusual-postgres-"))
    told = folder / "password"
    told.write_text(PASSWORD)
    if user:
        for path in (folder, told):
            shutil.chown(path, user, user)
    made = ["--username=tester", f"--pwfile={told}", "--auth=scram-sha-256", "--encoding=UTF8", "--no-sync"]
    subprocess.run(
        [BINARIES / "initdb", "-D", folder / "data", *made], user=user, check=True, stdout=subprocess.DEVNULL
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["-h", "127.0.0.1", "-p", str(port), "-k", str(folder), "-c", "fsync=off"]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen([BINARIES / "postgres", "-D", folder / "data", *options], user=user, stderr=log)
    try:
        _wait(server, port, folder / "log")
        yield f"postgresql+psycopg://tester:s3cret%2Fof%3Apostgres@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGINT)  # which waits for no client
        server.wait(STARTS_WITHIN_S)
        shutil.rmtree(folder)


def _wait(server: subprocess.Popen, port: int, log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while True:
        try:
            psycopg.connect(host="127.0.0.1", port=port, user="tester", password=PASSWORD, dbname="postgres").close()
        except psycopg.OperationalError:
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.05)
        else:
            return
