"""What the single metric viewer says, and which time a zoom means; knows what is told of a metric, no page."""

import math
from collections.abc import Iterator
from typing import Final

from unusual.analysis.control import Document
from unusual.jobs.viewing.metrics import Told, detector_of
from unusual.jobs.viewing.windows import Window
from unusual.ui.tables import Column
from unusual.ui.wording import moment

ONLY_ANOMALIES: Final = "Only anomalies are known of this metric: what came then, and what would have been typical."
WITHOUT_PLOT: Final = "Turn the model plot on, and the job keeps every value with what was expected of it."
WITH_PLOT: Final = "The model plot is on, but has nothing about these values in this time."
POINT_COLUMNS: Final = (
    Column("timestamp", lambda point: point["timestamp"]),
    Column("time", lambda point: moment(point["timestamp"])),
    Column("kind", lambda point: point["kind"]),
    Column("value", lambda point: point["value"]),
    Column("lower", lambda point: point["lower"]),
    Column("upper", lambda point: point["upper"]),
)


def what_is_known(told: Told) -> str:
    """Why a chart shows less than it could, '' where it shows all."""
    if told.read_from:
        return f"Values are read again from [{told.read_from}]; what was expected is known of anomalies alone."
    return ONLY_ANOMALIES if told.actual is None else ""


def axis_name(config: Document, detector: int) -> str:
    """What the values of a detector are.

    >>> axis_name({"job_id": "a", "analysis_config": {"detectors": [{"detector_index": 0, "function": "count"}]}}, 0)
    'count'
    """
    found = detector_of(config, detector)
    return f"{found['function']}({found['field_name']})" if found.get("field_name") else str(found["function"])


def points(told: Told) -> Iterator[Document]:
    """The values that are shown, then those that are forecast, as rows of a table."""
    for kind, curves in (("actual", told.actual), ("forecast", told.forecast)):
        if curves is not None:
            for time, *values in zip(*(column.tolist() for column in curves), strict=True):
                value, lower, upper = ("" if math.isnan(one) else one for one in values)
                yield {"timestamp": time, "kind": kind, "value": value, "lower": lower, "upper": upper}


def part(whole: Window, start: float, end: float) -> Window:
    """The part of a stretch of time between two places in it [percent].

    >>> part(Window(0, 1000), 25, 50)
    Window(start_ms=250, end_ms=500)
    """
    length = whole.end_ms - whole.start_ms
    first, until = (whole.start_ms + round(length * place / 100) for place in (start, end))
    return Window(first, max(until, first + 1))


def wider(window: Window, whole: Window) -> Window:
    """The window with as much before and after it, for those who go on to there.

    >>> wider(Window(250, 500), Window(0, 600))
    Window(start_ms=0, end_ms=600)
    """
    length = window.end_ms - window.start_ms
    return Window(max(whole.start_ms, window.start_ms - length), min(whole.end_ms, window.end_ms + length))
