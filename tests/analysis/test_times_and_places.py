"""Times of the day and week, and places, as clients see them: what is found, and what the records say."""

import random

import pytest

from tests.analysis.given import documents, engine, post

DAY, HOUR, SPAN = 86_400, 3_600, 900
START = 19_000 * DAY  # midnight of a Saturday


def office(days=18, **more):
    """Two records in each quarter of an hour from nine to five, by two users."""
    return [
        {"time": START + day * DAY + 9 * HOUR + quarter * SPAN + at, "user": f"u{at % 2}", "site": "north", **more}
        for day in range(days)
        for quarter in range(32)
        for at in (100 + quarter, 500 + day)
    ]


def told(detector, records, least=50, **analysis):
    """Records of that score or more."""
    records = sorted(records, key=lambda record: record["time"])
    records.append({"time": records[-1]["time"] + 2 * SPAN, "user": "u0", "site": "north"})
    running = engine(detector, bucket_span="15m", analysis=analysis)
    return [one for one in documents(post(running, records).results, "record") if one["record_score"] > least]


@pytest.mark.parametrize(("function", "period"), [("time_of_day", DAY), ("time_of_week", 7 * DAY)])
def test_an_unheard_of_hour_is_found(function, period):
    odd = START + 18 * DAY + 3 * HOUR + 77
    (one,) = told({"function": function}, [*office(), {"time": odd, "user": "mallory"}], influencers=["user"])
    assert one["record_score"] > 75
    assert one["timestamp"] == odd // SPAN * SPAN * 1000
    assert (one["function"], one["function_description"]) == (function, "time")
    assert one["actual"] == [odd % period]
    assert 9 * HOUR < one["typical"][0] % DAY < 17 * HOUR
    assert "field_name" not in one
    assert one["influencers"] == [{"influencer_field_name": "user", "influencer_field_values": ["mallory"]}]


def test_each_series_has_hours_of_its_own():
    night = [{**one, "time": one["time"] + 12 * HOUR, "site": "south"} for one in office()]
    odd = {"time": START + 18 * DAY + 23 * HOUR, "user": "u0", "site": "north"}
    found = told({"function": "time_of_day", "partition_field_name": "site"}, [*office(), *night, odd])
    assert [(one["partition_field_value"], one["actual"]) for one in found] == [("north", [23 * HOUR])]
    assert told({"function": "time_of_day"}, [*office(), *night, odd]) == []


def test_in_a_long_bucket_the_odd_record_speaks_and_its_user_is_named():
    records = [*office(), {"time": START + 17 * DAY + 3 * HOUR, "user": "mallory"}]
    records = [*sorted(records, key=lambda record: record["time"]), {"time": START + 19 * DAY}]
    running = engine({"function": "time_of_day"}, bucket_span="1d", analysis={"influencers": ["user"]})
    found = [one for one in documents(post(running, records).results, "record") if one["record_score"] > 50]
    assert [one["actual"] for one in found] == [[3 * HOUR]]
    assert [one["user"] for one in found] == [["mallory"]]


def test_times_are_read_to_the_second_whatever_the_format():
    odd = START + 18 * DAY + 3 * HOUR + 77
    records = [{**one, "time": one["time"] * 1000} for one in office()]
    records += [{"time": odd * 1000 + 999}, {"time": (odd + HOUR) * 1000}]
    running = engine({"function": "time_of_day"}, bucket_span="15m", time_format="epoch_ms")
    found = [one for one in documents(post(running, records).results, "record") if one["record_score"] > 50]
    assert [one["actual"] for one in found] == [[3 * HOUR + 77]]


def when(quantity, operator, value, *actions):
    conditions = [{"applies_to": quantity, "operator": operator, "value": value}]
    return {"function": "time_of_day", "custom_rules": [{"actions": list(actions), "conditions": conditions}]}


def test_rules_may_look_at_the_time_of_the_day():
    nights = [{"time": START + day * DAY + 3 * HOUR, "user": "u0"} for day in (16, 17, 18)]
    records = [*office(), *nights]
    assert len(told({"function": "time_of_day"}, records)) < 3
    assert told(when("actual", "lt", 4 * HOUR, "skip_result"), records) == []
    unlearnt = told(when("actual", "lt", 4 * HOUR, "skip_model_update"), records, least=10)
    assert [one["timestamp"] for one in unlearnt] == [one["time"] // SPAN * SPAN * 1000 for one in nights]
    assert max(one["probability"] for one in unlearnt) < 1e-5


def located(days=16, seed=4):
    chance = random.Random(seed)
    records = office(days)
    for record in records:
        lat, lon = (52.5, 13.4) if chance.random() < 0.6 else (52.6, 13.2)
        record["place"] = f"{lat + chance.gauss(0, 0.002):.5f}, {lon + chance.gauss(0, 0.002):.5f}"
    return records


@pytest.mark.parametrize("function", ["time_of_day", "time_of_week"])
def test_members_of_a_population_share_their_hours(function):
    newcomer = {"time": START + 17 * DAY + 12 * HOUR, "user": "new"}
    odd = {"time": START + 18 * DAY + 3 * HOUR, "user": "new"}
    (one,) = told({"function": function, "over_field_name": "user"}, [*office(), newcomer, odd])
    assert one["over_field_value"] == "new"
    assert "actual" not in one
    (cause,) = one["causes"]
    assert cause["actual"] == [odd["time"] % (DAY if function == "time_of_day" else 7 * DAY)]


LAT_LONG = {"function": "lat_long", "field_name": "place"}
ABROAD = {"time": START + 15 * DAY + 12 * HOUR, "user": "mallory", "site": "north", "place": "-33.86785,151.20732"}


def test_an_unheard_of_place_is_found_and_told_as_points():
    (one,) = told(LAT_LONG, [*located(), ABROAD], influencers=["user"])
    assert one["record_score"] > 75
    assert one["actual"] == [-33.86785, 151.20732]
    assert one["typical"] == pytest.approx([52.5, 13.4], abs=0.01) or one["typical"] == pytest.approx(
        [52.6, 13.2], abs=0.01
    )
    assert one["geo_results"]["actual_point"] == "-33.86785,151.20732"
    assert one["geo_results"]["typical_point"] == "{},{}".format(*one["typical"])
    assert (one["function"], one["function_description"], one["field_name"]) == ("lat_long", "lat_long", "place")
    assert one["influencers"] == [{"influencer_field_name": "user", "influencer_field_values": ["mallory"]}]


def test_members_of_a_population_share_their_places():
    (one,) = told({**LAT_LONG, "over_field_name": "user"}, [*located(), ABROAD])
    assert one["over_field_value"] == "mallory"
    assert not {"actual", "geo_results"} & one.keys()
    (cause,) = one["causes"]
    assert cause["geo_results"]["actual_point"] == ABROAD["place"]


@pytest.mark.parametrize("nowhere", ["", "here", "12", "1,2,3", "91,0", "0,181", "a,b", "nan,nan", None, 7, {"lat": 1}])
def test_what_is_no_place_is_missing_and_harms_nobody(nowhere):
    running = engine(LAT_LONG, bucket_span="15m")
    records = [{"time": START, "place": "1,2"}, {"time": START + 1, "place": nowhere}, {"time": START + 2}]
    counts = post(running, records).counts
    assert (counts["processed_record_count"], counts["missing_field_count"]) == (3, 2)


def test_a_place_field_may_also_split_or_influence():
    records = [*located(), ABROAD]
    found = told(
        {**LAT_LONG, "by_field_name": "user"}, [{**one, "user": "u0"} for one in records], influencers=["place"]
    )
    assert [one["place"] for one in found] == [[ABROAD["place"]]]
