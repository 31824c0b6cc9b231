"""The published conformance cases, area by area, on a server of their own; what cannot pass stands in `not_yet`."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.conformance.not_yet import NOT_YET, missing
from tests.conformance.serving import serving
from tests.conftest import SHARED

FOLDER = Path("conformance/cases/public")
REQUIRED = {
    *("flush", "open_close", "post_data", "job_create", "job_get", "job_delete", "job_stats", "results_buckets"),
    *("results_records", "results_influencers", "overall_buckets", "legacy", "protocol"),
}


def published() -> list[tuple[str, str]]:
    """Area and name of every case there is."""
    files = (yaml.safe_load(file.read_text()) for file in sorted((SHARED / FOLDER).glob("[!_]*.yaml")))
    return [(case.get("area", file["area"]), case["name"]) for file in files for case in file["cases"]]


def parameters() -> list:
    """The cases as parameters of a test; without the shared folder one, which leads to the fixture that skips."""
    return [
        pytest.param(area, name, id=f"{area}/{name}", marks=pytest.mark.xfail(reason=reason) if reason else ())
        for area, name in published() or [("any", "case")]
        for reason in [missing(area, name)]
    ]


@pytest.fixture(scope="module")
def outcomes(shared, tmp_path_factory):
    """What is wrong with the cases of an area, by name; each area is run once, all on one server."""
    folder = tmp_path_factory.mktemp("cases")
    with serving(folder / "store") as server:

        @cache
        def of(area: str) -> dict[str, str]:
            told = folder / f"{area}.json"
            options = ("--base-url", server.url, "--only", area, "--json", told)
            program = [sys.executable, shared / "conformance" / "runner.py", shared / FOLDER, *options]
            ran = subprocess.run(program, capture_output=True, text=True, check=False)
            assert told.exists(), ran.stdout + ran.stderr
            return {case["name"]: case["reason"] for case in json.loads(told.read_text())["cases"]}

        yield of


@pytest.mark.parametrize(("area", "name"), parameters())
def test_a_published_case_passes(area, name, outcomes):
    assert outcomes(area)[name] is None


@pytest.mark.usefixtures("shared")
def test_what_cannot_pass_yet_is_no_part_of_the_main_job():
    cases = {f"{area}/{name}" for area, name in published()} | {area for area, _ in published()}
    assert NOT_YET.keys() - cases == set()
    assert REQUIRED & NOT_YET.keys() == set()
