"""Which model judges a reading; knows no job."""

from unusual.detect.features import Feature
from unusual.detect.functions import RARE, SAMPLED, Reading, Value
from unusual.detect.individual import Individual
from unusual.detect.population import Population
from unusual.detect.rare import Rare
from unusual.detect.sampled import Sampled
from unusual.detect.uncommon import Uncommon


def feature_of(reading: Reading, span: int, fields: int, *, members: bool) -> Feature:
    """A feature that has learnt nothing.

    span     length of a bucket [s]
    fields   how many split the data
    members  whether the last of them tells the members of a population apart
    """
    if reading.value in SAMPLED:
        return Sampled(reading.value, span, fields, members=members)
    if members:
        rare = reading.value in RARE
        return Uncommon(reading, span, fields) if rare else Population(reading, span, fields)
    return Rare(span, fields) if reading.value is Value.PRESENCE else Individual(reading, span)
