"""Every page: a frame to go about in, light or dark, from this machine alone (the fixture `page` looks for that)."""

import re

from playwright.sync_api import expect

from tests.ui.loaded import FOUND


def test_the_server_leads_to_its_jobs(page):
    page.goto("/ui")
    expect(page).to_have_url(re.compile(r"/ui/jobs$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Jobs")
    expect(page.get_by_role("table")).to_be_visible()


def test_a_link_of_the_navigation_leads_to_its_page(page):
    page.goto("/ui/jobs")
    page.get_by_role("link", name="New job").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New job")
    expect(page.get_by_role("link", name="New job")).to_have_attribute("aria-current", "page")


def test_the_first_thing_the_keyboard_reaches_is_the_way_past_the_navigation(page):
    page.goto(f"/ui/jobs?q={FOUND}")
    expect(page.get_by_text(FOUND)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Jobs", exact=True)).to_be_focused()


def test_a_theme_that_was_chosen_stays(page):
    page.goto("/ui/jobs")
    for theme in ("light", "dark"):
        page.get_by_role("button", name=re.compile(f"Change to {theme}")).click()
        expect(page.locator("body")).to_have_class(re.compile(f"body--{theme}"))
    page.goto("/ui/jobs")
    expect(page.locator("body")).to_have_class(re.compile("body--dark"))


def test_nothing_is_taken_before_the_page_has_its_connection(page):
    held = []
    page.route_web_socket(re.compile("socket.io"), lambda socket: held.append(socket))  # noqa: PLW0108 - is given marks
    page.goto("/ui/settings?tab=filters")
    name = page.get_by_label("Name of the list")
    expect(name).to_be_disabled()
    held[0].connect_to_server()
    expect(name).to_be_enabled()
