"""Lanes of a job: of which fields, in which order, a page at a time."""

from tests.jobs.viewing.conftest import CONFIG, SPAN_MS, influencer, record, result
from unusual.analysis.control import Result
from unusual.jobs.overall import overall_buckets
from unusual.jobs.ports import Page
from unusual.jobs.viewing.swimlanes import Swimlane, by_field, by_job, fields_of, overall, top_influencers, values
from unusual.jobs.viewing.windows import Grid
from unusual.schema.options import OverallBucketOptions

GRID = Grid(0, 2 * SPAN_MS, 5)


def test_lanes_can_be_drawn_by_influencers_and_by_what_splits_detectors():
    assert fields_of(CONFIG) == ["host", "pump"]


def test_the_overall_lane_is_that_of_the_buckets(kept, keep):
    keep(result("bucket", 0, 10.0), result("bucket", 1, 30.0), result("bucket", 9, 5.0), result("bucket", 10, 90.0))
    assert overall(kept, ["pumps"], GRID) == Swimlane("", {0: 30.0, 4: 5.0})
    assert overall(kept, ["pumps"], GRID, least=6.0) == Swimlane("", {0: 30.0})


def test_the_lanes_of_a_field_come_by_their_highest_score_a_page_at_a_time(kept, keep):
    keep(record(0, 10.0, "a"), record(1, 40.0, "a"), record(5, 50.0, "b"), record(5, 20.0, "c"))
    first = by_field(kept, [CONFIG], "pump", GRID, Page(0, 2))
    assert first.lanes == [Swimlane("b", {2: 50.0}), Swimlane("a", {0: 40.0})]
    assert first.more
    second = by_field(kept, [CONFIG], "pump", GRID, Page(2, 2))
    assert second.lanes == [Swimlane("c", {2: 20.0})]
    assert not second.more


def test_influencers_have_scores_of_their_own(kept, keep):
    keep(record(0, 90.0, "a"), influencer(0, 60.0, "h1"), influencer(3, 70.0, "h2"), influencer(4, 10.0, "h1"))
    assert by_field(kept, [CONFIG], "host", GRID, Page(0, 9)).lanes == [
        Swimlane("h2", {1: 70.0}),
        Swimlane("h1", {0: 60.0, 2: 10.0}),
    ]
    assert top_influencers(kept, [CONFIG], GRID, 1) == {"host": [("h2", 70.0)]}


def test_values_of_a_field_are_found_by_a_part_of_them(kept, keep):
    keep(record(0, 10.0, "north-1"), record(1, 40.0, "north-2"), record(5, 50.0, "south-1"), influencer(0, 9.0, "h1"))
    assert values(kept, [CONFIG], "pump", GRID, "NORTH", 9) == ["north-2", "north-1"]
    assert values(kept, [CONFIG], "pump", GRID, "", 1) == ["south-1"]
    assert values(kept, [CONFIG], "host", GRID, "", 9) == ["h1"]


def scored(bucket: int, score: float) -> Result:
    """A bucket that says its score."""
    return result("bucket", bucket, score, anomaly_score=score)


def of_host(bucket: int, score: float, host: str) -> Result:
    """An anomaly of the valves."""
    return record(bucket, score, partition_field_name="host", partition_field_value=host)


def test_jobs_together_are_as_bad_as_the_worst_of_them_as_overall_buckets_tell_it(kept, keep, valves):
    keep(scored(0, 10.0), scored(1, 30.0), scored(9, 5.0))
    keep(scored(0, 20.0), scored(8, 40.0), job=valves)
    told = overall_buckets(kept, "pumps,valves", OverallBucketOptions())
    scores = {bucket["timestamp"] // GRID.width_ms: bucket["overall_score"] for bucket in told}
    assert overall(kept, ["pumps", "valves"], GRID).scores == scores == {0: 30.0, 4: 40.0}


def test_jobs_have_lanes_the_worst_first(kept, keep, valves):
    keep(result("bucket", 0, 10.0), result("bucket", 9, 5.0))
    keep(result("bucket", 8, 40.0), job=valves)
    whole = by_job(kept, ["pumps", "valves", "idle"], GRID, Page(0, 9))
    assert whole.lanes == [Swimlane("valves", {4: 40.0}), Swimlane("pumps", {0: 10.0, 4: 5.0})]
    assert by_job(kept, ["pumps", "valves"], GRID, Page(0, 1), least=6.0).more


def test_a_value_is_as_bad_as_in_the_worst_job_whatever_it_does_there(kept, keep, valves):
    configs = [CONFIG, valves.config]
    keep(influencer(0, 60.0, "h1"), record(0, 99.0, "a"))
    keep(of_host(0, 70.0, "h1"), of_host(8, 20.0, "h2"), job=valves)
    assert fields_of(*configs) == ["host", "pump"]
    lanes = by_field(kept, configs, "host", GRID, Page(0, 9)).lanes
    assert lanes == [Swimlane("h1", {0: 70.0}), Swimlane("h2", {4: 20.0})]
    assert values(kept, configs, "host", GRID, "2", 9) == ["h2"]
    assert top_influencers(kept, configs, GRID) == {"host": [("h1", 60.0)]}
