"""How far a job has come in time: which records are too late, which buckets are over, which are open."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual.detect.buckets import Timeline

SPAN = 300


def ints(*times):
    return np.array(times, np.int64)


def timeline(latency=0, *seen):
    """A timeline that has seen some times, and closed the buckets they passed."""
    line = Timeline(SPAN, latency)
    for time in seen:
        line.observe(ints(time))
        line.finish(line.due())
    return line


@pytest.mark.parametrize(
    ("latency", "time", "accepted"),
    [(0, 610, True), (0, 600, True), (0, 599, False), (900, -300, True), (900, -301, False)],
)
def test_a_record_is_out_of_order_before_the_newest_bucket_minus_latency(latency, time, accepted):
    assert timeline(latency, 660).in_order(ints(time)).tolist() == [accepted]
    assert timeline(latency).in_order(ints(660, time)).tolist() == [True, accepted]


def test_the_first_record_is_always_in_order():
    assert timeline().in_order(ints(-5)).tolist() == [True]
    assert timeline().in_order(ints()).size == 0


@given(st.lists(st.integers(0, 3000), max_size=30), st.sampled_from([0, 300, 400, 900]), st.integers(0, 30))
def test_where_times_are_cut_changes_nothing(times, latency, cut):
    def seen(*pieces):
        line, buckets, wanted = timeline(latency), [], []
        for piece in pieces:
            array = ints(*piece)
            found = line.observe(array[line.in_order(array)])
            buckets, wanted = buckets + found[0].tolist(), wanted + found[1].tolist()
            if line.first_open is not None:
                line.finish(line.due())
        return buckets, wanted, line

    assert seen(times[:cut], times[cut:]) == seen(times)
    assert seen(*([time] for time in times)) == seen(times)


@pytest.mark.parametrize(("time", "due"), [(599, 1), (600, 2), (601, 2)])
def test_a_bucket_is_over_when_a_record_reaches_its_end(time, due):
    assert timeline(0, 0, time).due() == due


@pytest.mark.parametrize(("time", "due"), [(899, 0), (900, 1), (1199, 1), (1200, 2)])
def test_with_latency_a_bucket_is_over_that_much_later(time, due):
    assert timeline(600, 0, time).due() == due


@pytest.mark.parametrize("latency", [0, 400, 600])
def test_the_oldest_open_bucket_is_known_for_each_record_before_it_comes(latency):
    times = [0, 950, 100, 2000, 1999]
    line = timeline(latency)
    expected = []
    for time in times:
        expected.append(line.open_before(ints(time))[0])
        line.observe(ints(time))
        line.finish(line.due())
    assert timeline(latency).open_before(ints(*times)).tolist() == expected
    assert expected[-1] == (2000 - latency) // SPAN


def test_before_any_record_nothing_is_known():
    line = timeline()
    assert (line.finalized_end(), line.open_buckets(), line.first_result(5)) == (None, range(0), 5)


def test_results_begin_with_the_first_bucket_that_has_a_record():
    line = timeline()
    line.finish(3)
    line.observe(ints(100, 5 * SPAN))
    assert (line.begin, line.first_result(9)) == (5, 5)


def test_records_of_final_buckets_are_not_wanted():
    line = timeline(0, 10)
    line.finish(2)
    assert line.observe(ints(20, 610))[1].tolist() == [False, True]


def test_time_never_goes_back():
    line = timeline(0, 1000)
    line.finish(1)
    assert line.finalized_end() == 900


@pytest.mark.parametrize(("latency", "opened"), [(0, [3]), (600, [1, 2, 3]), (400, [1, 2])])
def test_as_many_buckets_are_open_as_fit_into_the_latency_and_one(latency, opened):
    assert list(timeline(latency, 0, 950).open_buckets()) == opened


def test_a_restored_timeline_goes_on():
    line, other = timeline(600, 0, 950), Timeline(SPAN, 600)
    other.restore(line.state())
    assert other == line
