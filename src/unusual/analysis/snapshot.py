"""The learnt state of a job ⇄ one self-describing run of bytes; knows layouts, not meanings.

Layout: 8 bytes of mark, 8 bytes length of a JSON header, the header, then the arrays one after the other. The header
holds the nested state with null in the place of each array, and for each array that place, its dtype, shape and offset.
"""

from typing import Any

import numpy as np
import orjson

from unusual.errors import Invalid

MARK = b"UNUSUAL2"
ALIGNMENT = 16


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
    header = orjson.dumps({"state": tree, "arrays": tables})
    header += b" " * (-len(header) % ALIGNMENT)
    pieces = [MARK, len(header).to_bytes(8, "little"), header]
    for array in arrays:
        pieces += [array.tobytes(), bytes(-array.nbytes % ALIGNMENT)]
    return b"".join(pieces)


def load(raw: bytes) -> dict[str, Any]:
    """The state that `dump` wrote; its arrays are copies. `errors.Invalid` when the bytes are something else."""
    if raw[:8] != MARK:
        raise Invalid("this is not a model snapshot of a layout that this version reads")
    start = 16 + int.from_bytes(raw[8:16], "little")
    try:
        header = orjson.loads(raw[16:start])
        for table in header["arrays"]:
            _put(header["state"], table["place"], _array(raw, start, table))
    except (ValueError, TypeError, LookupError) as error:
        raise Invalid("this model snapshot is damaged") from error
    state: dict[str, Any] = header["state"]
    return state


def _array(raw: bytes, start: int, table: dict[str, Any]) -> np.ndarray[Any, Any]:
    count = int(np.prod(table["shape"], dtype=np.int64))
    array = np.frombuffer(raw, _dtype(table["dtype"]), count, start + table["offset"])
    return array.reshape(table["shape"]).copy()


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
