"""Options of the endpoints: defaults, what fits together, and the times they mean."""

import pytest

from unusual.errors import Invalid, Malformed, Unreadable
from unusual.schema.options import (
    BucketOptions,
    CategoryOptions,
    CloseOptions,
    DataOptions,
    DeleteJobOptions,
    FlushOptions,
    FlushTimes,
    ForecastOptions,
    InfluencerOptions,
    OpenOptions,
    OverallBucketOptions,
    RecordOptions,
    RevertOptions,
    SnapshotOptions,
)
from unusual.schema.reading import read, read_query

NOW_MS = 1_700_000_000_500


def _flush(**options):
    return read(FlushOptions, options, "flush_job").times(NOW_MS)


@pytest.mark.parametrize(
    ("model", "defaults"),
    [
        (OpenOptions, {"timeout": "30m"}),
        (CloseOptions, {"force": False, "timeout": "30m", "allow_no_match": True}),
        (DeleteJobOptions, {"force": False, "wait_for_completion": True}),
        (FlushOptions, {"calc_interim": False}),
        (BucketOptions, {"sort": "timestamp", "desc": False, "exclude_interim": False, "expand": False}),
        (RecordOptions, {"sort": "record_score", "desc": True, "record_score": 0.0}),
        (InfluencerOptions, {"sort": "influencer_score", "desc": True, "influencer_score": 0.0}),
        (OverallBucketOptions, {"top_n": 1, "overall_score": 0.0, "bucket_span": None, "exclude_interim": False}),
        (SnapshotOptions, {"sort": "timestamp", "desc": True}),
        (RevertOptions, {"delete_intervening_results": False}),
        (ForecastOptions, {"duration": "1d", "expires_in": "14d", "max_model_memory": "20mb"}),
    ],
)
def test_nothing_given_means_the_defaults(model, defaults):
    options = read(model, {}, "options")
    assert {name: getattr(options, name) for name in defaults} == defaults


@pytest.mark.parametrize("model", [BucketOptions, RecordOptions, InfluencerOptions, CategoryOptions, SnapshotOptions])
def test_a_page_has_a_hundred_entries(model):
    assert (read(model, {}, "options").page.start, read(model, {}, "options").page.size) == (0, 100)


def test_flush_times_are_seconds():
    assert _flush() == FlushTimes(None, None, None, None)
    assert _flush(calc_interim=True, start="1609459200", end="2021-01-01T01:00:00Z") == FlushTimes(
        1_609_459_200, 1_609_462_800, None, None
    )
    assert _flush(skip_time="1609459200", advance_time="now").advance_time == 1_700_000_000


@pytest.mark.parametrize(
    ("options", "kind", "reason"),
    [
        ({"start": "0"}, Invalid, "Invalid flush parameters: unexpected 'start'."),
        ({"end": "0"}, Invalid, "Invalid flush parameters: unexpected 'end'."),
        ({"start": "x", "end": "0"}, Invalid, "Invalid flush parameters: unexpected 'start'."),
        (
            {"calc_interim": True, "end": "0"},
            Invalid,
            "Invalid flush parameters: 'start' has not been specified.",
        ),
        (
            {"calc_interim": True, "start": "10", "end": "9"},
            Unreadable,
            "Invalid time range: end time '9' is earlier than start time '10'.",
        ),
        *(
            (
                {"calc_interim": True, "start": "0", name: "soon"},
                Unreadable,
                f"Query param [{name}] with value [soon] cannot be parsed as a date or converted to a number (epoch).",
            )
            for name in ("start", "end", "skip_time", "advance_time")
        ),
        (
            {"skip_time": "900", "advance_time": "600"},
            Invalid,
            "advance_time [600] must be later than skip_time [900]",
        ),
        (
            {"skip_time": "900", "advance_time": "900"},
            Invalid,
            "advance_time [900] must be later than skip_time [900]",
        ),
    ],
)
def test_a_flush_that_makes_no_sense_is_refused(options, kind, reason, refused):
    assert refused(_flush, **options) == [(kind, reason)]


def test_times_in_a_body_are_strings(refused):
    [outer, inner] = refused(read, FlushOptions, {"advance_time": 1_609_459_200}, "flush_job")
    assert outer == (Malformed, "[1:1] [flush_job] failed to parse field [advance_time]")
    assert inner == (Malformed, "[1:1] [flush_job] advance_time doesn't support values of type: VALUE_NUMBER")


def test_the_window_to_forget_may_be_open_on_one_side():
    assert DataOptions().window(NOW_MS) is None
    assert DataOptions(reset_start="100", reset_end="200").window(NOW_MS) == (100, 200)
    assert DataOptions(reset_start="100").window(NOW_MS) == (100, 1_700_000_000)
    assert DataOptions(reset_end="200").window(NOW_MS) == (0, 200)


@pytest.mark.parametrize("name", ["start", "end"])
def test_an_unreadable_reset_time_is_called_by_its_short_name(name, refused):
    reason = f"Query param [{name}] with value [x] cannot be parsed as a date or converted to a number (epoch)."
    assert refused(DataOptions(**{f"reset_{name}": "x"}).window, NOW_MS) == [(Unreadable, reason)]


def test_a_window_of_results_is_in_milliseconds():
    assert RecordOptions().window() == (None, None)
    assert RecordOptions(start="1970-01-02", end="5000").window() == (86_400_000, 5000)


def test_one_bucket_is_asked_for_by_path_or_body():
    assert BucketOptions().at(None).bucket_start() is None
    assert BucketOptions().at("300000").bucket_start() == 300_000
    assert BucketOptions(timestamp="300000").at(None).bucket_start() == 300_000


@pytest.mark.parametrize("name", ["start", "end", "anomaly_score", "from", "size"])
def test_options_of_a_range_do_not_fit_one_bucket(name, refused):
    options = read_query(BucketOptions, {name: "1"}, "get_buckets").at("300000")
    [(kind, said)] = refused(options.bucket_start)
    assert kind is Invalid
    assert name in said
    assert "is incompatible with" in said or "are incompatible with" in said


@pytest.mark.parametrize("name", ["exclude_interim", "expand", "desc"])
def test_other_options_fit_one_bucket(name):
    assert read_query(BucketOptions, {name: "true"}, "get_buckets").at("0").bucket_start() == 0


def test_a_category_is_a_number_and_has_no_page(refused):
    assert CategoryOptions().number(None) is None
    assert CategoryOptions().number("7") == 7
    assert refused(CategoryOptions().number, "seven")[0][0] is Invalid
    paged = read_query(CategoryOptions, {"size": "3"}, "get_categories")
    assert refused(paged.number, "7") == [(Invalid, "Parameters [from, size] are incompatible with [category_id]")]


def test_overall_buckets_know_date_math(refused):
    options = OverallBucketOptions(start="1970-01-01||+1h", end="now")
    assert options.window(NOW_MS) == (3_600_000, NOW_MS)
    assert refused(OverallBucketOptions(start="2", end="1").window, NOW_MS)[0][0] is Unreadable


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"duration": "0s"}, "[duration] must be positive: [0s]"),
        ({"duration": "3651d"}, "[duration] must be 3650d or less: [3651d]"),
        ({"expires_in": "-1"}, "[expires_in] must be non-negative: [-1]"),
        ({"max_model_memory": "500mb"}, "[max_model_memory] must be less than 500mb"),
    ],
)
def test_a_forecast_stays_within_bounds(parameters, reason, refused):
    assert refused(read_query, ForecastOptions, parameters, "forecast_job") == [(Invalid, reason)]


def test_a_forecast_may_be_kept_for_ever():
    options = read_query(
        ForecastOptions, {"duration": "3650d", "expires_in": "0", "max_model_memory": "40mb"}, "forecast_job"
    )
    assert (options.duration, options.expires_in.seconds, options.max_model_memory) == ("3650d", 0, "40mb")
