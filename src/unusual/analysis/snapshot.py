"""The learnt state of a job ⇄ one self-describing run of bytes; knows how it is written, not what it means.

First 8 bytes of mark, 8 bytes length of a JSON header, the header; then the arrays one after the other, packed together
by Zstandard with a checksum. The header holds the nested state with null in the place of each array, and for each array
that place, its dtype field by field, its shape and its offset.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
import orjson
import zstandard

from unusual.errors import Invalid

MARK: Final = b"UNUSUAL3"
ALIGNMENT = 16
A_PIECE = 1 << 16  # packed bytes that are unpacked at a time
LEVEL: Final = 1  # of packing; higher ones take longer and hardly make it smaller


def _plain(content: memoryview) -> Iterator[bytes | memoryview]:
    yield content


def _packed(content: memoryview) -> Iterator[bytes | memoryview]:
    unpacking = zstandard.ZstdDecompressor().decompressobj()
    for start in range(0, len(content), A_PIECE):
        yield unpacking.decompress(content[start : start + A_PIECE])
    if not unpacking.eof:
        raise ValueError


# How what follows the header is read, piece by piece, by the mark at the beginning.
READERS: Final[dict[bytes, Callable[[memoryview], Iterator[bytes | memoryview]]]] = {b"UNUSUAL2": _plain, MARK: _packed}
DAMAGES: Final = (ValueError, TypeError, LookupError, MemoryError, StopIteration, zstandard.ZstdError)


def dump(state: dict[str, Any]) -> bytes:
    """The bytes of a state: nested dictionaries and lists of arrays, numbers, strings and None.

    >>> load(dump({"size": 2, "rows": [np.array([1.5])]}))
    {'size': 2, 'rows': [array([1.5])]}
    """
    arrays: list[np.ndarray[Any, Any]] = []
    tables: list[dict[str, object]] = []

    def plain(part: object, place: list[str | int]) -> object:
        if isinstance(part, np.ndarray):
            tables.append({"place": place, "dtype": _described(part.dtype), "shape": part.shape})
            arrays.append(np.ascontiguousarray(part))
            return None
        if isinstance(part, dict):
            return {name: plain(value, [*place, name]) for name, value in part.items()}
        if isinstance(part, list) and part and not isinstance(part[0], str):
            return [plain(value, [*place, number]) for number, value in enumerate(part)]
        return part

    tree = plain(state, [])
    offset = 0
    for table, array in zip(tables, arrays, strict=True):
        table["offset"] = offset
        offset += array.nbytes + -array.nbytes % ALIGNMENT
    packing = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).compressobj(size=offset)
    packed = [
        packing.compress(piece) for array in arrays for piece in (_bytes(array), bytes(-array.nbytes % ALIGNMENT))
    ]
    return b"".join((*_head(MARK, {"state": tree, "arrays": tables}), *packed, packing.flush()))


def _bytes(array: np.ndarray[Any, Any]) -> memoryview:
    """What lies in a contiguous array, where it lies."""
    return array.reshape(-1).view(np.uint8).data


def load(raw: bytes) -> dict[str, Any]:
    """The state that `dump` wrote; its arrays are its own. `errors.Invalid` when the bytes are something else."""
    header, start = _opened(raw)
    try:
        arrays = [_array(table) for table in header["arrays"]]
        _fill(arrays, READERS[raw[:8]](memoryview(raw)[start:]))
        for table, array in zip(header["arrays"], arrays, strict=True):
            _put(header["state"], table["place"], array)
    except DAMAGES as error:
        raise Invalid("this model snapshot is damaged") from error
    state: dict[str, Any] = header["state"]
    return state


def contents(raw: bytes) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What a snapshot tells without its arrays: the state, None in their places, and what each of them is.

    `errors.Invalid` as in `load`.
    """
    header, _ = _opened(raw)
    try:
        return header["state"], header["arrays"]
    except DAMAGES as error:
        raise Invalid("this model snapshot is damaged") from error


def labelled(raw: bytes, parts: dict[str, Any]) -> bytes:
    """The same snapshot with some parts of its state, which hold no arrays, replaced or added; `errors.Invalid`."""
    header, start = _opened(raw)
    return b"".join((*_head(raw[:8], header | {"state": header["state"] | parts}), raw[start:]))


def _head(mark: bytes, header: dict[str, Any]) -> tuple[bytes, ...]:
    """Mark, length and header, padded."""
    text = orjson.dumps(header)
    text += b" " * (-len(text) % ALIGNMENT)
    return mark, len(text).to_bytes(8, "little"), text


def _opened(raw: bytes) -> tuple[dict[str, Any], int]:
    """The header, and where the arrays begin."""
    if raw[:8] not in READERS:
        raise Invalid("this is not a model snapshot of a layout that this version reads")
    start = 16 + int.from_bytes(raw[8:16], "little")
    try:
        return orjson.loads(raw[16:start]), start
    except ValueError as error:
        raise Invalid("this model snapshot is damaged") from error


def _array(table: dict[str, Any]) -> np.ndarray[Any, Any]:
    """Room for an array."""
    return np.empty(table["shape"], _dtype(table["dtype"]))


def _fill(arrays: list[np.ndarray[Any, Any]], pieces: Iterator[bytes | memoryview]) -> None:
    """Read the arrays, each with what pads it, from the pieces, which must end where they do."""
    left = memoryview(b"")
    for array in arrays:
        for buffer in (_bytes(array), memoryview(bytearray(-array.nbytes % ALIGNMENT))):
            done = 0
            while done < len(buffer):
                left = left or memoryview(next(pieces))
                size = min(len(buffer) - done, len(left))
                buffer[done : done + size] = left[:size]
                done, left = done + size, left[size:]
    if any(map(len, (left, *pieces))):
        raise ValueError


def _put(state: Any, place: list[str | int], array: np.ndarray[Any, Any]) -> None:  # noqa: ANN401 - nested JSON
    *way, last = place
    for step in way:
        state = state[step]
    state[last] = array


def _described(dtype: np.dtype[Any]) -> Any:  # noqa: ANN401 - nested JSON
    """A plain type as its code, rows as pairs of name and type, a field of several values as {"of", "shape"}."""
    if dtype.subdtype is not None:
        return {"of": _described(dtype.base), "shape": dtype.shape}
    return dtype.str if dtype.names is None else [[name, _described(dtype[name])] for name in dtype.names]


def _dtype(described: Any) -> np.dtype[Any]:  # noqa: ANN401 - nested JSON
    if isinstance(described, dict):
        return np.dtype((_dtype(described["of"]), tuple(described["shape"])))
    return np.dtype(described if isinstance(described, str) else [(name, _dtype(kind)) for name, kind in described])
