"""The single metric viewer as people use it: values, forecast, remarks, another entity, a closer look."""

import re

import pytest
from playwright.sync_api import expect

from tests.conformance.speaking import JOBS, ok
from tests.ui import kinds
from tests.ui.loaded import FOUND

CHART = re.compile(r"^mean\(seconds\) from ")


pytestmark = pytest.mark.timeout(300)  # of which the jobs take most where kernels are compiled first


@pytest.fixture(scope="module", autouse=True)
def jobs(server):
    kinds.load(server.http)


def test_all_that_is_known_of_a_metric_is_in_its_chart(page):
    page.goto(f"/ui/metric?job={kinds.METRIC}")
    chart = page.get_by_role("img", name=CHART)
    expect(chart).to_be_visible()
    said = chart.get_attribute("aria-label")
    for part in (
        "anomalies",
        "a forecast to 2021-01-0",
        "interim results from 2021-01-07 23:45",
        "sale",
        "new release",
    ):
        assert part in said
    expect(page.get_by_label("shop")).to_have_value(kinds.WIDE_SHOP)


def test_another_entity_is_looked_up_on_the_server(page):
    page.goto(f"/ui/metric?job={kinds.METRIC}")
    box = page.get_by_label("shop")
    box.click()
    box.fill("osl")
    expect(page.get_by_role("option")).to_have_count(1)  # what does not match is gone
    page.get_by_role("option", name="oslo").click()
    expect(page).to_have_url(re.compile("oslo"))
    expect(page.get_by_label("shop")).to_have_value("oslo")


def test_a_closer_look_is_kept_in_the_link(page):
    page.goto(f"/ui/metric?job={kinds.METRIC}")
    page.get_by_role("img", name=CHART).locator("canvas").hover(position={"x": 600, "y": 150})
    page.mouse.wheel(0, -400)
    expect(page).to_have_url(re.compile("start=.*end="))
    page.reload()
    expect(page.get_by_role("button", name="Whole time")).to_be_visible()


def test_an_anomaly_leads_from_the_explorer_to_its_metric(page):
    page.goto(f"/ui/explorer?job={kinds.METRIC}")
    page.get_by_role("button", name="Explain").first.click()
    page.get_by_role("link", name="Open in the single metric viewer").click()
    expect(page.get_by_role("img", name=CHART)).to_be_visible()
    expect(page).to_have_url(re.compile("metric.*lisbon"))


def test_a_metric_without_values_says_so_and_how_to_keep_them(page, server):
    page.goto(f"/ui/metric?job={FOUND}")
    expect(page.get_by_role("status").filter(has_text="Only anomalies are known")).to_be_visible()
    button = page.get_by_role("button", name="Turn the model plot on")
    button.click()
    expect(button).to_have_count(0)
    assert ok(server.http.get(f"{JOBS}/{FOUND}"))["jobs"][0]["model_plot_config"]["enabled"]


def test_values_are_taken_away(page):
    page.goto(f"/ui/metric?job={kinds.METRIC}")
    with page.expect_download() as values:
        page.get_by_role("button", name="CSV of the values").click()
    lines = values.value.path().read_text().splitlines()
    assert lines[0] == "timestamp,time,kind,value,lower,upper"
    assert any(",forecast," in line for line in lines)
