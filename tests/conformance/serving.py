"""A real server process for tests: started on a data directory, spoken to over its socket, stopped or killed."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

COMMAND = Path(sys.executable).with_name("unusual")
READY = re.compile(r"ready at (http://\S+)")
ENDING_WITHIN_S = 60
ORPHANS_WITHIN_S = 10


class Server:
    """One `unusual serve` on any free port; takes requests once made.

    log  the file with what it says on its error stream
    """

    def __init__(self, folder: Path, *, workers: int = 2) -> None:
        self.log = folder.with_suffix(".log")
        options = ("--port", "0", "--data-dir", str(folder), "--workers", str(workers))
        with self.log.open("a") as log:
            self.process = subprocess.Popen([COMMAND, "serve", *options], stdout=subprocess.PIPE, stderr=log, text=True)
        self.url = self._address()
        self.http = httpx.Client(base_url=self.url, timeout=60, trust_env=False)

    def _address(self) -> str:
        said = READY.search(self.process.stdout.readline())
        if said is None:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            raise AssertionError(f"the server did not get ready: {self.log.read_text()}")
        return said[1]

    def workers(self) -> list[int]:
        """Ids of its worker processes."""
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def stop(self) -> None:
        """Ask it to end, which must go well."""
        workers = self.workers()
        self.process.terminate()
        assert self._ended(workers) == 0, self.log.read_text()

    def kill(self) -> None:
        """End it in the middle of whatever it does."""
        workers = self.workers()
        self.process.kill()
        self._ended(workers)

    def _ended(self, workers: list[int]) -> int:
        code = self.process.wait(ENDING_WITHIN_S)
        self.http.close()
        self.process.stdout.close()
        until = time.monotonic() + ORPHANS_WITHIN_S
        while left := [pid for pid in workers if _alive(pid)]:
            assert time.monotonic() < until, f"workers {left} outlive their server"
            time.sleep(0.02)
        return code


@contextmanager
def serving(folder: Path, *, workers: int = 2) -> Iterator[Server]:
    """A server for the length of a block; stopped in order unless the block has ended it."""
    server = Server(folder, workers=workers)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


def _alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
