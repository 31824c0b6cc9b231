"""What all charts have in common: ink for light and dark, axes of time and value, marks; knows no page."""

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from unusual.ui.severity import band_of

Options: TypeAlias = dict[str, Any]

VALUE_DIGITS: Final = 6
_TIMES: Final = {
    "year": "{yyyy}",
    "month": "{d} {MMM} {yyyy}",
    "day": "{d} {MMM}",
    "hour": "{HH}:{mm}",
    "minute": "{HH}:{mm}",
}


@dataclass(frozen=True)
class Ink:
    """Colours of a chart, as CSS.

    ground  what is behind it, for the picture that is saved
    """

    text: str
    faint: str
    line: str
    band: str
    forecast: str
    ground: str


LIGHT: Final = Ink("#1f2933", "#d5dbe1", "#0b5cad", "rgb(11 92 173 / .18)", "#7b3fa0", "#ffffff")
DARK: Final = Ink("#e4e7eb", "#3e4c59", "#7cc4fa", "rgb(124 196 250 / .22)", "#d5a6f0", "#121212")


def ink(*, dark: bool) -> Ink:
    """The ink for a page."""
    return DARK if dark else LIGHT


def chart(of: Ink, told: str) -> Options:
    """What every chart begins with. told: what it shows, for those who do not see it."""
    return {
        "animation": False,
        "useUTC": True,
        "aria": {"enabled": True, "label": {"description": told}},
        "textStyle": {"color": of.text},
        "backgroundColor": of.ground,
        "tooltip": {"confine": True},
    }


def time_axis(of: Ink, **more: Any) -> Options:  # noqa: ANN401 - of ECharts
    """An axis of times, which are told in UTC."""
    axis = _axis(of)
    axis["axisLabel"]["formatter"] = _TIMES
    return {"type": "time", **axis, "splitLine": {"show": False}, **more}


def value_axis(of: Ink, **more: Any) -> Options:  # noqa: ANN401 - of ECharts
    """An axis of numbers that need not begin at zero."""
    return {"type": "value", "scale": True, **_axis(of), "splitLine": {"lineStyle": {"color": of.faint}}, **more}


def names_axis(of: Ink, names: list[str], **more: Any) -> Options:  # noqa: ANN401 - of ECharts
    """An axis of names, the first one at its beginning."""
    return {"type": "category", "data": names, **_axis(of), **more}


def number_text(value: float) -> str:
    """A value as people read it.

    >>> number_text(1234567.0), number_text(0.00012345678), number_text(3.0)
    ('1,234,570', '0.000123457', '3')
    """
    rounded = float(f"{value:.{VALUE_DIGITS}g}")
    return f"{rounded:,.0f}" if rounded.is_integer() else f"{rounded:,.{VALUE_DIGITS}g}"


def mark(score: float, *, multi_bucket: bool = False, interim: bool = False) -> Options:
    """How an anomaly looks: coloured by its severity, a cross if many buckets show it, hollow while it is interim."""
    colour = band_of(score).colour
    style = {"color": "transparent" if interim else colour, "borderColor": colour if interim else "#000000"}
    return {
        "symbol": "path://M4 0h4v4h4v4H8v4H4V8H0V4h4z" if multi_bucket else "circle",
        "symbolSize": 8 + score / 12.5,
        "itemStyle": style | {"borderWidth": 3 if interim else 1},
    }


def _axis(of: Ink) -> Options:
    return {
        "axisLabel": {"color": of.text, "hideOverlap": True},
        "axisLine": {"lineStyle": {"color": of.faint}},
        "axisTick": {"lineStyle": {"color": of.faint}},
    }
