"""The job whose snapshot is kept in a file for each layout there has been; `python -m tests.analysis.kept` writes one.

A file, once written, is never written anew: it is what servers of that version have left behind.
"""

import random
import sys
from pathlib import Path

from tests.analysis.given import T, engine, post
from unusual.analysis.control import Save
from unusual.analysis.engine import Engine

FOLDER = Path(__file__).parent / "snapshots"
SPAN = 10_800
START = T // 86_400 * 86_400
BUCKETS = 120
HOSTS = ("north", "south")


def kept_job() -> Engine:
    """A job with every family of models, which has seen nothing."""
    return engine(
        {"function": "mean", "field_name": "load", "by_field_name": "host"},
        {"function": "high_count", "over_field_name": "user", "partition_field_name": "host"},
        {"function": "rare", "by_field_name": "user"},
        {"function": "freq_rare", "by_field_name": "host", "over_field_name": "user"},
        {"function": "time_of_day", "by_field_name": "host"},
        {"function": "lat_long", "field_name": "place"},
        {"function": "count", "by_field_name": "user", "exclude_frequent": "all"},
        bucket_span="3h",
        analysis={"influencers": ["user"]},
    )


def records(first: int, until: int):
    """What it is sent in buckets `first` .. `until` - 1: a busy half of the day, and some noise."""
    for bucket in range(first, until):
        chance = random.Random(bucket)
        for host in HOSTS:
            for user in ("ann", "bob"):
                yield {
                    "time": START + bucket * SPAN + chance.randrange(SPAN // 2),
                    "host": host,
                    "user": user,
                    "load": round(50 + 30 * (bucket % 8 < 4) + chance.gauss(0, 2), 2),
                    "place": f"{chance.gauss(50, 0.1):.3f},{chance.gauss(8, 0.1):.3f}",
                }


def saved() -> bytes:
    """Its state after the buckets that every kept file has seen."""
    running = kept_job()
    post(running, list(records(0, BUCKETS)))
    return running.handle(Save()).state


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(saved())
