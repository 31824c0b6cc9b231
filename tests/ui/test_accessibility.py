"""Every page can be used without a mouse, without colours and by ear, in light and in dark."""

import pytest

from tests.ui.accessible import DOCUMENT, FAINT, SETTLED, lost_focus, nameless
from tests.ui.loaded import FOUND

PAGES = {
    "jobs": (f"/ui/jobs?q={FOUND}", FOUND),
    "counts": (f"/ui/jobs/{FOUND}", "processed record count"),
    "snapshots": (f"/ui/jobs/{FOUND}?tab=snapshots", "Kept for ever"),
    "forecasts": (f"/ui/jobs/{FOUND}?tab=forecasts", "How far"),
    "new job": ("/ui/new", "Choose or drop a file"),
    "new job over an index": ("/ui/new?source=index", "index of"),
    "calendars": ("/ui/settings", "New calendar"),
    "filters": ("/ui/settings?tab=filters", "Save list"),
    "rules": (f"/ui/settings?tab=rules&job={FOUND}", "Never again"),
    "explorer": (f"/ui/explorer?job={FOUND}", "Top influencers"),
    "single metric": (f"/ui/metric?job={FOUND}", "Anomalies: "),
    "links": (f"/ui/settings?tab=urls&job={FOUND}", "Add link"),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everybody(page, name):
    path, shown = PAGES[name]
    page.emulate_media(color_scheme="light")
    page.goto(path)
    page.get_by_text(shown).first.wait_for()
    page.locator("fieldset:enabled").first.wait_for()  # from when on it takes the focus
    page.wait_for_function(SETTLED)
    assert page.evaluate(DOCUMENT) == []
    assert nameless(page) == []
    assert page.evaluate(FAINT) == []
    assert lost_focus(page, 25) == []
    page.emulate_media(color_scheme="dark")
    page.locator("body.body--dark").wait_for()
    page.wait_for_function(SETTLED)
    assert page.evaluate(FAINT) == []
