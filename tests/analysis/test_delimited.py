"""Posted delimited text to columns: the same records as in JSON, wherever it is cut; a broken row breaks no other."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.test_ndjson import SHAPE
from unusual.analysis import delimited, ndjson
from unusual.analysis.control import Post
from unusual.analysis.delimited import Reader
from unusual.analysis.engine import Engine
from unusual.errors import Unreadable
from unusual.schema.jobs import Job

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=6) | st.sampled_from(
    ['"', "a,b", "x\ny", "'", ";", "12.5"]
)
ROWS = st.lists(st.fixed_dictionaries({"time": CELLS, "value": CELLS, "host": CELLS, "other": CELLS}), max_size=6)


def read(text, delimiter=",", quote='"', cuts=(), *, anew=False):
    """The wanted cells, how many rows are broken, and how many fields there are, of a text read in pieces.

    anew  whether each piece has a reader of its own, that goes on with the rest of the one before
    """
    reader, rows, broken, fields = Reader(SHAPE, delimiter, quote), [], 0, 0
    edges = [0, *sorted(min(at, len(text)) for at in cuts), len(text)]
    for number, start in enumerate(edges[:-1]):
        piece = text[start : edges[number + 1]]
        if anew:
            piece, reader = reader.rest + piece, Reader(SHAPE, delimiter, quote)
        records = reader.read(piece, last=number == len(edges) - 2)
        rows += records.frame.select(*SHAPE.schema).rows()
        broken, fields = broken + records.broken, fields + records.fields
    return rows, broken, fields


def spelt(records, delimiter, quote, line_end="\n"):
    """Records as delimited text."""
    text = io.StringIO()
    writer = csv.DictWriter(
        text,
        ["time", "value", "host", "other"],
        delimiter=delimiter,
        quotechar=quote,
        lineterminator=line_end,
        quoting=csv.QUOTE_ALL,
    )
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue().encode()


@given(
    ROWS,
    st.sampled_from("\t,;|x"),
    st.sampled_from("\"'"),
    st.sampled_from(["\n", "\r\n"]),
    st.lists(st.integers(0, 200), max_size=5),
    st.booleans(),
)
def test_delimited_records_are_those_of_json_wherever_the_text_is_cut(records, delimiter, quote, line_end, cuts, anew):
    found = read(spelt(records, delimiter, quote, line_end), delimiter, quote, cuts, anew=anew)
    given = [{name: cell for name, cell in record.items() if cell} for record in records]
    lines = "".join(json.dumps(record) + "\n" for record in given).encode()
    expected = ndjson.Reader(SHAPE).read(lines, last=True)
    texts = [tuple(record.get(name) for name in SHAPE.schema) for record in given]
    assert found == (texts, 0, expected.fields)


@given(st.binary(max_size=80), st.integers(0, 80))
def test_no_bytes_break_the_reader(text, cut):
    assert read(text, None) == read(text, None, cuts=(cut,)) == read(text, None, cuts=(cut,), anew=True)


@pytest.mark.parametrize("delimiter", delimited.DELIMITERS)
def test_the_delimiter_is_the_one_that_the_first_line_has_most_of(delimiter):
    text = "\ufefftime,host,value\r\n5,a,1.5\r\n".replace(",", delimiter).encode()
    assert read(text, None)[0] == read(text, delimiter)[0]
    assert read(text, None)[0][0].count(None) == 1  # the field `é`


def test_rows_may_be_short_long_or_blank():
    rows, broken, fields = read(b"host,time,value\n\na\nb,2,,,,9\n")
    named = [dict(zip(SHAPE.schema, row, strict=True)) for row in rows]
    assert [(row["host"], row["time"]) for row in named] == [("a", None), ("b", "2")]
    assert (broken, fields) == (0, 4)


def test_a_cell_too_large_breaks_its_row_alone():
    rows, broken, _ = read(b"time,host\n1,a\n2," + b"x" * (csv.field_size_limit() + 1) + b"\n3,c\n")
    assert (len(rows), broken) == (2, 1)


def test_quotes_that_do_not_close_end_somewhere(monkeypatch):
    monkeypatch.setattr(ndjson, "LARGEST_OBJECT", 1000)
    reader = Reader(SHAPE, ",", '"')
    reader.read(b'time,host\n1,"open\n', last=False)
    with pytest.raises(Unreadable, match="quotes do not close"):
        reader.read(b"2,b\n" * 300, last=False)


@pytest.mark.parametrize("cut", [0, 3, 30])
def test_a_job_of_delimited_text_reads_json_as_well(cut):
    description = {"time_format": "epoch", "format": "delimited", "field_delimiter": ";", "quote_character": "'"}
    body = {
        "analysis_config": {"detectors": [{"function": "mean", "field_name": "v"}]},
        "data_description": description,
    }
    job = Job.from_request(body, job_id="old", now_ms=0, version="1")
    bodies = (
        b"v;time\n'1.5';0\n2;300\n3;600\n",
        b'{"v": 1.5, "time": 0}\n{"v": 2, "time": 300}\n{"v": 3, "time": 600}\n',
    )
    told = []
    for text in bodies:
        engine = Engine(job)
        outputs = [engine.handle(Post(text[:cut], now_ms=0, last=False)), engine.handle(Post(text[cut:], now_ms=0))]
        told.append([result for one in outputs for result in one.results])
        assert outputs[-1].upload["processed_record_count"] == 3
    assert told[0] == told[1]
