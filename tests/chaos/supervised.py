"""A server that is started again whenever it ends, on the same port and directory; knows no job."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

COMMAND = Path(sys.executable).with_name("unusual")
READY = re.compile(r"ready at (http://\S+)")


class Supervised:
    """One data directory and whatever server uses it now.

    url      where it listens, time and again
    serving  set while a server listens
    restarts how long each start took until requests were taken, seconds
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder.parent / f"{folder.name}.log"
        self._port = _free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.serving = threading.Event()
        self.restarts: list[float] = []
        self._over = False
        self.process: subprocess.Popen | None = None
        self._running = threading.Thread(target=self._run, daemon=True)
        self._running.start()

    def workers(self) -> list[int]:
        """Ids of the worker processes there are now."""
        try:
            pid = self.process.pid
            return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        except (OSError, AttributeError):
            return []

    def kill(self) -> None:
        """End the server in the middle of whatever it does; another one is started."""
        self.serving.clear()
        self.process.kill()

    def stop(self) -> int:
        """End the server in order, and start no more; its status."""
        self._over = True
        self.process.send_signal(signal.SIGTERM)
        self._running.join(90)
        return self.process.returncode

    def _run(self) -> None:
        while not self._over:
            began = time.monotonic()
            options = ("--port", str(self._port), "--data-dir", str(self.folder), "--workers", "2")
            with self.log.open("a") as log:
                self.process = subprocess.Popen(
                    [COMMAND, "serve", *options], stdout=subprocess.PIPE, stderr=log, text=True, env=os.environ
                )
            if READY.search(self.process.stdout.readline()):
                self.restarts.append(time.monotonic() - began)
                self.serving.set()
            self.process.wait()
            self.serving.clear()
            self.process.stdout.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
