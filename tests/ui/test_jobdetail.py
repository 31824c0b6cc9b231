"""The page of a job: its figures, what was said of it, models to go back to, forecasts."""

import pytest
from playwright.sync_api import expect

from tests.conformance.speaking import JOBS, ok
from tests.ui.loaded import FOUND
from unusual.ui.jobdetail.told import figures, forecast_row, snapshot_row


def test_figures_are_told_in_units_that_people_read():
    told = {"job_id": "x", "model_bytes": 1536, "bucket_count": 1200, "latest_record_timestamp": 1_609_459_200_000}
    assert figures(told | {"total_ms": 90_000.0, "nested": {}}) == [
        ("model bytes", "1.5kb"),
        ("bucket count", "1,200"),
        ("latest record timestamp", "2021-01-01 00:00"),
        ("total", "1.5m"),
    ]


def test_a_snapshot_says_whether_it_is_the_one_in_use():
    told = {"snapshot_id": "7", "timestamp": 0}
    assert snapshot_row(told, "7")["active"] == "yes"
    assert snapshot_row(told, None)["active"] == "no"


def test_a_forecast_that_failed_says_why():
    told = {"forecast_id": "1", "forecast_status": "failed", "forecast_messages": ["no memory"]}
    assert forecast_row(told)["status"] == "failed: no memory"


@pytest.mark.parametrize(
    ("tab", "said"),
    [
        ("counts", "processed record count"),
        ("messages", "Job created"),
        ("snapshots", "State persisted due to job close"),
        ("annotations", "Annotation"),
        ("json", '"bucket_span"'),
    ],
)
def test_a_tab_has_an_address_of_its_own(page, tab, said):
    page.goto(f"/ui/jobs/{FOUND}?tab={tab}")
    expect(page.get_by_text(said).first).to_be_visible()


def test_a_job_nobody_knows_is_told(page):
    page.goto("/ui/jobs/unheard-of")
    expect(page.get_by_role("alert")).to_contain_text("No known job with id 'unheard-of'")


def test_a_forecast_is_asked_for_and_made(page, server):
    page.goto(f"/ui/jobs/{FOUND}")
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_text("Open: 1 done")).to_be_visible()
    page.get_by_role("tab", name="Forecasts").click()
    page.get_by_label("How far").fill("2h")
    page.get_by_role("button", name="Forecast", exact=True).click()
    expect(page.get_by_role("cell", name="finished")).to_be_visible()
    ok(server.http.post(f"{JOBS}/{FOUND}/_close"))


def test_a_closed_job_goes_back_to_a_snapshot(page):
    page.goto(f"/ui/jobs/{FOUND}?tab=snapshots")
    page.get_by_role("button", name="Revert to").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Revert").click()
    expect(page.get_by_text("Reverted to").first).to_be_visible()
