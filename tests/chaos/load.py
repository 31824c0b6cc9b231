"""Eight jobs and all that they are sent, the same for a seed; knows no server and no fault."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass

T0 = 1_609_459_200
SPAN = 300
LATE, CATEGORIZED = 0, 6  # jobs that take late records, and lines of logs
DETECTORS = (
    ({"function": "mean", "field_name": "load"},),
    ({"function": "count", "by_field_name": "host"},),
    ({"function": "sum", "field_name": "load", "partition_field_name": "host"}, {"function": "high_count"}),
    ({"function": "count", "over_field_name": "user"},),
    ({"function": "rare", "by_field_name": "user"},),
    ({"function": "distinct_count", "field_name": "user", "partition_field_name": "host"},),
    ({"function": "count", "by_field_name": "mlcategory"},),
    ({"function": "max", "field_name": "load", "by_field_name": "host", "over_field_name": "user"},),
)


@dataclass(frozen=True)
class Post:
    """Records to be sent in one upload, as lines."""

    lines: tuple[bytes, ...]


@dataclass(frozen=True)
class Flush:
    """A flush with these options."""

    options: dict


@dataclass(frozen=True)
class Reopen:
    """A close, and an opening after it."""


def config(number: int) -> dict:
    """The configuration of a job."""
    analysis = {"bucket_span": f"{SPAN}s", "detectors": DETECTORS[number], "influencers": ["host"]}
    if number == LATE:
        analysis["late_data"] = "rescore"
    if number == CATEGORIZED:
        analysis["categorization_field_name"] = "text"
    plot = {"enabled": number == 1}
    return {
        "analysis_config": analysis,
        "data_description": {"time_field": "stamp", "time_format": "epoch"},
        "model_plot_config": plot,
    }


def acts(seed: int, number: int, count: int) -> Iterator[Post | Flush | Reopen]:
    """What a job is asked, one after the other; the last act leaves nothing undecided."""
    chance = random.Random(f"{seed}-{number}")
    time = T0
    for _ in range(count):
        draw = chance.random()
        if draw < 0.80:
            size = chance.choice((1, 7, 60, 400, 2_000))
            step = chance.choice((2, 20, 90))
            late = chance.choice((0, 0, SPAN, 3 * SPAN)) if number == LATE else 0
            yield Post(tuple(_record(chance, time + place * step - late) for place in range(size)))
            time += size * step
        elif draw < 0.90:
            yield Flush({"calc_interim": True})
        elif draw < 0.95:
            time += SPAN
            yield Flush({"advance_time": str(time), "calc_interim": chance.random() < 0.5})
        elif draw < 0.97:
            time += 40 * SPAN
            yield Flush({"skip_time": str(time)})
        else:
            yield Reopen()
    yield Flush({"calc_interim": True})


def _record(chance: random.Random, time: int) -> bytes:
    host = chance.choice(("ash", "elm", "fir", "oak"))
    load = 900.0 if chance.random() < 0.001 else round(50 + 10 * chance.random(), 3)
    user = f"u{chance.randrange(40) if chance.random() < 0.999 else chance.randrange(10_000)}"
    text = f"{chance.choice(('opened', 'closed', 'lost'))} connection of {user} to {host} after {load} ms"
    return json.dumps({"stamp": time, "host": host, "load": load, "user": user, "text": text}).encode() + b"\n"
