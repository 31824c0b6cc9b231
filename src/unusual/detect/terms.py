"""Which series have one of some values in a splitting field; knows nothing of why that is asked."""

from collections.abc import Iterable, Sequence

import numpy as np
import polars as pl

from unusual.detect.fields import Dictionary
from unusual.detect.splits import Split
from unusual.kernels.arrays import Flags


def having(split: Split, dictionaries: Sequence[Dictionary], terms: Iterable[str]) -> Flags:
    """(S,) whether any splitting field of a series has one of these values. dictionaries: of the fields, in order."""
    wanted = list(terms)
    found = np.zeros(split.size, np.bool_)
    for field, dictionary in enumerate(dictionaries):
        listed = pl.Series(dictionary.values, dtype=pl.String).is_in(wanted).to_numpy()
        found |= listed[split.codes(field)]
    return found
