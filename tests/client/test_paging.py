"""A walk over pages meets every entry once, in order, whatever the sizes of pages and windows."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual import AsyncClient
from unusual.client.calls import CALLS
from unusual.client.paging import Walk
from unusual.schema.answers import Filters, Influencers

BY_NAME = {call.name: call for call in CALLS}


def influencer(time: int, number: int) -> dict:
    scores = {"influencer_score": 1.0, "initial_influencer_score": 1.0, "probability": 0.1}
    names = {"influencer_field_name": "host", "influencer_field_value": str(number), "result_type": "influencer"}
    return {"job_id": "j", "timestamp": time, "bucket_span": 300, "is_interim": False} | scores | names


def page(times: list[int], asked: dict) -> Influencers:
    """What a server with these entries answers, in their order."""
    fitting = [entry for entry in enumerate(times) if entry[1] >= asked.get("start", 0)]
    shown = fitting[asked["from_"] : asked["from_"] + asked["size"]]
    return Influencers.model_validate(
        {"count": len(fitting), "influencers": [influencer(time, number) for number, time in shown]}
    )


@given(
    times=st.lists(st.integers(0, 8), max_size=60).map(sorted),
    size=st.integers(1, 7),
    window=st.integers(8, 30),
)
def test_a_walk_in_time_meets_every_entry_once_and_stays_inside_the_window(times, size, window):
    walk = Walk(BY_NAME["get_influencers"], {"job_id": "j", "size": size}, window)
    met = []
    most = max((times.count(time) for time in times), default=0)
    while not walk.ended:
        asked = walk.arguments
        assert asked["from_"] + size <= max(window, most + size)
        met += [int(entry.influencer_field_value) for entry in walk.take(page(times, asked))]
    assert met == [*range(len(times))]


def test_a_walk_in_another_order_goes_on_counting():
    walk = Walk(BY_NAME["get_influencers"], {"job_id": "j", "sort": "influencer_score", "size": 2}, 2)
    assert "desc" not in walk.arguments
    walk.take(page([1, 2, 3], walk.arguments))
    assert (walk.arguments["from_"], walk.ended) == (2, False)


def test_a_walk_over_what_has_no_time_counts():
    walk = Walk(BY_NAME["get_filters"], {"size": 1})
    filters = [{"filter_id": name, "items": []} for name in "ab"]
    walk.take(Filters.model_validate({"count": 2, "filters": filters[:1]}))
    assert not walk.ended
    walk.take(Filters.model_validate({"count": 2, "filters": filters[1:]}))
    assert walk.ended


@pytest.fixture
def job(client) -> str:
    client.put_job(
        "hits",
        {
            "analysis_config": {"bucket_span": "5m", "detectors": [{"function": "count"}]},
            "data_description": {"time_field": "time", "time_format": "epoch"},
        },
    )
    client.open_job("hits")
    client.post_data("hits", [{"time": 1_700_006_400 + 300 * number} for number in range(50)])
    client.flush_job("hits")
    return "hits"


def test_a_client_goes_through_all_pages(client, address, job):
    buckets = [*client.iter_buckets(job, size=7)]
    assert [bucket.timestamp for bucket in buckets] == [1_700_006_400_000 + 300_000 * number for number in range(49)]
    some = [*client.iter_buckets(job, size=7, start=buckets[30].timestamp.moment, end=buckets[40].timestamp)]
    assert some == buckets[30:40]
    assert [*client.iter_buckets(job, size=7, desc=True)] == buckets[::-1]

    async def session() -> list:
        async with AsyncClient(address) as other:
            return [bucket async for bucket in other.iter_buckets(job, size=7)]

    assert asyncio.run(session()) == buckets
