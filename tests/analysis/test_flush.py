"""When results appear: buckets, flush, advance, skip, interim results, latency and reset."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.given import SPAN, T, counts_by_start, documents, engine, post, stream
from unusual.analysis import snapshot
from unusual.analysis.control import Flush, Post, Save
from unusual.analysis.engine import Engine
from unusual.schema.jobs import Job


def every_minute(first, last):
    return [{"time": T + at} for at in range(first, last + 1, 60)]


class Stored:
    """A running job and its bucket results as a store keeps them."""

    def __init__(self, **settings):
        self.running = engine(**settings)
        self._buckets = {}
        self.end = None

    def _keep(self, outputs):
        if outputs.replaces_interim:
            self._buckets = {at: one for at, one in self._buckets.items() if not one[2]}
        for one in counts_by_start(outputs.results):
            self._buckets[one[0]] = one
        if outputs.interim_before is not None:
            old = outputs.interim_before - T
            self._buckets = {at: one for at, one in self._buckets.items() if not (one[2] and at < old)}
        self.end = None if outputs.finalized_end is None else outputs.finalized_end - T
        self.counts = outputs.counts
        return outputs

    def post(self, records, **options):
        return self._keep(post(self.running, records, **options))

    def flush(self, **options):
        return self._keep(self.running.handle(Flush(**options)))

    @property
    def final(self):
        return {at: count for at, count, interim in sorted(self._buckets.values()) if not interim}

    @property
    def interim(self):
        return {at: count for at, count, interim in sorted(self._buckets.values()) if interim}


def test_a_flush_tells_the_end_of_the_newest_final_bucket():
    job = Stored()
    job.post(every_minute(0, 720))
    job.flush()
    assert (job.final, job.interim, job.end) == ({0: 5, 300: 5}, {}, 600)
    job.flush(calc_interim=True)
    assert (job.final, job.interim, job.end) == ({0: 5, 300: 5}, {600: 3}, 600)


def test_after_reopening_the_open_bucket_is_continued_and_its_interim_result_replaced():
    job = Stored()
    job.post(every_minute(0, 720))
    job.flush(calc_interim=True)
    state = job.running.handle(Save()).state
    job.running = type(job.running).restore(engine()._job, state)
    job.post(every_minute(780, 1260))
    assert (job.final, job.interim) == ({0: 5, 300: 5, 600: 5, 900: 5}, {})


@pytest.mark.parametrize(
    ("flush", "final", "interim", "end"),
    [
        ({"advance_time": 600}, {0: 5, 300: 2}, {}, 600),
        ({"advance_time": 899}, {0: 5, 300: 2}, {}, 600),
        ({"advance_time": 600, "calc_interim": True}, {0: 5, 300: 2}, {600: 0}, 600),
        ({"skip_time": 1190}, {0: 5}, {}, 1200),
        ({"skip_time": 900, "advance_time": 1500}, {0: 5, 900: 0, 1200: 0}, {}, 1500),
        ({}, {0: 5}, {}, 300),
        ({"calc_interim": True}, {0: 5}, {300: 2}, 300),
        ({"advance_time": 100}, {0: 5}, {}, 300),
        ({"skip_time": 100}, {0: 5}, {}, 300),
        ({"skip_time": 900, "calc_interim": True}, {0: 5}, {900: 0}, 900),
        ({"advance_time": 1200}, {0: 5, 300: 2, 600: 0, 900: 0}, {}, 1200),
    ],
    ids=str,
)
def test_advance_and_skip_decide_which_buckets_are_final(flush, final, interim, end):
    job = Stored()
    job.post(every_minute(0, 360))
    job.flush(**{name: T + value if name.endswith("time") else value for name, value in flush.items()})
    assert (job.final, job.interim, job.end) == (final, interim, end)


def test_a_gap_gives_empty_buckets_and_the_last_bucket_stays_open():
    job = Stored()
    job.post([{"time": T + at * SPAN} for at in range(10)])
    job.post([{"time": T + at * SPAN} for at in range(20, 30)])
    assert list(job.final) == [at * SPAN for at in range(29)]
    assert (job.counts["bucket_count"], job.counts["empty_bucket_count"]) == (29, 10)


def test_a_record_on_the_boundary_belongs_to_the_new_bucket():
    job = Stored()
    job.post([{"time": T}, {"time": T + 299}, {"time": T + 300}])
    assert job.final == {0: 2}
    job.flush(calc_interim=True)
    assert job.interim == {300: 1}


def test_a_fresh_job_has_no_end_and_no_interim_bucket():
    job = Stored()
    job.flush(calc_interim=True)
    assert (job.end, job.interim, job.final) == (None, {}, {})


def test_an_advance_on_a_job_without_data_only_sets_where_it_starts():
    job = Stored()
    job.flush(advance_time=T + 900)
    assert (job.final, job.end) == ({}, 900)
    job.post([{"time": T}, {"time": T + 600}, {"time": T + 1300}, {"time": T + 1600}])
    assert job.final == {1200: 1}
    assert job.counts["processed_record_count"] == 4


def test_records_before_an_advanced_time_are_counted_and_ignored():
    job = Stored()
    job.post([{"time": T + 10}])
    job.flush(advance_time=T + 600)
    job.post([{"time": T + 20}, {"time": T + 610}, {"time": T + 900}])
    assert job.final == {0: 1, 300: 0, 600: 1}
    assert (job.counts["processed_record_count"], job.counts["out_of_order_timestamp_count"]) == (4, 0)


def test_records_before_a_skipped_time_are_counted_and_ignored():
    job = Stored()
    job.post([{"time": T + 10}])
    job.flush(skip_time=T + 600)
    job.post([{"time": T + 20}, {"time": T + 610}, {"time": T + 900}])
    assert job.final == {600: 1}
    assert job.counts["processed_record_count"] == 4


def test_what_was_skipped_is_not_learnt():
    calm = [{"time": T + at} for at in range(0, 100 * SPAN, 60)]
    burst = [{"time": T + 100 * SPAN + at / 10} for at in range(2000)]
    one, other = engine(), engine()
    for running, records in ((one, calm), (other, calm + burst)):
        post(running, [*records, {"time": T + 100 * SPAN + 299}])
        running.handle(Flush(skip_time=T + 101 * SPAN))
    later = [{"time": T + 101 * SPAN + at} for at in range(0, 9 * SPAN, 20)]
    assert post(one, later).results == post(other, later).results


def test_out_of_order_begins_before_the_bucket_of_the_newest_record():
    job = Stored()
    job.post([{"time": T + 660}, {"time": T + 610}, {"time": T + 599}])
    assert (job.counts["processed_record_count"], job.counts["out_of_order_timestamp_count"]) == (2, 1)


def test_latency_accepts_records_that_much_before_the_newest_bucket():
    job = Stored(analysis={"latency": "15m"})
    job.post([{"time": T + 660}, {"time": T - 300}, {"time": T - 301}])
    assert (job.counts["processed_record_count"], job.counts["out_of_order_timestamp_count"]) == (2, 1)


def test_with_latency_a_bucket_is_final_when_time_reaches_its_end_plus_latency():
    job = Stored(analysis={"latency": "10m"})
    job.post([{"time": T}, {"time": T + 899}])
    assert (job.final, job.end) == ({}, 0)
    job.post([{"time": T + 900}])
    assert (job.final, job.end) == ({0: 1}, 300)
    job.flush(calc_interim=True)
    assert job.interim == {300: 0, 600: 1, 900: 1}
    job.post([{"time": T + 310}])
    job.flush(calc_interim=True)
    assert job.interim == {300: 1, 600: 1, 900: 1}


def test_interim_results_can_be_asked_for_a_range():
    job = Stored(analysis={"latency": "10m"})
    job.post([{"time": T + at} for at in range(0, 901, 100)])
    job.flush(calc_interim=True, start=T + 600, end=T + 900)
    assert list(job.interim) == [600]


def test_a_reset_forgets_what_open_buckets_held():
    job = Stored(analysis={"latency": "1h"})
    job.post([{"time": T + at} for at in (0, 10, 310, 320, 610)])
    job.post([{"time": T + 330}], reset=(T + 300, T + 600))
    job.flush(advance_time=T + 900)
    assert job.final == {0: 2, 300: 1, 600: 1}


def test_interim_results_never_teach():
    records = stream(4, buckets=40)
    settings = {"analysis": {"influencers": ["host"]}}
    detectors = ({"function": "count", "by_field_name": "host"}, {"function": "mean", "field_name": "value"})
    asked, left = engine(*detectors, **settings), engine(*detectors, **settings)
    for running in (asked, left):
        post(running, records[:1])
    for record in records[1:]:
        before = asked.handle(Save()).state
        asked.handle(Flush(calc_interim=True))
        assert learnt(asked.handle(Save()).state) == learnt(before)
        assert post(asked, [record]).results == post(left, [record]).results


def learnt(state: bytes) -> bytes:
    """A state without how much memory it took at most."""
    return snapshot.dump(snapshot.load(state) | {"memory": None})


def test_an_interim_count_can_only_be_too_high_already():
    running = engine()
    post(running, [{"time": T + at} for at in range(0, 100 * SPAN, 10)])
    few = running.handle(Flush(advance_time=T + 100 * SPAN, calc_interim=True))
    assert documents(few.results, "bucket")[-1]["anomaly_score"] == 0.0
    post(running, [{"time": T + 100 * SPAN + at / 10} for at in range(2900)])
    many = running.handle(Flush(calc_interim=True))
    assert documents(many.results, "bucket")[-1]["anomaly_score"] > 50.0
    assert {one["is_interim"] for one in documents(many.results)} == {True}


def test_a_job_that_saw_nothing_has_nothing_to_save():
    running = engine()
    running.handle(Flush())
    assert running.handle(Save()).state is None
    running.handle(Flush(advance_time=T))
    assert running.handle(Save()).state is not None


@given(st.lists(st.integers(0, 40), max_size=8))
@settings(max_examples=20, deadline=None)
def test_interim_results_leave_no_trace_in_what_is_learnt(asked):
    """So that a journal need not tell of them."""
    analysis = {
        "bucket_span": "5m",
        "detectors": [
            {"function": "mean", "field_name": "load", "partition_field_name": "host"},
            {"function": "rare", "by_field_name": "host"},
            {"function": "high_count", "over_field_name": "host"},
            {"function": "time_of_day", "by_field_name": "host"},
        ],
        "influencers": ["host"],
    }
    config = {"analysis_config": analysis, "data_description": {"time_format": "epoch"}}
    engines = [Engine(Job.from_request(config, job_id="pump", now_ms=0, version="1")) for _ in range(2)]
    for number in range(40):
        hosts = [f"h{number * 7 % 11}", "a", "b", *(["new"] if number in asked else [])]
        lines = [f'{{"time": {number * 170}, "host": "{host}", "load": {number % 5}}}' for host in hosts]
        for one in engines:
            one.handle(Post("\n".join(lines).encode(), 0))
        if number in asked:
            engines[0].handle(Flush(calc_interim=True))
    assert snapshot.dump(engines[0].state()) == snapshot.dump(engines[1].state())
