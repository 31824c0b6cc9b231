"""The documents and the job of these tests."""

import random

from tests.feeds.peers import TIME

MINUTE = 60_000
DAY = 86_400_000
BEGIN = 20_000 * DAY  # as a number of milliseconds it is no number of seconds
JOB = {
    "analysis_config": {
        "bucket_span": "1h",
        "detectors": [{"function": "mean", "field_name": "value", "by_field_name": "host"}],
        "influencers": ["host"],
    },
    "data_description": {"time_field": TIME},
}


def documents(count: int = 400, seed: int = 1) -> list[dict]:
    """Documents on whole minutes of one day, several at most of them, of each host one; in time order."""
    rng = random.Random(seed)
    places = rng.sample([(minute, host) for minute in range(count // 2) for host in "abc"], count)
    return [
        {"at": BEGIN + minute * MINUTE, "value": round(rng.gauss(50, 10), 3), "host": host}
        for minute, host in sorted(places)
    ]
