"""A point in time in an answer is a number of milliseconds that knows its date."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from unusual.schema.moments import FlushTime, Milliseconds
from unusual.schema.times import moment_ms


class Seen(BaseModel):
    """A document with such a time."""

    at: Milliseconds | None = None
    asked: FlushTime | None = None


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds have none
def test_a_moment_comes_back(moment):
    seen = Seen.model_validate_json(f'{{"at": {moment_ms(moment)}}}')
    assert seen.at.moment == moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert seen.model_dump_json(exclude_none=True) == f'{{"at":{moment_ms(moment)}}}'


def test_a_time_is_a_number_still():
    at = Milliseconds(1000)
    assert at + 1 == 1001
    assert at.moment == datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize("wrong", ["noon", 1.5, True])
def test_what_is_no_number_of_milliseconds_is_refused(wrong):
    with pytest.raises(ValueError, match="at"):
        Seen.model_validate({"at": wrong}, strict=True)


def test_a_schema_tells_what_a_time_is():
    fields = Seen.model_json_schema()["properties"]
    assert fields["at"]["anyOf"][0] == {
        "type": "integer",
        "format": "int64",
        "description": "milliseconds since the epoch",
    }
    assert "ISO 8601" in fields["asked"]["anyOf"][0]["description"]
