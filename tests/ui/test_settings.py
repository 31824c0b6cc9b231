"""Settings: the month of a calendar, rules out of anomalies, lists, links; and the ways to them."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.conformance.speaking import JOBS, ok, results
from tests.ui.loaded import BAD_HOST, FOUND
from unusual.errors import Invalid
from unusual.schema.rules import Rule
from unusual.ui.settings.elsewhere import filled, links_of, with_link, without_link
from unusual.ui.settings.filters import row
from unusual.ui.settings.month import first_month, weeks
from unusual.ui.settings.rulebook import Wish, entity_of, rules_of, said, without_rule

RECORD = {
    "timestamp": 1_609_459_200_000,
    "bucket_span": 900,
    "partition_field_name": "host",
    "partition_field_value": "web 1",
    "influencers": [{"influencer_field_name": "user", "influencer_field_values": ["ann", "bob"]}],
}
ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//unusual//tests//EN
BEGIN:VEVENT
UID:backup
SUMMARY:Backup
DTSTART:20310106T020000Z
DTEND:20310106T030000Z
RRULE:FREQ=WEEKLY;COUNT=3
END:VEVENT
END:VCALENDAR
"""


def ms(*day: int) -> int:
    return round(datetime(*day, tzinfo=UTC).timestamp() * 1000)


def event(name: str, start_ms: int, end_ms: int) -> dict:
    return {"description": name, "start_time": start_ms, "end_time": end_ms}


def test_a_month_is_whole_weeks_with_the_events_that_touch_their_days():
    weekend = event("release", ms(2026, 11, 28, 12), ms(2026, 11, 30))
    shown = weeks(2026, 11, [weekend])
    assert (shown[0][0].date.isoformat(), shown[0][0].inside) == ("2026-10-26", False)
    assert {len(week) for week in shown} == {7}
    assert [day.date.day for week in shown for day in week if day.events == ["release"]] == [28, 29]


def test_a_calendar_opens_where_its_next_event_is():
    over, coming = event("a", ms(2020, 1, 1), ms(2020, 1, 2)), event("b", ms(2026, 5, 1), ms(2026, 5, 2))
    assert first_month([coming, over], ms(2021, 1, 1)) == (2026, 5)
    assert first_month([over], ms(2021, 1, 1)) == (2020, 1)
    assert first_month([], ms(2021, 1, 1)) == (2021, 1)


def test_a_wish_becomes_a_rule_that_the_api_takes_and_the_lists_that_it_needs():
    wish = Wish({"host": "web 1"}, "actual", "lt", 5.0, learns=False)
    rule = wish.rule("web")
    assert wish.filters("web") == {"web-host-web-1": "web 1"}
    assert Rule.model_validate(rule).scope["host"].filter_id == "web-host-web-1"
    assert said(rule) == "do not report and do not learn when host is in web-host-web-1 and the value is below 5"


def test_every_rule_of_a_job_is_told():
    rule = Wish({}, "diff_from_typical", "lte", 2.5).rule("web")
    config = {"analysis_config": {"detectors": [{"function": "count"}, {"function": "mean", "custom_rules": [rule]}]}}
    (told,) = rules_of(config)
    assert (told["id"], told["rule"]) == ("1.0", "do not report when the difference from the usual is at most 2.5")


def test_a_rule_is_removed_by_what_it_says_and_none_in_its_place():
    rules = [Wish({}, "actual", "lt", value).rule("web") for value in (1.0, 2.0)]
    config = {"analysis_config": {"detectors": [{"function": "mean", "custom_rules": rules}]}}
    left = without_rule(config, 0, said(rules[0]))
    assert left == rules[1:]
    config["analysis_config"]["detectors"][0]["custom_rules"] = left
    assert without_rule(config, 0, said(rules[0])) == rules[1:]


def test_an_anomaly_is_of_the_values_of_its_split_fields():
    assert entity_of(RECORD) == {"host": "web 1"}


def test_a_link_is_filled_with_what_is_known_of_the_anomaly():
    address = "https://wiki/$host$?u=$user$&from=$earliest$&to=$latest$&x=$absent$"
    assert filled(address, RECORD) == (
        "https://wiki/web%201?u=ann&from=2021-01-01T00%3A00%3A00Z&to=2021-01-01T00%3A15%3A00Z&x="
    )


def test_links_stand_beside_other_custom_settings():
    config = {"custom_settings": {"owner": "ops"}}
    config |= with_link(config, "wiki", "/wiki/$host$")
    assert config["custom_settings"]["owner"] == "ops"
    assert links_of(config) == [{"url_name": "wiki", "url_value": "/wiki/$host$"}]
    assert links_of(without_link(config, "wiki")) == []


@pytest.mark.parametrize(("name", "address"), [("", "/a"), ("wiki", "/b"), ("other", "javascript:alert(1)")])
def test_a_link_without_a_name_of_its_own_or_to_no_page_is_refused(name, address):
    with pytest.raises(Invalid):
        with_link(with_link({}, "wiki", "/a"), name, address)


def test_a_long_list_shows_its_first_values():
    told = row({"filter_id": "safe", "items": [str(number) for number in range(10)]})
    assert (told["number"], told["items"]) == ("10", "0, 1, 2, 3, 4, 5, 6, 7, …")


def test_a_calendar_takes_the_events_of_a_file(page, server, tmp_path):
    path = tmp_path / "ops.ics"
    path.write_text(ICS)
    page.goto("/ui/settings")
    page.get_by_label("New calendar").fill("operations")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_text("For: _all")).to_be_visible()
    page.set_input_files("input[type=file]", path)
    expect(page.get_by_text("3 events added")).to_be_visible()
    expect(page.get_by_text("2031-01", exact=True)).to_be_visible()
    expect(page.locator(".month .event")).to_have_text(["Backup"] * 3)
    assert ok(server.http.get("/_ml/calendars/operations/events"))["count"] == 3
    page.get_by_label("Event", exact=True).fill("Release")
    page.get_by_role("button", name="Month after").click()
    expect(page.get_by_text("2031-02", exact=True)).to_be_visible()
    expect(page.get_by_label("Event", exact=True)).to_have_value("Release")


def test_an_anomaly_is_never_to_be_reported_again(page, server):
    at = results(server.http, FOUND, "records", sort="record_score", desc="true")[0]["timestamp"]
    page.goto(f"/ui/settings?tab=rules&job={FOUND}&at={at}")
    page.get_by_role("button", name="Never report again").first.click()
    expect(page.get_by_role("checkbox", name=f"host is {BAD_HOST}")).to_be_checked()
    page.get_by_role("button", name="Save rule").click()
    expect(
        page.get_by_role("cell", name=f"do not report when host is in {FOUND}-host-{BAD_HOST}", exact=True)
    ).to_be_visible()
    detector = ok(server.http.get(f"{JOBS}/{FOUND}"))["jobs"][0]["analysis_config"]["detectors"][0]
    assert detector["custom_rules"][0]["actions"] == ["skip_result"]
    page.get_by_role("button", name="Delete the rule").click()
    expect(page.get_by_text("No rule yet.")).to_be_visible()


def test_a_list_is_made_changed_and_removed(page, server):
    page.goto("/ui/settings?tab=filters")
    page.get_by_label("Name of the list").fill("safe-hosts")
    page.get_by_label("Values, one a line").fill("web-1\nweb-2")
    page.get_by_role("button", name="Save list").click()
    page.get_by_role("button", name="Edit safe-hosts").click()
    expect(page.get_by_label("Values, one a line")).to_have_value("web-1\nweb-2")
    expect(page.get_by_label("Values, one a line")).to_be_focused()
    page.get_by_label("Values, one a line").fill("web-3")
    page.get_by_role("button", name="Save list").click()
    expect(page.get_by_role("cell", name="web-3")).to_be_visible()
    assert ok(server.http.get("/_ml/filters/safe-hosts"))["filters"][0]["items"] == ["web-3"]
    page.get_by_role("button", name="Delete safe-hosts").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("button", name="Edit safe-hosts")).to_have_count(0)


def test_a_job_has_links_to_elsewhere(page, server):
    page.goto(f"/ui/settings?tab=urls&job={FOUND}")
    page.get_by_label("Name").fill("wiki")
    page.get_by_label("Address").fill("/wiki/$host$")
    page.get_by_role("button", name="Add link").click()
    expect(page.get_by_role("cell", name="/wiki/$host$")).to_be_visible()
    settings = ok(server.http.get(f"{JOBS}/{FOUND}"))["jobs"][0]["custom_settings"]
    assert settings["custom_urls"] == [{"url_name": "wiki", "url_value": "/wiki/$host$"}]
