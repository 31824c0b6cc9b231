"""What a job is charged for against what it holds: the sizes of all its real arrays, texts and tables.

Entities come in numbers just below a power of two, as arrays grow by doubling, and in small posts, as tables have room
for a whole post.
"""

import random
import sys
from functools import cache
from itertools import product

import numpy as np
import polars as pl
import pytest

from tests.analysis.given import T, engine, job, post
from unusual.analysis.memory import expected

SPAN = 900
FACTOR = 1.3


def held(thing, seen=None):
    """Bytes of everything of ours that can be reached from a thing, arrays with all their capacity."""
    seen = set() if seen is None else seen
    if id(thing) in seen:
        return 0
    seen.add(id(thing))
    if isinstance(thing, np.ndarray):
        return thing.nbytes if thing.base is None else held(thing.base, seen)
    if isinstance(thing, pl.Series | pl.DataFrame):
        return int(thing.estimated_size())
    if isinstance(thing, str):
        return sys.getsizeof(thing)
    if isinstance(thing, dict):
        return sys.getsizeof(thing) + sum(held(part, seen) for part in [*thing.keys(), *thing.values()])
    if isinstance(thing, list | tuple | set):
        return sys.getsizeof(thing) + sum(held(part, seen) for part in thing)
    ours = type(thing).__module__.startswith("unusual") and hasattr(thing, "__dict__")
    return held(vars(thing), seen) if ours else 0


def place(chance):
    return f"{chance.gauss(50, 5):.3f},{chance.gauss(8, 5):.3f}"


# What is watched, and how many values each field of the records has.
CASES = {
    "series": (["mean", {"by": "host"}], {"host": 1000}),
    "series with influencers": (["count", {"partition": "host"}], {"host": 500, "ip": 1000}),
    "pairs": (["sum", {"by": "host", "partition": "site"}], {"host": 40, "site": 25}),
    "medians": (["median", {"by": "host"}], {"host": 1000}),
    "rare values": (["rare", {"by": "host"}], {"host": 4000}),
    "rare values of partitions": (["rare", {"by": "host", "partition": "site"}], {"host": 80, "site": 50}),
    "rare values of members": (["rare", {"by": "host", "over": "user"}], {"host": 40, "user": 100}),
    "frequently rare": (["freq_rare", {"by": "host", "over": "user"}], {"host": 40, "user": 100}),
    "rare values of members in partitions": (
        ["rare", {"by": "host", "over": "user", "partition": "site"}],
        {"host": 20, "user": 20, "site": 10},
    ),
    "members": (["count", {"over": "user"}], {"user": 4000}),
    "members of partitions": (["mean", {"over": "user", "partition": "site"}], {"user": 40, "site": 100}),
    "members of pairs": (
        ["mean", {"over": "user", "by": "host", "partition": "site"}],
        {"user": 4, "host": 20, "site": 50},
    ),
    "places": (["lat_long", {"by": "host"}], {"host": 1000}),
    "places of members": (["lat_long", {"over": "user", "partition": "site"}], {"user": 40, "site": 100}),
    "times": (["time_of_day", {"by": "host"}], {"host": 1000}),
    "distinct values": (["distinct_count", {"by": "host"}], {"host": 500, "page": 4000}),
    "information": (["info_content", {"partition": "host"}], {"host": 500, "page": 4000}),
    "without frequent ones": (
        ["count", {"by": "host", "partition": "site", "exclude": "all"}],
        {"host": 40, "site": 25},
    ),
}  # fmt: skip
READS = {
    "mean": "value",
    "sum": "value",
    "median": "value",
    "lat_long": "place",
    "distinct_count": "page",
    "info_content": "page",
}


def configured(case):
    """The detector of a case, and the rest of its job."""
    [function, roles], fields = CASES[case]
    named = {f"{role}_field_name": name for role, name in roles.items() if role != "exclude"}
    named |= {"exclude_frequent": roles["exclude"]} if "exclude" in roles else {}
    named |= {"field_name": READS[function]} if function in READS else {}
    influencers = [field for field in fields if field == "ip"]
    return {"function": function, **named}, {"bucket_span": "15m", "analysis": {"influencers": influencers}}


def records(case, buckets):
    """In each bucket every combination of the values that split, and every value of the other fields."""
    [_, roles], fields = CASES[case]
    chance = random.Random(case)
    splitting = [field for role, field in roles.items() if role != "exclude"]
    combined = list(product(*(range(fields[field]) for field in splitting)))
    for bucket in range(buckets):
        for number in range(max(len(combined), *fields.values())):
            values = dict(zip(splitting, combined[number % len(combined)], strict=True))
            values |= {field: number for field in fields if field not in values}
            names = {field: f"{field} {value % fields[field]:05}" for field, value in values.items()}
            numbers = {"value": round(chance.gauss(50, 5), 2), "place": place(chance)}
            yield {"time": T + bucket * SPAN + number * SPAN // 5000, **names, **numbers}
    yield {"time": T + buckets * SPAN}


@cache
def filled(case, buckets=2):
    """The size that a job says it has, and how much more it holds than at first."""
    detector, settings = configured(case)
    running = engine(detector, **settings)
    base, answer = held(running._course.detection), None
    rows = list(records(case, buckets))
    for start in range(0, len(rows), 80):
        answer = post(running, rows[start : start + 80])
    return answer.model_size, held(running._course.detection) - base


@pytest.mark.parametrize("case", CASES)
def test_a_job_is_charged_for_what_it_holds(case):
    size, growth = filled(case)
    assert size["memory_status"] == "ok"
    assert size["model_bytes"] > 200_000
    assert 1 / FACTOR < size["model_bytes"] / growth < FACTOR, (size["model_bytes"], growth)


@pytest.mark.parametrize("case", CASES)
def test_what_is_expected_is_what_is_taken(case):
    detector, settings = configured(case)
    told = expected(job(detector, **settings), CASES[case][1])
    size, _ = filled(case)
    taken = max(size["peak_model_bytes"], size.get("reserved_model_bytes", 0))
    assert 1 / 1.5 < told / taken < 1.5, (told, taken)


def test_profiles_take_memory_as_the_week_goes_on_and_no_more_than_was_reserved():
    chance = random.Random(2)
    detector = {"function": "mean", "field_name": "value", "by_field_name": "host"}
    running = engine(detector, bucket_span="1h")
    base, sizes = held(running._course.detection), []
    for hour in range(8 * 24):
        at = T + hour * 3600
        rows = [{"time": at, "host": f"host {host:03}", "value": chance.gauss(50, 5)} for host in range(120)]
        sizes.append(post(running, rows).model_size)
    first, last = sizes[1], sizes[-1]
    assert first["model_bytes"] < 0.7 * last["model_bytes"]
    assert first["reserved_model_bytes"] == pytest.approx(last["model_bytes"], rel=0.05)
    assert 1 / FACTOR < last["model_bytes"] / (held(running._course.detection) - base) < FACTOR
    told = expected(job(detector, bucket_span="1h"), {"host": 120})
    assert 1 / 1.5 < told / last["peak_model_bytes"] < 1.5


def test_a_series_that_needs_no_daily_profile_is_charged_for_none_once_that_is_known():
    """Profiles are tried for two weeks; it is looked once a day, a quarter of the window."""
    chance = random.Random(1)
    detector = {"function": "mean", "field_name": "value", "by_field_name": "host"}
    running = engine(detector, analysis={"model_prune_window": "4d"}, bucket_span="1h")
    base, sizes = held(running._course.detection), []
    for hour in range(17 * 24):
        at = T + hour * 3600
        rows = [{"time": at, "host": f"host {host:03}", "value": chance.gauss(50, 5)} for host in range(120)]
        sizes.append(post(running, rows).model_size["model_bytes"])
    assert sizes[-1] < 0.6 * sizes[13 * 24]
    assert 1 / FACTOR < sizes[-1] / (held(running._course.detection) - base) < FACTOR
