"""How every record is counted: one test per line of the table, and hostile bodies."""

import json
from itertools import pairwise

import pytest

from tests.analysis.given import T, engine, job, post, stream
from unusual.analysis.control import Flush, Post, Save
from unusual.analysis.engine import Engine
from unusual.errors import Unreadable

MEAN = {"function": "mean", "field_name": "load", "by_field_name": "valve"}
COUNTED = {
    "processed_record_count",
    "processed_field_count",
    "input_field_count",
    "input_record_count",
    "invalid_date_count",
    "missing_field_count",
    "out_of_order_timestamp_count",
}


def counted(records, running=None):
    """The counts of one upload that are not zero."""
    upload = post(running or engine(MEAN), records).upload
    return {name.removesuffix("_count"): upload[name] for name in COUNTED if upload[name]}


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        pytest.param(
            {"time": T, "load": 1, "valve": "a", "colour": "red"},
            {"processed_record": 1, "processed_field": 2, "input_field": 3, "input_record": 1},
            id="a whole record",
        ),
        pytest.param(
            {"time": T, "valve": "a"},
            {"processed_record": 1, "processed_field": 1, "input_field": 1, "input_record": 1, "missing_field": 1},
            id="an absent field",
        ),
        pytest.param(
            {"time": T, "load": None, "valve": "a"},
            {"processed_record": 1, "processed_field": 1, "input_field": 2, "input_record": 1, "missing_field": 1},
            id="a null field",
        ),
        pytest.param(
            {"time": "yesterday", "load": 1, "valve": "a"},
            {"input_field": 2, "input_record": 1, "invalid_date": 1},
            id="an unreadable time",
        ),
        pytest.param(
            {"load": 1, "valve": "a"},
            {"input_field": 2, "input_record": 1, "invalid_date": 1, "missing_field": 1},
            id="no time",
        ),
        pytest.param(
            {"time": str(T), "load": "1.5", "valve": 7},
            {"processed_record": 1, "processed_field": 2, "input_field": 2, "input_record": 1},
            id="numbers in strings, a number as a name",
        ),
        pytest.param(
            {"time": T, "load": 1, "valve": {"a": 1, "b": 2}},
            {"processed_record": 1, "processed_field": 1, "input_field": 3, "input_record": 1, "missing_field": 1},
            id="an object where a name should be",
        ),
        pytest.param(
            {"time": T, "load": [1, 2], "valve": ["a"]},
            {"processed_record": 1, "processed_field": 1, "input_field": 2, "input_record": 1, "missing_field": 1},
            id="lists",
        ),
        pytest.param(
            {"time": True, "load": 1, "valve": True},
            {"input_field": 2, "input_record": 1, "invalid_date": 1},
            id="a time that is a flag",
        ),
        pytest.param(
            {"time": 1e300, "load": 1, "valve": "a"},
            {"input_field": 2, "input_record": 1, "invalid_date": 1},
            id="a time beyond the calendar",
        ),
    ],
)
@pytest.mark.parametrize("company", [b"", b'{"time": "%d", "load": 1, "valve": "z"}\n' % T], ids=["alone", "misfit"])
def test_a_record_counts_as_the_table_says(record, expected, company):
    whole = {"processed_record": 1, "processed_field": 2, "input_field": 2, "input_record": 1} if company else {}
    running = engine(MEAN)
    both = {name: expected.get(name, 0) + whole.get(name, 0) for name in expected.keys() | whole.keys()}
    assert counted(company + json.dumps(record).encode(), running) == both


def test_a_record_older_than_the_newest_bucket_is_out_of_order():
    upload = post(engine(MEAN), [{"time": T + 660, "load": 1, "valve": "a"}, {"time": T + 599, "load": 1}]).upload
    assert (upload["out_of_order_timestamp_count"], upload["processed_record_count"]) == (1, 1)
    assert upload["missing_field_count"] == 0


@pytest.mark.parametrize("seed", range(3))
def test_input_records_are_processed_invalid_or_out_of_order(seed):
    records = stream(seed, late=2000)
    for at in range(0, len(records), 7):
        records[at] = records[at] | {"time": "?"}
    upload = post(engine(MEAN, analysis={"latency": "10m"}), records).upload
    parts = ("processed_record_count", "invalid_date_count", "out_of_order_timestamp_count")
    assert upload["input_record_count"] == len(records) == sum(upload[part] for part in parts)
    assert all(upload[part] for part in parts)


def test_the_answer_counts_one_upload_and_the_job_all():
    running = engine()
    first = post(running, [{"time": T}, {"time": T + 1}])
    second = post(running, [{"time": T + 2}])
    assert [one.upload["processed_record_count"] for one in (first, second)] == [2, 1]
    assert second.counts["processed_record_count"] == 3
    assert second.counts["input_bytes"] == first.upload["input_bytes"] + second.upload["input_bytes"]


def test_the_answer_tells_the_times_reached():
    running = engine()
    upload = running.handle(Post(b'{"time": %d}{"time": %d}' % (T + 250, T + 10), now_ms=77)).upload
    assert upload["latest_record_timestamp"] == (T + 250) * 1000
    assert upload["earliest_record_timestamp"] == (T + 10) * 1000
    assert upload["last_data_time"] == 77


def test_a_bucket_with_far_less_than_usual_is_sparse_and_one_without_is_empty():
    busy = [{"time": T + at * 300 + i} for at in range(30) for i in range(50)]
    thin = [{"time": T + 30 * 300}, {"time": T + 32 * 300}, {"time": T + 33 * 300}]
    counts = post(engine(), busy + thin).counts
    assert (counts["bucket_count"], counts["empty_bucket_count"], counts["sparse_bucket_count"]) == (33, 1, 2)
    assert counts["latest_empty_bucket_timestamp"] == (T + 31 * 300) * 1000
    assert counts["latest_sparse_bucket_timestamp"] == (T + 32 * 300) * 1000
    assert counts["latest_bucket_timestamp"] == (T + 32 * 300) * 1000


HOSTILE = {  # by name; NOW stands for a time
    "nothing": b"",
    "blanks": b" \n\t\r\n",
    "an empty array": b"[]",
    "an empty object": b"{}",
    "not UTF-8": b'{"time": NOW, "valve": "\xff\xfe"}',
    "a byte order mark": b'\xef\xbb\xbf{"time": NOW}',
    "zeros": bytes(1000),
    "nothing but braces": b"{" * 10_000,
    "nothing but closing braces": b"}" * 10_000,
    "brackets without end": b"[" * 1_000_000,
    "a deep object": b'{"a":' * 5000 + b"1" + b"}" * 5000,
    "tokens that are no JSON": b'{"time": NaN}\n{"time": Infinity}\n{"time": 1e999}',
    "huge numbers": b'{"time": NOW, "load": 1e308, "valve": "a"}\n{"time": NOW, "load": 1e308, "valve": "a"}',
    "a huge whole number": b'{"time": 1' + b"0" * 400 + b"}",
    "half a character": b'{"time": NOW, "valve": "\\ud800"}',
    "times of all kinds": b'{"time": null}{"time": []}{"time": {}}{"time": ""}{"time": "nan"}{"time": "NOW.5"}',
    "names that hide": b'{"": 1, "time": NOW, ".": 3}',
    "half an object": b'{"time": NOW, "load": ',
}


@pytest.mark.parametrize("body", HOSTILE)
@pytest.mark.parametrize("pieces", [1, 3])
def test_a_hostile_body_is_counted_or_refused_and_the_job_goes_on(body, pieces):
    text, running = HOSTILE[body].replace(b"NOW", b"%d" % T), engine(MEAN, analysis={"influencers": ["valve"]})
    edges = [len(text) * at // pieces for at in range(pieces + 1)]
    try:
        for number, (start, end) in enumerate(pairwise(edges)):
            running.handle(Post(text[start:end], 0, last=number == pieces - 1))
    except Unreadable:
        assert body not in ("nothing", "blanks", "an empty array", "an empty object", "huge numbers")
    after = post(running, [{"time": T, "load": 1, "valve": "a"}, {"time": T + 10, "load": 1, "valve": "a"}])
    assert after.upload["processed_record_count"] == 2
    running.handle(Flush(calc_interim=True))
    state = running.handle(Save()).state
    assert Engine.restore(job(MEAN, analysis={"influencers": ["valve"]}), state).handle(Save()).state == state


def test_an_upload_without_a_single_record_is_refused():
    with pytest.raises(Unreadable, match="no record that can be read"):
        post(engine(), b"this is not JSON\n")


def test_an_upload_with_some_records_counts_the_broken_ones():
    upload = post(engine(), b'{"time": %d}\noops\n{"time": %d}\n' % (T, T)).upload
    assert (upload["input_record_count"], upload["processed_record_count"], upload["invalid_date_count"]) == (3, 2, 1)


def test_an_upload_that_was_refused_leaves_the_counts_as_they_were():
    running = engine()
    before = post(running, [{"time": T}]).counts
    with pytest.raises(Unreadable):
        post(running, b"oops")
    assert running.handle(Flush()).counts == before
