"""Long gaps: what one message leaves unfinished is asked for with `Proceed`, and nothing hangs on how it was cut."""

import pytest

from tests.analysis.given import SPAN, engine, text
from unusual.analysis import course as module
from unusual.analysis.control import Flush, Post, Proceed


def told(job, message):
    """All outputs that a message leads to."""
    outputs = [job.handle(message)]
    while outputs[-1].unfinished:
        outputs.append(job.handle(Proceed()))
    return outputs


def results(outputs):
    return [result for one in outputs for result in one.results]


def script(job):
    """A gap in the data, then one to an advanced time, with interim results behind it."""
    posted = told(job, Post(text([{"time": 0}, {"time": 40 * SPAN}]), now_ms=0))
    flushed = told(job, Flush(calc_interim=True, advance_time=100 * SPAN))
    return posted, flushed


@pytest.mark.parametrize("most", [1, 7, 40, 1000])
def test_the_results_do_not_depend_on_how_many_buckets_one_message_may_conclude(most, monkeypatch):
    posted, flushed = script(engine("count"))
    monkeypatch.setattr(module, "A_MESSAGE", most)
    cut_post, cut_flush = script(engine("count"))
    assert results(cut_post) == results(posted)
    assert results(cut_flush) == results(flushed)
    for whole, cut in ((posted, cut_post), (flushed, cut_flush)):
        assert (cut[-1].upload, cut[-1].counts) == (whole[-1].upload, whole[-1].counts)
        assert cut[-1].replaces_interim == whole[-1].replaces_interim
        assert all(one.buckets <= most for one in cut)


def test_one_message_concludes_a_bounded_number_of_buckets_however_long_the_gap():
    job = engine("count")
    first = job.handle(Post(text([{"time": 0}, {"time": 50_000_000 * SPAN}]), now_ms=0))
    assert first.unfinished
    assert first.buckets == len(first.results) == module.A_MESSAGE
    assert first.finalized_end == module.A_MESSAGE * SPAN


def test_a_state_saved_on_the_way_goes_on_with_the_next_message():
    job = engine("count")
    outputs = job.handle(Post(text([{"time": 0}, {"time": 2 * module.A_MESSAGE * SPAN}]), now_ms=0))
    assert outputs.unfinished
    last = told(job, Proceed())[-1]
    assert last.counts["bucket_count"] == 2 * module.A_MESSAGE
