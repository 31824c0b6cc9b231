"""Numbers of JSON texts as the nearest floats, against the interpreter's own reading."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual.kernels.plainjson import NOT_PLAIN, read_number

DIGITS = st.integers(0, 10**18 - 1)
EXPONENTS = st.integers(-22, 22)


def read(text: str):
    """The number, or None when it is declined."""
    end, value = read_number(np.frombuffer(text.encode() + b"\n", np.uint8), 0)
    return None if end == NOT_PLAIN else value if end == len(text) else f"ends at {end}"


def bits(value: float) -> bytes:
    return struct.pack("d", value)


@given(st.integers(-(10**18) + 1, 10**18 - 1))
def test_every_integer_of_up_to_18_digits_is_read(value):
    assert bits(read(str(value))) == bits(float(value))


@given(DIGITS, st.integers(1, 17), st.booleans())
def test_every_fraction_of_up_to_18_digits_is_rounded_once_or_declined(digits, places, negative):
    whole, fraction = divmod(digits, 10**places)
    text = f"{'-' * negative}{whole}.{fraction:0{places}}"
    value = read(text)
    if digits < 2**53:
        assert value is not None
    assert value is None or bits(value) == bits(float(text))


@given(st.floats(1e-3, 1e9), EXPONENTS, st.sampled_from(["e", "E"]), st.sampled_from(["", "+"]))
def test_exponents_count(mantissa, exponent, letter, sign):
    text = f"{mantissa!r}{letter}{sign if exponent >= 0 else ''}{exponent}"
    value = read(text)
    assert value is None or bits(value) == bits(float(text))


def test_nearly_no_float_that_has_all_its_digits_is_declined():
    values = np.random.default_rng(0).lognormal(0.0, 6.0, 2_000)
    assert sum(read(repr(value)) is None for value in values.tolist() if 1e-4 < value < 1e15) <= 20


@pytest.mark.parametrize("text", ["01", ".5", "1.", "-", "+1", "1e", "1e+", "1e999", "NaN", "--1", "-.1", "1" * 19])
def test_what_is_no_number_or_too_long_is_declined(text):
    assert read(text) is None


def test_an_integer_has_no_negative_zero_but_a_fraction_has():
    assert (bits(read("-0")), bits(read("-0.0"))) == (bits(0.0), bits(-0.0))
