"""Posted bytes to columns: every spelling of the same records gives the same columns, broken ones are fenced in."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracles.json_texts import BROKEN, MEMBERS, RECORDS, flat, leaves, spelt, written
from unusual.analysis import ndjson
from unusual.analysis.columns import Shape
from unusual.analysis.ndjson import Reader
from unusual.errors import Unreadable

SHAPE = Shape("time", "epoch", ("host", "é"), ("value",))
DOTTED = Shape("time", "epoch", ("host.a b", "host.time"), ("value.value",))
DEEP = 200_000
ESCAPED = b'{"time": 5, "host": "\\u0041"}\n'  # which is not plain, so that the columnar parser reads it
SAME_IN_BOTH = b'{"time": "5"}\n'  # a number in a string, which all but the last path decline


def read(text: bytes, shape=SHAPE, cuts=(), *, anew=False):
    """Rows, broken stretches and fields of a text read in pieces.

    anew  whether each piece has a reader of its own, that goes on with the rest of the one before
    """
    reader, rows, broken, fields = Reader(shape), [], 0, 0
    edges = [0, *sorted(min(at, len(text)) for at in cuts), len(text)]
    for number, start in enumerate(edges[:-1]):
        piece = text[start : edges[number + 1]]
        if anew:
            piece, reader = reader.rest + piece, Reader(shape)
        records = reader.read(piece, last=number == len(edges) - 2)
        rows += [tuple(map(spelling, row)) for row in records.frame.rows()]
        broken, fields = broken + records.broken, fields + records.fields
    return rows, broken, fields


def spelling(cell):
    """A cell as text: the two paths may keep a number as a number or as its digits."""
    return repr(float(cell)) if isinstance(cell, float) else cell


def number(text):
    """What a cell of a column of numbers is worth."""
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def worth(rows, shape=SHAPE):
    """Rows with the columns of numbers, and the time, as numbers."""
    numbers = [name in (*shape.numbers, shape.time) for name in shape.schema]
    return [tuple(number(c) if as_number else c for c, as_number in zip(row, numbers, strict=True)) for row in rows]


@settings(max_examples=200)
@given(RECORDS)
def test_all_paths_give_equal_records(records):
    lines = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    rows, broken, fields = read(lines)
    for before in (ESCAPED, SAME_IN_BOTH):
        again, broken_again, fields_again = read(before + lines)
        assert worth(rows) == worth(again[1:])
        assert (broken, fields) == (broken_again, fields_again - before.count(b":")) == (0, sum(map(leaves, records)))


@given(st.data(), RECORDS)
def test_every_spelling_gives_the_same_records(data, records):
    lines = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    expected, _, fields = read(lines)
    found, broken, fields_again = read(data.draw(spelt(records)))
    assert worth(found) == worth(expected)
    assert (broken, fields_again) == (0, fields)


@settings(max_examples=200)
@given(st.data(), st.lists(MEMBERS, min_size=1, max_size=4))
def test_of_members_with_one_name_the_last_counts_on_every_path(data, objects):
    lines = [data.draw(written(members)) for members in objects]
    last = "".join(json.dumps(json.loads(line)) + "\n" for line in lines).encode()
    expected, _, _ = read(SAME_IN_BOTH + last)
    for before in (b"", ESCAPED, SAME_IN_BOTH):
        rows, broken, fields = read(before + "\n".join(lines).encode())
        assert worth(rows[len(rows) - len(objects) :]) == worth(expected[1:])
        assert (broken, fields - before.count(b":")) == (0, sum(map(len, objects)))


@given(st.data(), RECORDS, st.lists(BROKEN, max_size=3), st.lists(st.integers(0, 300), max_size=5), st.booleans())
def test_where_a_text_is_cut_changes_nothing(data, records, junk, cuts, anew):
    parts = data.draw(st.permutations([*(json.dumps(record).encode() + b"\n" for record in records), *junk]))
    whole = b"".join(parts)
    rows, *counts = read(whole)
    parted, *counts_again = read(whole, cuts=cuts, anew=anew)
    assert (worth(parted), counts_again) == (worth(rows), counts)


@given(RECORDS, st.lists(BROKEN, max_size=3), st.randoms(use_true_random=False))
def test_how_finely_an_irregular_text_is_parted_changes_nothing(records, junk, chance):
    parts = [*(json.dumps(record).encode() + b"\n" for record in records), *junk, SAME_IN_BOTH]
    chance.shuffle(parts)
    rows, *counts = read(b"".join(parts))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ndjson, "PARTS", 2)
        patch.setattr(ndjson, "FEW", 1)
        parted, *counts_again = read(b"".join(parts))
    assert (worth(parted), counts_again) == (worth(rows), counts)


@given(RECORDS)
def test_nested_objects_have_dotted_names(records):
    lines = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    rows, _, _ = read(lines, DOTTED)
    strings = [tuple(flat(record).get(name) for name in ("host.a b", "host.time")) for record in records]
    for row, expected in zip(rows, strings, strict=True):
        pairs = zip(row[1:3], expected, strict=True)
        assert all(found == wanted for found, wanted in pairs if wanted is None or isinstance(wanted, str))


@settings(max_examples=200)
@given(st.binary(max_size=80) | st.text('{}[]":,\\\n e1N', max_size=80).map(str.encode))
def test_no_bytes_break_the_reader(text):
    rows, broken, fields = read(text)
    assert min(len(rows), broken, fields) >= 0
    assert read(text, cuts=(len(text) // 2,)) == (rows, broken, fields)


@pytest.mark.parametrize("token", [b"NaN", b"Infinity", b"-Infinity", b"1e999", b"01", b".5", b"+1", b"'x'", b"\xff"])
def test_what_is_no_json_makes_its_record_broken_and_no_other(token):
    rows, broken, _ = read(b'{"time": 1}\n{"time": 2, "value": ' + token + b'}\n{"time": 3}\n')
    assert [row[-1] for row in worth(rows)] == [1.0, 3.0]
    assert broken == 1


@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
@pytest.mark.parametrize("depth", [400, 1000, 1500, DEEP])
@pytest.mark.parametrize("field", [b"host", b"other", b"value"])
def test_no_depth_breaks_the_reader(opening, closing, depth, field):
    deep = b'{"time": 2, "' + field + b'": ' + opening * depth + b"1" + closing * depth + b"}\n"
    for text in (deep, SAME_IN_BOTH + deep):
        rows, broken, _ = read(text + b'{"time": 3}\n')
        assert worth(rows)[-1][-1] == 3.0
        assert len(rows) + broken == text.count(b"\n") + 1


def test_a_line_of_ten_megabytes_is_one_record():
    long = b'{"time": 1, "host": "' + b"x" * 10_000_000 + b'"}\n'
    for cuts in ((), range(0, len(long), 1 << 16)):
        rows, broken, fields = read(long, cuts=cuts)
        assert (len(rows), broken, fields, len(rows[0][1])) == (1, 0, 2, 10_000_000)


def test_an_array_on_one_line_is_read_while_it_comes(monkeypatch):
    monkeypatch.setattr(ndjson, "PATIENCE", 1000)
    text = b"[" + b", ".join(b'{"time": %d}' % at for at in range(5000)) + b"]"
    reader = Reader(SHAPE)
    pieces = [reader.read(text[at : at + 500], last=False).frame.height for at in range(0, len(text), 500)]
    pieces.append(reader.read(b"", last=True).frame.height)
    assert sum(pieces) == 5000
    assert max(pieces) < 500


def test_an_object_that_never_ends_is_refused(monkeypatch):
    monkeypatch.setattr(ndjson, "LARGEST_OBJECT", 10_000)
    monkeypatch.setattr(ndjson, "PATIENCE", 1000)
    reader = Reader(SHAPE)
    for piece in [b'{"host": "', *[b"x" * 1000] * 14]:
        reader.read(piece, last=False)
    with pytest.raises(Unreadable, match="larger than 10000 bytes"):
        reader.read(b"x" * 1000, last=False)


def test_a_lone_half_of_a_character_makes_its_record_broken():
    rows, broken, _ = read(b'{"host": "\\ud83d"}\n{"host": "\\ud83d\\ude00"}\n')
    assert ([row[1] for row in rows], broken) == (["\N{GRINNING FACE}"], 1)
