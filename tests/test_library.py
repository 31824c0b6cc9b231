"""The library as its users have it: frames of Polars and pandas in, frames of what is unusual out."""

import re
from datetime import UTC, datetime, timedelta

import pandas as pd
import polars as pl
import pytest

import unusual
from unusual import Job
from unusual.errors import Invalid

START = datetime(2021, 1, 1, tzinfo=UTC)
SPAN = timedelta(minutes=15)
SPIKE = START + 300 * SPAN


@pytest.fixture
def frame():
    """A load of two hosts with one spike."""
    moments = [START + step * SPAN for step in range(400)]
    hosts = [
        pl.DataFrame({"time": moments, "load": [50.0 + step % 7 for step in range(400)]}).with_columns(
            host=pl.lit(host)
        )
        for host in ("ash", "elm")
    ]
    spike = pl.when((pl.col("time") == SPIKE) & (pl.col("host") == "elm")).then(900.0).otherwise("load")
    return pl.concat(hosts).sort("time", "host").with_columns(spike.alias("load"))


@pytest.fixture
def job():
    return Job("mean(load) by host", bucket_span="15m", influencers=["host"])


def strongest(records: pl.DataFrame) -> dict:
    return records.sort("record_score", descending=True).row(0, named=True)


def test_the_package_shows_what_it_is_for():
    assert "Job" in unusual.__all__
    with pytest.raises(AttributeError, match="no attribute 'Jobs'"):
        unusual.Jobs  # noqa: B018 - looking it up is the test


def test_a_frame_gives_frames_of_what_is_unusual(job, frame):
    worst = strongest(job.detect(frame))
    assert (worst["timestamp"], worst["by_field_value"], worst["actual"]) == (SPIKE, "elm", 900.0)
    assert worst["record_score"] > 75
    assert strongest(job.influencers.rename({"influencer_score": "record_score"}))["influencer_field_value"] == "elm"
    assert job.buckets["timestamp"].to_list() == [START + step * SPAN for step in range(400)]
    assert job.counts["processed_record_count"] == 800
    assert set(job.fields) == {"load", "host"}


@pytest.mark.parametrize(
    "shape",
    [
        lambda frame: frame.to_pandas(),
        lambda frame: frame.sample(fraction=1, shuffle=True, seed=7),
        lambda frame: frame.sort("load").to_pandas().set_index("load").reset_index(),
        lambda frame: frame.with_columns(pl.col("time").dt.epoch("s")),
        lambda frame: frame.with_columns(pl.col("time").dt.epoch("s").cast(pl.Float64)).to_pandas(),
        lambda frame: frame.with_columns(pl.col("time").dt.replace_time_zone(None)),
        lambda frame: frame.with_columns(pl.col("time").dt.convert_time_zone("Asia/Tokyo")),
        lambda frame: frame.with_columns(pl.col("time").dt.cast_time_unit("ns"), pl.col("host").cast(pl.Categorical)),
        lambda frame: frame.with_columns(pl.col("load").cast(pl.Int32), noise=pl.lit([1, 2])),
    ],
)
def test_the_make_and_the_order_of_a_frame_change_nothing(job, frame, shape):
    expected = Job("mean(load) by host", bucket_span="15m", influencers=["host"]).detect(frame)
    assert job.detect(shape(frame)).equals(expected)


def test_feeding_piece_by_piece_gives_the_records_of_each_piece(job, frame):
    pieces = [job.feed(frame.slice(start, 100)) for start in range(0, 800, 100)]
    pieces.append(job.finish())
    assert pl.concat([piece for piece in pieces if piece.height], how="diagonal").equals(job.records)
    whole = Job("mean(load) by host", bucket_span="15m", influencers=["host"]).detect(frame)
    assert job.records.equals(whole)


def test_a_score_falls_when_many_as_rare_follow_and_the_first_one_is_kept(job):
    """Each of six hosts departs once, further than the one before."""
    rows = [
        {
            "time": START + step * SPAN,
            "host": f"h{host}",
            "load": 500.0 * 3.0**host if step == 300 + 60 * host else 50.0 + (step * step + host) % 7,
        }
        for step in range(700)
        for host in range(6)
    ]
    early = strongest(job.feed(pl.DataFrame(rows[: 6 * 310])))
    job.feed(pl.DataFrame(rows[6 * 310 :]))
    first = job.records.filter(pl.col("timestamp") == SPIKE).sort("record_score").to_dicts()[-1]
    assert first["initial_record_score"] == early["initial_record_score"] > 75
    assert first["record_score"] < first["initial_record_score"] - 5
    for scored in (job.buckets, job.influencers.rename({"influencer_score": "anomaly_score"})):
        found = scored.filter(pl.col("timestamp") == SPIKE)["anomaly_score"].max()
        assert found < first["initial_record_score"] - 5


def test_a_saved_job_goes_on_where_it_stopped(job, frame, tmp_path):
    whole = Job("mean(load) by host", bucket_span="15m", influencers=["host"]).detect(frame)
    job.feed(frame.head(555))
    job.save(tmp_path / "model")
    later = Job.load(tmp_path / "model")
    later.feed(frame.slice(555))
    later.finish()
    assert (later.fields, later.counts["processed_record_count"]) == (job.fields, 800)
    assert later.records.equals(whole.filter(pl.col("timestamp") > frame["time"][555] - SPAN))


def test_records_without_time_or_value_are_counted_and_do_no_harm(job, frame):
    holes = frame.with_columns(
        pl.when(pl.int_range(pl.len()) % 10 == 3).then(None).otherwise("time").alias("time"),
        pl.when(pl.int_range(pl.len()) % 10 == 5).then(float("nan")).otherwise("load").alias("load"),
    )
    job.detect(holes)
    assert (job.counts["invalid_date_count"], job.counts["processed_record_count"]) == (80, 720)
    assert job.counts["missing_field_count"] == 80 + 80


def test_a_job_is_described_in_words_or_in_documents(frame):
    described = Job(
        {"function": "mean", "field_name": "load", "by_field_name": "host"}, bucket_span="15m", influencers=("host",)
    )
    spoken = Job("mean(load) by host", bucket_span="15m", influencers=["host"])
    assert described.detect(frame).equals(spoken.detect(frame))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (Job, "No detectors configured"),
        (lambda: Job("mena(load)"), "Unknown function 'mena'"),
        (lambda: Job("mean(load)", bucket_span="soon"), "bucket_span"),
        (lambda: Job("mean(load)", speed="high"), "unknown field [speed]"),
        (lambda: Job("mean(load)", time_format="yyyy"), "Invalid Time format string 'yyyy'"),
        (lambda: Job("mean(load)").detect(pl.DataFrame({"when": [1], "load": [1.0]})), "the frame has no field 'time'"),
    ],
)
def test_what_cannot_be_is_told_by_name(make, said):
    with pytest.raises(Invalid, match=re.escape(said)):
        make()


def test_a_job_that_has_seen_nothing_cannot_be_saved_nor_another_file_loaded(job, tmp_path):
    with pytest.raises(Invalid, match="seen nothing"):
        job.save(tmp_path / "model")
    (tmp_path / "other").write_bytes(b"something else")
    with pytest.raises(Invalid):
        Job.load(tmp_path / "other")
    with pytest.raises(FileNotFoundError):
        Job.load(tmp_path / "absent")


def test_an_empty_frame_changes_nothing(job, frame):
    assert job.detect(frame.clear()).is_empty()
    assert job.feed(pd.DataFrame({"time": [], "load": [], "host": []})).is_empty()
    assert job.counts["input_record_count"] == 0


def test_what_was_expected_is_a_frame_too(frame):
    job = Job("mean(load) by host", bucket_span="15m", model_plot_config={"enabled": True, "terms": "elm"})
    job.detect(frame)
    plot = job.model_plot
    assert plot["by_field_value"].unique().to_list() == ["elm"]
    outside = plot.filter(~pl.col("actual").is_between("model_lower", "model_upper"))
    assert SPIKE in outside["timestamp"].to_list()
    assert Job("count", bucket_span="15m").model_plot.is_empty()


def test_late_records_open_their_buckets_again(frame):
    settings = {"bucket_span": "15m", "late_data": "rescore", "late_data_window": "2h"}
    late = frame.filter(pl.col("time").is_between(SPIKE - 2 * SPAN, SPIKE - SPAN) & (pl.col("host") == "elm"))
    before, after = frame.filter(pl.col("time") <= SPIKE + SPAN), frame.filter(pl.col("time") > SPIKE + SPAN)
    job, ordered = Job("mean(load) by host", **settings), Job("mean(load) by host", bucket_span="15m")
    job.feed(before.join(late, on=["time", "host"], how="anti"))
    told = job.feed(late)
    assert told.is_empty()
    told = job.feed(after)
    ordered.feed(frame)
    assert strongest(told)["timestamp"] == SPIKE
    assert strongest(told)["revision"] == 1
    assert job.buckets["timestamp"].to_list() == ordered.buckets["timestamp"].to_list()
    revised = job.buckets.filter(pl.col("revision").is_not_null())["timestamp"].to_list()
    assert revised == [SPIKE - 2 * SPAN, SPIKE - SPAN, SPIKE]
    plain = job.records.drop("revision")
    assert plain.equals(ordered.records)


def test_scheduled_events_silence_a_job_in_memory_and_are_saved_with_it(frame, tmp_path):
    event = {"description": "regatta", "start_time": SPIKE, "end_time": SPIKE + SPAN}
    job = Job("mean(load) by host", bucket_span="15m", events=[event])
    assert "scheduled_events" not in job.detect(frame.filter(pl.col("time") < SPIKE - SPAN)).columns
    job.save(tmp_path / "model")
    for one in (job, Job.load(tmp_path / "model")):
        one.feed(frame.filter(pl.col("time") >= SPIKE - SPAN))
        assert one.records.is_empty()
        named = one.buckets.filter(pl.col("timestamp") == SPIKE)
        assert named["scheduled_events"].to_list() == [["regatta"]]


def test_an_event_may_come_again(frame):
    event = {"description": "tide", "start_time": START, "end_time": START + SPAN}
    daily = event | {"recurrence": {"rule": "FREQ=DAILY;COUNT=3"}}
    job = Job("mean(load)", bucket_span="15m", events=[daily])
    job.detect(frame)
    named = job.buckets.filter(pl.col("scheduled_events").list.len() > 0)["timestamp"].to_list()
    assert named == [START + timedelta(days=day) for day in range(3)]


@pytest.mark.parametrize(("items", "found"), [(["elm"], False), (["e*"], False), (["ash"], True), ([], True)])
def test_rules_name_filters_that_a_job_in_memory_is_given(frame, items, found):
    rule = {"scope": {"host": {"filter_id": "dull"}}}
    detector = {"function": "mean", "field_name": "load", "by_field_name": "host", "custom_rules": [rule]}
    records = Job(detector, bucket_span="15m", filters={"dull": items}).detect(frame)
    assert (not records.is_empty()) == found


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"events": [{"description": "x", "start_time": 5, "end_time": 5}]}, "must come before end time"),
        ({"events": [{"start_time": 5, "end_time": 6}]}, "description"),
        ({"events": {}}, "events are a list"),
        ({"filters": ["ash"]}, "filters an object"),
        ({"filters": {"dull": 3}}, "items"),
    ],
)
def test_wrong_events_and_filters_are_named(wrong, told):
    with pytest.raises(Invalid, match=told):
        Job("count", **wrong)
