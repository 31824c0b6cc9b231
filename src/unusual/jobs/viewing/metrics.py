"""One metric over time: what came, what was expected, and what was said of it; knows no chart."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import orjson
import polars as pl

from unusual.analysis.control import Document
from unusual.analysis.subjects import subject
from unusual.errors import Missing
from unusual.jobs import annotations, calendars, forecasts
from unusual.jobs.ports import Page, Ports, Sought, StoredJob, Stretch
from unusual.jobs.viewing.anomalies import Entity, Question, anomalies
from unusual.jobs.viewing.readback import read_back
from unusual.jobs.viewing.thinning import Curves, thinned
from unusual.jobs.viewing.windows import Window, span_ms

MOST_ANOMALIES: Final = 500
MOST_REMARKS: Final = 100
_ALL: Final = 1 << 31
POINTS: Final = 750
MEMBERS: Final = 2_000
_PLOT: Final = {
    "timestamp": pl.Int64,
    "actual": pl.Float64,
    "model_lower": pl.Float64,
    "model_upper": pl.Float64,
}
_FORECAST: Final = {
    "timestamp": pl.Int64,
    "forecast_prediction": pl.Float64,
    "forecast_lower": pl.Float64,
    "forecast_upper": pl.Float64,
}
_EVENTS: Final = {"timestamp": pl.Int64, "event_count": pl.Float64}


@dataclass(frozen=True)
class Metric:
    """One series of a job: a detector, and a value for each field that splits it, in the order of `splits`."""

    job: StoredJob
    detector: int
    entities: tuple[Entity, ...] = ()

    @property
    def subjects(self) -> tuple[str, ...]:
        return tuple(subject(name, value) for name, value in self.entities)


@dataclass(frozen=True)
class Remark:
    """Something said of a stretch of time."""

    text: str
    window: Window


@dataclass(frozen=True)
class Told:
    """What is known of a metric in a window.

    actual      what came; None when nobody kept it
    read_from   the indices that it was read from again, '' when the job has kept it
    forecast    the newest one
    interim     the end of the window whose results are not final, if there is one
    anomalies   the records of the metric, the highest score first
    """

    window: Window
    actual: Curves | None
    forecast: Curves | None
    anomalies: list[Document] = field(default_factory=list)
    events: list[Remark] = field(default_factory=list)
    annotations: list[Remark] = field(default_factory=list)
    interim: Window | None = None
    read_from: str = ""

    @property
    def expects(self) -> bool:
        """Whether it is known what was expected of each value."""
        return self.actual is not None and not bool(np.isnan(self.actual.lower).all())


def splits(detector: Document) -> list[str]:
    """The fields that split a detector, the finest first."""
    names = ("by_field_name", "over_field_name", "partition_field_name")
    return [detector[name] for name in names if detector.get(name)]


def detector_of(config: Document, number: int) -> Document:
    """One detector of a job; `errors.Missing`."""
    for detector in config["analysis_config"]["detectors"]:
        if detector["detector_index"] == number:
            found: Document = detector
            return found
    raise Missing(f"job [{config['job_id']}] has no detector [{number}]")


def members(ports: Ports, record: Document, window: Window) -> Curves | None:
    """The values of all members of the population that a record is of, as far as they were plotted."""
    bounds, texts = _bounds(window), ((f'"detector_index":{record["detector_index"]},',),)
    curves = _curves(ports, Sought((record["job_id"],), "model_plot", bounds=bounds, texts=texts), _PLOT)
    return None if curves is None else thinned(curves, MEMBERS)


def told(ports: Ports, metric: Metric, window: Window, points: int = POINTS) -> Told:
    """What is known of a metric; of many values those that a screen with so many columns can show."""
    question = Question(window, detector=metric.detector, entities=metric.entities)
    _, found = anomalies(ports, [metric.job.config], question, Page(0, MOST_ANOMALIES))
    forecast = _forecast(ports, metric)
    if forecast is not None:
        forecast = thinned(forecast, points)
    actual, read_from = _actual(ports, metric, window)
    return Told(
        window,
        None if actual is None else thinned(actual, points),
        forecast,
        found,
        _events(ports, metric.job, window),
        _annotations(ports, metric, window),
        _interim(ports, metric.job, window),
        read_from,
    )


def _actual(ports: Ports, metric: Metric, window: Window) -> tuple[Curves | None, str]:
    """What the model plot has of the metric, and the indices it was read from without one.

    Counts of a whole job are those of its buckets.
    """
    sought = _documents(metric, "model_plot", window, f'"detector_index":{metric.detector},')
    curves = _curves(ports, sought, _PLOT)
    if curves is None and not metric.entities and _is_count(metric):
        sought = Sought((metric.job.job_id,), "bucket", bounds=_bounds(window))
        curves = _curves(ports, sought, _EVENTS)
    if curves is not None:
        return curves, ""
    found = read_back(ports, metric.job, metric.detector, dict(metric.entities), window)
    return (None, "") if found is None else (found.curves, found.indices)


def _is_count(metric: Metric) -> bool:
    function = detector_of(metric.job.config, metric.detector)["function"]
    return function in {"count", "high_count", "low_count"}


def _forecast(ports: Ports, metric: Metric) -> Curves | None:
    requests = forecasts.known(ports, metric.job.job_id)
    if not requests:
        return None
    newest = max(requests, key=_made_at)
    texts = (f'"detector_index":{metric.detector},', f'"forecast_id":"{newest["forecast_id"]}"')
    return _curves(ports, _documents(metric, "model_forecast", None, *texts), _FORECAST)


def _made_at(forecast: Document) -> int:
    return int(forecast.get("forecast_create_timestamp") or forecast["timestamp"])


def _documents(metric: Metric, kind: str, window: Window | None, *texts: str) -> Sought:
    bounds = () if window is None else _bounds(window)
    return Sought(
        (metric.job.job_id,), kind, bounds=bounds, texts=tuple((text,) for text in texts), subjects=metric.subjects
    )


def _bounds(window: Window) -> tuple[tuple[str, str, float], ...]:
    return ("timestamp", "gte", window.start_ms), ("timestamp", "lt", window.end_ms)


def _curves(ports: Ports, sought: Sought, columns: Mapping[str, type[pl.DataType]]) -> Curves | None:
    """Documents with a time and a value, perhaps with bounds, in the order of time; None when there are none."""
    frames = [
        _frame((one.body or "" for one in some), columns) for some in ports.results.scan(sought, bodies=True) if some
    ]
    if not frames:
        return None
    frame = pl.concat(frames).sort("timestamp")
    times, actual, *bounds = (frame[name].to_numpy() for name in columns)
    lower, upper = bounds or (np.full(times.size, np.nan),) * 2
    return Curves(times, actual, lower, upper)


def _frame(bodies: Iterable[str], columns: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    return pl.read_ndjson("\n".join(bodies).encode(), schema=dict(columns))


def _events(ports: Ports, job: StoredJob, window: Window) -> list[Remark]:
    held = calendars.holding(ports, calendars.names_of(job))
    remarks = (
        Remark(event["description"], Window(event["start_time"], event["end_time"]))
        for calendar in held
        for event in calendar[calendars.EVENTS]
    )
    return _touching(remarks, window)


def _annotations(ports: Ports, metric: Metric, window: Window) -> list[Remark]:
    """What was said of the job, but for what was said of another of its metrics."""
    annotations.prepare(ports)
    found = ports.documents.page(Stretch((annotations.INDEX,), "timestamp", None, window.end_ms), _ALL)
    quoted = orjson.dumps(metric.job.job_id)
    documents = (orjson.loads(one.body) for one in found if quoted in one.body)
    remarks = (
        Remark(one["annotation"], Window(one["timestamp"], one.get("end_timestamp") or one["timestamp"]))
        for one in documents
        if one.get("job_id") == metric.job.job_id and _fits(one, metric)
    )
    return _touching(remarks, window)


def _fits(annotation: Document, metric: Metric) -> bool:
    if annotation.get("event") == annotations.SNAPSHOT_STORED:
        return False
    said = {
        (annotation[f"{role}_field_name"], annotation.get(f"{role}_field_value"))
        for role in ("by", "over", "partition")
        if annotation.get(f"{role}_field_name")
    }
    return annotation.get("detector_index", metric.detector) == metric.detector and said <= {*metric.entities}


def _interim(ports: Ports, job: StoredJob, window: Window) -> Window | None:
    sought = Sought((job.job_id,), "bucket", bounds=_bounds(window), is_interim=True)
    first, last = (ports.results.first(sought, [("timestamp", desc)], 1) for desc in (False, True))
    return Window(first[0].timestamp, last[0].timestamp + span_ms(job)) if first else None


def _touching(remarks: Iterable[Remark], window: Window) -> list[Remark]:
    """The newest of those that touch a window, in the order of time."""
    found = [one for one in remarks if one.window.start_ms < window.end_ms and one.window.end_ms >= window.start_ms]
    return sorted(found, key=lambda one: one.window)[-MOST_REMARKS:]
