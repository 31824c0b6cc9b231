"""A report as one HTML document that needs nothing beside itself; knows what a report says, not how it is gathered."""

from collections.abc import Iterator
from html import escape
from typing import Final

import orjson

from unusual.ui.anomaly.wording import COLUMNS, detector_text
from unusual.ui.report import library
from unusual.ui.report.content import Drawing, Explained, Report
from unusual.ui.severity import INK, band_of, score_text
from unusual.ui.wording import moment

_STYLE: Final = """
body { font: 15px/1.45 system-ui, sans-serif; color: #1f2933; background: #fff; max-width: 1200px; margin: 2rem auto; }
table { border-collapse: collapse; width: 100%; } th { text-align: left; }
th, td { padding: .25rem .5rem; border-bottom: 1px solid #d5dbe1; vertical-align: top; }
.score { border-radius: 4px; padding: .05rem .4rem; white-space: nowrap; }
.beside { display: grid; grid-template-columns: 5fr 7fr; gap: 1.5rem; }
dl { display: grid; grid-template-columns: 1fr 1fr; gap: .25rem 1rem; } dt { color: #52606d; } dd { margin: 0; }
dl div { break-inside: avoid; } section { break-inside: avoid; }
"""
# The options stand beside each chart as JSON; the button that saves a picture is added to all of them.
_DRAW: Final = f"""
import {{ echarts }} from "{library.NAME}";
for (const place of document.querySelectorAll(".chart")) {{
  const options = JSON.parse(place.querySelector("script").textContent);
  const drawn = document.createElement("div");
  drawn.style.height = place.dataset.height + "px";
  place.append(drawn);
  const saving = {{ saveAsImage: {{ title: "PNG", pixelRatio: 2 }} }};
  echarts.init(drawn).setOption({{ ...options, toolbox: {{ right: 0, top: 0, feature: saving }} }});
}}
"""


def html(report: Report) -> str:
    """The document."""
    title = escape(f"Anomalies of {report.job_id}")
    return "".join(
        (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>',
            f'<script type="importmap">{library.import_map()}</script></head><body><main><h1>{title}</h1>',
            *_body(report),
            f'</main><script type="module">{_DRAW}</script></body></html>',
        )
    )


def _body(report: Report) -> Iterator[str]:
    if report.description:
        yield f"<p>{escape(report.description)}</p>"
    if report.window is None:
        yield f"<p>Made {moment(report.made_ms)} UTC. The job has no results yet.</p>"
        return
    start, end = (moment(time) for time in report.window)
    yield f"<p>{start} to {end} UTC, made {moment(report.made_ms)} UTC by unusual.</p>"
    if report.lanes is not None:
        yield f"<section><h2>Scores over time</h2>{_chart(report.lanes)}</section>"
    yield from _influencers(report)
    yield f"<h2>Anomalies: {len(report.records):,} of {report.count:,}</h2>"
    yield from _table(report)
    yield from (_explained(one) for one in report.explained)


def _influencers(report: Report) -> Iterator[str]:
    for field, values in (report.influencers or {}).items():
        if values:
            cells = ", ".join(f"{_score(score)} {escape(value)}" for value, score in values)
            yield f"<p><strong>Top {escape(field)}</strong>: {cells}</p>"


def _table(report: Report) -> Iterator[str]:
    yield f"<table><thead><tr>{''.join(f'<th scope=col>{column.title}</th>' for column in COLUMNS)}</tr></thead><tbody>"
    for record in report.records:
        cells = (escape(str(column.cell(record))) for column in COLUMNS)
        yield f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
    yield "</tbody></table>"


def _explained(one: Explained) -> str:
    record = one.record
    terms = "".join(f"<div><dt>{escape(term)}</dt><dd>{escape(said)}</dd></div>" for term, said in one.facts)
    heading = f"{_score(record['record_score'])} {escape(detector_text(record))}, {moment(record['timestamp'])}"
    charts = f"<div>{_chart(one.score)}<dl>{terms}</dl></div><div>{_chart(one.evidence)}</div>"
    return f'<section><h3>{heading}</h3><div class="beside">{charts}</div></section>'


def _score(score: float) -> str:
    return f'<span class="score" style="background:{band_of(score).colour};color:{INK}">{score_text(score)}</span>'


def _chart(drawing: Drawing) -> str:
    """A place for a chart; nothing in its options can end the element that they stand in."""
    options = orjson.dumps(drawing.options).decode().replace("<", "\\u003c")
    said = escape(drawing.options["aria"]["label"]["description"], quote=True)
    place = f'<div class="chart" role="img" aria-label="{said}" data-height="{drawing.height_px}">'
    return f'{place}<script type="application/json">{options}</script></div>'
