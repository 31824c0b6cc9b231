"""A server in a process of its own, as benchmarks need it: where it listens, what it uses; knows no figures."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
import orjson

JOBS: Final = "/_ml/anomaly_detectors"
LINES: Final = {"content-type": "application/x-ndjson"}
TICKS: Final = os.sysconf("SC_CLK_TCK")


class Server:
    """One `unusual serve` on any free port.

    url      where it listens
    http     a client of it
    ready_s  how long the start took until requests were taken
    """

    def __init__(self, folder: Path, *options: str) -> None:
        command = [sys.executable, "-m", "unusual", "serve", "--port", "0", "--data-dir", str(folder), *options]
        # A server that has started before finds its modules compiled.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        begun = time.perf_counter()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert self.process.stdout is not None  # noqa: S101 - asked for above
        self.url = self.process.stdout.readline().split()[-1]
        self.ready_s = time.perf_counter() - begun
        self.http = httpx.Client(base_url=self.url, timeout=600, trust_env=False)

    def workers(self) -> list[int]:
        """Ids of its worker processes."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(child) for child in children.read_text().split()]

    def processor_s(self, pid: int | None = None) -> float:
        """How long a process has worked, its main one unless told [s]."""
        stat = Path(f"/proc/{pid or self.process.pid}/stat").read_text()
        return sum(map(int, stat.rsplit(")", 1)[1].split()[11:13])) / TICKS

    def memory_mib(self, pid: int | None = None) -> float:
        """The memory that a process has to itself, its main one unless told [MiB]."""
        lines = Path(f"/proc/{pid or self.process.pid}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024

    def open(self, job_id: str, config: object) -> None:
        """Make a job and open it."""
        self.http.put(f"{JOBS}/{job_id}", json=config).raise_for_status()
        self.http.post(f"{JOBS}/{job_id}/_open").raise_for_status()

    def post(self, job_id: str, lines: bytes | Iterator[bytes]) -> dict[str, int]:
        """Send records to a job; their counts."""
        answer = self.http.post(f"{JOBS}/{job_id}/_data", content=lines, headers=LINES).raise_for_status()
        counts: dict[str, int] = orjson.loads(answer.content)
        return counts

    def kill(self) -> None:
        """End it in the middle of whatever it does."""
        self.process.kill()
        self._over()

    def stop(self) -> None:
        """End it in order."""
        self.process.terminate()
        self._over()

    def _over(self) -> None:
        self.http.close()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


@contextmanager
def served(folder: Path, *options: str) -> Iterator[Server]:
    """A server for as long as it is needed."""
    server = Server(folder, *options)
    try:
        yield server
    finally:
        server.stop()
