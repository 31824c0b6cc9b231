"""Jobs under load while workers and the server are killed and the disk is full, held against a run in peace.

`python -m tests.chaos.run` (`make chaos`) is the long form, with more than a hundred kills.
"""

import argparse
import json
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.chaos.client import Client
from tests.chaos.faults import SERVER, WORKER, Faults
from tests.chaos.load import DETECTORS, acts
from tests.chaos.supervised import Supervised

RESULTS = """
SELECT kind, timestamp, entity, score, is_interim, surprise, body FROM results WHERE job_id = ? ORDER BY 1, 2, 3
"""
# What only a clock has put there.
TIMES = ("processing_time_ms", "log_time")


@dataclass(frozen=True)
class Outcome:
    """What came of a run.

    results   of each job, as they lie in the store
    sent      records that were acknowledged
    answers   how often which status came, 0 for none
    restarts  how long each start of the server took until requests were taken, seconds
    """

    results: dict[str, list[tuple]]
    sent: int
    seconds: float
    answers: Counter[int]
    restarts: list[float]
    faults: Counter[str]

    @property
    def kills(self) -> int:
        return self.faults[WORKER] + self.faults[SERVER]


def load(folder: Path, seed: int, count: int, every: int | None = None) -> Outcome:
    """All jobs with so many acts each, with a fault about every so many acts of them all, if any."""
    began = time.monotonic()
    with _server(folder) as server:
        clients = [Client(server.url, number) for number in range(len(DETECTORS))]
        for client in clients:
            client.begin()
        faults = None if every is None else Faults(server, seed, every)
        with faults or nullcontext(), ThreadPoolExecutor(len(clients)) as crowd:
            done = faults.act if faults else lambda: None
            for living in [crowd.submit(_live, client, seed, count, done) for client in clients]:
                living.result()
        for client in clients:
            client.check()
            client.end()
        seconds = time.monotonic() - began
    return Outcome(
        {client.job_id: _kept(folder, client.job_id) for client in clients},
        sum(client.sent for client in clients),
        seconds,
        sum((client.answers for client in clients), Counter()),
        server.restarts,
        faults.done if faults else Counter(),
    )


@contextmanager
def _server(folder: Path) -> Iterator[Supervised]:
    server = Supervised(folder)
    try:
        assert server.serving.wait(120), server.log.read_text()[-3000:]
        yield server
    finally:
        status = server.stop()
    assert status == 0, server.log.read_text()[-3000:]


def _live(client: Client, seed: int, count: int, done: Callable[[], None]) -> None:
    for act in acts(seed, client.number, count):
        client.do(act)
        done()


def _kept(folder: Path, job_id: str) -> list[tuple]:
    with closing(sqlite3.connect(folder / "unusual.db")) as database:
        rows = database.execute(RESULTS, (job_id,)).fetchall()
    return [(*row, _timeless(json.loads(body))) for *row, body in rows]


def _timeless(document: dict) -> dict:
    return {name: value for name, value in document.items() if name not in TIMES}


def different(peace: Outcome, chaos: Outcome) -> list[str]:
    """What is not the same in both, in words."""
    found = []
    for job_id, expected in peace.results.items():
        got = chaos.results[job_id]
        if got != expected:
            first = next((pair for pair in zip(expected, got, strict=False) if pair[0] != pair[1]), "the end")
            found.append(f"[{job_id}] has [{len(got)}] results, not [{len(expected)}]; they part at {first}")
    if peace.sent != chaos.sent:
        found.append(f"[{chaos.sent}] records, not [{peace.sent}]")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--acts", type=int, default=250, help="of each of the eight jobs")
    parser.add_argument("--every", type=int, default=14, help="acts from one fault to the next")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="unusual-chaos-"))
    peace = load(folder / "peace", asked.seed, asked.acts)
    results = sum(map(len, peace.results.values()))
    print(f"in peace: {peace.sent:,} records, {results:,} results in {peace.seconds:.0f} s", flush=True)
    chaos = load(folder / "chaos", asked.seed, asked.acts, asked.every)
    print(f"in chaos: {chaos.seconds:.0f} s, {chaos.kills} kills: {dict(chaos.faults)}")
    print(f"answers, 0 for none: {dict(sorted(chaos.answers.items()))}")
    print(f"starts until requests are taken: median {median(chaos.restarts):.1f} s, most {max(chaos.restarts):.1f} s")
    found = different(peace, chaos)
    if found:
        sys.exit("\n".join([*found, f"kept for a look: {folder}"]))
    print("identical: nothing acknowledged is lost, nothing is there twice, no job is stuck")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
