"""Texts as one run of bytes with offsets, the layout kernels read; knows encodings, not logs."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from unusual.kernels.arrays import Bytes, Flags, Ints


def bytes_of(lines: Sequence[str | None] | pl.Series) -> tuple[Bytes, Ints, Flags]:
    r"""All bytes (n,) as UTF-8, where each line begins and n (m+1,), and which lines are missing (m,).

    What UTF-8 cannot express, a lone surrogate, becomes a question mark.

    >>> text, offsets, missing = bytes_of(["ab", None, "é"])
    >>> bytes(text), offsets, missing
    (b'ab\xc3\xa9', array([0, 2, 2, 4]), array([False,  True, False]))
    """
    if isinstance(lines, pl.Series):
        series = lines if lines.dtype == pl.String else lines.cast(pl.String)
        lengths = series.str.len_bytes().fill_null(0).to_numpy()
        missing = series.is_null().to_numpy()
        text: bytes = series.str.join("").cast(pl.Binary).item() if len(series) else b""
    else:
        text, lengths, missing = _encoded(lines)
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return np.frombuffer(text, np.uint8), offsets, missing


def _encoded(lines: Sequence[str | None]) -> tuple[bytes, Ints, Flags]:
    """All bytes, bytes of each line (m,), and which are missing (m,)."""
    missing = np.fromiter((line is None for line in lines), np.bool_, len(lines))
    present = [line or "" for line in lines]
    joined = "".join(present)
    if joined.isascii():
        return joined.encode(), np.fromiter(map(len, present), np.int64, len(present)), missing
    encoded = [line.encode("utf-8", "replace") for line in present]
    return b"".join(encoded), np.fromiter(map(len, encoded), np.int64, len(encoded)), missing
