"""Which model judges a reading; knows no job."""

from unusual.detect.features import Feature
from unusual.detect.functions import Reading, Value
from unusual.detect.individual import Individual
from unusual.detect.rare import Rare


def feature_of(reading: Reading, span: int) -> Feature:
    """A feature that has learnt nothing. span: length of a bucket [s]."""
    return Rare(span) if reading.value is Value.PRESENCE else Individual(reading, span)
