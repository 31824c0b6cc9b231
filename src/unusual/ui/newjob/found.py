"""What a trial would have found: alerts a week at each threshold, the worst bucket by bucket, the records."""

from collections.abc import Mapping, Sequence
from typing import Final

from nicegui import ui

from unusual.analysis.control import Document
from unusual.ui.charts.style import Ink, Options, chart, time_axis, value_axis
from unusual.ui.drawing import draw, page_ink
from unusual.ui.newjob.backtest import FOUND, Alerts, alerts, record_row, worst_of
from unusual.ui.plain import plain_table
from unusual.ui.severity import INK, band_of
from unusual.ui.wording import count

MOST: Final = 500  # records in the table
STRIP_PX: Final = 160


def show_found(records: Sequence[Document], start_ms: int, end_ms: int) -> None:
    """All of it, for a history from one moment to another."""
    worst = worst_of(records)
    ui.label(f"Anomalies that would have been found: {count(len(records))}, in buckets: {count(len(worst))}")
    with ui.row().classes("gap-4"):
        for one in alerts(worst, end_ms - start_ms):
            _alerts(one)
    draw(strip(worst, start_ms, end_ms, page_ink()), STRIP_PX, "trial")
    found = sorted(records, key=lambda one: one["record_score"], reverse=True)[:MOST]
    plain_table("found", FOUND, [record_row(one) for one in found])


def strip(worst: Mapping[int, float], start_ms: int, end_ms: int, of: Ink) -> Options:
    """The options of a chart with a bar for each bucket that has records."""
    bars = [
        {"value": [time, round(score, 1)], "itemStyle": {"color": band_of(score).colour}}
        for time, score in worst.items()
    ]
    return {
        **chart(of, "The highest score of each bucket over time."),
        "grid": {"left": 40, "right": 16, "top": 12, "bottom": 24},
        "xAxis": time_axis(of, min=start_ms, max=end_ms, containShape=False),
        "yAxis": value_axis(of, min=0, max=100),
        "series": [{"type": "bar", "barWidth": 3, "data": bars}],
    }


def _alerts(one: Alerts) -> None:
    band = band_of(one.least)
    with ui.card().tight().classes("p-2 items-center").style(f"background: {band.colour}; color: {INK}"):
        ui.label(f"{band.name}, from {one.least:g}")
        ui.label(f"{one.a_week:.1f} a week").classes("text-h6")
        ui.label(f"{count(one.buckets)} in all")
