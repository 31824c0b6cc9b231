"""Filters: what is stored, what is refused, who keeps them in use."""

import pytest

from tests.jobs.world import add_job
from unusual.errors import Conflict, Invalid, Missing, Taken
from unusual.jobs import filters
from unusual.jobs.scheduling import schedule_for
from unusual.schema.filters import Filter, FilterUpdate
from unusual.schema.jobs import Job
from unusual.schema.options import FilterOptions

RULED = {
    "analysis_config": {
        "detectors": [
            {
                "function": "count",
                "by_field_name": "harbour",
                "custom_rules": [{"scope": {"harbour": {"filter_id": "known"}}}],
            }
        ]
    }
}


def make(ports, filter_id, /, *items, **more):
    return filters.create(ports, filter_id, Filter(items=items, **more))


def find(ports, expression="_all", **options):
    count, found = filters.find(ports, expression, FilterOptions(**options))
    return count, [document["filter_id"] for document in found]


def test_items_are_sorted_and_unique_and_nothing_else_is_added(ports):
    assert make(ports, "known", "b", "a", "b") == {"filter_id": "known", "items": ["a", "b"]}


def test_a_name_is_taken_once(ports):
    make(ports, "known", "a")
    with pytest.raises(Taken, match=r"^A filter with id \[known\] already exists$"):
        make(ports, "known", "b")
    assert filters.find(ports, "known", FilterOptions())[1][0]["items"] == ["a"]


@pytest.mark.parametrize("filter_id", ["Known", "_all", "-a", ""])
def test_a_bad_name_is_refused(ports, filter_id):
    with pytest.raises(Invalid, match=r"^Invalid filter_id; "):
        make(ports, filter_id, "a")


def test_the_body_must_not_name_another_filter(ports):
    with pytest.raises(Invalid, match=r"^Inconsistent filter_id; 'other' specified in the body differs from 'known'"):
        make(ports, "known", "a", filter_id="other")
    assert make(ports, "known", "a", filter_id="known")["filter_id"] == "known"


def test_filters_are_picked_by_names_and_wildcards_sorted_by_id(ports):
    for filter_id in ("quay", "port", "pier"):
        make(ports, filter_id)
    assert find(ports) == (3, ["pier", "port", "quay"])
    assert find(ports, "quay,p*,pier") == (3, ["pier", "port", "quay"])
    assert find(ports, "x*") == (0, [])
    with pytest.raises(Missing, match=r"\[nothing\]"):
        find(ports, "pier,nothing")


def test_a_page_keeps_the_whole_count(ports):
    for filter_id in ("quay", "port", "pier"):
        make(ports, filter_id)
    assert find(ports, page={"from": 1, "size": 1}) == (3, ["port"])
    assert find(ports, page={"size": 0}) == (3, [])
    assert find(ports, page={"from": 9}) == (3, [])
    with pytest.raises(Invalid, match=r"^Parameters \[from, size\] are incompatible with \[filter_id\]$"):
        find(ports, "pier", page={"size": 1})


def test_an_update_adds_removes_and_describes(ports):
    make(ports, "known", "a", "b", description="first")
    changed = filters.update(ports, "known", FilterUpdate(add_items=("c", "a"), remove_items=("b",)))
    assert changed == {"filter_id": "known", "description": "first", "items": ["a", "c"]}
    assert filters.update(ports, "known", FilterUpdate(description="second"))["description"] == "second"


def test_a_refused_update_changes_nothing(ports):
    make(ports, "known", "a")
    with pytest.raises(Invalid, match=r"^Cannot remove item \[q\] as it is not present in filter \[known\]$"):
        filters.update(ports, "known", FilterUpdate(add_items=("b",), remove_items=("q",)))
    assert filters.find(ports, "known", FilterOptions())[1][0]["items"] == ["a"]


def test_what_is_not_there_can_neither_be_changed_nor_deleted(ports):
    with pytest.raises(Missing):
        filters.update(ports, "known", FilterUpdate())
    with pytest.raises(Missing):
        filters.delete(ports, "known")


def test_a_filter_stays_while_rules_refer_to_it(ports):
    make(ports, "known", "oslo")
    for job_id in ("valve", "pump"):
        add_job(ports, job_id, **RULED)
    with pytest.raises(Conflict, match=r"^Cannot delete filter \[known\] currently used by jobs \[pump, valve\]$"):
        filters.delete(ports, "known")
    for job_id in ("valve", "pump"):
        [*ports.jobs.delete(job_id)]
    filters.delete(ports, "known")
    assert find(ports) == (0, [])


def test_a_job_gets_the_items_of_the_filters_that_exist(ports):
    add_job(ports, "pump", **RULED)
    job = Job.from_document(ports.jobs.get("pump").config)
    assert schedule_for(ports, job).lists == {}
    make(ports, "known", "oslo", "bergen")
    make(ports, "stray", "x")
    assert schedule_for(ports, job).lists == {"known": ("bergen", "oslo")}
