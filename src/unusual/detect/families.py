"""Which model judges a reading; knows no job."""

from unusual.detect.correlated import Correlated
from unusual.detect.features import Feature
from unusual.detect.functions import RARE, SAMPLED, Reading, Value
from unusual.detect.individual import Individual
from unusual.detect.population import Population
from unusual.detect.rare import Rare
from unusual.detect.sampled import Sampled
from unusual.detect.uncommon import Uncommon


def feature_of(reading: Reading, span: int, fields: int, *, members: bool, together: bool = False) -> Feature:
    """A feature that has learnt nothing.

    span      length of a bucket [s]
    fields    how many split the data
    members   whether the last of them tells the members of a population apart
    together  whether series that the last of them tells apart are judged beside each other, if they are of numbers
    """
    if reading.value in SAMPLED:
        return Sampled(reading.value, span, fields, members=members)
    if members:
        rare = reading.value in RARE
        return Uncommon(reading, span, fields) if rare else Population(reading, span, fields)
    if reading.value is Value.PRESENCE:
        return Rare(span, fields)
    individual = Individual(reading, span)
    return Correlated(individual, span) if together else individual
