"""What a spike does to the scores, on several noises; and who is named for it."""

import math

import numpy as np
import pytest

from tests.analysis.given import SPAN, T, documents, engine, post
from unusual.analysis.control import Flush

NOISES = {
    "normal": lambda chance, size: chance.normal(100, 5, size),
    "log-normal": lambda chance, size: chance.lognormal(3, 0.5, size),
    "daily": lambda chance, size: 100 + 40 * np.sin(np.arange(size) * math.pi / 144) + chance.normal(0, 3, size),
    "poisson": lambda chance, size: chance.poisson(20, size).astype(float),
}
CALM = 900
SIZES = (0.5, 1.0, 2.0, 5.0, 20.0, 100.0, 1e4)


def scores(noise, seed, more):
    """Score of every bucket of a high mean whose last value departs by `more` times the usual spread."""
    values = NOISES[noise](np.random.default_rng(seed), CALM)
    spike = float(np.median(values)) + more * float(np.std(values))
    records = [{"time": T + at * SPAN, "value": float(value)} for at, value in enumerate([*values, spike])]
    running = engine({"function": "high_mean", "field_name": "value"})
    results = post(running, records).results + running.handle(Flush(advance_time=T + (CALM + 1) * SPAN)).results
    return [one["anomaly_score"] for one in documents(results, "bucket")]


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("seed", range(3))
def test_a_spike_scores_above_every_bucket_before_it(noise, seed):
    *before, spike = scores(noise, seed, 50.0)
    assert len(before) == CALM
    assert spike > max(before)


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("seed", range(3))
def test_a_larger_spike_never_scores_lower(noise, seed):
    found = [scores(noise, seed, more)[-1] for more in SIZES]
    assert found == sorted(found)
    assert found[-1] > 50.0


@pytest.mark.parametrize("noise", NOISES)
def test_calm_buckets_hardly_ever_score(noise):
    calm = scores(noise, 5, 0.0)
    assert sum(score > 50.0 for score in calm) <= len(calm) // 100


GUILTY, HOSTS = "h3", 10


def watched(function, culprit_value, *, extra=0):
    """Results of a job over ten hosts of which one changes in the last bucket."""
    chance = np.random.default_rng(8)
    records = [
        {"time": T + at * SPAN + host, "host": f"h{host}", "load": float(chance.normal(100, 3))}
        for at in range(200)
        for host in range(HOSTS)
    ]
    last = T + 200 * SPAN
    records += [
        {"time": last + host, "host": f"h{host}", "load": culprit_value if f"h{host}" == GUILTY else 100.0}
        for host in range(HOSTS)
    ]
    records += [{"time": last + 20 + at / 100, "host": GUILTY, "load": 100.0} for at in range(extra)]
    detector = {"function": function} | ({} if function == "count" else {"field_name": "load"})
    running = engine(detector, analysis={"influencers": ["host"]})
    results = post(running, records).results + running.handle(Flush(advance_time=last + SPAN)).results
    return [result for result in results if result.timestamp == last * 1000]


@pytest.mark.parametrize(
    ("function", "value", "extra"),
    [("count", 100.0, 200), ("sum", 5000.0, 0), ("mean", 5000.0, 0), ("max", 5000.0, 0), ("min", -5000.0, 0)],
)
def test_the_culprit_is_named(function, value, extra):
    results = watched(function, value, extra=extra)
    (record,) = documents(results, "record")
    assert record["influencers"] == [{"influencer_field_name": "host", "influencer_field_values": [GUILTY]}]
    assert record["host"] == [GUILTY]
    (influencer,) = documents(results, "influencer")
    assert (influencer["influencer_field_value"], influencer["host"]) == (GUILTY, GUILTY)
    assert influencer["influencer_score"] > 50.0
    (bucket,) = documents(results, "bucket")
    assert [one["influencer_field_name"] for one in bucket["bucket_influencers"]] == ["bucket_time", "host"]


def test_where_nothing_is_unusual_nobody_is_named():
    assert documents(watched("mean", 100.0), "influencer") == []


def test_a_split_field_that_is_an_influencer_is_always_to_blame():
    records = [{"time": T + at * SPAN, "host": host} for at in range(100) for host in ("a", "b")]
    records += [{"time": T + 100 * SPAN, "host": "a"}]
    records += [{"time": T + 100 * SPAN + at, "host": "b"} for at in range(100)]
    records += [{"time": T + 101 * SPAN, "host": "a"}]
    running = engine({"function": "count", "by_field_name": "host"}, analysis={"influencers": ["host"]})
    found = [one for one in documents(post(running, records).results, "record") if one["record_score"] > 50.0]
    assert [(one["by_field_value"], one["influencers"][0]["influencer_field_values"]) for one in found] == [
        ("b", ["b"])
    ]
