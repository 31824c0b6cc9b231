"""Deletion of what is past its days: how far back results and snapshots reach, and what always stays."""

from contextlib import closing
from dataclasses import replace

import pytest

from tests.jobs.world import add_job, world
from unusual.errors import NoSuchJob
from unusual.jobs.given_results import write
from unusual.jobs.ports import Selection, Snapshot
from unusual.jobs.retention import Pace, delete_expired
from unusual.store.sqlite import open_store

DAY = 86_400_000
FOREVER = Pace(8 * 3_600_000)
KINDS = ("bucket", "record", "influencer", "model_plot")


@pytest.fixture
def ports(tmp_path):
    """A world with a real store."""
    with closing(open_store(tmp_path)) as store:
        yield replace(world(), jobs=store.jobs, results=store.results, snapshots=store.snapshots, configs=store.configs)


def fill(ports, job_id, *days):
    """One result of each kind at the given days."""
    for day in days:
        for kind in KINDS:
            write(ports, job_id, f"{kind}-{day}", {"result_type": kind, "timestamp": round(day * DAY)})


def days_of(ports, job_id, kind):
    count, _ = ports.results.read(job_id, Selection(kind=kind))
    return count


def keep(ports, job_id, *days, **more):
    """Snapshots made at the given days, named by them."""
    for day in days:
        description = {"snapshot_id": str(day), "timestamp": round(day * DAY), "retain": False} | more
        ports.snapshots.save(job_id, Snapshot(description, b"learnt"))


def kept(ports, job_id):
    return [description["snapshot_id"] for description in ports.snapshots.list(job_id)]


@pytest.mark.parametrize("kind", KINDS)
def test_results_are_kept_for_their_days_before_the_latest_bucket(ports, kind):
    add_job(ports, "pump", results_retention_days=2)
    fill(ports, "pump", 10, 10.5, 11, 13)
    assert delete_expired(ports, "pump", FOREVER)
    assert days_of(ports, "pump", kind) == 2, "a result of exactly that age stays"


def test_without_days_all_results_stay(ports):
    add_job(ports, "pump")
    fill(ports, "pump", 1, 1000)
    assert delete_expired(ports, "_all", FOREVER)
    assert days_of(ports, "pump", "bucket") == 2


def test_categories_belong_to_no_day(ports):
    add_job(ports, "pump", results_retention_days=1)
    write(ports, "pump", "category", {"result_type": "category_definition", "category_id": 1})
    fill(ports, "pump", 1, 1000)
    assert delete_expired(ports, "_all", FOREVER)
    assert days_of(ports, "pump", "category_definition") == 1
    assert days_of(ports, "pump", "bucket") == 1


def test_a_job_without_buckets_loses_nothing(ports):
    add_job(ports, "pump", results_retention_days=1)
    write(ports, "pump", "record", {"result_type": "record", "timestamp": 5})
    assert delete_expired(ports, "_all", FOREVER)
    assert days_of(ports, "pump", "record") == 1


def test_only_the_selected_jobs_are_swept(ports):
    for job_id in ("pump-a", "pump-b", "valve"):
        add_job(ports, job_id, results_retention_days=1)
        fill(ports, job_id, 1, 10)
    assert delete_expired(ports, "pump-*", FOREVER)
    assert [days_of(ports, job_id, "bucket") for job_id in ("pump-a", "pump-b", "valve")] == [1, 1, 2]
    assert delete_expired(ports, "x*", FOREVER)
    with pytest.raises(NoSuchJob, match=r"^No known job with id 'nobody'$"):
        delete_expired(ports, "nobody", FOREVER)


def test_snapshots_are_kept_for_their_days_before_the_newest_one(ports):
    add_job(ports, "pump", model_snapshot_retention_days=3, daily_model_snapshot_retention_after_days=3)
    keep(ports, "pump", 1, 6.9, 7, 8, 10)
    assert delete_expired(ports, "pump", FOREVER)
    assert kept(ports, "pump") == ["7", "8", "10"]


def test_of_older_days_only_the_first_snapshot_stays(ports):
    add_job(ports, "pump", model_snapshot_retention_days=10, daily_model_snapshot_retention_after_days=1)
    keep(ports, "pump", 17.1, 17.2, 18.3, 18.4, 19.1, 19.5, 19.9, 20.5)
    assert delete_expired(ports, "pump", FOREVER)
    assert kept(ports, "pump") == ["17.1", "18.3", "19.1", "19.5", "19.9", "20.5"]


def test_the_active_snapshot_and_those_to_be_retained_stay(ports):
    add_job(ports, "pump", model_snapshot_retention_days=2, daily_model_snapshot_retention_after_days=1)
    keep(ports, "pump", 1, 2, 100)
    keep(ports, "pump", 3, retain=True)
    job = ports.jobs.get("pump")
    ports.jobs.put(replace(job, config=job.config | {"model_snapshot_id": "2"}))
    assert delete_expired(ports, "pump", FOREVER)
    assert kept(ports, "pump") == ["2", "3", "100"]


def test_a_sweep_that_takes_too_long_says_so(ports):
    class Hasty:
        """A clock on which an hour passes between two looks."""

        ms = 0

        def now_ms(self):
            self.ms += 3_600_000
            return self.ms

    add_job(ports, "pump", results_retention_days=1)
    fill(ports, "pump", 1, 10)
    assert not delete_expired(replace(ports, clock=Hasty()), "pump", Pace(1000))
    assert days_of(ports, "pump", "bucket") == 2
