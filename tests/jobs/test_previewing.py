"""A look at what a datafeed would read, over as many portions as are needed."""

import pytest

from tests.jobs.test_own_indices import MAPPINGS
from tests.jobs.world import world
from unusual.errors import NoSuchIndex
from unusual.jobs.indexing import Write, write
from unusual.jobs.indices import create
from unusual.jobs.previewing import sample
from unusual.jobs.sources import OwnIndices

JOB = {
    "analysis_config": {"bucket_span": "1h", "detectors": [{"function": "count"}], "influencers": ["pier"]},
    "data_description": {"time_field": "at", "time_format": "epoch_ms"},
}
ONE_BY_ONE = {"scroll_size": 1, "chunking_config": {"mode": "off"}}


def body(index: str) -> dict:
    return {"datafeed_config": {"indices": [index], **ONE_BY_ONE}, "job_config": JOB}


@pytest.fixture
def ports():
    ports = world()
    create(ports, "log", {"mappings": MAPPINGS})
    write(ports, "log", [Write(None, {"at": at, "pier": f"p{at}"}) for at in range(1000, 1005)])
    return ports


def test_a_sample_has_the_earliest_records_of_a_window_from_several_portions(ports):
    found = sample(ports, OwnIndices, body("log"), (1001, 1004), 2)
    assert found == [{"at": 1001, "pier": "p1001"}, {"at": 1002, "pier": "p1002"}]
    assert len(sample(ports, OwnIndices, body("log"), (1001, 1004), 9)) == 3


def test_a_sample_of_an_index_that_is_not_there_is_refused(ports):
    with pytest.raises(NoSuchIndex):
        sample(ports, OwnIndices, body("nothing"), (None, None), 9)
