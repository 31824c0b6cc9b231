"""Whether the one who did it comes first among the influencers of its bucket: simulated records, a known culprit.

Every record has a host, a user, a site and a status, of which few values make most of the traffic, as in real logs.
In the last bucket one value of one field does something unusual, whatever the other fields say.
"""

import numpy as np
import polars as pl
import pytest

from unusual.library import Job

FIELDS = {"host": 40, "user": 300, "site": 6, "status": 4}
NAMES = {field: pl.Series([f"{field}-{code}" for code in range(size)]) for field, size in FIELDS.items()}
PAGES = pl.Series([f"page {code}" for code in range(80)])
SPAN, BUCKETS, RATE, EXTRA = 300, 60, 200, 60
CASES = 40  # of each function
AT_LEAST = 0.95


def records(chance, buckets, rate):
    """Records of normal traffic in a frame, without times."""
    columns = {}
    for field, size in FIELDS.items():
        weights = 1.0 / np.arange(1, size + 1) ** 0.8
        columns[field] = NAMES[field].gather(chance.choice(size, rate, p=weights / weights.sum()))
    columns["value"] = chance.normal(100.0, 10.0, rate)
    columns["page"] = PAGES.gather(chance.integers(0, 80, rate))
    return pl.DataFrame(columns | {"time": np.sort(chance.integers(0, buckets * SPAN, rate))})


def bucket_of(chance, function, field, culprit):
    """Records of the last bucket, with what the culprit does."""
    frame = records(chance, 1, RATE)
    more = records(chance, 1, EXTRA).with_columns(pl.lit(culprit).alias(field))
    if function == "mean":
        more = more.with_columns(value=pl.col("value") * 3)
    elif function in ("sum", "max"):
        more = more.head(12).with_columns(value=pl.Series(chance.normal(2000.0, 300.0, 12)))
    elif function == "distinct_count":
        more = more.with_columns(page=pl.Series([f"hidden {code}" for code in range(EXTRA)]))
    return pl.concat([frame, more]).with_columns(time=pl.col("time") + BUCKETS * SPAN)


def first_of(function, seed):
    """The culprit, and the influencers of its bucket from the strongest on."""
    chance = np.random.default_rng(seed)
    field = list(FIELDS)[seed % len(FIELDS)]
    culprit = f"{field}-{chance.integers(0, FIELDS[field])}"
    read = {"count": "", "distinct_count": "page"}.get(function, "value")
    job = Job(f"{function}({read})", influencers=list(FIELDS))
    frame = pl.concat([records(chance, BUCKETS, BUCKETS * RATE), bucket_of(chance, function, field, culprit)])
    job.detect(frame)
    found = [one for one in job.documents("influencer") if one["timestamp"] == BUCKETS * SPAN * 1000]
    found.sort(key=lambda one: -one["influencer_score"])
    return (field, culprit), [
        (one["influencer_field_name"], one["influencer_field_value"], one["influencer_score"]) for one in found
    ]


@pytest.mark.parametrize("function", ["count", "mean", "sum", "max", "distinct_count"])
def test_the_culprit_comes_first(function):
    right = 0
    for seed in range(CASES):
        guilty, found = first_of(function, seed)
        right += bool(found) and found[0][:2] == guilty and (len(found) == 1 or found[1][2] < found[0][2])
    assert right >= AT_LEAST * CASES
