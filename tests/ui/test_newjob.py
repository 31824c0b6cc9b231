"""A new job: what a file holds, what could be looked for in it, what that would have found; and the way through it."""

import asyncio
import csv
import math
import re
import time
from datetime import UTC, datetime
from types import SimpleNamespace

import polars as pl
import pytest
from playwright.sync_api import expect

from tests.conformance.speaking import JOBS, T0, ok, results, stats
from tests.jobs.world import world
from tests.ui.loaded import BAD_BUCKET, BAD_HOST, BUCKETS, HOSTS, INDEX, SPAN_S, load_index, records
from unusual.errors import Invalid, Unavailable
from unusual.schema.datafeeds import Datafeed
from unusual.schema.jobs import Job
from unusual.ui.newjob import suggesting
from unusual.ui.newjob.backtest import alerts, record_row, worst_of
from unusual.ui.newjob.connected import KINDS
from unusual.ui.newjob.draft import Draft, Needs, needs
from unusual.ui.newjob.profile import Kind, profiles
from unusual.ui.newjob.supplies import Posted, make
from unusual.ui.newjob.uploaded import frame_of, pieces, time_fields, timed
from unusual.ui.refusals import reason_of

MADE = "by-upload"
WEEK_MS = 7 * 86_400_000


@pytest.fixture(scope="module")
def frame() -> pl.DataFrame:
    told = pl.DataFrame(records())
    return told.with_columns(
        pl.Series("path", ["/cart", "/login"] * (told.height // 2 - 1) + ["/setup", "/login"]),
        pl.Series("line", [f"user {number} has asked for a page" for number in range(told.height)]),
    )


@pytest.fixture(scope="module")
def found(frame):
    return profiles(frame, "stamp")


@pytest.fixture(scope="module")
def file(tmp_path_factory, frame):
    """The records as CSV with ISO 8601 times."""
    path = tmp_path_factory.mktemp("upload") / "Web Latency.csv"
    with path.open("w", newline="") as text:
        lines = csv.writer(text)
        lines.writerow(["at", "host", "latency"])
        for one in frame.iter_rows(named=True):
            lines.writerow([datetime.fromtimestamp(one["stamp"], UTC).isoformat(), one["host"], one["latency"]])
    return path


@pytest.mark.parametrize("ending", [".csv", ".ndjson", ".parquet"])
def test_a_file_is_read_whatever_its_form(tmp_path, frame, ending):
    path = tmp_path / f"some{ending}"
    {".csv": frame.write_csv, ".ndjson": frame.write_ndjson, ".parquet": frame.write_parquet}[ending](path)
    assert frame_of(path)["host"].to_list() == frame["host"].to_list()


@pytest.mark.parametrize(("name", "content"), [("a.txt", "x"), ("a.csv", ""), ("a.ndjson", "{"), ("a.parquet", "PAR")])
def test_a_file_that_cannot_be_read_is_named(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(Invalid, match=name):
        frame_of(path)


@pytest.mark.parametrize("told", ["seconds", "milliseconds", "text", "dates"])
def test_times_are_milliseconds_in_order_however_they_are_told(told):
    moments = [T0 + 60, T0, T0 + 120]
    column = {
        "seconds": moments,
        "milliseconds": [moment * 1000 for moment in moments],
        "text": [datetime.fromtimestamp(moment, UTC).isoformat() for moment in moments],
        "dates": [datetime.fromtimestamp(moment, UTC) for moment in moments],
    }[told]
    frame = pl.DataFrame({"size": [1, 2, 3], "at": column})
    assert time_fields(frame) == ["at"]
    assert timed(frame, "at")["at"].to_list() == [T0 * 1000, T0 * 1000 + 60_000, T0 * 1000 + 120_000]


def test_records_without_a_readable_time_are_left_out():
    frame = pl.DataFrame({"at": ["2021-01-01T00:00:00Z", "never"]})
    assert timed(frame, "at").height == 1


def test_only_the_fields_that_are_asked_for_are_posted(frame):
    assert next(pieces(timed(frame, "stamp"), ["stamp", "host"])).startswith(
        b'{"stamp":%d,"host":"web-1"}\n' % (T0 * 1000)
    )


def test_a_field_is_told_by_what_it_holds(found):
    kinds = {one.field: one.kind for one in found}
    assert kinds == {
        "stamp": Kind.TIME,
        "host": Kind.NAME,
        "latency": Kind.NUMBER,
        "path": Kind.NAME,
        "line": Kind.TEXT,
    }


def test_a_profile_counts_values_and_says_which_come_seldom(found):
    path = next(one for one in found if one.field == "path")
    assert (path.distinct, path.seldom, path.filled) == (3, 1, 1.0)


def test_a_field_whose_values_all_have_many_records_splits(found):
    assert suggesting.split_of(found).field == "host"


def test_numbers_are_looked_at_for_each_entity_and_seldom_values_are_offered(found):
    told = suggesting.detectors(found)
    assert [one.detector for one in told if one.chosen] == ["mean(latency) partition=host"]
    assert [one.detector for one in told if not one.chosen] == [
        "count partition=host",
        "rare by path",
        "count by mlcategory",
    ]


def test_without_numbers_records_are_counted(frame):
    told = suggesting.detectors(profiles(frame.select("stamp", "host"), "stamp"))
    assert [one.detector for one in told if one.chosen] == ["count partition=host"]


def test_the_span_is_the_shortest_whose_buckets_hold_data(frame):
    told = suggesting.span(timed(frame, "stamp"), "stamp", "host")
    assert told.text == "15m"
    assert told.reasons == (
        "with 15m, 100% of the buckets hold data of each host",
        "with 10m it would be 67%",
        f"the history has {BUCKETS - 1} buckets of 15m, which is enough to learn from",
    )


def test_a_draft_is_the_request_for_a_job():
    draft = Draft("web", ["mean(load) by host", "count by mlcategory"], "5m", "at", ["host"], categorized="line")
    body = draft.body(30)
    assert body["analysis_limits"] == {"model_memory_limit": "30mb"}
    analysis = body["analysis_config"]
    assert analysis["detectors"][0] == {"function": "mean", "field_name": "load", "by_field_name": "host"}
    assert analysis["categorization_field_name"] == "line"
    assert draft.fields(["at", "other", "host", "load", "line"]) == ["at", "host", "load", "line"]


def test_memory_is_told_by_the_formula_that_clients_know(found):
    draft = Draft("web", ["mean(latency) partition=host"], "15m", "stamp", ["host"])
    needed = needs(draft, found)
    assert needed.told.startswith("Memory limit 11mb: the published formula says 11mb, its models")
    assert Needs(11, 20 << 20).limit_mib == 40


def test_a_draft_that_is_no_job_is_refused(found):
    with pytest.raises(Invalid) as refused:
        needs(Draft("web", ["sideways(latency)"], "15m", "stamp"), found)
    assert "sideways" in reason_of(refused.value)


def test_a_job_whose_records_cannot_come_is_not_left_half_made(frame):
    deleted = []

    class Feeding:
        async def delete_job(self, job_id, *, force):
            deleted.append((job_id, force))

    class Running:
        async def open(self, *_):
            raise Unavailable("no memory")

    parts = SimpleNamespace(ports=world(), running=Running(), feeding=Feeding())
    draft = Draft("web", ["mean(latency) by host"], "15m", "stamp")
    with pytest.raises(Unavailable, match="no memory"):
        asyncio.run(make(parts, Posted("web", frame, "stamp"), draft, 11, print))
    assert deleted == [("web", True)]


def test_alerts_are_buckets_at_or_above_a_threshold():
    scores = [(0, 80.0), (0, 10.0), (1, 25.0), (2, 2.0)]
    worst = worst_of([{"timestamp": at, "record_score": score} for at, score in scores])
    assert worst == {0: 80.0, 1: 25.0, 2: 2.0}
    told = alerts(worst, 2 * WEEK_MS)
    assert [(one.least, one.buckets, one.a_week) for one in told] == [
        (3, 2, 1.0),
        (25, 2, 1.0),
        (50, 1, 0.5),
        (75, 1, 0.5),
    ]


def test_an_anomaly_says_what_where_and_how_far_off():
    record = {
        "timestamp": 0,
        "record_score": 51.26,
        "function": "mean",
        "field_name": "load",
        "by_field_value": "web-1",
    }
    assert record_row(record | {"actual": [math.pi], "typical": [1.0]}) == {
        "at": "1970-01-01 00:00",
        "score": 51.3,
        "function": "mean(load)",
        "entity": "web-1",
        "actual": "3.14159",
        "typical": "1",
    }


def test_a_file_becomes_a_job_that_has_found_what_a_trial_foretold(page, server, file):
    page.goto("/ui/new")
    page.set_input_files("input[type=file]", file)
    expect(page.get_by_text(f"{BUCKETS * len(HOSTS):,} records, 3 fields")).to_be_visible()
    expect(page.get_by_role("checkbox", name="mean(latency) partition=host")).to_be_checked()
    page.get_by_role("button", name="Try on the history").click()
    expect(page.get_by_text("critical, from 75")).to_be_visible()
    expect(page.get_by_role("cell", name=BAD_HOST).first).to_be_visible()
    assert "trial" not in str(ok(server.http.get(JOBS)))
    page.get_by_label("Name of the job").fill(MADE)
    page.get_by_role("button", name="Create and analyse").click()
    expect(page).to_have_url(re.compile(f"explorer.job={MADE}"))
    expect(page.locator("table.anomalies tbody tr").first).to_contain_text(BAD_HOST)
    assert stats(server.http, MADE)["data_counts"]["processed_record_count"] == BUCKETS * len(HOSTS)
    worst = results(server.http, MADE, "records", sort="record_score", desc="true")[0]
    assert worst["partition_field_value"] == BAD_HOST
    assert worst["timestamp"] // 1000 in range(T0 + BAD_BUCKET * SPAN_S, T0 + (BAD_BUCKET + 4) * SPAN_S)


def test_a_name_in_use_is_refused_with_what_to_do(page, file):
    page.goto("/ui/new")
    page.set_input_files("input[type=file]", file)
    page.get_by_label("Name of the job").fill("web-latency")
    page.get_by_role("button", name="Create and analyse").click()
    expect(page.get_by_text("Choose another name.")).to_be_visible()


def test_a_file_without_times_is_told(page, tmp_path):
    path = tmp_path / "timeless.csv"
    path.write_text("a,b\n1,x\n2,y\n")
    page.goto("/ui/new")
    page.set_input_files("input[type=file]", path)
    expect(page.get_by_role("alert").filter(has_text="No field holds a time")).to_be_visible()


@pytest.fixture(scope="module")
def index(server):
    load_index(server.http)
    return INDEX


def test_an_index_becomes_a_job_with_a_datafeed_that_leads_to_what_it_finds(page, server, index):
    page.goto("/ui/new?source=index")
    page.get_by_label("Index, alias or pattern").click()
    page.get_by_role("option", name=index).click()
    expect(page.get_by_text(f"{index}: {BUCKETS * len(HOSTS):,} documents, 2 fields")).to_be_visible()
    page.get_by_role("checkbox", name="Go on with new records").click()
    page.get_by_role("button", name="Look at the records").click()
    expect(page.get_by_role("checkbox", name="mean(ms) partition=host.name")).to_be_checked()
    page.get_by_role("button", name="Create and analyse").click()
    expect(page).to_have_url(re.compile(f"explorer.job={index}"))
    while ok(server.http.get(f"/_ml/datafeeds/{index}/_stats"))["datafeeds"][0]["state"] != "stopped":
        time.sleep(0.1)
    page.reload()  # as it may have shown what had been found so far
    expect(page.locator("table.anomalies tbody tr").first).to_contain_text(BAD_HOST)
    feed = ok(server.http.get(f"/_ml/datafeeds/{index}"))["datafeeds"][0]
    assert (feed["job_id"], feed["indices"]) == (index, [index])


def test_an_index_that_has_nothing_since_then_is_told(page, index):
    page.goto("/ui/new?source=index")
    page.get_by_label("Index, alias or pattern").click()
    page.get_by_role("option", name=index).click()
    page.get_by_label("Since (UTC)").fill("2022-01-01T00:00")
    page.get_by_role("button", name="Look at the records").click()
    expect(page.get_by_text("there are no records in this time")).to_be_visible()


def test_a_server_without_connections_says_where_they_are_written(page):
    page.goto("/ui/new")
    page.get_by_role("tab", name="A connection").click()
    expect(page.get_by_text("connections.toml")).to_be_visible()
    expect(page).to_have_url(re.compile("source=connection"))


@pytest.mark.parametrize(
    ("kind", "told", "feed"),
    [
        ("sql", "SELECT 1", {"source": {"type": "sql", "connection": "shop", "query": "SELECT 1"}}),
        ("files", "a/*.csv, b.csv", {"source": {"type": "files", "connection": "shop", "paths": ["a/*.csv", "b.csv"]}}),
        ("prometheus", "up", {"source": {"type": "prometheus", "connection": "shop", "query": "up"}}),
        ("kafka", "clicks", {"source": {"type": "kafka", "connection": "shop", "topic": "clicks"}}),
        ("opensearch", "logs-*, old", {"indices": ["shop:logs-*", "shop:old"]}),
    ],
)
def test_what_is_asked_of_a_connection_becomes_a_datafeed(kind, told, feed):
    assert KINDS[kind].feed("shop", told) == feed
    job = Job.from_request(Draft("web", ["count"], "5m", "at").body(11), job_id="web", now_ms=0, version="1")
    assert Datafeed.from_request(feed, datafeed_id="web", job=job).job_id == "web"
