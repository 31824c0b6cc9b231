"""A datafeed whose server is killed again and again, held against the same documents posted in peace.

`python -m tests.chaos.feeding` (`make chaos`) is the long form, with twenty kills of the server.
"""

import argparse
import json
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from os import kill
from pathlib import Path
from signal import SIGKILL

import httpx

from tests.chaos.client import JOBS, STUCK_AFTER_S, Lost
from tests.chaos.supervised import Supervised

T0_MS = 1_609_459_200_000
END = "2030-01-01T00:00:00Z"
MAPPINGS = {"properties": {"at": {"type": "date"}, "host": {"type": "keyword"}, "load": {"type": "double"}}}
CONFIG = {
    "analysis_config": {
        "bucket_span": "5m",
        "detectors": [{"function": "mean", "field_name": "load", "by_field_name": "host"}, {"function": "count"}],
        "influencers": ["host"],
    },
    "data_description": {"time_field": "at", "time_format": "epoch_ms"},
}
RESULTS = (
    "SELECT kind, timestamp, entity, score, is_interim, surprise, body FROM results WHERE job_id = ? ORDER BY 1, 2, 3"
)
# What only a clock has put there.
TIMES = ("processing_time_ms", "log_time")
KINDS = ("bucket", "record", "influencer")


def documents(seed: int, count: int) -> list[bytes]:
    """Documents in the order of time, many of them at the same moment."""
    chance, time_ms, made = random.Random(seed), T0_MS, []
    for _ in range(count):
        time_ms += chance.choice((0, 0, 1, 400, 9_000))
        load = 900.0 if chance.random() < 0.001 else round(chance.gauss(50, 5), 3)
        document = {"at": time_ms, "host": chance.choice(("ash", "elm", "fir", "oak")), "load": load}
        made.append(json.dumps(document).encode() + b"\n")
    return made


class Fed:
    """A server with an index of documents, a job that was posted them, and one that is to read them."""

    def __init__(self, folder: Path, made: list[bytes]) -> None:
        self._folder = folder
        self.server = Supervised(folder)
        assert self.server.serving.wait(120), self.server.log.read_text()[-3000:]
        self._http = httpx.Client(base_url=self.server.url, timeout=STUCK_AFTER_S, trust_env=False)
        self._ask("PUT", "/log", json={"mappings": MAPPINGS})
        for start in range(0, len(made), 20_000):
            lines = b"".join(b'{"index":{}}\n' + one for one in made[start : start + 20_000])
            self._ask("POST", "/log/_bulk", content=lines)
        for job_id in ("posted", "fed"):
            self._ask("PUT", f"{JOBS}/{job_id}", json=CONFIG)
            self._ask("POST", f"{JOBS}/{job_id}/_open")
        self._ask("POST", f"{JOBS}/posted/_data", content=b"".join(made))
        self._ask("POST", f"{JOBS}/posted/_flush?calc_interim=true")
        self._ask("POST", f"{JOBS}/posted/_close")

    def read(self, kills: int, seed: int, scroll_size: int) -> int:
        """Let the datafeed read everything, whatever becomes of the server meanwhile; how often it was killed."""
        feed = {"job_id": "fed", "indices": ["log"], "scroll_size": scroll_size}
        self._ask("PUT", "/_ml/datafeeds/feed", json=feed)
        self._ask("POST", f"/_ml/datafeeds/feed/_start?end={END}")
        chance, done, total = random.Random(seed), 0, self._counts("posted")
        for share in sorted(chance.random() for _ in range(kills)):
            if not self._wait(lambda least=share * total: self._counts("fed") >= least):
                break
            time.sleep(chance.uniform(0, 0.2))  # somewhere in the middle of what is being done
            done += self._kill(chance.choice(("server", "server", "worker")))
        self._wait(lambda: False)
        return done

    def different(self) -> str:
        """What the two jobs do not have in common, in words; nothing when they are the same."""
        posted, fed = (self._kept(job_id) for job_id in ("posted", "fed"))
        first = next((pair for pair in zip(posted, fed, strict=False) if pair[0] != pair[1]), "the end")
        counts = self._counts("posted"), self._counts("fed")
        if posted == fed and counts[0] == counts[1]:
            return ""
        return f"[{counts[1]}] records, not [{counts[0]}]; [{len(fed)}] results, not [{len(posted)}]: {first}"

    def end(self) -> None:
        """Stop the server."""
        self._http.close()
        self.server.stop()

    def _kill(self, what: str) -> int:
        self.server.serving.wait(60)
        workers = self.server.workers()
        if what == "server":
            self.server.kill()
        elif workers:
            kill(workers[0], SIGKILL)
        return 1

    def _wait(self, is_true: Callable[[], bool]) -> bool:
        """Wait for something, or the end of the datafeed; whether it came."""
        deadline = time.monotonic() + 5 * STUCK_AFTER_S
        while not is_true():
            if self._stats("fed")["state"] == "closed":
                return False
            if time.monotonic() > deadline:
                raise Lost(f"the datafeed does not end: {self._ask('GET', '/_ml/datafeeds/feed/_stats').text}")
            time.sleep(0.01)
        return True

    def _counts(self, job_id: str) -> int:
        return self._stats(job_id)["data_counts"]["input_record_count"]

    def _stats(self, job_id: str) -> dict:
        stats = self._ask("GET", f"{JOBS}/{job_id}/_stats").json()["jobs"][0]
        if stats["state"] == "failed":
            raise Lost(f"[{job_id}] failed: {stats['assignment_explanation']}")
        return stats

    def _kept(self, job_id: str) -> list[tuple]:
        with closing(sqlite3.connect(self._folder / "unusual.db")) as database:
            rows = database.execute(RESULTS, (job_id,)).fetchall()
        named = [(*row, json.loads(body.replace(f'"{job_id}"', '"it"'))) for *row, body in rows if row[0] in KINDS]
        return [(*row, {name: value for name, value in body.items() if name not in TIMES}) for *row, body in named]

    def _ask(self, method: str, path: str, **body) -> httpx.Response:
        """An answer, once there is a server to give it."""
        while True:
            try:
                answer = self._http.request(method, path, **body)
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            assert answer.is_success, answer.text
            return answer


def killed(folder: Path, count: int, kills: int, seed: int, scroll_size: int = 200) -> tuple[int, str]:
    """How often a lookback was killed, and what is different from posting the same documents."""
    fed = Fed(folder, documents(seed, count))
    try:
        return fed.read(kills, seed, scroll_size), fed.different()
    finally:
        fed.end()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--documents", type=int, default=150_000)
    parser.add_argument("--kills", type=int, default=20)
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="unusual-feed-"))
    began = time.monotonic()
    done, found = killed(folder / "store", asked.documents, asked.kills, asked.seed)
    print(f"a datafeed of {asked.documents:,} documents, killed {done} times in {time.monotonic() - began:.0f} s")
    if found:
        sys.exit(f"{found}\nkept for a look: {folder}")
    print("identical: no document is lost, none is there twice")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
