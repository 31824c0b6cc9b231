"""Saved models: the list, its order, and going back."""

import pytest

from tests.jobs.world import add_job, words
from unusual.errors import Conflict, Invalid, Missing, NoSuchJob
from unusual.jobs import snapshots
from unusual.jobs.ports import Page, Snapshot
from unusual.jobs.recalling import learnt


@pytest.fixture
def pump(ports):
    add_job(ports, "pump")
    for number, said in enumerate(["winter", "autumn", "spring"], start=1):
        described = {"job_id": "pump", "snapshot_id": f"s{number}", "description": said, "timestamp": number * 1000}
        ports.snapshots.save("pump", Snapshot(described | {"quantiles": {}, "retain": number == 2}, b""))
    return ports


def ids(found):
    return [one["snapshot_id"] for one in found[1]]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["s3", "s2", "s1"]),
        ({"desc": False}, ["s1", "s2", "s3"]),
        ({"sort": "description"}, ["s1", "s3", "s2"]),
        ({"sort": "unknown"}, ["s1", "s2", "s3"]),
        ({"window": (2000, 3000)}, ["s2"]),
        ({"expression": "s1,s3"}, ["s3", "s1"]),
        ({"expression": "s*", "page": Page(1, 1)}, ["s2"]),
        ({"page": Page(5, 10)}, []),
    ],
)
def test_snapshots_are_listed_newest_first_unless_asked_otherwise(pump, options, expected):
    assert ids(snapshots.find(pump, "pump", **options)) == expected


def test_the_count_is_of_all_and_quantiles_stay_inside(pump):
    count, found = snapshots.find(pump, "pump", page=Page(0, 0))
    assert (count, found) == (3, [])
    assert all("quantiles" not in one for one in snapshots.find(pump, "pump")[1])


def test_unknown_jobs_and_snapshots_are_missing(pump):
    for act in (snapshots.find, snapshots.update, snapshots.delete, snapshots.revert):
        with pytest.raises(NoSuchJob):
            act(pump, "nobody", "s1")
        with pytest.raises(Missing, match=r"No model snapshot with id \[s9\] exists for job \[pump\]"):
            act(pump, "pump", "s9")


def test_an_update_changes_only_what_it_names(pump):
    assert snapshots.update(pump, "pump", "s1", description="flood")["description"] == "flood"
    assert snapshots.update(pump, "pump", "s1", retain=True)["description"] == "flood"
    assert snapshots.find(pump, "pump", "s1")[1][0]["retain"] is True


def test_the_active_snapshot_cannot_be_deleted(pump):
    snapshots.revert(pump, "pump", "s2")
    with pytest.raises(
        Invalid, match="Model snapshot 's2' is the active snapshot for job 'pump', so cannot be deleted"
    ):
        snapshots.delete(pump, "pump", "s2")
    snapshots.delete(pump, "pump", "s1")
    assert ids(snapshots.find(pump, "pump")) == ["s3", "s2"]


@pytest.mark.parametrize("forget", [False, True])
@pytest.mark.parametrize("target", ["first", snapshots.EMPTY])
def test_a_reverted_job_goes_on_from_the_snapshot(ports, live, target, forget):
    async def scenario(running):
        add_job(ports, "pump")
        for piece in (b"1 2", b"3 4"):
            await running.open("pump", 5)
            with pytest.raises(Conflict, match="Can only revert to a model snapshot when the job is closed"):
                snapshots.revert(ports, "pump", "empty")
            await running.post("pump", words(piece))
            await running.close("pump")
        first = ports.snapshots.list("pump")[0]["snapshot_id"]
        to = first if target == "first" else target
        model = snapshots.revert(ports, "pump", to, delete_intervening_results=forget)
        assert model["snapshot_id"] == to
        job = ports.jobs.get("pump")
        await running.open("pump", 5)
        await running.close("pump", force=True)
        return job, first

    job, first = live(ports, scenario)
    known = [1, 2] if target == "first" else []
    assert job.config.get("model_snapshot_id") == (first if known else None)
    assert [result.timestamp for result in ports.results.kept["pump"]] == (known if forget else [1, 2, 3, 4])
    latest = job.stats["data_counts"].get("latest_record_timestamp")
    assert latest == ((known[-1] if known else None) if forget else 4)


def test_a_job_goes_back_to_a_snapshot_that_was_only_described_and_learns_anew(ports):
    add_job(ports, "pump")
    told = {"job_id": "pump", "snapshot_id": "s1", "timestamp": 0, "latest_record_time_stamp": 7000}
    ports.snapshots.save("pump", Snapshot(told, b""))
    snapshots.revert(ports, "pump", "s1", delete_intervening_results=True)
    job = ports.jobs.get("pump")
    assert job.config["model_snapshot_id"] == "s1"
    assert job.stats["data_counts"]["latest_record_timestamp"] == 7000
    assert learnt(ports, job) is None
