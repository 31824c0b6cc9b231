"""Expressions that select jobs."""

import pytest

from unusual.errors import NoSuchJob
from unusual.jobs.lifecycle import State
from unusual.jobs.ports import StoredJob
from unusual.jobs.selection import choose, is_concrete

FLEET = [
    StoredJob({"job_id": "ferry-north-1", "groups": ["north", "firsts"]}, State.CLOSED),
    StoredJob({"job_id": "ferry-north-2", "groups": ["north"]}, State.CLOSED),
    StoredJob({"job_id": "ferry-south-1", "groups": ["south", "firsts"]}, State.CLOSED),
    StoredJob({"job_id": "barge"}, State.CLOSED),
]
EVERY = ["barge", "ferry-north-1", "ferry-north-2", "ferry-south-1"]


@pytest.mark.parametrize(
    ("expression", "chosen"),
    [
        ("_all", EVERY),
        ("*", EVERY),
        ("", EVERY),
        ("barge", ["barge"]),
        ("ferry-south-1,barge,barge", ["barge", "ferry-south-1"]),
        ("north", ["ferry-north-1", "ferry-north-2"]),
        ("fir*", ["ferry-north-1", "ferry-south-1"]),
        ("*north*,ferry-north-1", ["ferry-north-1", "ferry-north-2"]),
        (" barge,,north,", ["barge", "ferry-north-1", "ferry-north-2"]),
        (",", []),
        ("raft-*", []),
        ("ferry-north-?", None),
        ("nobody", None),
        ("barge,nobody", None),
    ],
)
def test_ids_groups_lists_and_wildcards_select_sorted_ids(expression, chosen):
    if chosen is None:
        with pytest.raises(NoSuchJob):
            choose(FLEET, expression, allow_no_match=True)
    else:
        assert choose(FLEET, expression, allow_no_match=True) == chosen


@pytest.mark.parametrize(("expression", "named"), [("raft-*", "raft-*"), ("ferry-*,raft-*", "raft-*")])
def test_a_wildcard_must_match_where_no_match_is_not_allowed(expression, named):
    with pytest.raises(NoSuchJob) as caught:
        choose(FLEET, expression, allow_no_match=False)
    assert caught.value.reason == f"No known job with id '{named}'"


def test_all_of_nothing_is_an_error_only_where_no_match_is_not_allowed():
    assert choose([], "_all", allow_no_match=True) == []
    with pytest.raises(NoSuchJob, match="_all"):
        choose([], "", allow_no_match=False)


def test_one_name_is_concrete_and_nothing_else():
    assert is_concrete("barge")
    assert not any(is_concrete(other) for other in ("", "_all", "*", "b*", "barge,raft"))
