"""Annotations: what the server says of a job, what users say, and how long either stays."""

from contextlib import closing
from dataclasses import replace

import orjson
import pytest

from tests.jobs.world import add_job, words, world
from unusual.analysis.control import Annotation, Outputs
from unusual.errors import Invalid
from unusual.jobs import annotations, committing, configure, indices, retention, snapshots
from unusual.jobs.committing import Kept
from unusual.jobs.given_results import write as write_result
from unusual.jobs.indexing import Write, write
from unusual.jobs.ports import Snapshot
from unusual.jobs.position import Position
from unusual.jobs.sessions import Session
from unusual.store.sqlite import open_store

DAY = 86_400_000
FOREVER = retention.Pace(8 * 3_600_000)


@pytest.fixture
def kept(tmp_path):
    """A world with a real store."""
    with closing(open_store(tmp_path)) as store:
        stores = {name: getattr(store, name) for name in ("jobs", "results", "snapshots", "configs", "documents")}
        ports = replace(world(), **stores)
        annotations.prepare(ports)
        yield ports


def said(ports, job_id="pump"):
    """(event, timestamp) of what is said of a job."""
    found = [orjson.loads(one.body) for one in ports.documents.scan([annotations.INDEX])]
    return sorted((one["event"], one["timestamp"]) for one in found if one["job_id"] == job_id)


def say(ports, *times_ms, job_id="pump", event="model_change"):
    annotations.keep(ports, job_id, [Annotation(event, "the level rose", time, time) for time in times_ms])


def note(ports, time_ms, job_id="pump"):
    """What a client writes for a user."""
    body = {"annotation": "deployed", "job_id": job_id, "timestamp": time_ms, "type": "comment", "event": "user"}
    [written] = write(ports, annotations.WRITE, [Write(None, body)])
    return written


def test_an_annotation_says_whom_it_is_about_and_who_made_it(kept):
    fields = {"detector_index": 0, "by_field_name": "host", "by_field_value": "elm"}
    annotations.keep(kept, "pump", [Annotation("model_change", "a daily rhythm", 5, 7, fields)])
    [found] = kept.documents.scan([annotations.INDEX])
    now = kept.clock.now_ms()
    assert orjson.loads(found.body) == {
        "annotation": "a daily rhythm",
        "job_id": "pump",
        "timestamp": 5,
        "end_timestamp": 7,
        "type": "annotation",
        "event": "model_change",
        "create_time": now,
        "create_username": "_xpack",
        "modified_time": now,
        "modified_username": "_xpack",
        **fields,
    }


def test_the_same_said_twice_is_there_once(kept):
    say(kept, 5, 6)
    say(kept, 6, 7)
    assert said(kept) == [("model_change", time) for time in (5, 6, 7)]


def test_what_a_user_writes_by_the_alias_lies_beside_it(kept):
    say(kept, 5)
    assert note(kept, 6).index_name == annotations.INDEX
    assert said(kept) == [("model_change", 5), ("user", 6)]
    assert [index.name for index in indices.find(kept, ".ml-annotations-read")] == [annotations.INDEX]
    assert annotations.INDEX not in [index.name for index in indices.find(kept, "_all")]


def test_the_index_comes_back_when_it_was_removed(kept):
    indices.remove(kept, annotations.INDEX)
    say(kept, 5)
    assert said(kept) == [("model_change", 5)]


@pytest.mark.parametrize("users", [False, True])
def test_users_keep_their_annotations_unless_told_otherwise(kept, users):
    say(kept, 5)
    say(kept, 5, event="model_snapshot_stored")
    note(kept, 6)
    say(kept, 5, job_id="pump-2")
    annotations.clear(kept, "pump", users=users)
    assert said(kept) == ([] if users else [("user", 6)])
    assert said(kept, "pump-2") == [("model_change", 5)]


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        ({}, {1, 9, 10}),
        ({"results_retention_days": 2}, {9, 10}),
        ({"system_annotations_retention_days": 0}, {10}),
        ({"results_retention_days": 0, "system_annotations_retention_days": 5}, {9, 10}),
    ],
)
def test_what_the_server_says_goes_with_the_results_or_after_its_own_days(kept, settings, left):
    add_job(kept, "pump", **settings)
    write_result(kept, "pump", "latest", {"result_type": "bucket", "timestamp": 10 * DAY})
    say(kept, DAY, 9 * DAY, 10 * DAY)
    note(kept, DAY)
    assert retention.delete_expired(kept, "pump", FOREVER)
    assert said(kept) == [*(("model_change", day * DAY) for day in sorted(left)), ("user", DAY)]


def test_what_was_said_of_buckets_that_open_again_goes_unless_it_is_said_again(kept):
    add_job(kept, "pump")
    say(kept, 1000, 2000, 3000)
    say(kept, 2000, event="model_snapshot_stored")
    note(kept, 2000)
    again = Annotation("model_change", "the level rose", 2500, 2500)
    outputs = Outputs({}, {}, {}, None, reopened=(2, 4), annotations=(again,))
    assert committing.commit(kept, [Kept(Session("pump", 1), outputs, 1.0, Position())]) == [None]
    changes = [("model_change", 1000), ("model_change", 2500)]
    assert said(kept) == [*changes, ("model_snapshot_stored", 2000), ("user", 2000)]


def test_what_was_said_of_data_that_comes_again_goes_with_its_results(kept):
    add_job(kept, "pump")
    kept.snapshots.save("pump", Snapshot({"snapshot_id": "1", "timestamp": 9, "latest_result_time_stamp": 6}, b""))
    say(kept, 5, 6, 7)
    say(kept, 8, event="model_snapshot_stored")
    note(kept, 9)
    snapshots.revert(kept, "pump", "1")
    assert len(said(kept)) == 5
    snapshots.revert(kept, "pump", "1", delete_intervening_results=True)
    assert said(kept) == [("model_change", 5), ("model_change", 6), ("model_snapshot_stored", 8), ("user", 9)]


def test_a_stored_snapshot_is_told_of(ports, live):
    add_job(ports, "pump")

    async def scenario(running):
        await running.open("pump", 5)
        await running.post("pump", words(b"7 8 9"))
        await running.close("pump")

    live(ports, scenario)
    [snapshot] = ports.snapshots.list("pump")
    [found] = ports.documents.scan([annotations.INDEX])
    told = orjson.loads(found.body)
    assert told["annotation"] == f"Job model snapshot with id [{snapshot['snapshot_id']}] stored"
    assert (told["event"], told["timestamp"], told["end_timestamp"]) == ("model_snapshot_stored", 9, 9)


@pytest.mark.parametrize("act", ["delete", "reset"])
@pytest.mark.parametrize("users", [False, True])
def test_a_job_that_goes_takes_its_annotations_along(ports, live, act, users):
    add_job(ports, "pump")

    async def scenario(running):
        say(ports, 5)
        note(ports, 6)
        await getattr(running, act)("pump", user_annotations=users)

    live(ports, scenario)
    assert said(ports) == ([] if users else [("user", 6)])
    assert (act == "reset") == bool(configure.fetch(ports, "*"))


def test_an_alias_is_neither_made_nor_removed_as_an_index(kept):
    with pytest.raises(Invalid, match="already exists as alias"):
        indices.create(kept, annotations.WRITE, None)
    with pytest.raises(Invalid, match="matches an alias"):
        indices.remove(kept, annotations.READ)


def test_of_several_indices_under_one_alias_one_must_say_that_it_is_written(kept):
    indices.create(kept, "tide-1", {"aliases": {"tide": {}}})
    indices.create(kept, "tide-2", {"aliases": {"tide": {}}})
    with pytest.raises(Invalid, match="no write index"):
        write(kept, "tide", [Write("a", {})])
    indices.create(kept, "tide-3", {"aliases": {"tide": {"is_write_index": True}}})
    assert write(kept, "tide", [Write("a", {})])[0].index_name == "tide-3"
