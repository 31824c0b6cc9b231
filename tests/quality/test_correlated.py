"""Metrics that share a driver: who breaks with the others is found, and what all do is told once.

`multivariate_by_fields` beside the same job without it. A break is a move within a metric's own range: it mirrors what
its driver did, by 1.2 to 2 deviations. What all do is a jump by eight.
"""

import numpy as np
import polars as pl
import pytest

from unusual import Job

SPAN, BUCKETS, BREAK, SHARED = 300, 1_100, 900, 1_050
SEEDS = 20


def drivers(kind, chance):
    """What moves all metrics, and the news of each bucket in it."""
    news = chance.normal(size=BUCKETS)
    if kind == "noise":
        return news, news
    value = np.zeros(BUCKETS)
    keeps = {"autoregression": 0.9, "random walk": 1.0}[kind]
    for at in range(BUCKETS):
        value[at] = keeps * value[at - 1] + news[at] if at else news[at]
    return value, news


def incident(kind, metrics, seed):
    """Values (buckets, metrics), the culprit, and the bucket in which it breaks."""
    chance = np.random.default_rng(seed)
    driver, news = drivers(kind, chance)
    gain = chance.uniform(0.5, 20.0, metrics)
    values = gain * (100.0 + 10.0 * driver[:, None] + 2.5 * chance.normal(size=(BUCKETS, metrics)))
    at = next(bucket for bucket in range(BREAK, SHARED) if 1.2 < abs(news[bucket]) < 2.0)
    culprit = int(chance.integers(metrics))
    values[at, culprit] -= 20.0 * gain[culprit] * news[at]
    values[SHARED] += 80.0 * gain
    return values, f"m{culprit}", at


def found(values, **settings):
    bucket, metric = np.indices(values.shape).reshape(2, -1)
    frame = pl.DataFrame({"time": bucket * SPAN, "metric": [f"m{number}" for number in metric], "v": values.ravel()})
    records = Job("mean(v) by metric", bucket_span=f"{SPAN}s", **settings).detect(frame)
    if not records.height:
        return pl.DataFrame(schema={"bucket": pl.Int64, "metric": pl.String, "score": pl.Float64})
    columns = {"metric": "by_field_value", "score": "initial_record_score"}
    at = pl.col("timestamp").dt.epoch("s") // SPAN
    return records.select(at.alias("bucket"), **{name: pl.col(column) for name, column in columns.items()})


def strong(records, bucket, score):
    chosen = records.filter((pl.col("bucket") == bucket) & (pl.col("score") >= score))
    return chosen.sort("score", descending=True)["metric"].to_list()


@pytest.mark.parametrize("kind", ["noise", "autoregression", "random walk"])
@pytest.mark.parametrize("metrics", [3, 8])
def test_who_breaks_is_found_alone_and_what_all_do_is_told_once(kind, metrics):
    first, alone, once = 0, 0, 0
    for seed in range(SEEDS):
        values, culprit, at = incident(kind, metrics, seed)
        records = found(values, multivariate_by_fields=True)
        first += strong(records, at, 0)[:1] == [culprit]
        alone += strong(records, at, 25) == [culprit]
        once += len(strong(records, SHARED, 25)) == 1
    assert first >= 0.95 * SEEDS
    assert alone >= 0.9 * SEEDS
    assert once >= 0.95 * SEEDS


def test_without_it_a_break_is_not_seen_and_what_all_do_is_told_of_each():
    for seed in range(5):
        values, _, at = incident("autoregression", 8, seed)
        records = found(values)
        assert strong(records, at, 10) == []
        assert len(strong(records, SHARED, 25)) >= 6


@pytest.mark.parametrize("share", [0.0, 0.9])
def test_noise_is_not_called_unusual_any_more_than_without_it(share):
    chance = np.random.default_rng(7)
    common = chance.standard_t(4, size=(2_500, 1))
    values = 50.0 + 5.0 * (np.sqrt(share) * common + np.sqrt(1.0 - share) * chance.standard_t(4, size=(2_500, 10)))
    with_it, without = (found(values, multivariate_by_fields=one)["score"] for one in (True, False))
    assert (with_it > 75).sum() <= (without > 75).sum()
    assert (with_it > 50).sum() <= max(3, (without > 50).sum())  # of 2,500 buckets
