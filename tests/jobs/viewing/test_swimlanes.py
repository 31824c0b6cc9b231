"""Lanes of a job: of which fields, in which order, a page at a time."""

from tests.jobs.viewing.conftest import CONFIG, SPAN_MS, influencer, record, result
from unusual.jobs.ports import Page
from unusual.jobs.viewing.swimlanes import Swimlane, by_field, fields_of, overall, top_influencers, values
from unusual.jobs.viewing.windows import Grid

GRID = Grid(0, 2 * SPAN_MS, 5)


def test_lanes_can_be_drawn_by_influencers_and_by_what_splits_detectors():
    assert fields_of(CONFIG) == ["host", "pump"]


def test_the_overall_lane_is_that_of_the_buckets(kept, keep):
    keep(result("bucket", 0, 10.0), result("bucket", 1, 30.0), result("bucket", 9, 5.0), result("bucket", 10, 90.0))
    assert overall(kept, "pumps", GRID) == Swimlane("", {0: 30.0, 4: 5.0})
    assert overall(kept, "pumps", GRID, least=6.0) == Swimlane("", {0: 30.0})


def test_the_lanes_of_a_field_come_by_their_highest_score_a_page_at_a_time(kept, keep):
    keep(record(0, 10.0, "a"), record(1, 40.0, "a"), record(5, 50.0, "b"), record(5, 20.0, "c"))
    first = by_field(kept, CONFIG, "pump", GRID, Page(0, 2))
    assert first.lanes == [Swimlane("b", {2: 50.0}), Swimlane("a", {0: 40.0})]
    assert first.more
    second = by_field(kept, CONFIG, "pump", GRID, Page(2, 2))
    assert second.lanes == [Swimlane("c", {2: 20.0})]
    assert not second.more


def test_influencers_have_scores_of_their_own(kept, keep):
    keep(record(0, 90.0, "a"), influencer(0, 60.0, "h1"), influencer(3, 70.0, "h2"), influencer(4, 10.0, "h1"))
    assert by_field(kept, CONFIG, "host", GRID, Page(0, 9)).lanes == [
        Swimlane("h2", {1: 70.0}),
        Swimlane("h1", {0: 60.0, 2: 10.0}),
    ]
    assert top_influencers(kept, CONFIG, GRID, 1) == {"host": [("h2", 70.0)]}


def test_values_of_a_field_are_found_by_a_part_of_them(kept, keep):
    keep(record(0, 10.0, "north-1"), record(1, 40.0, "north-2"), record(5, 50.0, "south-1"), influencer(0, 9.0, "h1"))
    assert values(kept, CONFIG, "pump", GRID, "NORTH", 9) == ["north-2", "north-1"]
    assert values(kept, CONFIG, "pump", GRID, "", 1) == ["south-1"]
    assert values(kept, CONFIG, "host", GRID, "", 9) == ["h1"]
