"""The published conformance cases, area by area, on a server of their own."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.conformance.serving import serving
from tests.conftest import SHARED

FOLDER = Path("conformance/cases/public")


def published() -> list[tuple[str, str]]:
    """Area and name of every case there is."""
    files = (yaml.safe_load(file.read_text()) for file in sorted((SHARED / FOLDER).glob("[!_]*.yaml")))
    return [(case.get("area", file["area"]), case["name"]) for file in files for case in file["cases"]]


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


# Without the shared folder there is one case, which leads to the fixture that skips.
@pytest.mark.parametrize(
    ("area", "name"), [pytest.param(*one, id="/".join(one)) for one in published() or [("no", "case")]]
)
def test_a_published_case_passes(area, name, outcomes):
    assert outcomes(area)[name] is None
