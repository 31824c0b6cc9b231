"""Swim lanes as a heat map: colour and number tell how bad each cell of time was; knows no page."""

from collections.abc import Sequence
from typing import Final

from unusual.jobs.viewing.swimlanes import Swimlane
from unusual.jobs.viewing.windows import Grid
from unusual.ui.charts.style import Ink, Options, chart, names_axis
from unusual.ui.severity import BANDS, INK, THRESHOLDS, score_text
from unusual.ui.wording import moment

OVERALL: Final = "Overall"
LANE_PX: Final = 26
AROUND_PX: Final = 96
LEFT_PX: Final = 150
READABLE: Final = THRESHOLDS[0]  # lower scores are not written into their cells


# Lets the pointer pick a stretch of time: what the chart needs for that, and the action that begins it. It is drawn
# along the second axis, on which cells have edges; on the first, which has their names, they are points.
BRUSH: Final[Options] = {
    "xAxisIndex": 1,
    "brushType": "lineX",
    "brushMode": "single",
    "brushStyle": {"color": "rgb(120 140 160 / .25)", "borderColor": "#8896a5", "borderWidth": 1},
    "toolbox": [],
}
PICKING: Final[Options] = {
    "type": "takeGlobalCursor",
    "key": "brush",
    "brushOption": {"brushType": "lineX", "brushMode": "single"},
}


def stretch(places: tuple[float, float] | None) -> Options:
    """The action that shows the cells between two places as picked; None lets go of them."""
    if places is None:
        return {"type": "brush", "areas": []}
    return {"type": "brush", "areas": [{"brushType": "lineX", "xAxisIndex": 1, "coordRange": [*places]}]}


def height_px(lanes: Sequence[Swimlane]) -> int:
    """How high the chart is to be."""
    return AROUND_PX + LANE_PX * (len(lanes) + 1)


def options(overall: Swimlane, lanes: Sequence[Swimlane], grid: Grid, of: Ink) -> Options:
    """The lane of the job as a whole above those of values; cells are numbered by their place in the grid."""
    every = [overall, *lanes]
    names = [OVERALL, *(lane.name for lane in lanes)]
    cells = [
        _cell(names[row], grid, (column, row), score)
        for row, lane in enumerate(every)
        for column, score in sorted(lane.scores.items())
    ]
    worst = max((lane.highest for lane in every), default=0.0)
    told = f"Highest scores by time and value, {len(lanes)} values; the worst is {score_text(worst)} of 100."
    return {
        **chart(of, told),
        "tooltip": {"confine": True, "formatter": "{b}"},
        "grid": {"left": LEFT_PX, "right": 12, "top": 28, "bottom": 62},
        "xAxis": [
            names_axis(of, [moment(grid.cell(number).start_ms) for number in range(grid.number)]),
            {"type": "value", "min": 0, "max": grid.number, "show": False},
        ],
        "yAxis": names_axis(of, names, inverse=True) | {"axisLabel": _labels(of), "splitLine": _rows(of)},
        "visualMap": _legend(of),
        "series": [
            {
                "type": "heatmap",
                "data": cells,
                "label": {"show": True, "formatter": "{@[3]}", "fontSize": 9, "color": INK},
                "labelLayout": {"hideOverlap": True},
                "itemStyle": {"borderColor": of.ground, "borderWidth": 1},
            }
        ],
    }


def _cell(lane: str, grid: Grid, place: tuple[int, int], score: float) -> Options:
    column, row = place
    window = grid.cell(column)
    written = score_text(score) if score >= READABLE else ""
    name = f"{lane} · {moment(window.start_ms)} to {moment(window.end_ms)} · score {score_text(score)}"
    return {"value": [column, row, score, written], "name": name}


def _labels(of: Ink) -> Options:
    return {"color": of.text, "width": LEFT_PX - 20, "overflow": "truncate", "interval": 0}


def _rows(of: Ink) -> Options:
    """Lines between the lanes, so that the eye finds the name of a cell."""
    return {"show": True, "lineStyle": {"color": of.faint}}


def _legend(of: Ink) -> Options:
    """The bands of severity, each with its name."""
    ends = [*(band.least for band in BANDS[1:]), None]
    pieces = [
        {"gte": band.least, "color": band.colour, "label": _range(band.name, band.least, end)}
        | ({} if end is None else {"lt": end})
        for band, end in zip(BANDS, ends, strict=True)
    ]
    return {
        "type": "piecewise",
        "dimension": 2,
        "pieces": pieces,
        "orient": "horizontal",
        "left": 0,
        "itemWidth": 12,
        "itemGap": 5,
        "bottom": 0,
        "textStyle": {"color": of.text},
        "itemSymbol": "rect",
    }


def _range(name: str, least: float, end: float | None) -> str:
    return f"{name} {least:g}-{100 if end is None else end:g}"
