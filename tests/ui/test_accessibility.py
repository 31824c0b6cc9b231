"""Every page can be used without a mouse, without colours and by ear, in light and in dark."""

import pytest

from tests.ui.accessible import DOCUMENT, FAINT, lost_focus, nameless
from tests.ui.loaded import FOUND

PAGES = {
    "jobs": ("/ui/jobs", FOUND),
    "counts": (f"/ui/jobs/{FOUND}", "processed record count"),
    "snapshots": (f"/ui/jobs/{FOUND}?tab=snapshots", "Kept for ever"),
    "forecasts": (f"/ui/jobs/{FOUND}?tab=forecasts", "How far"),
    "new job": ("/ui/new", "Choose or drop a file"),
    "calendars": ("/ui/settings", "New calendar"),
    "filters": ("/ui/settings?tab=filters", "Save list"),
    "rules": (f"/ui/settings?tab=rules&job={FOUND}", "Never again"),
    "links": (f"/ui/settings?tab=urls&job={FOUND}", "Add link"),
}


@pytest.fixture(params=["light", "dark"])
def themed(page, server, request):
    page.context.add_cookies([{"name": "unusual-theme", "value": request.param, "url": server.url}])
    return page


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everybody(themed, name):
    path, shown = PAGES[name]
    themed.goto(path)
    themed.get_by_text(shown).first.wait_for()
    assert themed.evaluate(DOCUMENT) == []
    assert nameless(themed) == []
    assert themed.evaluate(FAINT) == []
    assert lost_focus(themed, 30) == []
