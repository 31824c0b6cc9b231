"""What every detector function judges, against a plain computation over the raw records."""

import random

import pytest

from tests.analysis.given import SPAN, T, documents, engine, job, post, stream, text
from tests.oracles import functions
from unusual.analysis.columns import Shape, columns_of
from unusual.analysis.detection import Detection
from unusual.analysis.ndjson import Reader
from unusual.analysis.plan import compile_plan
from unusual.detect.functions import READINGS
from unusual.detect.schedule import Stretch

SPLITS = {
    "": {},
    "by": {"by_field_name": "host"},
    "by with null": {"by_field_name": "host", "use_null": True},
    "partition": {"partition_field_name": "host"},
    "by and partition": {"by_field_name": "user", "partition_field_name": "host"},
}
COUNTING = ("count", "non_zero_count")
WORDS = ("distinct_count", "info_content")  # functions of a field's strings
SUMMARISED = ("count", "non_zero_count", "mean", "min", "max", "sum", "varp", *WORDS)
SAMPLED = ("time_of_day", "time_of_week", "lat_long")  # tested in test_times_and_places
SINGLE = [
    name for name in READINGS if name not in ("metric", "rare", "freq_rare", *SAMPLED)
]  # functions that judge one number of a bucket
UNTIL = T // SPAN + 40


def detector(function, split=""):
    base = function.removeprefix("low_").removeprefix("high_")
    field = {} if base in COUNTING else {"field_name": "user" if base in WORDS else "value"}
    return {"function": function, **field, **SPLITS[split]}


def judged(described, records, **analysis):
    """Per feature {(bucket, split values): actual} of one detector."""
    plan = compile_plan(job(described, analysis=analysis))
    detection = Detection(plan)
    shape = Shape("time", "epoch", plan.texts, plan.numbers)
    columns, _ = columns_of(Reader(shape).read(text(records), last=True).frame, shape)
    detection.add(columns.times // (SPAN * 1000), columns.frame)
    first = min(int(record["time"]) for record in records) // SPAN
    source = plan.sources[0]
    names = [detection.dictionaries[key.field].values for key in source.keys]

    def values_of(series):
        codes = detection.splits[0].values_of(series)
        return tuple(known[code] for known, code in zip(names, codes, strict=True))

    return [
        {
            (bucket, values_of(series)): actual
            for bucket, series, actual in zip(
                feature.bucket.tolist(), feature.series.tolist(), feature.actual.tolist(), strict=True
            )
        }
        for feature in detection.conclude(Stretch(first, UNTIL), interim=False).judged[0]
    ]


def close(found, expected):
    assert found.keys() == expected.keys()
    assert [found[key] for key in expected] == pytest.approx(list(expected.values()), rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("function", SINGLE)
def test_the_actual_value_is_what_the_raw_records_give(function, split):
    for seed in range(2):
        records = stream(seed, buckets=40)
        (found,) = judged(detector(function, split), records)
        close(found, functions.values(records, detector(function, split), SPAN, UNTIL))


@pytest.mark.parametrize(
    "function", ["count", "non_zero_count", "mean", "min", "max", "sum", "varp", "distinct_count", "info_content"]
)
def test_pre_summarised_records_count_as_often_as_they_say(function):
    records = stream(5, buckets=40)
    (found,) = judged(detector(function, "by"), records, summary_count_field_name="n")
    close(found, functions.values(records, detector(function, "by"), SPAN, UNTIL, summary="n"))


def test_metric_judges_minimum_maximum_and_mean():
    records = stream(6, buckets=40)
    for found, function in zip(judged(detector("metric"), records), ("min", "max", "mean"), strict=True):
        close(found, functions.values(records, detector(function), SPAN, UNTIL))


def test_the_order_of_records_inside_a_bucket_does_not_matter_for_what_is_counted():
    records = stream(7, buckets=40)
    shuffled = random.Random(1).sample(records, len(records))
    for function in ("count", "distinct_count", "info_content", "min", "max", "median"):
        assert judged(detector(function), shuffled) == judged(detector(function), records)


EMPTY = {"count": 0.0, "distinct_count": 0.0, "info_content": 0.0, "sum": 0.0}


@pytest.mark.parametrize("function", SINGLE)
def test_an_empty_bucket_counts_as_zero_only_for_what_adds_up(function):
    quiet = [{"time": T, "value": 5.0, "user": "a"}, {"time": T + 2 * SPAN, "value": 6.0, "user": "a"}]
    (found,) = judged(detector(function), quiet)
    base = function.removeprefix("low_").removeprefix("high_")
    assert found.get((T // SPAN + 1, ())) == EMPTY.get(base)


@pytest.mark.parametrize("function", ["count", "sum", "mean", "min", "max", "median", *WORDS])
def test_a_record_shows_the_actual_value(function):
    calm = [
        {"time": T + at * 60, "value": 10.0 + random.Random(at).random(), "user": f"u{at % 3}"} for at in range(5 * 100)
    ]
    burst = [{"time": T + 100 * SPAN + at, "value": 200.0 + at, "user": f"v{at}"} for at in range(100)]
    records = [*calm, *burst, {"time": T + 101 * SPAN, "value": 10.0, "user": "u1"}]
    found = documents(post(engine(detector(function)), records).results, "record")
    (last,) = [one for one in found if one["timestamp"] == (T + 100 * SPAN) * 1000]
    expected = functions.values(records, detector(function), SPAN, T // SPAN + 101)
    assert last["actual"] == pytest.approx([expected[T // SPAN + 100, ()]])
    assert last["function"] == function
    assert last["record_score"] > 50.0


def test_numbers_in_strings_are_numbers():
    as_numbers = [{"time": T + at, "value": at / 7} for at in range(9)]
    as_strings = [{"time": str(one["time"]), "value": str(one["value"])} for one in as_numbers]
    assert judged(detector("sum"), as_strings) == judged(detector("sum"), as_numbers)
