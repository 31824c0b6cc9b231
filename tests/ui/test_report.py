"""A job told on one page: all in it, nothing beside it, and nothing of the data taken for HTML."""

import json
import re

from unusual.jobs.viewing.windows import Window
from unusual.ui.report import library
from unusual.ui.report.content import Drawing, Explained, Report
from unusual.ui.report.document import html

NASTY = '</script><img src=x onerror="alert(1)">'
RECORD = {
    "timestamp": 0,
    "record_score": 80.0,
    "initial_record_score": 92.0,
    "is_interim": False,
    "function": "mean",
    "by_field_name": "host",
    "by_field_value": NASTY,
    "actual": [2.0],
    "typical": [1.0],
}
CHART = Drawing({"aria": {"label": {"description": NASTY}}, "title": {"text": NASTY}}, 100)


def report() -> Report:
    explained = [Explained(RECORD, [("Kind", NASTY)], CHART, CHART)]
    return Report(NASTY, NASTY, 0, Window(0, 10), CHART, {"host": [(NASTY, 80.0)]}, 7, [RECORD], explained)


def test_it_says_what_was_unusual():
    text = html(report())
    assert "Anomalies: 1 of 7" in text
    assert "2x higher" in text
    assert text.count('class="chart"') == 3


def test_data_stays_text():
    text = html(report())
    assert NASTY not in text
    assert "<img" not in text
    for options in re.findall(r'<script type="application/json">(.*?)</script>', text):
        assert json.loads(options)["title"]["text"] == NASTY


def test_it_asks_for_nothing():
    text = html(report())
    assert not re.search(r"""(src|href)\s*=\s*["']""", text)
    assert set(json.loads(library.import_map())["imports"]) > {library.NAME}


def test_a_job_without_results_says_so():
    assert "no results yet" in html(Report("a", "", 0))
