"""Sizes and lengths of time as humans read them, in their largest unit; knows nothing of the fields that hold them."""

from typing import Final

_SIZES: Final = (("pb", 1 << 50), ("tb", 1 << 40), ("gb", 1 << 30), ("mb", 1 << 20), ("kb", 1 << 10))
_TIMES: Final = (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000))


def readable_size(size: float) -> str:
    """A number of bytes with at most one decimal.

    >>> readable_size(1536), readable_size(0), readable_size(3 << 30)
    ('1.5kb', '0b', '3gb')
    """
    return _readable(size, _SIZES, "b")


def readable_time(milliseconds: float) -> str:
    """A length of time with at most one decimal.

    >>> readable_time(12_000), readable_time(90_000), readable_time(7)
    ('12s', '1.5m', '7ms')
    """
    return _readable(milliseconds, _TIMES, "ms")


def _readable(number: float, units: tuple[tuple[str, int], ...], smallest: str) -> str:
    for unit, one in units:
        if number >= one:
            return f"{int(number / one * 10) / 10:g}{unit}"
    return f"{number:g}{smallest}"
