"""Records in the words of a job."""

import orjson
import polars as pl
import pytest

from unusual.analysis.columns import milliseconds
from unusual.jobs.records import as_lines, grain_ms
from unusual.schema.data_description import DataDescription

MOMENT = 1_609_459_261_123

FORMATS = {
    "epoch_ms": 1,
    "epoch": 1,
    "yyyy-MM-dd HH:mm:ss.SSS": 1,
    "yyyy-MM-dd HH:mm:ss,SSS": 1,
    "yyyy-MM-dd HH:mm:ss[.SSS]": 1,
    "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX": 1,
    "yyyy-MM-dd'T'HH:mm:ssX": 1000,
    "yyyy-MM-dd HH:mm:ss zzz": 1000,
    "dd/MM/yyyy HH:mm": 60_000,
}


@pytest.mark.parametrize(("time_format", "grain"), FORMATS.items())
def test_times_are_read_as_they_were_written_down_to_what_the_format_can_say(time_format, grain) -> None:
    line = as_lines([{"at": MOMENT, "load": 1}], DataDescription(time_field="at", time_format=time_format))
    record = orjson.loads(line)
    assert milliseconds(pl.Series([record["at"]]), time_format).to_list() == [MOMENT - MOMENT % grain]
    assert grain_ms(time_format) == grain
    assert record["load"] == 1


@pytest.mark.parametrize("values", [[], [{}], ["},{"], [{"a": [{}, {}]}, 2], [1, 2, 3]])
def test_every_record_has_a_line(values) -> None:
    records = [{"at": 5, "value": value} for value in values]
    lines = as_lines(records, DataDescription(time_field="at"))
    assert [orjson.loads(line) for line in lines.splitlines()] == records
    assert lines == b"" or lines.endswith(b"\n")
