"""JSON texts of many shapes, and a slow plain reader of them."""

import json

from hypothesis import strategies as st

NAMES = st.sampled_from(["time", "host", "value", "a b", 'quo"te', "back\\slash", "é", "line\nend"])
# Fractions of up to 15 digits: beyond that, two shortest texts may be equally near to one number.
FRACTIONS = st.floats(-1e300, 1e300).map(lambda number: float(f"{number:.15g}"))
NUMBERS = st.integers(-(2**63), 2**63 - 1) | FRACTIONS
TEXTS = st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(
    ["{", "}", '"', "\\", "\\\\", "[{", "\n", "}{"]
)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
RECORDS = st.lists(st.dictionaries(NAMES, VALUES, max_size=5), max_size=6)
MEMBERS = st.lists(st.tuples(NAMES, SCALARS), max_size=6)  # of one object, in which a name may come twice
BROKEN = st.sampled_from(
    [b"oops\n", b'{"time": 1,\n', b'{"host": "x\n', b'{"value": NaN}\n', b"}\n", b"7 8\n", b"null\n", b'"{"\n']
)


@st.composite
def spelt(draw, records, *, listed=None):
    """One spelling of the records: a line each, side by side, pretty printed; one array if `listed`, or by chance."""
    ascii_only = draw(st.booleans())
    indent = draw(st.sampled_from([None, 1]))
    lines = [json.dumps(record, ensure_ascii=ascii_only, indent=indent).encode() for record in records]
    between = draw(st.sampled_from([b"\n", b"", b" ", b"\r\n\n", b"\n \t"]))
    if draw(st.booleans()) if listed is None else listed:
        return b"[" + b" ,\n".join(lines) + b"]"
    return between.join(lines)


@st.composite
def written(draw, members):
    """An object with these members, even those of the same name; any letter of a name may be escaped."""
    names = ["".join(f"\\u{ord(c):04x}" if draw(st.booleans()) else json.dumps(c)[1:-1] for c in n) for n, _ in members]
    values = [json.dumps(value) for _, value in members]
    return "{" + ", ".join(f'"{name}": {value}' for name, value in zip(names, values, strict=True)) + "}"


def leaves(record):
    """How many members are not objects themselves, at any depth of objects."""
    return sum(leaves(value) if isinstance(value, dict) else 1 for value in record.values())


def flat(record, prefix=""):
    """Nested objects as dotted names."""
    plain = {}
    for name, value in record.items():
        if isinstance(value, dict):
            plain |= flat(value, f"{prefix}{name}.")
        else:
            plain[prefix + name] = value
    return plain
