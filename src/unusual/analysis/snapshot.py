"""The learnt state of a job ⇄ one self-describing run of bytes; knows layouts, not meanings.

Layout: 8 bytes of mark, 8 bytes length of a JSON header, the header, then the arrays one after the other. The header holds
the nested state with each array replaced by `{"array": number}`, and for each array its dtype, shape and offset.
"""

from typing import Any

import numpy as np
import orjson

from unusual.errors import Invalid

MARK = b"UNUSUAL1"
ALIGNMENT = 16


def dump(state: dict[str, Any]) -> bytes:
    """The bytes of a state: nested dictionaries and lists of arrays, numbers, strings and None.

    >>> load(dump({"size": 2, "rows": [np.array([1.5])]}))
    {'size': 2, 'rows': [array([1.5])]}
    """
    arrays: list[np.ndarray[Any, Any]] = []

    def plain(part: Any) -> Any:
        if isinstance(part, np.ndarray):
            arrays.append(np.ascontiguousarray(part))
            return {"array": len(arrays) - 1}
        if isinstance(part, dict):
            return {name: plain(value) for name, value in part.items()}
        if isinstance(part, list):
            return [plain(value) for value in part] if part and not isinstance(part[0], str) else part
        return part

    tree = plain(state)
    tables, offset = [], 0
    for array in arrays:
        tables.append({"dtype": _described(array.dtype), "shape": array.shape, "offset": offset})
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
    header = orjson.loads(raw[16:start])
    arrays = []
    for table in header["arrays"]:
        dtype = _dtype(table["dtype"])
        count = int(np.prod(table["shape"], dtype=np.int64))
        array = np.frombuffer(raw, dtype, count, start + table["offset"])
        arrays.append(array.reshape(table["shape"]).copy())

    def whole(part: Any) -> Any:
        if isinstance(part, dict):
            if part.keys() == {"array"}:
                return arrays[part["array"]]
            return {name: whole(value) for name, value in part.items()}
        if isinstance(part, list):
            return [whole(value) for value in part] if part and not isinstance(part[0], str) else part
        return part

    state: dict[str, Any] = whole(header["state"])
    return state


def _described(dtype: np.dtype[Any]) -> Any:
    return dtype.str if dtype.names is None else [[name, dtype[name].str] for name in dtype.names]


def _dtype(described: Any) -> np.dtype[Any]:
    if isinstance(described, str):
        return np.dtype(described)
    return np.dtype([(name, kind) for name, kind in described])
