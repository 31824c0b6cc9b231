"""Changes of an open job that it follows from the next bucket on: rules, and the groups by which calendars hold it."""

import json

import pytest

from tests.jobs.test_calendars import make, schedule
from tests.jobs.world import add_job, words, world
from unusual.analysis.engine import Engine
from unusual.jobs import filters
from unusual.schema.filters import Filter
from unusual.workers.inline import Inline

SPAN = 300
COUNT = {"bucket_span": "5m", "detectors": [{"function": "count", "partition_field_name": "deck"}]}


@pytest.fixture
def ports():
    return world(Inline(Engine))


def lines(first, until, rows=lambda _: 1):
    return "".join(
        f'{{"stamp": {bucket * SPAN}, "deck": "{deck}"}}\n' * rows(bucket)
        for bucket in range(first, until)
        for deck in ("low", "high")
    ).encode()


def odd(bucket):
    return 200 if bucket % 50 == 0 else 4


def kept(ports, kind):
    return [json.loads(result.body) for result in ports.results.kept.get("pump", []) if result.kind == kind]


def decks(ports, bucket):
    """Which decks have records in a bucket."""
    at = bucket * SPAN * 1000
    return {one["partition_field_value"] for one in kept(ports, "record") if one["timestamp"] == at}


def test_an_open_job_follows_its_rules_and_the_filters_they_name(ports, live):
    add_job(ports, "pump", analysis_config=COUNT)
    filters.create(ports, "dull", Filter(items=("low",)))
    scoped = {"scope": {"deck": {"filter_id": "dull"}}}

    async def scenario(running):
        await running.open("pump", 5)
        await running.post("pump", words(lines(1, 52, odd)))
        await running.update("pump", {"detectors": [{"detector_index": 0, "custom_rules": [scoped]}]})
        await running.post("pump", words(lines(52, 102, odd)))
        await running.update("pump", {"detectors": [{"detector_index": 0, "custom_rules": []}]})
        await running.post("pump", words(lines(102, 152, odd)))

    live(ports, scenario)
    assert [decks(ports, bucket) for bucket in (50, 100, 150)] == [{"low", "high"}, {"high"}, {"low", "high"}]


def test_an_open_job_follows_the_calendars_of_its_groups(ports, live):
    add_job(ports, "pump", analysis_config=COUNT)
    make(ports, "tides", "crew")
    schedule(ports, "tides", ("spring", 0, 1_000 * SPAN * 1000))

    async def scenario(running):
        await running.open("pump", 5)
        await running.post("pump", words(lines(1, 5)))
        await running.update("pump", {"groups": ["crew"]})
        await running.post("pump", words(lines(5, 10)))
        await running.update("pump", {"groups": []})
        await running.post("pump", words(lines(10, 12)))

    live(ports, scenario)
    told = {one["timestamp"] // 1000 // SPAN: one.get("scheduled_events") for one in kept(ports, "bucket")}
    assert [bucket for bucket, events in told.items() if events] == [*range(4, 9)]
