"""What a client refuses to send, in the server's own words, and what it sends for what it is given."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual import Client
from unusual.client.calls import CALLS
from unusual.client.sending import request_of, word
from unusual.client.speaking import bound
from unusual.errors import Invalid, Problem
from unusual.schema.options import FlushOptions
from unusual.schema.reading import read_query

NOW_MS = 1_700_000_000_000
BY_NAME = {call.name: call for call in CALLS}
NOBODY = Client("http://127.0.0.1:9")  # a port where no server is


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"start": "2021-01-01"}, "Invalid flush parameters: unexpected 'start'."),
        ({"end": "2021-01-01"}, "Invalid flush parameters: unexpected 'end'."),
        ({"calc_interim": True, "end": "2021-01-01"}, "Invalid flush parameters: 'start' has not been specified."),
        (
            {"calc_interim": True, "start": "200", "end": "100"},
            "Invalid time range: end time '100' is earlier than start time '200'.",
        ),
        ({"advance_time": 100, "skip_time": 200}, "advance_time [100] must be later than skip_time [200]"),
        (
            {"advance_time": "soon"},
            "Query param [advance_time] with value [soon] cannot be parsed as a date or converted to a number (epoch).",
        ),
        ({"calc_interims": True}, "flush_job has no parameter [calc_interims]"),
    ],
)
def test_a_flush_that_the_server_would_refuse_is_not_sent(options, reason):
    with pytest.raises(Invalid) as refused:
        NOBODY.flush_job("pumps", **options)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.get_buckets("pumps", start="yesterday"),
        lambda client: client.get_records("pumps", size=-1),
        lambda client: client.open_job("pumps", timeout="5 parsecs"),
        lambda client: client.forecast("pumps", duration="9999d"),
        lambda client: client.start_datafeed("feed", start="2022-01-01", end="2021-01-01"),
        lambda client: client.get_overall_buckets("pumps", start="now", end="now-1d"),
        lambda client: client.post_data("pumps", b"", reset_start="then"),
        lambda client: client.cat_jobs(bytes="stones"),
        lambda client: client.get_buckets("pumps", "1700006400000", size=1),
        lambda client: client.get_buckets("pumps", "noon"),
        lambda client: client.get_categories("pumps", "first"),
        lambda client: client.get_calendar_events("holidays", job_id="pumps"),
    ],
)
def test_options_are_checked_before_anything_is_sent(call):
    with pytest.raises(Invalid):
        call(NOBODY)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (lambda client: client.flush_job(), "missing required argument: 'job_id'"),
        (lambda client: client.put_job("pumps"), "missing required argument: 'body'"),
        (lambda client: client.flush_job("a", "b"), "takes 1 positional arguments but 2 were given"),
        (lambda client: client.flush_job("a", job_id="b"), "got multiple values for argument 'job_id'"),
    ],
)
def test_arguments_are_those_of_a_function(arguments, told):
    with pytest.raises(TypeError, match=told):
        arguments(NOBODY)


times = st.one_of(
    st.none(),
    st.just("now"),
    st.integers(0, 4_000_000_000),
    st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds have none
)


@given(
    options=st.fixed_dictionaries(
        {"calc_interim": st.none() | st.booleans()}
        | dict.fromkeys(("start", "end", "advance_time", "skip_time"), times)
    )
)
def test_a_client_sends_just_what_the_server_takes(options):
    words = {name: word(value) for name, value in options.items() if value is not None}

    def refused(how) -> str:
        try:
            how()
        except Problem as problem:
            return problem.reason
        return ""

    flush = BY_NAME["flush_job"]
    here = refused(lambda: request_of(flush, {"job_id": "pumps", **options}, NOW_MS))
    there = refused(lambda: read_query(FlushOptions, words, "flush_job").times(NOW_MS))
    assert here == there


def test_a_time_may_be_a_moment_and_a_length_of_time_a_timedelta():
    zone = timezone(timedelta(hours=2))
    arguments = bound(BY_NAME["get_buckets"], ("pumps",), {"start": datetime(2024, 1, 1, 12, tzinfo=zone), "from_": 3})
    request = request_of(BY_NAME["get_buckets"], arguments, NOW_MS)
    assert request.query == {"start": "2024-01-01T12:00:00.000+02:00", "from": "3"}
    opening = request_of(BY_NAME["open_job"], {"job_id": "pumps", "timeout": timedelta(minutes=90)}, NOW_MS)
    assert opening.query == {"timeout": "5400000ms"}
    assert opening.timeout_s > 5400


def test_what_stands_in_a_path_is_quoted():
    request = request_of(BY_NAME["get_document"], {"index": "a/b", "document_id": "ä ?"}, NOW_MS)
    assert request.path == "/a%2Fb/_doc/%C3%A4%20%3F"


def test_a_body_needs_a_method_that_sends_one():
    search = BY_NAME["search"]
    assert request_of(search, {"index": "loads"}, NOW_MS).method == "GET"
    sent = request_of(search, {"index": "loads", "body": {"size": 1}}, NOW_MS)
    assert (sent.method, sent.body, sent.headers["content-type"]) == ("POST", b'{"size":1}', "application/json")


def test_lines_may_be_text_or_objects():
    bulk = BY_NAME["bulk"]
    written = request_of(bulk, {"body": [{"index": {"_id": "1"}}, {"a": 1}]}, NOW_MS)
    assert written.body == b'{"index":{"_id":"1"}}\n{"a":1}\n'
    assert written.headers["content-type"] == "application/x-ndjson"
    assert request_of(bulk, {"body": "{}\n"}, NOW_MS).body == b"{}\n"


def test_only_calls_that_are_safe_to_repeat_are_repeatable():
    repeatable = {name for name, call in BY_NAME.items() if call.repeatable}
    assert repeatable == {"put_calendar_job", "put_settings", "put_mapping", "delete_expired_data"}
    arguments = {"job_id": "pumps", "body": b""}
    assert not request_of(BY_NAME["post_data"], arguments, NOW_MS).repeatable
    assert request_of(BY_NAME["get_jobs"], {}, NOW_MS).repeatable
