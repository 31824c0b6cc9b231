"""The strings of closed buckets, measured: how much information those of each entry hold; knows no detector."""

from dataclasses import replace

import numpy as np

from unusual.detect.fields import Dictionary
from unusual.detect.tallies import Closed
from unusual.kernels.information import information


def informed(closed: Closed, dictionary: Dictionary) -> Closed:
    """The same with the information [bits] of the different strings of each entry, which must have been kept."""
    bits = np.zeros(len(closed.entries))
    text, ends = dictionary.spelt(np.ascontiguousarray(closed.distinct["value"]))
    information(text, ends, np.ascontiguousarray(closed.distinct["entry"]), bits)
    return replace(closed, information=bits)
