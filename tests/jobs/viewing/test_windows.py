"""Stretches of time and their cells."""

from hypothesis import given
from hypothesis import strategies as st

from tests.jobs.viewing.conftest import SPAN_MS, result
from unusual.jobs.viewing.windows import Window, extent, grid


@given(st.integers(0, 10**12), st.integers(1, 10**10), st.integers(1, 10**6), st.integers(1, 100))
def test_cells_are_whole_buckets_that_cover_the_window_and_are_no_more_than_asked_for(start, length, span, most):
    window = Window(start, start + length)
    found = grid(window, span, most)
    assert found.number <= most
    assert found.width_ms % span == found.start_ms % span == 0
    assert found.start_ms <= window.start_ms
    assert found.cell(found.number - 1).end_ms == found.end_ms >= window.end_ms
    assert found.cell(found.number - 1).start_ms < window.end_ms


def test_a_window_is_narrowed_but_never_to_nothing():
    whole = Window(100, 200)
    assert whole.within(None, 150) == Window(100, 150)
    assert whole.within(50, 999) == whole
    assert whole.within(300, 400) == whole


def test_the_time_of_a_job_is_that_of_its_buckets(kept, keep, stored):
    assert extent(kept, stored) is None
    keep(result("bucket", 3), result("bucket", 9))
    assert extent(kept, stored) == Window(3 * SPAN_MS, 10 * SPAN_MS)
