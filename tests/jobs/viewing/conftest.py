"""A job with a few results in a real store."""

from dataclasses import replace

import orjson
import pytest

from tests.jobs.world import world
from unusual.analysis.control import Outputs, Result
from unusual.analysis.subjects import subjects_of
from unusual.jobs.lifecycle import State
from unusual.jobs.ports import StoredJob
from unusual.store.sqlite import open_store

SPAN_MS = 60_000
CONFIG = {
    "job_id": "pumps",
    "analysis_config": {
        "bucket_span": "1m",
        "influencers": ["host"],
        "detectors": [
            {"detector_index": 0, "function": "mean", "field_name": "load", "by_field_name": "pump"},
            {"detector_index": 1, "function": "count"},
        ],
    },
}


def result(kind: str, bucket: int, score: float = 0.0, entity: str = "", *, interim: bool = False, **fields) -> Result:
    """A result of a bucket, numbered from 0."""
    document = {"job_id": "pumps", "timestamp": bucket * SPAN_MS, "bucket_span": 60, "is_interim": interim, **fields}
    subjects = subjects_of(document)
    return Result(kind, bucket * SPAN_MS, entity, score, interim, orjson.dumps(document), None, subjects)


def record(bucket: int, score: float, pump: str | None = None, detector: int = 0, **fields) -> Result:
    split = {} if pump is None else {"by_field_name": "pump", "by_field_value": pump}
    function = "count" if detector else "mean"
    told = {"record_score": score, "detector_index": detector, "function": function, **split, **fields}
    return result("record", bucket, score, f"{detector}:{pump or 0}", **told)


def influencer(bucket: int, score: float, host: str) -> Result:
    told = {"influencer_field_name": "host", "influencer_field_value": host}
    return result("influencer", bucket, score, f"host:{host}", **told)


@pytest.fixture
def stored() -> StoredJob:
    return StoredJob(CONFIG, State.CLOSED)


@pytest.fixture
def kept(tmp_path, stored):
    """Ports over a real store; `keep(*results)` stores some of the job."""
    store = open_store(tmp_path)
    store.jobs.add(stored)
    ports = replace(world(), jobs=store.jobs, results=store.results, configs=store.configs, documents=store.documents)
    yield ports
    store.close()


@pytest.fixture
def keep(kept, stored):
    def keep(*results: Result, job: StoredJob = stored) -> None:
        kept.results.commit([(job, Outputs({}, {}, {}, None, results=[*results]))])

    return keep


@pytest.fixture
def valves(kept):
    """Another job, in which a host is what splits, not what influences; its buckets are twice as long."""
    detector = {"detector_index": 0, "function": "mean", "field_name": "flow", "partition_field_name": "host"}
    job = StoredJob(
        {"job_id": "valves", "analysis_config": {"bucket_span": "2m", "detectors": [detector]}}, State.CLOSED
    )
    kept.jobs.add(job)
    return job
