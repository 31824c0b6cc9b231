"""What a datafeed reads from the server's own indices: pages, chunks, and fields that no document has."""

import pytest

from tests.jobs.world import world
from unusual.errors import Invalid, Refused
from unusual.jobs import configure, datafeeds
from unusual.jobs.indexing import Write, write
from unusual.jobs.indices import create
from unusual.jobs.sources import OwnIndices, portions
from unusual.schema.datafeeds import Datafeed
from unusual.schema.jobs import Job

MAPPINGS = {"properties": {"at": {"type": "date"}, "bytes": {"type": "long"}, "pier": {"type": "keyword"}}}
TRIPS = [(1000, 10, "north"), (1400, 20, "south"), (1900, 30, "north"), (2000, 40, "north")]


def source(feed: dict, analysis: dict | None = None, **description) -> OwnIndices:
    """The source of a datafeed over an index of four trips."""
    ports = world()
    create(ports, "log", {"mappings": MAPPINGS})
    write(ports, "log", [Write(None, {"at": at, "bytes": size, "pier": pier}) for at, size, pier in TRIPS])
    detectors = [{"function": "mean", "field_name": "bytes", "by_field_name": "pier"}]
    config = {
        "analysis_config": {"bucket_span": "1h", "detectors": detectors} | (analysis or {}),
        "data_description": {"time_field": "at"} | description,
    }
    configure.create(ports, "job", config)
    stored = datafeeds.create(ports, "feed", {"job_id": "job", "indices": ["log"]} | feed)
    return OwnIndices(ports, Datafeed.from_document(stored), Job.from_document(ports.jobs.get("job").config))


def expression(text: str, **more) -> dict:
    return {"script": {"lang": "expression", "source": text}} | more


def mean_of(field: str) -> dict:
    return {"detectors": [{"function": "mean", "field_name": field}]}


def test_a_job_that_knows_whole_seconds_gets_them_whole() -> None:
    single = {"scroll_size": 1, "chunking_config": {"mode": "off"}}
    first = source(single, time_format="yyyy-MM-dd HH:mm:ss").read(None, None)
    assert [record["at"] for record in first.records] == [1000, 1400, 1900]
    assert first.until_ms == 2000
    exact = source(single, time_format="epoch_ms").read(None, None)
    assert [record["at"] for record in exact.records] == [1000]
    assert exact.until_ms == 1001


@pytest.mark.parametrize(("span", "chunks"), [("500ms", [2, 2]), ("1ms", [1, 1, 1, 1]), ("1h", [4]), ("1s", [3, 1])])
def test_a_chunk_of_documents_begins_at_the_first_and_is_as_long_as_was_asked_for(span: str, chunks) -> None:
    made = source({"chunking_config": {"mode": "manual", "time_span": span}})
    for end in (None, 2001):
        read = [[record["at"] for record in portion.records] for portion in portions(made, None, end)]
        assert [len(times) for times in read if times] == chunks
        assert [at for times in read for at in times] == [at for at, *_ in TRIPS]


def test_script_fields_are_computed() -> None:
    feed = {"script_fields": {"kib": expression("bytes / 1024"), "far": expression("pier == 'south' ? 1 : gone")}}
    made = source(feed | {"runtime_mappings": {"gone": {"type": "long"}}}, mean_of("kib") | {"influencers": ["far"]})
    made.check()
    assert made.read(None, None).records == [
        {"at": at, "kib": size / 1024} | ({"far": 1} if pier == "south" else {}) for at, size, pier in TRIPS
    ]


def test_runtime_fields_can_be_asked_for_and_summed_up() -> None:
    runtime = {"runtime_mappings": {"kb": expression("bytes / 10", type="long")}}
    chosen = source(runtime | {"query": {"range": {"kb": {"gte": 3}}}}, mean_of("kb"))
    chosen.check()
    assert [record["kb"] for record in chosen.read(None, None).records] == [3, 4]
    slots = {
        "slots": {
            "date_histogram": {"field": "at", "fixed_interval": "1s"},
            "aggregations": {"at": {"max": {"field": "at"}}, "kb": {"sum": {"field": "kb"}}},
        }
    }
    summed = source(runtime | {"aggs": slots}, mean_of("kb") | {"summary_count_field_name": "doc_count"})
    summed.check()
    records = summed.read(None, None).records
    assert [(record["at"], record["kb"], record["doc_count"]) for record in records] == [(1900, 6, 3), (2000, 4, 1)]


@pytest.mark.parametrize(
    ("feed", "reason"),
    [
        ({"script_fields": {"x": {"script": "1"}}}, r"script in \[painless\] in its script_fields"),
        ({"runtime_mappings": {"x": {"type": "long", "script": {"source": "emit(1)"}}}}, "its runtime_mappings"),
        ({"script_fields": {"x": expression("pier * 2")}}, r"field \[x\] of \[script_fields\] cannot be computed"),
        ({"script_fields": {"x": expression("away * 2")}}, r"field \[away\] because it has no mappings"),
    ],
)
def test_what_cannot_be_computed_forbids_a_start(feed, reason) -> None:
    made = source(feed, mean_of("x"))
    with pytest.raises(Refused, match=reason):
        made.check()


@pytest.mark.parametrize(
    ("feed", "reason"),
    [
        (
            {"script_fields": {"x": expression("1 +")}},
            r"field \[x\] of \[script_fields\]: the expression \[1 \+\] ends",
        ),
        ({"script_fields": {"x": {}}}, r"script field \[x\] needs a \[script\]"),
        ({"runtime_mappings": {"x": {"script": "1"}}}, r"runtime field \[x\] needs a \[type\]"),
        ({"runtime_mappings": {"x": {"type": "shape"}}}, r"cannot be of type \[shape\]"),
    ],
)
def test_what_cannot_be_read_is_not_stored(feed, reason) -> None:
    with pytest.raises(Invalid, match=reason):
        source(feed, mean_of("x"))
