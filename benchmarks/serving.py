"""A server of its own process for a measurement."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, Callable[[], float]]]:
    """The address of a server, and how long its main process has worked, seconds."""
    command = [sys.executable, "-m", "unusual", "serve", "--port", "0", "--data-dir", str(folder), "--workers", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None  # noqa: S101 - asked for above
        stat = Path(f"/proc/{server.pid}/stat")
        try:
            yield (
                server.stdout.readline().split()[-1],
                lambda: sum(map(int, stat.read_text().rsplit(")", 1)[1].split()[11:13])) / 100,
            )
        finally:
            server.terminate()
