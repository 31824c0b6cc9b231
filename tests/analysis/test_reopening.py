"""Final buckets that open again for late records: in the end all is as if the job had waited for them."""

import json
import random

import pytest

from tests.analysis.given import SPAN, Reader, T, documents, engine, job, post, stream, text
from tests.analysis.test_cutting import KINDS, cut
from unusual.analysis import course, reopening
from unusual.analysis.control import Flush, Forecast, Post, Save, Schedule, ScheduledEvent
from unusual.analysis.engine import Engine
from unusual.analysis.memory import expected
from unusual.schema.durations import Duration

LATE = 1800  # how long late records are taken [s]
RESCORE = {"late_data": "rescore", "late_data_window": f"{LATE}s"}
END = T + 70 * SPAN
MEAN = {"function": "mean", "field_name": "value", "by_field_name": "host"}
# Who is forgotten, and who finds room, depends on how long a job waits.
FORGETFUL = {"values that come and go", "values beside each other", "little memory", "little memory, late records"}
LINES = {
    "detectors": [
        {"function": "count", "by_field_name": "mlcategory"},
        {"function": "rare", "by_field_name": "mlcategory", "partition_field_name": "host"},
    ],
    "analysis": {"categorization_field_name": "line", "influencers": ["user"]},
}
ALL = KINDS | {"categories of lines": LINES}


def made(kind, **analysis):
    """A job of a kind whose scores stay as first given."""
    of = ALL[kind]
    settled = of.get("analysis", {}) | analysis
    return job(*of["detectors"], analysis=settled, renormalization_window_days=0, **of.get("settings", {}))


def latency(kind):
    return Duration(ALL[kind].get("analysis", {}).get("latency", "0s")).seconds


def late_records(kind, seed):
    """Records of which some are later than the job waits, and few later than it takes."""
    words = ["pump started on port 7", "valve closed by operator", "disk nearly full on node", "link down"]
    records = stream(seed, buckets=60, late=latency(kind) + LATE)
    return [record | {"line": f"{words[at % 4]} {at % 9}"} for at, record in enumerate(records)]


def ended(configuration, messages):
    """What is kept once all of a stream is told."""
    reader = Reader(Engine(configuration))
    for message in [*messages, Flush(advance_time=END)]:
        reader.tell(message)
    return reader


def plain(reader):
    """Documents without the number of their revision."""
    found = {key: json.loads(result.body) for key, result in reader.results.items()}
    return {key: {name: value for name, value in one.items() if name != "revision"} for key, one in found.items()}


def counted(reader):
    """Data counts, but for times that only grow."""
    return {name: value for name, value in reader.told[-1].counts.items() if not name.startswith("latest_")}


def pieces(records, seed, count=15):
    """A stream cut at random."""
    chance = random.Random(seed)
    return cut(records, [chance.randrange(len(records)) for _ in range(count)])


@pytest.mark.parametrize("kind", sorted(ALL.keys() - FORGETFUL))
def test_all_results_are_those_of_a_job_that_waited_as_long(kind):
    records = late_records(kind, 5)
    revised = ended(made(kind, **RESCORE), [Post(text(piece), 0) for piece in pieces(records, 1)])
    waited = ended(made(kind, latency=f"{latency(kind) + LATE}s"), [Post(text(records), 0)])
    assert plain(revised) == plain(waited)
    assert counted(revised) == counted(waited) | {"input_bytes": counted(revised)["input_bytes"]}
    assert any("revision" in one for one in revised.documents("bucket"))


@pytest.mark.parametrize("kind", ALL)
def test_neither_cuts_of_the_stream_nor_restarts_change_what_is_kept(kind):
    records, configuration = late_records(kind, 8), made(kind, **RESCORE)
    half = len(records) // 2
    parts = records[:half], records[half:]
    whole = ended(configuration, [Post(text(parts[0]), 0), Flush(), Post(text(parts[1]), 0), Flush()])
    reader = Reader(Engine(configuration))
    for seed, part in enumerate(parts):
        for piece in pieces(part, seed, count=6):
            reader.post(piece)
            state = reader.running.handle(Save()).state
            reader.running = reader.running if state is None else Engine.restore(configuration, state)
        reader.tell(Flush())
    reader.tell(Flush(advance_time=END))
    assert reader.results == whole.results
    assert counted(reader) == counted(whole)


def loads(*buckets, value=5.0, host="ash", at=0):
    return [{"time": T + bucket * SPAN + at, "host": host, "value": value} for bucket in buckets]


def reader_of(*detectors, **analysis):
    return Reader(engine(*(detectors or [MEAN]), analysis=RESCORE | analysis))


def revisions(reader):
    """Bucket → its revision, of those that were revised."""
    found = ((one["timestamp"] // 1000 - T, one.get("revision")) for one in reader.documents("bucket"))
    return {at // SPAN: number for at, number in found if number is not None}


def events(reader):
    return [one["event_count"] for one in reader.documents("bucket")]


def test_late_records_count_when_the_next_bucket_is_over_and_revise_all_buckets_since_theirs():
    reader = reader_of()
    reader.post(loads(*range(6)))
    answer = reader.post(loads(3, at=7))
    assert (answer.results, answer.upload["processed_record_count"]) == ([], 1)
    assert answer.upload["out_of_order_timestamp_count"] == 0
    answer = reader.post(loads(6))
    assert events(reader) == [1, 1, 1, 2, 1, 1]
    assert revisions(reader) == {3: 1, 4: 1}
    assert answer.reopened == (T + 3 * SPAN, T + 5 * SPAN)
    assert "revision" in documents(answer.results, "bucket")[0]


def test_a_flush_lets_them_count_at_once_and_what_comes_after_is_another_revision():
    reader = reader_of()
    reader.post(loads(*range(6)))
    reader.post(loads(4, at=7))
    reader.tell(Flush())
    assert (events(reader), revisions(reader)) == ([1, 1, 1, 1, 2], {4: 1})
    reader.post(loads(2, at=7) + loads(4, at=8) + loads(6))
    assert (events(reader), revisions(reader)) == ([1, 1, 2, 1, 3, 1], {2: 1, 3: 1, 4: 2})
    reader.tell(Flush())
    assert reader.told[0].results == []


def test_records_later_than_the_window_are_counted_and_left_out():
    reader = reader_of()
    reader.post(loads(*range(9)))
    upload = reader.post(loads(2, at=-1) + loads(2) + loads(9)).upload
    assert upload["out_of_order_timestamp_count"] == 1
    assert upload["input_record_count"] == upload["processed_record_count"] + 1 == 3
    assert events(reader) == [1, 1, 2, 1, 1, 1, 1, 1, 1]
    assert revisions(reader) == dict.fromkeys(range(2, 8), 1)


def test_without_the_setting_late_records_are_left_out_as_ever():
    for analysis in ({}, {"late_data": "drop"}):
        reader = Reader(engine(MEAN, analysis=analysis))
        reader.post(loads(*range(6)))
        assert reader.post(loads(3) + loads(6)).upload["out_of_order_timestamp_count"] == 1
        assert (events(reader), revisions(reader)) == ([1] * 6, {})


def test_a_record_before_the_first_one_makes_buckets_that_were_not_there():
    reader = reader_of()
    reader.post(loads(5))
    reader.post(loads(2) + loads(6))
    assert [one["timestamp"] // 1000 for one in reader.documents("bucket")] == [T + at * SPAN for at in range(2, 6)]
    assert reader.told[-1].counts["bucket_count"] == 4
    assert reader.told[-1].counts["empty_bucket_count"] == 2


def test_an_anomaly_goes_when_the_records_it_lacked_have_come():
    reader = reader_of("low_count")
    crowd = [loads(bucket, at=at)[0] for bucket in range(80) for at in range(20) if bucket != 70 or at == 0]
    reader.post(crowd)
    start = (T + 70 * SPAN) * 1000
    assert [one["timestamp"] for one in reader.documents("record")] == [start]
    assert [one["timestamp"] for one in reader.documents("bucket") if one["anomaly_score"] > 0] == [start]
    reader.running = engine("low_count", analysis={"late_data": "rescore", "late_data_window": "1h"})
    reader.post(crowd)
    reader.post([loads(70, at=at)[0] for at in range(1, 20)])
    reader.tell(Flush())
    assert reader.documents("record") == []
    assert all(one["anomaly_score"] == 0 for one in reader.documents("bucket"))


def test_what_was_finished_by_advance_opens_again_and_interim_results_know_late_records():
    reader = reader_of()
    reader.post(loads(0, 1))
    reader.tell(Flush(advance_time=T + 4 * SPAN))
    assert events(reader) == [1, 1, 0, 0]
    upload = reader.post(loads(3)).upload
    assert upload["processed_record_count"] == 1
    reader.post(loads(4, at=3))
    answer = reader.tell(Flush(calc_interim=True))
    assert (events(reader), revisions(reader)) == ([1, 1, 0, 1], {3: 1})
    assert [one["event_count"] for one in documents(answer.results, "bucket") if one["is_interim"]] == [1]
    assert (answer.finalized_end, answer.interim_before) == (T + 4 * SPAN, T + 4 * SPAN)


def test_there_is_no_way_back_to_what_was_skipped_or_came_before():
    reader = reader_of()
    reader.post(loads(0, 1, 2))
    reader.tell(Flush(skip_time=T + 5 * SPAN))
    reader.post(loads(1, 3, at=2) + loads(5, 6))
    assert [one["timestamp"] // 1000 for one in reader.documents("bucket")] == [T, T + SPAN, T + 5 * SPAN]
    assert (events(reader), revisions(reader)) == ([1, 1, 1], {})


def test_a_reset_drops_what_open_buckets_hold_and_leaves_final_ones():
    reader = reader_of()
    reader.post(loads(0, 1, 2))
    reader.tell(Post(text(loads(3)), 0, reset=(T, T + 9 * SPAN)))
    reader.post(loads(1, at=3))
    reader.tell(Flush(advance_time=T + 4 * SPAN))
    assert events(reader) == [1, 2, 0, 1]


def test_buckets_that_open_again_follow_calendars_as_they_are_then():
    reader = reader_of()
    reader.post(loads(*range(6)))
    event = ScheduledEvent(T + 4 * SPAN, T + 5 * SPAN, "fair", skip_result=True, skip_model_update=True)
    reader.tell(Schedule((event,), {}))
    reader.post(loads(3, at=2) + loads(6))
    named = [one["timestamp"] // 1000 for one in reader.documents("bucket") if "scheduled_events" in one]
    assert named == [T + 4 * SPAN]


def test_first_scores_are_those_of_a_job_that_waited_though_older_results_are_rescored_meanwhile():
    records = late_records("influencers", 21)
    kind = ALL["influencers"]
    jobs = [job(*kind["detectors"], analysis=kind["analysis"] | more) for more in (RESCORE, {"latency": f"{LATE}s"})]
    found = [
        [
            (key, one["initial_record_score"])
            for key, one in plain(ended(made, [Post(text(records), 0)])).items()
            if key[0] == "record"
        ]
        for made in jobs
    ]
    assert found[0] == found[1]
    assert len(found[0]) > 3


@pytest.mark.parametrize("kind", ["model plots", "influencers"])
def test_much_that_is_told_anew_comes_in_pieces_that_are_whole(kind, monkeypatch):
    records = late_records(kind, 5)
    expected_ = ended(made(kind, **RESCORE), [Post(text(records), 0)])
    monkeypatch.setattr(course, "PLOTTED", 20)
    for module in (course, reopening):
        monkeypatch.setattr(module, "A_MESSAGE", 2)
    reader = Reader(Engine(made(kind, **RESCORE)))
    for piece in pieces(records, 1):
        reader.post(piece)
        for one in reader.told:
            times = {result.timestamp // 1000 for result in one.results}
            assert one.reopened is None or times >= {*range(*one.reopened, SPAN)}
    reader.tell(Flush(advance_time=END))
    assert reader.results == expected_.results


def test_a_long_gap_is_gone_through_in_pieces_and_opens_again_in_its_last_ones():
    reader = reader_of("count")
    reader.post(loads(0, 70_000))
    assert [one.buckets for one in reader.told] == [20_000, 20_000, 20_000, 10_000]
    reader.post(loads(69_998, at=7))
    reader.tell(Flush())
    assert revisions(reader) == {69_998: 1, 69_999: 1}
    assert len(reader.documents("bucket")) == 70_000


def test_a_forecast_goes_on_from_what_late_records_taught():
    answers = []
    for records in (loads(*range(40)) + loads(38, value=900.0, at=9), sorted_loads()):
        reader = reader_of(MEAN)
        reader.post(records)
        reader.tell(Flush(advance_time=T + 40 * SPAN))
        request = {"forecast_id": "f", "timestamp": 0, "forecast_start_timestamp": 0}
        reader.tell(Forecast(request, buckets=3, memory_bytes=1 << 20))
        answers.append(documents([result for one in reader.told for result in one.results], "model_forecast"))
    assert answers[0] == answers[1] != []


def sorted_loads():
    return sorted(loads(*range(40)) + loads(38, value=900.0, at=9), key=lambda record: record["time"])


def test_memory_counts_all_that_is_kept_for_late_records():
    hosts = [f"host-{number}" for number in range(300)]
    records = [record for bucket in range(20) for host in hosts for record in loads(bucket, host=host)]
    sizes = [
        post(engine(MEAN, analysis=analysis), records).model_size["model_bytes"]
        for analysis in ({}, RESCORE, {"late_data": "rescore", "late_data_window": "75m"})
    ]
    assert sizes[1] > 2 * sizes[0]
    assert sizes[2] > sizes[1]


def test_as_many_series_are_let_in_as_have_room_for_their_late_records():
    hosts = [f"host-{number}" for number in range(1000)]
    records = [record for bucket in range(8) for host in hosts for record in loads(bucket, host=host)]
    limits = {"analysis_limits": {"model_memory_limit": "2mb"}}
    size = post(engine(MEAN, analysis=RESCORE, **limits), records).model_size
    assert size["memory_status"] == "hard_limit"
    assert size["model_bytes"] < 0.7 * (2 << 20) < size["reserved_model_bytes"] <= 2 << 20


def test_what_a_job_is_expected_to_take_is_about_what_it_takes():
    hosts = [f"host-{number}" for number in range(500)]
    records = [record for bucket in range(10) for host in hosts for record in loads(bucket, host=host)]
    size = post(engine(MEAN, analysis=RESCORE), records).model_size
    assert size["reserved_model_bytes"] == pytest.approx(expected(job(MEAN, analysis=RESCORE), {"host": 500}), rel=0.3)
