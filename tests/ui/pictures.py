"""The pictures of the pages in docs/ui, taken anew: `make pictures`."""

import csv
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.conformance.serving import serving
from tests.conformance.speaking import COUNT, T0, create, ok, opened
from tests.ui import kinds
from tests.ui.conftest import CHROMIUM
from tests.ui.loaded import FOUND, INDEX, load, load_index, records

FOLDER = Path(__file__).parents[2] / "docs" / "ui"
OTHERS = ("checkout-errors", "dns-lookups", "logins-by-user", "payments")


def main() -> None:
    """Take every picture on a server with the jobs of the tests and some more."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder, "store"), workers=1) as server:
        load(server.http)
        kinds.load(server.http)
        load_index(server.http)
        for name in OTHERS:
            create(server.http, name, COUNT)
        opened(server.http, OTHERS[-1])
        week = {"events": [{"description": "Release", "start_time": 1_795_824_000_000, "end_time": 1_795_996_800_000}]}
        ok(server.http.put("/_ml/calendars/operations", json={"job_ids": ["_all"]}))
        ok(server.http.post("/_ml/calendars/operations/events", json=week))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
            for shade in ("light", "dark"):
                size = {"width": 1120, "height": 700}
                page = browser.new_page(base_url=server.url, viewport=size, color_scheme=shade)
                _take(page, shade, Path(folder))
                _take_anomalies(page, shade)
            browser.close()


def _take(page: Page, shade: str, folder: Path) -> None:
    page.goto("/ui/jobs")
    page.get_by_text(FOUND).wait_for()
    _picture(page, f"jobs-{shade}")
    page.goto(f"/ui/settings?tab=rules&job={FOUND}")
    page.get_by_role("button", name="Never report again").first.click()
    page.get_by_text("Save rule").wait_for()
    _picture(page, f"rules-{shade}")
    page.goto("/ui/settings")
    page.get_by_text("For: _all").wait_for()
    _picture(page, f"calendar-{shade}")
    page.goto("/ui/new")
    page.set_input_files("input[type=file]", _file(folder))
    page.get_by_role("button", name="Try on the history").click()
    page.get_by_text("critical, from 75").wait_for()
    below_header = "heading => scrollTo(0, heading.getBoundingClientRect().top + scrollY - 100)"
    page.get_by_text("Try and create").evaluate(below_header)
    page.wait_for_timeout(500)  # the chart is drawn on a canvas, of which nothing can be awaited
    _picture(page, f"new-job-{shade}")
    page.goto("/ui/new?source=index")
    page.get_by_label("Index, alias or pattern").click()
    page.get_by_role("option", name=INDEX).click()
    page.get_by_role("button", name="Look at the records").click()
    page.get_by_text("Try and create").wait_for()
    _picture(page, f"new-job-index-{shade}")


def _take_anomalies(page: Page, shade: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 1000})
    first, until = ((T0 + (kinds.BAD + buckets) * kinds.SPAN_S) * 1000 for buckets in (-6, 24))
    page.goto(f"/ui/explorer?job={kinds.METRIC},{kinds.POPULATION},{FOUND}&first={first}&until={until}")
    page.get_by_role("button", name="Explain").first.wait_for()
    _drawn(page, f"explorer-jobs-{shade}")
    for name, job in (("explorer", kinds.METRIC), ("population", kinds.POPULATION), ("map", kinds.PLACES)):
        page.goto(f"/ui/explorer?job={job}")
        page.get_by_role("button", name="Explain").first.click()
        page.get_by_text("Why this score").wait_for()
        _drawn(page, f"{name}-{shade}")
    page.goto(f"/ui/metric?job={kinds.METRIC}")
    page.get_by_role("button", name="Explain").first.wait_for()
    _drawn(page, f"metric-{shade}")


def _drawn(page: Page, name: str) -> None:
    page.wait_for_timeout(1500)  # charts are drawn on a canvas, of which nothing can be awaited
    _picture(page, name)


def _picture(page: Page, name: str) -> None:
    page.mouse.move(1100, 120)
    page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")


def _file(folder: Path) -> Path:
    path = folder / "web latency.csv"
    with path.open("w", newline="") as text:
        lines = csv.writer(text)
        lines.writerow(["at", "host", "latency"])
        for one in records():
            at = datetime.fromtimestamp(one["stamp"], UTC).isoformat()
            lines.writerow([at, one["host"], round(one["latency"], 2)])
    return path


if __name__ == "__main__":
    main()
