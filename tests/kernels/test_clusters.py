"""A mixture that is followed value by value: laws, and SciPy for the density."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from unusual.kernels.clusters import CLUSTER, CLUSTERS, FREEDOM, LASTING, ODD, density_of, join, surprise_of

FINEST = 0.01
VALUES = st.lists(st.floats(-100.0, 100.0), min_size=1, max_size=60)


def learnt(values, finest=FINEST):
    clusters = np.zeros(CLUSTERS, CLUSTER)
    for value in values:
        join(clusters, float(value), finest)
    return clusters


def known(clusters):
    """(share, mean, deviation) of each cluster, by their means."""
    some = np.sort(clusters[clusters["n"] > 0.01 * clusters["n"].sum()], order="mean")
    return some["n"] / some["n"].sum(), some["mean"], np.sqrt(some["variance"])


def test_two_modes_are_two_clusters():
    chance = np.random.default_rng(1)
    values = np.where(chance.random(2000) < 0.3, 0.0, 20.0) + chance.normal(size=2000)
    share, mean, deviation = known(learnt(values))
    assert mean == pytest.approx([0.0, 20.0], abs=0.3)
    assert share == pytest.approx([0.3, 0.7], abs=0.06)
    assert deviation == pytest.approx([1.0, 1.0], abs=0.15)


def test_a_series_of_few_values_has_a_cluster_for_each():
    values = np.random.default_rng(2).choice([1.0, 5.0, 7.0], size=500)
    share, mean, deviation = known(learnt(values))
    assert mean.tolist() == [1.0, 5.0, 7.0]
    assert deviation.tolist() == [0.0, 0.0, 0.0]
    assert share == pytest.approx([1 / 3] * 3, abs=0.08)


@given(VALUES)
def test_together_clusters_have_the_mean_of_the_values(values):
    clusters = learnt(values)
    n = clusters["n"].astype(float)
    assert n.sum() == pytest.approx(len(values))
    assert (n * clusters["mean"]).sum() / n.sum() == pytest.approx(np.mean(values), abs=1e-2)


@given(VALUES)
def test_together_clusters_have_the_variance_of_the_values(values):
    clusters = learnt(values)
    share = clusters["n"].astype(float) / clusters["n"].sum()
    middle = (share * clusters["mean"]).sum()
    variance = (share * (clusters["variance"] + (clusters["mean"] - middle) ** 2)).sum()
    assert variance == pytest.approx(np.var(values), rel=1e-2, abs=1e-2)


@given(VALUES, st.floats(-200.0, 200.0))
def test_the_density_is_that_of_scipy(values, at):
    clusters = learnt(values)
    some = clusters[clusters["n"] > 0].astype([(name, "f8") for name in CLUSTER.names])
    scale = np.sqrt(some["variance"].astype(float)) + FINEST
    exact = (some["n"] * stats.t(FREEDOM).pdf((at - some["mean"]) / scale) / scale).sum() / some["n"].sum()
    assert density_of(clusters, FINEST, at) == pytest.approx(exact, rel=1e-4, abs=1e-12)


def test_the_density_is_one_in_all():
    clusters = learnt([1.0, 1.5, 9.0, 9.1, 9.2], 0.5)
    whole, _ = integrate.quad(lambda at: density_of(clusters, 0.5, at), -200.0, 200.0, points=[1.0, 9.0], limit=200)
    assert whole == pytest.approx(1.0, abs=1e-3)


@given(VALUES, st.floats(-200.0, 200.0), st.floats(0.0, 100.0), st.sampled_from([-1.0, 1.0]))
def test_further_out_is_never_less_surprising(values, at, more, direction):
    clusters = learnt(values)
    near = surprise_of(clusters, FINEST, at, direction)
    assert surprise_of(clusters, FINEST, at + direction * more, direction) >= near - 1e-9


@given(VALUES, st.floats(-200.0, 200.0))
def test_the_two_tails_are_all_there_is(values, at):
    clusters = learnt(values * int(ODD + 1.0))
    both = sum(10.0 ** -surprise_of(clusters, FINEST, at, direction) for direction in (-1.0, 1.0))
    assert both == pytest.approx(1.0, abs=0.03)


def test_what_is_long_ago_counts_no_more():
    clusters = learnt([0.0] * 1000 + [50.0] * int(10 * LASTING))
    share, mean, _ = known(clusters)
    assert mean.tolist() == [50.0]
    assert share == pytest.approx([1.0])


def test_what_came_once_or_twice_is_not_usual_yet():
    seldom, before = learnt([1.0, 2.0] * 50 + [90.0] * int(ODD)), learnt([1.0, 2.0] * 50)
    assert surprise_of(seldom, FINEST, 90.0, 1.0) == surprise_of(before, FINEST, 90.0, 1.0)
    often = learnt([1.0, 2.0] * 50 + [90.0] * int(ODD + 3.0))
    assert surprise_of(often, FINEST, 90.0, 1.0) == pytest.approx(-math.log10(0.5 * 3.0 / 99.0), abs=0.05)


def test_nothing_is_surprising_before_anything_is_known():
    nothing = np.zeros(CLUSTERS, CLUSTER)
    assert surprise_of(nothing, FINEST, 3.0, 1.0) == 0.0
    assert density_of(nothing, FINEST, 3.0) == 0.0
    assert math.isfinite(surprise_of(learnt([1.0]), FINEST, 1e140, 1.0))
