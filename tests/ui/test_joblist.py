"""The list of jobs: what a row says, which rows are found, and what is done to many at once."""

import re

import pytest
from playwright.sync_api import expect

from tests.conformance.speaking import COUNT, JOBS, create, ok
from tests.ui.loaded import FOUND, IDLE
from unusual.jobs.lifecycle import State
from unusual.jobs.ports import StoredJob
from unusual.ui.joblist.rows import Asked, fitting, groups_of, job_row, paged
from unusual.ui.wording import NOTHING

WELL = {"status": "green", "issues": []}
ILL = {"status": "red", "issues": [{"issue": "failed", "status": "red", "reason": "out of memory"}]}


def row(job_id: str, health=WELL, feed="none", state=State.CLOSED, groups=(), **stats):
    return job_row(StoredJob({"job_id": job_id, "groups": groups}, state, stats=stats), health, feed)


@pytest.fixture
def rows():
    return [
        row("ferry-1", groups=("sea", "slow"), feed="started", state=State.OPENED),
        row("ferry-2", groups=("sea",), data_counts={"input_record_count": 1200}),
        row("train", ILL, state=State.FAILED, data_counts={"input_record_count": 900}),
    ]


def ids(found) -> list[str]:
    return [one["id"] for one in found]


def test_a_job_without_data_has_no_figures():
    told = row("pump")
    assert (told["records"], told["memory"], told["latest"]) == ("0", NOTHING, NOTHING)


def test_a_row_says_why_a_job_is_ill():
    assert row("pump", ILL)["why"] == "failed: out of memory"


def test_the_time_of_the_last_result_is_the_end_of_the_last_final_bucket():
    assert row("pump", finalized_end=1_609_459_200)["latest"] == "2021-01-01 00:00"


def test_every_word_that_is_searched_for_is_in_the_row(rows):
    assert ids(fitting(rows, Asked("FERRY opened"))) == ["ferry-1"]
    assert ids(fitting(rows, Asked("red"))) == ["train"]


def test_a_group_is_a_whole_name(rows):
    assert ids(fitting(rows, Asked(group="sea"))) == ["ferry-1", "ferry-2"]
    assert fitting(rows, Asked(group="se")) == []
    assert groups_of(rows) == ["sea", "slow"]


def test_numbers_are_ordered_as_numbers(rows):
    assert ids(fitting(rows, Asked(sort="records", descending=True))) == ["ferry-2", "train", "ferry-1"]


def test_the_sickest_come_last_or_first(rows):
    assert ids(fitting(rows, Asked(sort="health", descending=True)))[0] == "train"


def test_a_page_is_a_part_of_what_is_found(rows):
    assert ids(paged(rows, Asked(page=2, size=2))) == ["train"]
    assert ids(paged(rows, Asked(size=0))) == ids(rows)


def test_jobs_are_searched_and_the_address_leads_back(page):
    page.goto("/ui/jobs")
    page.get_by_label("Search").fill("never")
    expect(page.get_by_role("link", name=FOUND)).to_have_count(0)
    expect(page).to_have_url(re.compile("q=never"))
    page.reload()
    expect(page.get_by_role("link", name=IDLE)).to_be_visible()
    expect(page.get_by_role("link", name=FOUND)).to_have_count(0)


def test_all_that_is_found_is_found_by_what_was_typed_before(page):
    page.goto("/ui/jobs")
    page.get_by_label("Search").fill("never")
    page.get_by_role("button", name="Choose all found").click()
    expect(page.get_by_text("1 jobs chosen")).to_be_visible()


def test_a_group_that_no_job_is_in_any_more_has_no_jobs(page):
    page.goto("/ui/jobs?group=gone")
    expect(page.get_by_label("Group")).to_have_value("gone")
    expect(page.get_by_role("link", name=IDLE)).to_have_count(0)


def test_many_jobs_are_opened_and_deleted_at_once(page, server):
    for number in range(3):
        create(server.http, f"passing-{number}", COUNT)
    page.goto("/ui/jobs?q=passing")
    page.get_by_role("button", name="Choose all found").click()
    page.get_by_role("button", name="Open", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Open").click()
    expect(page.get_by_text("Open: 3 done")).to_be_visible()
    expect(page.get_by_role("cell", name="opened")).to_have_count(3)
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Delete: 3 done")).to_be_visible()
    assert "passing" not in str(ok(server.http.get(JOBS)))


def test_what_is_refused_is_told_with_its_reason_and_what_to_do(page):
    page.goto(f"/ui/jobs/{IDLE}")
    page.get_by_role("button", name="Flush").click()
    expect(page.get_by_role("dialog")).to_contain_text("is not open. Open the job first.")


def test_jobs_go_to_the_browser_a_page_at_a_time(page, server):
    config = {"analysis_config": {"bucket_span": "5m", "detectors": [COUNT]}, "data_description": {}}
    for number in range(60):
        ok(server.http.put(f"{JOBS}/crowd-{number}", json=config | {"groups": ["crowd"]}))
    page.goto("/ui/jobs?group=crowd")
    expect(page.get_by_text("1-25 of 60")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^crowd"))).to_have_count(25)
    page.get_by_role("button", name="Last page").click()
    expect(page.get_by_role("link", name="crowd-9", exact=True)).to_be_visible()
