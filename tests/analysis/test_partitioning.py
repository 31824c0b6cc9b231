"""When it is looked how partitions go, as counted one line after the other."""

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from unusual.analysis.partitioning import MORE, Partitions
from unusual.categorization.standing import FEWEST

ROWS = st.lists(st.tuples(st.sampled_from("ab"), st.booleans()), max_size=600)


def looked(partitions, rows):
    values, present = zip(*rows, strict=True) if rows else ((), ())
    numbers = partitions.numbers(pl.Series(values, dtype=pl.String))
    return partitions.looks(numbers, np.array(present, np.bool_))


def expected(rows):
    """(line, value) of every look: after FEWEST lines that are present, and after a tenth more each time."""
    seen, following, found = {}, {}, []
    for line, (value, present) in enumerate(rows, start=1):
        seen[value] = seen.get(value, 0) + present
        if present and seen[value] == following.setdefault(value, FEWEST):
            found.append((line, value))
            following[value] += following[value] // MORE
    return found


@given(ROWS, st.lists(st.integers(0, 600), max_size=4))
def test_it_is_looked_at_the_same_lines_however_they_come(rows, cuts):
    partitions, found = Partitions(), []
    edges = sorted(min(cut, len(rows)) for cut in cuts)
    for start, end in zip([0, *edges], [*edges, len(rows)], strict=True):
        partitions.restore(partitions.state())
        found += [
            (start + look.line, partitions.values[look.partition]) for look in looked(partitions, rows[start:end])
        ]
    assert found == expected(rows)
