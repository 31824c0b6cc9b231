"""One metric over time as a chart: values, what was expected, anomalies, events, remarks, a forecast; knows no page."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from unusual.analysis.control import Document
from unusual.jobs.viewing.metrics import Remark, Told
from unusual.jobs.viewing.thinning import Curves
from unusual.jobs.viewing.windows import Window
from unusual.ui.charts.style import Ink, Options, chart, mark, number_text, time_axis, value_axis
from unusual.ui.severity import score_text
from unusual.ui.wording import moment

MULTI_BUCKET: Final = 2.0  # impact from which on many buckets show the anomaly rather than one
HEIGHT_PX: Final = 420
SELDOM: Final = 0.03  # the share of intervals, the widest ones, for which the axis makes no room


def options(told: Told, of: Ink, axis: str, *, small: bool = False) -> Options:
    """The chart of a metric.

    axis   what its values are
    small  whether it is a picture beside others, without legend and zoom
    """
    typical = [] if told.expects else [_typical(told.anomalies, of)]
    series = [*_curves(told, of), *typical, _anomalies(told.anomalies), *_remarks(told, of)]
    legend, time = [one["name"] for one in series if "name" in one], whole(told)
    return {
        **chart(of, _said(told, axis)),
        "tooltip": {"confine": True, "trigger": "item"},
        "legend": {
            "show": not small,
            "type": "scroll",
            "data": legend,
            "icon": "roundRect",
            "textStyle": {"color": of.text},
            "left": 0,
            "top": 0,
        },
        "grid": {"left": 64, "right": 20, "top": 48, "bottom": 30 if small else 76},
        "xAxis": time_axis(of, min=time.start_ms, max=time.end_ms),
        "yAxis": value_axis(of, name=axis, nameTextStyle={"color": of.text, "align": "left"}),
        "dataZoom": [] if small else [_zoom("inside", told), _zoom("slider", told)],
        "series": series,
    }


def _zoom(kind: str, told: Told) -> Options:
    return {"type": kind, "filterMode": "none", "bottom": 8, "showDataShadow": told.actual is not None}


def whole(told: Told) -> Window:
    """The time on the axis: that of the window and of the forecast."""
    end = told.window.end_ms if told.forecast is None else max(told.window.end_ms, int(told.forecast.times[-1]))
    return Window(told.window.start_ms, end)


def many_buckets(record: Document) -> bool:
    """Whether many buckets together show an anomaly, not one by itself."""
    impact: float = record.get("multi_bucket_impact", 0.0)
    return impact >= MULTI_BUCKET


def actual_of(record: Document) -> float | None:
    """The value that was unusual: the record's own, or that of its strongest cause."""
    for place in (record, *record.get("causes", ())):
        if place.get("actual"):
            value: float = place["actual"][0]
            return value
    return None


def typical_of(record: Document) -> float | None:
    """What was expected: the record's own, or that of its strongest cause."""
    for place in (record, *record.get("causes", ())):
        if place.get("typical"):
            value: float = place["typical"][0]
            return value
    return None


def _curves(told: Told, of: Ink) -> Iterator[Options]:
    if told.actual is not None:
        yield from _band("expected", _cut(told.actual), of.band)
        yield _line("actual", told.actual, of.line, "solid")
    if told.forecast is not None:
        yield from _band("forecast interval", told.forecast, of.band)
        yield _line("forecast", told.forecast, of.forecast, "dashed")


def _cut(curves: Curves) -> Curves:
    """With an interval that leaves the values room: while little was learnt, it was as wide as nothing else."""
    if np.isnan(curves.lower).all() or np.isnan(curves.actual).all():
        return curves
    low = min(np.nanmin(curves.actual), np.nanquantile(curves.lower, SELDOM, method="lower"))
    high = max(np.nanmax(curves.actual), np.nanquantile(curves.upper, 1.0 - SELDOM, method="higher"))
    return curves._replace(lower=np.clip(curves.lower, low, high), upper=np.clip(curves.upper, low, high))


def _line(name: str, curves: Curves, colour: str, kind: str) -> Options:
    return {
        "name": name,
        "type": "line",
        "showSymbol": False,
        "data": _points(curves.times, curves.actual),
        "lineStyle": {"color": colour, "width": 1.5, "type": kind},
        "itemStyle": {"color": colour},
    }


def _band(name: str, curves: Curves, colour: str) -> Iterator[Options]:
    """An interval as two lines, one upon the other, of which only the space between is seen."""
    if np.isnan(curves.lower).all():
        return
    hidden = {"type": "line", "stack": name, "stackStrategy": "all", "symbol": "none", "silent": True}
    hidden |= {"lineStyle": {"opacity": 0}, "tooltip": {"show": False}}
    yield {**hidden, "data": _points(curves.times, curves.lower)}
    wide = _points(curves.times, curves.upper - curves.lower)
    yield {**hidden, "name": name, "data": wide, "areaStyle": {"color": colour}, "itemStyle": {"color": colour}}


def _points(times: NDArray[np.int64], values: NDArray[np.float64]) -> list[list[float | None]]:
    """JSON knows no NaN: where there is no value, the line has a gap."""
    pairs = zip(times.tolist(), values.tolist(), np.isnan(values).tolist(), strict=True)
    return [[time, None if missing else value] for time, value, missing in pairs]


def _anomalies(records: Sequence[Document]) -> Options:
    return {
        "name": "anomalies",
        "type": "scatter",
        "z": 5,
        "data": [point for record in reversed(records) if (point := _anomaly(record)) is not None],
        "itemStyle": {"color": "#d55e00"},
        "tooltip": {"formatter": "{b}"},
    }


def _typical(records: Sequence[Document], of: Ink) -> Options:
    """What was expected where only anomalies tell it."""
    return {
        "name": "typical",
        "type": "scatter",
        "symbol": "diamond",
        "symbolSize": 9,
        "data": [point for record in records if (point := _expected(record)) is not None],
        "itemStyle": {"color": of.forecast},
        "tooltip": {"formatter": "{b}"},
    }


def _expected(record: Document) -> Options | None:
    typical, time = typical_of(record), record["timestamp"]
    if typical is None:
        return None
    return {"value": [time, typical], "name": f"{moment(time)} · typical {number_text(typical)}"}


def _anomaly(record: Document) -> Options | None:
    actual = actual_of(record)
    if actual is None:
        return None
    score, interim = record["record_score"], record["is_interim"]
    said = [moment(record["timestamp"]), f"score {score_text(score)}", f"actual {number_text(actual)}"]
    said += ["interim"] * interim + ["seen over many buckets"] * many_buckets(record)
    look = mark(score, multi_bucket=many_buckets(record), interim=interim)
    return {"value": [record["timestamp"], actual], "name": " · ".join(said), "key": record.get("key"), **look}


def _remarks(told: Told, of: Ink) -> Iterator[Options]:
    """Stretches of time that something is said of, and those whose results are not final."""
    interim = [] if told.interim is None else [Remark("interim", told.interim)]
    kinds = (
        ("scheduled events", told.events, "#009e73"),
        ("annotations", told.annotations, "#cc79a7"),
        ("interim results", interim, of.text),
    )
    for name, remarks, colour in kinds:
        if remarks:
            yield {
                "name": name,
                "type": "line",
                "data": [],
                "itemStyle": {"color": colour},
                "markArea": {
                    "itemStyle": {"color": colour, "opacity": 0.18},
                    "label": {"color": of.text, "position": "insideTop", "overflow": "truncate", "width": 120},
                    "data": [_area(one.text, one.window) for one in remarks],
                },
            }


def _area(text: str, window: Window) -> list[dict[str, Any]]:
    return [{"name": text, "xAxis": window.start_ms}, {"xAxis": window.end_ms}]


def _said(told: Told, axis: str) -> str:
    window = f"{moment(told.window.start_ms)} to {moment(told.window.end_ms)}"
    more = [f"{len(told.anomalies)} anomalies", *(remark.text for remark in (*told.events, *told.annotations))]
    if told.forecast is not None:
        more.append(f"a forecast to {moment(whole(told).end_ms)}")
    if told.interim is not None:
        more.append(f"interim results from {moment(told.interim.start_ms)}")
    return f"{axis} from {window}: {', '.join(more)}."
