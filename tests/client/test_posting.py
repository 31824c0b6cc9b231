"""Records of every kind are posted in whole lines, in blocks of a bounded size, none lost and none twice."""

import io
import json
from datetime import UTC, date, datetime
from itertools import pairwise

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual import Client, errors
from unusual.client.failures import BadRequest
from unusual.client.posting import blocks

records = st.lists(
    st.dictionaries(st.text(max_size=5), st.integers(-(1 << 63), (1 << 63) - 1) | st.text(max_size=20), max_size=3),
    max_size=30,
)


@given(records=records, size=st.integers(1, 200))
def test_blocks_hold_all_records_in_order_and_are_small(records, size):
    cut = [*blocks(records, size)]
    assert [json.loads(line) for line in b"".join(cut).splitlines()] == records
    assert all(len(block) <= size or block.count(b"\n") == 1 for block in cut)
    assert all(block.endswith(b"\n") for block in cut)
    for one, other in pairwise(cut):  # as few as can be
        assert len(one) + len(other.splitlines(keepends=True)[0]) > size


@given(records=records, size=st.integers(1, 200))
def test_bytes_files_and_objects_are_cut_alike(records, size):
    text = b"".join(
        json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode() + b"\n" for record in records
    )
    expected = [*blocks(records, size)]
    assert [*blocks(text, size)] == [*blocks(io.BytesIO(text), size)] == expected
    assert [*blocks(text.rstrip(b"\n"), size)] == expected


FRAME = pl.DataFrame(
    {"time": [datetime(2023, 11, 15, tzinfo=UTC)] * 3, "load": [1.5, 2.0, None], "pump": ["a", "b", "c"]}
)
LINES = [
    {"time": 1_700_006_400_000, "load": load, "pump": pump} for load, pump in ((1.5, "a"), (2.0, "b"), (None, "c"))
]


@pytest.mark.parametrize("kind", ["polars", "lazy", "arrow", "pandas", "parquet", "csv", "ndjson"])
def test_a_frame_or_a_file_becomes_lines_with_times_in_milliseconds(kind, tmp_path):
    path = tmp_path / f"loads.{kind}"
    frame = FRAME
    match kind:
        case "lazy":
            frame = FRAME.lazy()
        case "arrow":
            frame = FRAME.to_arrow()
        case "pandas":
            frame = pd.DataFrame(
                {"time": [pd.Timestamp("2023-11-15", tz="UTC")] * 3, "load": [1.5, 2.0, None], "pump": [*"abc"]}
            )
        case "parquet":
            FRAME.write_parquet(path)
        case "csv":
            FRAME.write_csv(path)
        case "ndjson":
            path.write_text("".join(json.dumps(line) + "\n" for line in LINES))
    read = b"".join(blocks(path if path.exists() else frame, 60))
    assert [json.loads(line) for line in read.splitlines()] == LINES


def test_a_moment_in_an_object_becomes_milliseconds():
    moments = {"at": datetime(1970, 1, 2), "day": date(1970, 1, 2), "zoned": datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)}  # noqa: DTZ001 - one without a zone is meant
    assert [*blocks([moments], 100)] == [b'{"at":86400000,"day":86400000,"zoned":1000}\n']


@pytest.mark.parametrize("wrong", ["text", {"time": 1}])
def test_what_is_no_records_is_refused(wrong):
    with pytest.raises(errors.Invalid):
        [*blocks(wrong, 10)]


def test_a_block_has_a_size():
    with pytest.raises(errors.Invalid, match="block_bytes"):
        [*blocks([], 0)]


COUNT = {
    "analysis_config": {"bucket_span": "5m", "detectors": [{"function": "count"}]},
    "data_description": {"time_field": "time", "time_format": "epoch"},
}


@pytest.fixture
def job(client) -> str:
    client.put_job("hits", COUNT)
    client.open_job("hits")
    return "hits"


def test_the_counts_of_all_blocks_are_those_of_one_upload(client, job):
    rows = [{"time": 1_700_006_400 + 10 * number} for number in range(500)]
    posted = client.post_data(job, iter(rows), block_bytes=1000)
    assert posted.processed_record_count == posted.input_record_count == 500
    assert posted.earliest_record_timestamp == 1_700_006_400_000
    assert posted.latest_record_timestamp.moment == datetime(2023, 11, 15, 1, 23, 10, tzinfo=UTC)
    assert client.get_job_stats(job).jobs[0].data_counts.processed_record_count == 500
    assert client.post_data(job, []).input_record_count == 0


def test_a_problem_tells_how_many_records_were_taken_before_it(scripted):
    taken = dict.fromkeys(("processed_record_count", "processed_field_count", "input_bytes", "input_field_count"), 0)
    taken |= dict.fromkeys(
        ("invalid_date_count", "missing_field_count", "out_of_order_timestamp_count", "bucket_count"), 0
    )
    taken |= {"job_id": "hits", "empty_bucket_count": 0, "sparse_bucket_count": 0, "input_record_count": 2}
    scripted.answers = [(202, taken), (400, {"error": {"type": "parse_exception", "reason": "odd"}, "status": 400})]
    with Client(scripted.url) as client, pytest.raises(BadRequest) as stopped:
        client.post_data("hits", [{"a": 1}, {"a": 2}, {"a": 3}], block_bytes=16)
    assert stopped.value.__notes__ == ["2 records were taken before"]
    assert [body for *_, body in scripted.asked] == [b'{"a":1}\n{"a":2}\n', b'{"a":3}\n']
