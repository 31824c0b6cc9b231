"""How a score came about, as steps that add up to it; knows documents, no page."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from unusual.analysis.control import Document
from unusual.ui.charts.style import Ink, Options, chart, names_axis, value_axis

HEIGHT_PX: Final = 230
_IMPACTS: Final = {
    "single_bucket_impact": "this bucket",
    "multi_bucket_impact": "the last buckets",
    "anomaly_characteristics_impact": "usual in this job",
}
FIRST, LATER, CURRENT = "first score", "seen since", "score now"
_UP, _DOWN, _WHOLE = "#d55e00", "#56b4e9", "#8896a5"


class Step(NamedTuple):
    """A part of a score, in whole points; `is_sum` for what all before come to."""

    name: str
    points: int
    is_sum: bool = False


def steps(record: Document) -> list[Step]:
    """The parts of a record's score, the score as first given, what came of it since, and the score now.

    A record whose job was made by an older version, or that a client gave, has no parts.
    """
    first, current = (round(record[name]) for name in ("initial_record_score", "record_score"))
    told = record.get("anomaly_score_explanation", {})
    parts = [Step(name, round(told[part])) for part, name in _IMPACTS.items() if part in told]
    return [*parts, Step(FIRST, first, is_sum=True), Step(LATER, current - first), Step(CURRENT, current, is_sum=True)]


def options(record: Document, of: Ink) -> Options:
    """The steps as bars, each of which begins where the one before ended."""
    told = steps(record)
    bars = [_bar(step, end, of) for step, end in zip(told, _ends(told), strict=True)]
    said = ", ".join(f"{step.name} {step.points}" for step in told)
    return {
        **chart(of, f"How the score came about: {said}."),
        "grid": {"left": 40, "right": 12, "top": 24, "bottom": 40},
        "xAxis": names_axis(of, [step.name for step in told])
        | {"axisLabel": {"color": of.text, "interval": 0, "width": 60, "overflow": "break", "lineHeight": 14}},
        "yAxis": value_axis(of, min=0, max=100),
        "series": [
            {
                "type": "bar",
                "stack": "steps",
                "silent": True,
                "itemStyle": {"color": "transparent"},
                "data": [bar[0] for bar in bars],
            },
            {"type": "bar", "stack": "steps", "data": [bar[1] for bar in bars], "tooltip": {"formatter": "{b}: {c}"}},
        ],
    }


def _ends(told: Sequence[Step]) -> Iterator[int]:
    """What the score is after each step."""
    end = 0
    for step in told:
        end = step.points if step.is_sum else end + step.points
        yield end


def _bar(step: Step, end: int, of: Ink) -> tuple[int, Options]:
    """How high a bar begins, and the bar itself."""
    begin = 0 if step.is_sum else min(end, end - step.points)
    colour = _WHOLE if step.is_sum else (_UP if step.points >= 0 else _DOWN)
    sign = f"{step.points}" if step.is_sum else f"{step.points:+d}"
    label = {"show": True, "position": "top", "formatter": sign, "fontWeight": "bold", "color": of.text}
    return max(0, begin), {"value": abs(step.points), "itemStyle": {"color": colour}, "label": label}
