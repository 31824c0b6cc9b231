"""Java date patterns: those that yield a full date and time become formats that Polars reads."""

from datetime import UTC, datetime

import polars as pl
import pytest

from unusual.errors import Invalid
from unusual.schema.time_patterns import python_formats, strptime_format, zone_name


@pytest.mark.parametrize(
    ("pattern", "text", "moment"),
    [
        ("yyyy-MM-dd'T'HH:mm:ssX", "2021-02-03T04:05:06Z", datetime(2021, 2, 3, 4, 5, 6, tzinfo=UTC)),
        ("yyyy-MM-dd'T'HH:mm:ssX", "2021-02-03T04:05:06+01", datetime(2021, 2, 3, 3, 5, 6, tzinfo=UTC)),
        ("yyyy-MM-dd'T'HH:mm:ssXX", "2021-02-03T04:05:06+0130", datetime(2021, 2, 3, 2, 35, 6, tzinfo=UTC)),
        ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2021-02-03T04:05:06.5+01:00", datetime(2021, 2, 3, 3, 5, 6, 500_000, UTC)),
        ("yyyy-MM-dd HH:mm:ss[.SSS]", "2021-02-03 04:05:06", datetime(2021, 2, 3, 4, 5, 6, tzinfo=UTC)),
        ("dd/MM/yyyy HH:mm:ss", "03/02/2021 04:05:06", datetime(2021, 2, 3, 4, 5, 6, tzinfo=UTC)),
        ("yyyy-MM-dd HH:mm:ss,SSS", "2021-02-03 04:05:06,250", datetime(2021, 2, 3, 4, 5, 6, 250_000, UTC)),
        ("yyyyMMddHHmmss", "20210203040506", datetime(2021, 2, 3, 4, 5, 6, tzinfo=UTC)),
        ("d MMM yy, h:mm a", "3 Feb 21, 4:05 PM", datetime(2021, 2, 3, 16, 5, tzinfo=UTC)),
        ("EEE, dd MMM yyyy HH:mm:ss Z", "Wed, 03 Feb 2021 04:05:06 +0000", datetime(2021, 2, 3, 4, 5, 6, tzinfo=UTC)),
        ("yyyy DDD HH:mm", "2021 034 04:05", datetime(2021, 2, 3, 4, 5, tzinfo=UTC)),
        ("yyyy-MM-dd HH'o''clock' mm", "2021-02-03 04o'clock 05", datetime(2021, 2, 3, 4, 5, tzinfo=UTC)),
        ("100%% yyyy-MM-dd HH:mm", "100%% 2021-02-03 04:05", datetime(2021, 2, 3, 4, 5, tzinfo=UTC)),
    ],
)
def test_a_full_pattern_reads_what_java_writes(pattern, text, moment):
    read = pl.Series([text]).str.to_datetime(strptime_format(pattern), time_unit="ms", time_zone="UTC")
    assert read.to_list() == [moment]


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "yyyy-MM-dd",
        "HH:mm:ss",
        "yyyy HH:mm:ss",
        "yyyy-MM-dd HH",
        "yyyy-MM-dd hh:mm:ss",
        "YYYY-MM-dd HH:mm:ss",
        "yyyy-MM-ddTHH:mm:ss",
        "yyyy-MM-dd HH:mm:ss zzzz",
        "yyyy-MM-dd HH:mm:ss z X",
        "yyyy-MM-dd HH:mm:ss SSSS",
        "yyyy-MM-dd 'unclosed HH:mm",
        "yyyy-MM-dd HH:mm:ss dd",
        "yyyy-MM-dd[ HH:mm]",
        "seconds",
    ],
)
def test_a_pattern_without_full_date_and_time_is_refused(pattern):
    with pytest.raises(Invalid) as refusal:
        strptime_format(pattern)
    assert refusal.value.reason == f"Invalid Time format string '{pattern}'"


@pytest.mark.parametrize(
    ("pattern", "text", "name"),
    [
        ("EEE MMM d HH:mm:ss zzz yyyy", "Wed Feb 3 04:05:06 CET 2021", "CET"),
        ("yyyy-MM-dd HH:mm:ss.SSS VV", "2021-02-03 04:05:06.250 America/Port-au-Prince", "America/Port-au-Prince"),
        ("yyyy-MM-dd'T'HH:mm:ssz", "2021-02-03T04:05:06Z", "Z"),
        ("z yyyy-MM-dd h:mm a", "Etc/GMT+3 2021-02-03 4:05 AM", "Etc/GMT+3"),
    ],
)
def test_the_name_of_a_zone_is_found_and_the_rest_is_read_beside_it(pattern, text, name):
    column = pl.Series([text])
    assert column.str.extract(zone_name(pattern)).to_list() == [name]
    assert column.str.to_datetime(strptime_format(pattern), time_unit="ms").dt.hour().to_list() == [4]


def test_offsets_are_no_names_and_mappings_know_none():
    assert zone_name("yyyy-MM-dd HH:mm:ssX") is None
    with pytest.raises(Invalid):
        python_formats("yyyy-MM-dd HH:mm:ss z")
