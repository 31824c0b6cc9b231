"""Configurations of datafeeds."""

import pytest

from unusual.errors import Invalid, Malformed
from unusual.schema.aggregations import parse_aggregations
from unusual.schema.datafeeds import Datafeed, defaulted
from unusual.schema.jobs import Job

SLOTS = {
    "slots": {
        "date_histogram": {"field": "at", "fixed_interval": "1h"},
        "aggs": {
            "at": {"max": {"field": "at"}},
            "pier": {"terms": {"field": "pier", "size": 5}, "aggs": {"wait": {"avg": {"field": "wait"}}}},
        },
    }
}


def job(**analysis) -> Job:
    config = {"bucket_span": "2h", "detectors": [{"function": "mean", "field_name": "wait"}], **analysis}
    body = {"analysis_config": config, "data_description": {"time_field": "at"}}
    return Job.from_request(body, job_id="pier", now_ms=0, version="8.19.0")


def feed(of: Job | None = None, **body) -> Datafeed:
    return Datafeed.from_request({"indices": ["ferry-log"], **body}, datafeed_id="ferry", job=of or job())


def slots(**histogram):
    return {"slots": SLOTS["slots"] | {"date_histogram": {"field": "at", **histogram}}}


def test_what_is_not_said_has_defaults() -> None:
    document = feed().document()
    delay = document.pop("query_delay")
    assert 60_000 <= int(delay.removesuffix("ms")) <= 120_000
    assert document == {
        "datafeed_id": "ferry",
        "job_id": "pier",
        "indices": ["ferry-log"],
        "query": {"match_all": {"boost": 1.0}},
        "scroll_size": 1000,
        "chunking_config": {"mode": "auto"},
        "delayed_data_check_config": {"enabled": True},
        "indices_options": {
            "expand_wildcards": ["open"],
            "ignore_unavailable": False,
            "allow_no_indices": True,
            "ignore_throttled": True,
        },
    }


def test_what_was_stored_is_read_back() -> None:
    summary = job(summary_count_field_name="doc_count")
    one = feed(summary, aggs=SLOTS, frequency="2h", max_empty_searches=3)
    assert Datafeed.from_document(one.document()) == one


def test_the_server_knows_what_it_filled_in() -> None:
    assert "query_delay" in defaulted({"scroll_size": 5})
    assert "scroll_size" not in defaulted({"scroll_size": 5})


def test_older_names_are_shown_by_their_newer_ones() -> None:
    document = Datafeed.from_request({"indexes": "a-log"}, datafeed_id="ferry", job=job()).document()
    assert document["indices"] == ["a-log"]
    assert "indexes" not in document


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"indices": []}, r"Invalid indices value '\[\]' in datafeed configuration"),
        ({"indices": ["a", ""]}, r"Invalid indices value '\[a, \]' in datafeed configuration"),
        ({"indices": None}, "Invalid indices value 'null' in datafeed configuration"),
        ({"scroll_size": -7}, "Invalid scroll_size value '-7' in datafeed configuration"),
        ({"max_empty_searches": 0}, "Invalid max_empty_searches value '0' in datafeed configuration"),
        ({"max_empty_searches": -2}, "Invalid max_empty_searches value '-2' in datafeed configuration"),
        ({"frequency": "0s"}, "frequency cannot be less or equal than 0"),
        ({"query_delay": "-1"}, "query_delay cannot be less than 0"),
        ({"datafeed_id": "other"}, "Inconsistent datafeed_id; 'other' specified in the body differs from 'ferry'"),
        (
            {"delayed_data_check_config": {"check_window": "2h"}},
            r"delayed_data_check_config: check_window \[2h\] must be greater than the bucket_span \[2h\]",
        ),
        ({"delayed_data_check_config": {"check_window": "900d"}}, "must be less than 10,000x the bucket_span"),
        ({"aggs": SLOTS}, "A job configured with a datafeed with aggregations must set summary_count_field_name"),
        ({"aggs": SLOTS, "script_fields": {"x": {}}}, "script_fields cannot be used in combination with aggregations"),
    ],
)
def test_a_value_that_is_not_allowed_is_refused(body, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        feed(**body)


@pytest.mark.parametrize("field", ["headers", "authorization", "frequencyy"])
def test_an_unknown_field_is_refused(field: str) -> None:
    with pytest.raises(Malformed, match=rf"\[datafeed_config\] unknown field \[{field}\]"):
        feed(**{field: "x"})


@pytest.mark.parametrize("query", [{"guess_all": {}}, {}, {"term": {"a": 1}, "match_all": {}}, {"bool": {"mst": []}}])
def test_a_query_must_be_one_that_is_known(query) -> None:
    with pytest.raises(Malformed, match=r"failed to parse field \[query\]"):
        feed(query=query)


@pytest.mark.parametrize(
    "chunking", [{"mode": "manual"}, {"mode": "auto", "time_span": "1h"}, {"mode": "manual", "time_span": "0s"}]
)
def test_a_chunk_has_a_length_when_it_is_chosen_by_hand(chunking) -> None:
    with pytest.raises(Malformed, match="chunking_config"):
        feed(chunking_config=chunking)


def test_a_job_with_latency_has_no_datafeed() -> None:
    with pytest.raises(Invalid, match="A job configured with datafeed cannot support latency"):
        feed(job(latency="1h"))


def test_an_update_changes_only_what_is_sent() -> None:
    before = feed(scroll_size=400, max_empty_searches=9, frequency="1m")
    after = before.updated({"scroll_size": 5000, "max_empty_searches": -1, "indexes": "b-log"}, job=job())
    assert (after.scroll_size, after.max_empty_searches, after.indices) == (5000, None, ("b-log",))
    assert (after.frequency, after.query_delay) == (before.frequency, before.query_delay)


def test_a_datafeed_keeps_its_job() -> None:
    assert feed().updated({"job_id": "pier"}, job=job()) == feed()
    with pytest.raises(Invalid, match="Datafeed's job_id cannot be changed"):
        feed().updated({"job_id": "other"}, job=job())


def test_summaries_are_read_in_chunks_of_a_thousand_intervals() -> None:
    one = feed(job(summary_count_field_name="doc_count"), aggregations=SLOTS)
    assert one.document()["chunking_config"] == {"mode": "manual", "time_span": "3600000000ms"}
    assert one.document()["aggregations"] == SLOTS


@pytest.mark.parametrize(
    ("histogram", "reason"),
    [
        ({"fixed_interval": "3h"}, r"Aggregation interval \[3h\] must be less than or equal to the bucket_span \[2h\]"),
        ({"fixed_interval": "45m"}, r"Aggregation interval \[45m\] must be a divisor of the bucket_span \[2h\]"),
    ],
)
def test_an_interval_divides_the_bucket_span(histogram, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        feed(job(summary_count_field_name="doc_count"), aggs=slots(**histogram))


def test_a_frequency_is_made_of_whole_intervals() -> None:
    with pytest.raises(Invalid, match="must be a multiple of the aggregation interval"):
        feed(job(summary_count_field_name="doc_count"), aggs=SLOTS, frequency="90m")


@pytest.mark.parametrize(
    ("aggregations", "reason"),
    [
        ({}, "A date_histogram .or histogram. aggregation is required"),
        ({"a": SLOTS["slots"], "b": SLOTS["slots"]}, "A date_histogram .or histogram. aggregation is required"),
        ({"pier": {"terms": {"field": "pier"}}}, "A date_histogram .or histogram. aggregation is required"),
        (slots(calendar_interval="month"), r"Aggregation interval \[month\] must be fixed"),
        (slots(fixed_interval="1h", time_zone="Europe/Oslo"), "must have time_zone UTC"),
        ({"s": {"date_histogram": {"field": "at", "fixed_interval": "1h"}}}, "Missing max aggregation for time_field"),
        ({"s": {"guess": {}}}, r"Unknown aggregation type \[guess\]"),
        ({"s": {"composite": {"sources": []}}}, "cannot be null or empty"),
    ],
)
def test_aggregations_lead_to_one_histogram_of_time(aggregations, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        parse_aggregations(aggregations)


def test_a_composite_and_an_outer_terms_are_chains_too() -> None:
    time = {"date_histogram": {"field": "at", "fixed_interval": "1h"}}
    sources = [{"slot": time}, {"pier": {"terms": {"field": "pier"}}}]
    composite = {"c": {"composite": {"sources": sources}, "aggs": {"at": {"max": {"field": "at"}}}}}
    outer = {"pier": {"terms": {"field": "pier"}, "aggs": SLOTS}}
    assert parse_aggregations(composite).fields == ("at", "pier")
    assert parse_aggregations(outer).interval_ms == 3_600_000
