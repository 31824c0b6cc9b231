"""How another job fares while one with millions of results is deleted: posts, flushes and reads.

The same calls are timed before, while nothing is removed. Other writers wait for one step of a removal at most.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import orjson
from filling import Amount, fill_job, filled
from served import JOBS, Server, served
from timing import Taken, often

HOSTS: Final = 100
START_S: Final = 1_600_000_020  # a whole minute
ROUNDS: Final = 300
CONFIG: Final = {
    "analysis_config": {
        "bucket_span": "1m",
        "detectors": [{"function": "mean", "field_name": "load", "partition_field_name": "host"}],
    },
    "data_description": {"time_field": "at", "time_format": "epoch"},
}


def main() -> None:
    """Fill a store, serve it, remove the job, tell the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path, help="a store to be used, of which the job goes")
    given = parser.parse_args()
    amount = Amount(given.records)
    with filled(lambda store: fill_job(store, amount), given.folder) as folder, served(folder) as server:
        server.open("other", CONFIG)
        calls = _calls(server)
        _tell("alone", {name: often(call, ROUNDS) for name, call in calls.items()})
        begun = time.perf_counter()
        path = f"{JOBS}/big?wait_for_completion=false"
        task = server.http.delete(path).raise_for_status().json()["task"]
        asked = f"/_tasks/{task}"
        while not server.http.get(asked).json()["completed"]:
            _tell(
                f"{time.perf_counter() - begun:.0f} s into the removal",
                {name: often(call, ROUNDS) for name, call in calls.items()},
            )
        took = time.perf_counter() - begun
        print(f"the job with {amount.records:,} records went within {took:.0f} s")


def _calls(server: Server) -> dict[str, Callable[[int], object]]:
    """What is asked of the other job; each post goes on in time where the one before ended."""
    told = iter(range(1_000_000_000))

    def post(_: int) -> object:
        at = START_S + 60 * next(told)
        lines = [orjson.dumps({"at": at, "host": f"host-{host}", "load": (at + host) % 7}) for host in range(HOSTS)]
        return server.post("other", b"\n".join(lines))

    return {
        f"post of a minute of {HOSTS} hosts": post,
        "flush with interim results": lambda _: server.http.post(f"{JOBS}/other/_flush?calc_interim=true"),
        "page of buckets": lambda _: server.http.get(f"{JOBS}/other/results/buckets?desc=true"),
        "stats of the job": lambda _: server.http.get(f"{JOBS}/other/_stats"),
    }


def _tell(when: str, taken: dict[str, Taken]) -> None:
    for name, one in taken.items():
        print(f"{when:28} {name:32} {one}", flush=True)


if __name__ == "__main__":
    main()
