"""The information of sets of strings, against a plain count of symbols; orders, additions, whole entries."""

from collections import Counter
from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual.kernels.information import information

STRINGS = st.lists(st.text(max_size=8), max_size=6)


def measured(*entries):
    texts = [text.encode() for strings in entries for text in strings]
    entry_of = np.repeat(np.arange(len(entries), dtype=np.int32), [len(strings) for strings in entries])
    bits = np.zeros(len(entries))
    ends = np.cumsum([len(text) for text in texts], dtype=np.int64)
    information(np.frombuffer(b"".join(texts), np.uint8), ends, entry_of, bits)
    return bits.tolist()


def plain(strings):
    symbols = [symbol for text in strings for symbol in [*text.encode(), "end"]]
    return sum(-n * log2(n / len(symbols)) for n in Counter(symbols).values())


@given(st.lists(STRINGS, max_size=5))
def test_each_entry_holds_the_information_of_its_own_symbols(entries):
    assert measured(*entries) == pytest.approx([plain(strings) for strings in entries], abs=1e-9)


@given(STRINGS, st.randoms(use_true_random=False))
def test_the_order_of_strings_does_not_matter(strings, chance):
    assert measured(chance.sample(strings, len(strings))) == measured(strings)


@given(STRINGS, st.text(max_size=8))
def test_one_more_string_never_lessens_the_information(strings, more):
    assert measured([*strings, more])[0] >= measured(strings)[0] - 1e-9


def test_random_names_hold_more_than_repeated_letters_of_the_same_length():
    assert measured(["x7Qp2mZk9aLw"])[0] > 2 * measured(["aaaabbbbaaaa"])[0]
