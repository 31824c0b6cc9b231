"""Jobs to be placed, and posts to be sent."""

import pytest

from unusual.analysis.control import Post
from unusual.schema.jobs import Job

CONFIG = {
    "analysis_config": {"bucket_span": "5m", "detectors": [{"function": "count"}]},
    "data_description": {"time_field": "stamp", "time_format": "epoch"},
}


@pytest.fixture
def job():
    """Makes a job of that id."""
    return lambda job_id: Job.from_request(CONFIG, job_id=job_id, now_ms=0, version="1")


@pytest.fixture
def post():
    """Makes a post of those bytes."""
    return lambda data=b"": Post(data, now_ms=0)
