"""Days and weeks by local clocks: the offsets against the standard library, and what models make of changed clocks."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.given import documents, engine, post
from unusual.analysis.columns import milliseconds
from unusual.analysis.control import Forecast, Proceed
from unusual.analysis.zones import Zone

ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC", "Africa/Casablanca"]
MEAN = {"function": "mean", "field_name": "value"}
SPRING = int(datetime(2024, 3, 31, 1, tzinfo=ZoneInfo("UTC")).timestamp())  # when Berlin's clocks go ahead
SPAN = 1800


@given(st.sampled_from(ZONES), st.lists(st.integers(-2_000_000_000, 4_000_000_000), max_size=20))
def test_clocks_are_ahead_by_what_the_standard_library_says(name, times):
    zone = ZoneInfo(name)
    expected = [datetime.fromtimestamp(time, zone).utcoffset().total_seconds() for time in times]
    assert Zone(name).ahead(np.array(times, np.int64)).tolist() == expected


def test_both_sides_of_a_change_of_clocks_are_told_apart():
    assert Zone("Europe/Berlin").ahead(np.array([SPRING - 1, SPRING])).tolist() == [3600, 7200]
    assert Zone().ahead(np.array([SPRING])).tolist() == [0]


def test_years_that_a_date_cannot_have_do_no_harm():
    assert Zone("Asia/Kathmandu").ahead(np.array([-(1 << 60), 1 << 60])).size == 2


def daily(first, until, zone="Europe/Berlin"):
    """A value for each bucket that is lowest at midnight by the clocks of a zone."""
    chance, clock = np.random.default_rng(11), ZoneInfo(zone)
    records = []
    for time in range(first, until, SPAN):
        here = datetime.fromtimestamp(time, clock)
        phase = 2 * np.pi * (here.hour + here.minute / 60) / 24
        records.append({"time": time, "value": 100.0 - 80.0 * np.cos(phase) + float(chance.normal(0.0, 2.0))})
    return records


def told(running, records):
    answer = post(running, records)
    results = list(answer.results)
    while answer.unfinished:
        answer = running.handle(Proceed())
        results += answer.results
    return results


def alarms(**analysis):
    """Scores above 25 within days after the change of clocks."""
    running = engine(MEAN, bucket_span="30m", analysis=analysis)
    results = told(running, daily(SPRING - 28 * 86_400, SPRING + 3 * 86_400))
    return [
        one for one in documents(results, "record") if one["timestamp"] >= SPRING * 1000 and one["record_score"] > 25
    ]


def test_a_change_of_clocks_alarms_only_who_does_not_know_the_zone():
    assert alarms(time_zone="Europe/Berlin") == []
    assert alarms() != []


def test_a_forecast_follows_local_clocks():
    def error(**analysis):
        running = engine(MEAN, bucket_span="30m", analysis=analysis)
        told(running, daily(SPRING - 28 * 86_400, SPRING - 2 * 86_400))
        request = {"forecast_id": "f", "forecast_start_timestamp": 0, "timestamp": 0}
        answer = running.handle(Forecast(request, 5 * 48, 1 << 24))
        found = list(answer.results)
        while answer.unfinished:
            answer = running.handle(Proceed())
            found += answer.results
        truth = {one["time"] * 1000: one["value"] for one in daily(SPRING, SPRING + 3 * 86_400)}
        ahead = [one for one in documents(found, "model_forecast") if one["timestamp"] in truth]
        return float(np.mean([abs(one["forecast_prediction"] - truth[one["timestamp"]]) for one in ahead]))

    assert error(time_zone="Europe/Berlin") < 4.0 < error()


def test_times_of_day_are_local_ones():
    """Something that happens at nine in Berlin goes on to do so."""

    def late(**analysis):
        running = engine("time_of_day", bucket_span="1h", analysis=analysis)
        times = []
        for day in range(-60, 10):
            here = datetime.fromtimestamp(SPRING + day * 86_400, ZoneInfo("Europe/Berlin"))
            times.append(int(here.replace(hour=9, minute=day % 7).timestamp()))
        found = documents(told(running, [{"time": time} for time in times]), "record")
        return [one for one in found if one["timestamp"] >= SPRING * 1000]

    assert late(time_zone="Europe/Berlin") == []
    assert late() != []


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Europe/Berlin", ZoneInfo("Europe/Berlin")),
        ("CET", ZoneInfo("CET")),
        ("America/St_Johns", ZoneInfo("America/St_Johns")),
        ("UTC", UTC),
        ("PST", timezone(timedelta(hours=-8))),
        ("CEST", timezone(timedelta(hours=2))),
    ],
)
def test_records_may_tell_their_times_with_the_name_of_a_zone(name, zone):
    moments = [datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=37 * step) for step in range(300)]
    texts = [f"{moment.astimezone(zone):%a %b %d %H:%M:%S} {name} {moment.astimezone(zone):%Y}" for moment in moments]
    told = milliseconds(pl.Series(texts), "EEE MMM dd HH:mm:ss zzz yyyy").to_list()
    assert told == [int(moment.timestamp()) * 1000 for moment in moments]


def test_a_time_with_a_name_that_no_zone_has_cannot_be_read():
    texts = [
        "2024-01-01 00:00 XYZ",
        "2024-01-01 00:00 ../UTC",
        "2024-01-01 00:00",
        "x UTC",
        None,
        "2024-01-01 00:00 UTC",
    ]
    told = milliseconds(pl.Series(texts), "yyyy-MM-dd HH:mm VV").to_list()
    assert told == [None] * 5 + [1_704_067_200_000]
