"""What an engine holds is free again as soon as nobody holds the engine: processes look for garbage seldom."""

import gc
import weakref

import pytest

from tests.analysis.given import engine, stream, text
from unusual.analysis.control import Flush, Post, Save

DETECTORS = {
    "means": {"function": "mean", "field_name": "value", "by_field_name": "host"},
    "rare values": {"function": "rare", "by_field_name": "user"},
    "places": {"function": "lat_long", "field_name": "place", "partition_field_name": "host"},
    "a population": {"function": "count", "over_field_name": "user"},
}


@pytest.mark.parametrize("kind", DETECTORS)
def test_an_engine_nobody_holds_is_gone_at_once(kind):
    gc.disable()
    try:
        running = engine(DETECTORS[kind], analysis={"influencers": ["host"]})
        for message in (Post(text(stream(1, buckets=30)), 0), Flush(calc_interim=True), Save()):
            running.handle(message)
        gone = weakref.ref(running)
        del running
        assert gone() is None
    finally:
        gc.enable()
