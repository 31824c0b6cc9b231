"""Bodies may be the schema's own documents, and what is read can be written again."""

import pytest

from unusual.client.failures import NotFound
from unusual.errors import Invalid
from unusual.schema.answers import ConfiguredJob
from unusual.schema.datafeeds import DatafeedConfig
from unusual.schema.detectors import Detector
from unusual.schema.durations import Duration
from unusual.schema.functions import Function
from unusual.schema.jobs import AnalysisConfig, DataDescription, JobConfig

JOB = JobConfig(
    groups=("plant",),
    analysis_config=AnalysisConfig(
        bucket_span=Duration("10m"),
        detectors=(Detector(function=Function.HIGH_MEAN, field_name="load", by_field_name="pump"),),
        influencers=("pump",),
    ),
    data_description=DataDescription(time_field="at", time_format="epoch"),
)


def test_a_job_may_be_a_document(client):
    stored = client.put_job("pumps", JOB)
    assert isinstance(stored, ConfiguredJob)
    assert stored.analysis_config == JOB.analysis_config
    assert stored.data_description == JOB.data_description
    assert (stored.job_id, stored.groups, stored.create_time is not None) == ("pumps", ("plant",), True)


def test_what_is_read_without_what_the_server_made_can_be_written_again(client):
    client.put_job("pumps", JOB)
    client.put_datafeed("feed", DatafeedConfig(job_id="pumps", indices=("loads",)))
    read = client.get_jobs("pumps", exclude_generated=True).jobs[0]
    assert read.create_time is None
    assert read.datafeed_config.indices == ("loads",)
    client.delete_job("pumps")
    with pytest.raises(NotFound):
        client.get_jobs("pumps")
    assert client.put_job("pumps", read).analysis_config == JOB.analysis_config
    assert client.get_datafeeds("feed").datafeeds[0].job_id == "pumps"


def test_a_document_is_refused_where_it_is_made():
    with pytest.raises(ValueError, match="bucket_span"):
        AnalysisConfig(bucket_span=Duration("-1"))
    with pytest.raises(Invalid):
        Duration("5 parsecs")
