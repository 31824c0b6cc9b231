"""The chart that shows best why a record is unusual: of its kind, from it and its neighbours in time; knows no page."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from unusual.analysis.control import Document
from unusual.jobs.viewing.thinning import Curves
from unusual.ui.charts.series import actual_of, typical_of
from unusual.ui.charts.style import Ink, Options, chart, mark, names_axis, number_text, time_axis, value_axis
from unusual.ui.severity import score_text
from unusual.ui.wording import moment

HEIGHT_PX: Final = 300
MOST_ROWS: Final = 15
RARE: Final = frozenset({"rare", "freq_rare"})
CATEGORY: Final = "mlcategory"


class Kind(StrEnum):
    """What a record is shown by."""

    SERIES = "series"
    POPULATION = "population"
    RARE = "rare"
    MAP = "map"


class Place(NamedTuple):
    """A point on the earth [degrees]."""

    latitude: float
    longitude: float

    @classmethod
    def read(cls, text: str) -> "Place":
        """From `lat,lon`."""
        latitude, longitude = text.split(",")
        return cls(float(latitude), float(longitude))


def kind_of(record: Document) -> Kind:
    """Which chart shows a record best."""
    if _places(record) is not None:
        return Kind.MAP
    if record["function"] in RARE:
        return Kind.RARE
    return Kind.POPULATION if record.get("over_field_value") is not None else Kind.SERIES


def category_of(record: Document) -> int | None:
    """The number of the category of log lines that a record is about."""
    for role in ("by", "partition", "over"):
        value = record.get(f"{role}_field_value")
        if record.get(f"{role}_field_name") == CATEGORY and isinstance(value, str) and value.isdigit():
            return int(value)
    return None


def options(record: Document, neighbours: Sequence[Document], of: Ink, members: Curves | None = None) -> Options:
    """The chart of a record that is not one of a series.

    neighbours  records of the same detector around it, itself among them
    members     values of the whole population
    """
    match kind_of(record):
        case Kind.MAP:
            return _map(record, neighbours, of)
        case Kind.RARE:
            return _strip(record, neighbours, of)
        case _:
            return _population(record, neighbours, of, members)


def entity_of(record: Document) -> str:
    """Whom a record is about, the finest first."""
    values = (record.get(f"{role}_field_value") for role in ("by", "over", "partition"))
    return " / ".join(value for value in values if value)


def _population(record: Document, neighbours: Sequence[Document], of: Ink, members: Curves | None) -> Options:
    """The values of unusual members, beside what is typical of each and the values of all."""
    points = [
        _point(one, [one["timestamp"], actual], number_text(actual), record)
        for one in neighbours
        if (actual := actual_of(one)) is not None
    ]
    usual = [
        {"value": [one["timestamp"], typical], "name": f"typical {number_text(typical)}"}
        for one in neighbours
        if (typical := typical_of(one)) is not None
    ]
    all_members = [] if members is None else [*zip(members.times.tolist(), members.actual.tolist(), strict=True)]
    dots: Options = {"name": "all members", "type": "scatter", "data": all_members, "symbolSize": 3, "silent": True}
    said = "Unusual members of the population over time."
    base = _scatter(points, of, said)
    return {
        **base,
        "legend": {"textStyle": {"color": of.text}, "left": 0, "top": 0},
        "grid": {"left": 64, "right": 60, "top": 64, "bottom": 30},
        "yAxis": value_axis(of, name=record.get("field_name", record["function"]), nameTextStyle={"color": of.text}),
        "series": [
            {**dots, "itemStyle": {"color": of.line, "opacity": 0.5}},
            _usual("typical", usual, of),
            *base["series"],
        ],
    }


def _strip(record: Document, neighbours: Sequence[Document], of: Ink) -> Options:
    """When rare values were seen: a strip for each."""
    rows = [*dict.fromkeys(entity_of(one) for one in (record, *neighbours))][:MOST_ROWS]
    points = [
        _point(one, [one["timestamp"], rows.index(entity_of(one))], "seen", record)
        for one in neighbours
        if entity_of(one) in rows
    ]
    labels = {"axisLabel": {"color": of.text, "width": 120, "overflow": "truncate", "interval": 0}}
    return {
        **_scatter(points, of, "When rare values were seen."),
        "yAxis": names_axis(of, rows, inverse=True) | labels,
        "grid": {"left": 140, "right": 20, "top": 28, "bottom": 30},
    }


def _map(record: Document, neighbours: Sequence[Document], of: Ink) -> Options:
    """Where something was, and where it should have been, joined by a line."""
    placed = [(one, places) for one in neighbours if (places := _places(one)) is not None]
    points = [
        _point(one, [actual.longitude, actual.latitude], f"at {actual.latitude:g}, {actual.longitude:g}", record)
        for one, (actual, _) in placed
    ]
    usual = [
        {"value": [typical.longitude, typical.latitude], "name": f"usual place of {entity_of(one)}"}
        for one, (_, typical) in placed
    ]
    ways = [
        {"coords": [[typical.longitude, typical.latitude], [actual.longitude, actual.latitude]]}
        for _, (actual, typical) in placed
    ]
    line = {"type": "lines", "coordinateSystem": "cartesian2d", "data": ways, "silent": True}
    here = _usual("usual places", usual, of)
    degrees = {"nameLocation": "middle", "nameTextStyle": {"color": of.text}}
    base = _scatter(points, of, "Places that are unusual, each joined to the usual one.")
    return {
        **base,
        "legend": {"textStyle": {"color": of.text}, "left": 0, "top": 0},
        "grid": {"left": 60, "right": 24, "top": 40, "bottom": 44},
        "xAxis": value_axis(of, name="longitude", nameGap=26, **degrees),
        "yAxis": value_axis(of, name="latitude", nameGap=36, **degrees),
        "series": [{**line, "lineStyle": {"color": of.line, "type": "dashed"}}, here, *base["series"]],
    }


def _scatter(points: list[Options], of: Ink, said: str) -> Options:
    series: Options = {"name": "anomalies", "type": "scatter", "data": points, "itemStyle": {"color": "#d55e00"}}
    return {
        **chart(of, said),
        "tooltip": {"confine": True, "formatter": "{b}"},
        "grid": {"left": 64, "right": 60, "top": 36, "bottom": 30},
        "xAxis": time_axis(of),
        "series": [series],
    }


def _usual(name: str, points: list[Options], of: Ink) -> Options:
    """What would not have been unusual."""
    return {"name": name, "type": "scatter", "data": points, "symbol": "diamond", "itemStyle": {"color": of.line}}


def _point(one: Document, place: list[float], value: str, chosen: Document) -> Options:
    """A record as a point; the chosen one has a ring around it."""
    said = [entity_of(one), moment(one["timestamp"]), f"score {score_text(one['record_score'])}", value]
    look = mark(one["record_score"], interim=one["is_interim"])
    if one.get("key") == chosen.get("key"):
        ring = {"borderWidth": 3, "borderColor": "#cc79a7"}
        look |= {"symbolSize": look["symbolSize"] + 6, "itemStyle": look["itemStyle"] | ring}
    return {"value": place, "name": " · ".join(part for part in said if part), **look}


def _places(record: Document) -> tuple[Place, Place] | None:
    """Where something was, and where it usually is."""
    for found in _results_with_places(record):
        return Place.read(found["actual_point"]), Place.read(found["typical_point"])
    return None


def _results_with_places(record: Document) -> Iterator[Document]:
    for one in (record, *record.get("causes", ())):
        if {"actual_point", "typical_point"} <= one.get("geo_results", {}).keys():
            yield one["geo_results"]
