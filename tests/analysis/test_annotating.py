"""Changes that models notice become annotations of their series, as far as the job asks for them."""

import numpy as np
import pytest

from tests.analysis.given import SPAN, T, engine, post
from unusual.analysis.control import Annotation
from unusual.detect.features import Change, Changes
from unusual.detect.individual import Individual

RECORDS = [{"time": T + bucket * SPAN, "host": host, "value": 1.0} for bucket in range(4) for host in ("ash", "elm")]
DETECTOR = {"function": "mean", "field_name": "value", "partition_field_name": "host"}


@pytest.fixture
def noticing(monkeypatch):
    """A model that notices a shift of the level with the second value of every stretch."""
    block = Individual.block

    def told(self, *arguments):
        judged = block(self, *arguments)
        object.__setattr__(judged, "changes", Changes(np.array([1]), np.array([Change.LEVEL], np.int32)))
        return judged

    monkeypatch.setattr(Individual, "block", told)


@pytest.mark.usefixtures("noticing")
def test_a_change_is_told_of_its_series_and_bucket():
    said = post(engine(DETECTOR, model_plot_config={"enabled": True}), RECORDS).annotations
    start = T * 1000
    fields = {"detector_index": 0, "partition_field_name": "host", "partition_field_value": "elm"}
    text = "mean(value) has shifted to another level"
    assert said == (Annotation("model_change", text, start, start + SPAN * 1000, fields),)


@pytest.mark.usefixtures("noticing")
@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, False),
        ({"model_plot_config": {"enabled": False}}, False),
        ({"model_plot_config": {"enabled": True, "annotations_enabled": False}}, False),
        ({"model_plot_config": {"enabled": False, "annotations_enabled": True}}, True),
    ],
)
def test_only_a_job_that_asks_for_it_is_annotated(settings, told):
    running = engine(DETECTOR, **settings)
    assert bool(post(running, RECORDS).annotations) is told
    assert post(running, []).annotations == ()
