"""The anomaly explorer as people use it: find what was unusual, see why, take it away, come back by a link."""

import re
import subprocess

import pytest
from playwright.sync_api import expect

from tests.conformance.serving import COMMAND
from tests.conformance.speaking import JOBS, closed, create, ok, opened, post, ticks
from tests.ui import kinds

BAD_TIME = "2021-01-07 06:00"
CHART = "getElement(document.querySelector('[role=group] [role=img]').id.slice(1)).chart"  # the lanes, in a browser


pytestmark = pytest.mark.timeout(300)  # of which the jobs take most where kernels are compiled first


@pytest.fixture(scope="module", autouse=True)
def jobs(server):
    kinds.load(server.http)


def explain_first(page):
    page.get_by_role("button", name="Explain").first.click()
    expect(page.get_by_text("Why this score")).to_be_visible()


def test_the_worst_anomaly_is_found_explained_and_linked_to(page):
    page.goto(f"/ui/explorer?job={kinds.METRIC}")
    worst = page.locator("table.anomalies tbody tr").first
    expect(worst).to_contain_text(BAD_TIME)
    expect(worst).to_contain_text("critical")
    expect(worst).to_contain_text(kinds.WIDE_SHOP)
    explain_first(page)
    expect(page.get_by_role("img", name=re.compile("How the score came about: this bucket"))).to_be_visible()
    expect(page.get_by_text("First score")).to_be_visible()
    expect(page).to_have_url(re.compile("open="))
    page.reload()
    expect(page.get_by_text("Why this score")).to_be_visible()


@pytest.mark.parametrize(
    ("job", "chart", "text"),
    [
        (kinds.POPULATION, "Unusual members of the population", kinds.BAD_CLIENT),
        (kinds.RARE, "When rare values were seen", kinds.RARE_PROCESS),
        (kinds.PLACES, "Places that are unusual", kinds.BAD_USER),
        (kinds.LOGS, "count by mlcategory", kinds.BAD_MESSAGE),
    ],
)
def test_an_anomaly_has_the_chart_of_its_kind(page, job, chart, text):
    page.goto(f"/ui/explorer?job={job}")
    explain_first(page)
    expect(page.get_by_role("img", name=re.compile(chart))).to_be_visible()
    expect(page.get_by_text(text, exact=True).first).to_be_visible()


def test_a_stretch_that_is_drawn_over_the_lanes_narrows_the_table(page):
    page.goto(f"/ui/explorer?job={kinds.METRIC}")
    every = page.get_by_role("heading", name=re.compile("^Anomalies: ")).text_content()
    page.wait_for_function(f"() => {CHART}?.begun")  # from when on it can be drawn over
    chart = page.get_by_role("img", name=re.compile("Highest scores by time"))
    box = chart.bounding_box()
    chart.hover(position={"x": 0.80 * box["width"], "y": 50})
    box = chart.bounding_box()
    page.mouse.down()
    page.mouse.move(box["x"] + 0.88 * box["width"], box["y"] + 60, steps=5)
    page.mouse.move(box["x"] + 0.97 * box["width"], box["y"] + 60, steps=5)
    page.mouse.up()
    expect(page).to_have_url(re.compile("first=.*until="))
    expect(page.get_by_role("heading", name=re.compile("^Anomalies: "))).not_to_have_text(every)
    page.get_by_role("button", name=re.compile("^Let go of 2021-")).click()
    expect(page.get_by_role("heading", name=re.compile("^Anomalies: "))).to_have_text(every)


def test_a_stretch_in_the_link_is_drawn_and_moved_with_keys(page):
    first, until = (1_609_999_200_000 + hours * 3_600_000 for hours in (0, 6))
    page.goto(f"/ui/explorer?job={kinds.METRIC}&first={first}&until={until}")
    lanes = page.get_by_role("group", name=re.compile("^Lanes"))
    drawn = f"() => {CHART}.getModel().getComponent('brush').areas.map(area => area.coordRange.map(Math.round))"
    page.get_by_role("button", name=re.compile("^Let go of 2021-01-07 06:00 to 2021-01-07 12:00")).wait_for()
    page.wait_for_function(f"() => {CHART}?.begun && ({drawn})().length === 1")
    assert page.evaluate(drawn) == [[67, 69]]
    lanes.press("Shift+ArrowLeft")
    for _ in range(4):  # faster than anything is read and drawn
        page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"() => ({drawn})()[0][0] === 63")
    assert page.evaluate(drawn) == [[63, 64]]
    page.get_by_role("button", name="Let go of 2021-01-06 21:45 to 2021-01-07 00:00").wait_for()
    expect(page.get_by_role("heading", name=re.compile("^Anomalies: "))).to_have_count(1)
    lanes.press("Escape")
    expect(page).not_to_have_url(re.compile("first="))


def test_several_jobs_are_looked_at_together(page):
    page.goto(f"/ui/explorer?job={kinds.METRIC}")
    box = page.get_by_label("Jobs")
    box.click()
    box.fill(kinds.POPULATION)
    page.get_by_role("option", name=kinds.POPULATION).click()
    box.press("Tab")
    expect(page).to_have_url(re.compile(f"job={kinds.METRIC}%2C{kinds.POPULATION}"))
    rows = page.locator("table.anomalies tbody tr:visible")
    expect(rows.filter(has_text=kinds.BAD_CLIENT)).to_have_count(1)
    expect(rows.filter(has_text=kinds.WIDE_SHOP).first).to_contain_text(kinds.METRIC)
    expect(page.get_by_label("Lanes by")).to_have_value("job")
    page.get_by_role("button", name=kinds.BAD_CLIENT).click()
    expect(page).to_have_url(re.compile(f"job={kinds.METRIC}%2C{kinds.POPULATION}.*by=client"))
    expect(rows).to_have_count(1)
    rows.get_by_role("button", name="Explain").click()
    expect(page.get_by_role("img", name=re.compile("Unusual members of the population"))).to_be_visible()


def test_a_job_is_taken_out_of_those_that_are_looked_at(page):
    page.goto(f"/ui/explorer?job={kinds.METRIC},{kinds.POPULATION}")
    page.get_by_role("button", name="Remove").first.click()
    expect(page).to_have_url(re.compile(f"job={kinds.POPULATION}$"))


def test_newer_results_are_offered_and_shown(page, server):
    create(server.http, "growing")
    opened(server.http, "growing")
    post(server.http, "growing", ticks(0, 20))
    page.goto("/ui/explorer?job=growing")
    expect(page.get_by_label("To (UTC)")).to_have_value("2021-01-01T00:15")
    post(server.http, "growing", ticks(1200, 20))
    page.get_by_role("button", name="Show them").click()
    expect(page.get_by_label("To (UTC)")).to_have_value("2021-01-01T00:35")
    closed(server.http, "growing")


def test_a_group_stands_for_its_jobs(page, server):
    for job in (kinds.METRIC, kinds.RARE):
        ok(server.http.post(f"{JOBS}/{job}/_update", json={"groups": ["shop-floor"]}))
    page.goto("/ui/explorer")
    page.get_by_label("Jobs").click()
    page.get_by_role("option", name="shop-floor (group of 2)").click()
    page.get_by_label("Jobs").press("Escape")
    expect(page).to_have_url(re.compile("job=shop-floor"))
    expect(page.locator("table.anomalies").get_by_role("cell", name=kinds.RARE, exact=True).first).to_be_visible()


def test_an_influencer_and_a_severity_narrow_the_table(page):
    page.goto(f"/ui/explorer?job={kinds.METRIC}")
    page.get_by_role("button", name=kinds.SHOPS[0], exact=True).click()
    rows = page.locator("table.anomalies tbody tr:visible")
    expect(rows.first).to_contain_text(kinds.SHOPS[0])
    page.goto(f"/ui/explorer?job={kinds.METRIC}&least=75")
    expect(rows.first).to_contain_text("critical")
    expect(page.locator(".severity", has_text="warning")).to_have_count(0)


def test_the_order_follows_the_heading_that_is_pressed(page):
    page.goto(f"/ui/explorer?job={kinds.METRIC}")
    page.get_by_role("button", name="Time (UTC)").click()
    expect(page.get_by_role("columnheader", name="Time (UTC)")).to_have_attribute("aria-sort", "descending")
    expect(page).to_have_url(re.compile("sort=timestamp"))


def test_the_table_and_the_chart_are_taken_away(page):
    page.goto(f"/ui/explorer?job={kinds.METRIC}")
    with page.expect_download() as table:
        page.get_by_role("button", name="CSV").click()
    lines = table.value.path().read_text().splitlines()
    assert lines[0].startswith("timestamp,time,record_score")
    assert BAD_TIME in lines[1]
    with page.expect_download() as picture:
        page.get_by_role("button", name="Save the chart checkout-lanes as PNG").click()
    assert picture.value.path().read_bytes().startswith(b"\x89PNG")


def test_a_job_nobody_knows_is_told_with_what_to_do(page):
    page.goto("/ui/explorer?job=nobody")
    expect(page.get_by_role("alert")).to_contain_text("No known job with id 'nobody'")


def test_a_report_opens_from_a_file(page, server, tmp_path):
    file = tmp_path / "report.html"
    subprocess.run([COMMAND, "report", kinds.METRIC, "-o", file, "--url", server.url], check=True)
    page.goto(file.as_uri())
    expect(page.get_by_role("heading", name=f"Anomalies of {kinds.METRIC}")).to_be_visible()
    expect(page.locator(".chart canvas").first).to_be_visible()
    expect(page.get_by_role("cell", name=BAD_TIME)).to_be_visible()


def test_an_anomaly_leads_to_a_rule_about_it(page):
    page.goto(f"/ui/explorer?job={kinds.METRIC}")
    page.get_by_role("button", name="Explain").first.click()
    page.get_by_role("link", name="Never report this again when ...").click()
    expect(page).to_have_url(re.compile("settings.*tab=rules.*at="))
    expect(page.get_by_role("button", name=re.compile("^Never report again")).first).to_be_visible()
