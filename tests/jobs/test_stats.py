"""Stats of jobs in every state."""

from dataclasses import replace

import pytest

from tests.jobs.world import CONFIG
from unusual.errors import NoSuchJob
from unusual.jobs import configure
from unusual.jobs.lifecycle import State
from unusual.jobs.node import Node
from unusual.jobs.stats import job_stats

NODE = Node("n", "e", "c", "localhost:1", 1024)


@pytest.fixture
def stats(ports):
    """Stats of one job after it was put into some state."""
    configure.create(ports, "pump", CONFIG)

    def in_state(**changes):
        ports.jobs.put(replace(ports.jobs.get("pump"), **changes))
        (document,) = job_stats(ports, NODE, "pump", allow_no_match=True)
        return document

    return in_state


def test_a_fresh_job_has_seen_nothing(stats):
    document = stats()
    assert document["state"] == "closed"
    assert document["data_counts"]["processed_record_count"] == 0
    assert document["model_size_stats"]["model_bytes_memory_limit"] == 1 << 30
    assert document["forecasts_stats"] == {"total": 0, "forecasted_jobs": 0}
    assert not {"node", "open_time", "assignment_explanation"} & document.keys()


def test_an_open_job_tells_where_and_for_how_long(stats, ports):
    document = stats(state=State.OPENED, opened_ms=ports.clock.now_ms() - 12_000)
    assert document["node"]["id"] == "n"
    assert document["open_time"] == "12s"
    assert document["assignment_explanation"] == ""


def test_a_failed_job_tells_why(stats):
    document = stats(state=State.FAILED, reason="out of luck")
    assert document["assignment_explanation"] == "out of luck"
    assert "node" not in document


def test_what_the_job_has_seen_is_shown_as_kept(stats):
    seen = {"data_counts": {"processed_record_count": 5}, "model_size_stats": {}, "timing_stats": {"bucket_count": 2}}
    document = stats(stats=seen)
    assert document["data_counts"] == seen["data_counts"]
    assert document["timing_stats"] == seen["timing_stats"]


def test_jobs_are_selected_as_everywhere(ports):
    assert job_stats(ports, NODE, "no*", allow_no_match=True) == []
    with pytest.raises(NoSuchJob):
        job_stats(ports, NODE, "no*", allow_no_match=False)
