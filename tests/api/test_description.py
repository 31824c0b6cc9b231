"""The description of the API is that of what is served: every route, its examples run, its answers as told."""

import re

import orjson
import pytest

from tests.conformance.strictness import strictly
from unusual.api.calls import OLDER, calls_of
from unusual.api.declaring import Intake
from unusual.api.examples import EXAMPLES
from unusual.api.openapi import described
from unusual.api.reference import reference
from unusual.api.serving import Served
from unusual.app import create_app
from unusual.schema.answers import Failure

APP = create_app(lambda: None)
ROUTES = [route for route in APP.routes if isinstance(route, Served)]
CALLS = {call.name: call for call in calls_of(APP)}
DESCRIPTION = described(APP)
OWN = {"/openapi.json", "/docs"}


def test_every_route_is_described():
    served = {
        (route.path_format, method) for route in ROUTES for method in route.methods if route.path_format not in OWN
    }
    told = {(path, method.upper()) for path, operations in DESCRIPTION["paths"].items() for method in operations}
    assert told == served
    assert any(path.startswith(OLDER) for path, _ in told)


def test_every_dependency_that_reads_a_request_says_what_it_takes():
    known = {"_ports", "_running", "_feeding", "_node", "_background", "_scrolls", "_upkeep", "_upgrades", "_health"}
    for route in ROUTES:
        for inner in route.dependant.dependencies:
            assert isinstance(inner.call, Intake) or inner.call.__name__ in known, route.path_format


def test_every_name_of_a_parameter_in_a_path_is_told_once_and_every_operation_has_a_name_of_its_own():
    operations = [operation for path in DESCRIPTION["paths"].values() for operation in path.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    for path, methods in DESCRIPTION["paths"].items():
        for operation in methods.values():
            told = [one["name"] for one in operation["parameters"] if one.get("in") == "path"]
            assert sorted(told) == sorted(re.findall(r"\{(\w+)\}", path))


def test_every_reference_leads_somewhere():
    text = orjson.dumps(DESCRIPTION).decode()
    for kind, name in set(re.findall(r'"#/components/(\w+)/([^"]+)"', text)):
        assert name in DESCRIPTION["components"][kind]


def test_a_parameter_has_the_type_that_the_server_reads():
    told = DESCRIPTION["paths"]["/_ml/anomaly_detectors/{job_id}/results/buckets"]["get"]["parameters"]
    kinds = {one["name"]: one["schema"] for one in told if one.get("in") == "query"}
    assert kinds["anomaly_score"] == {"type": "number"}
    assert kinds["expand"] == {"type": "boolean", "default": False}
    assert kinds["size"]["type"] == "integer"
    assert "page" not in kinds


def test_the_units_of_a_table_are_told():
    told = DESCRIPTION["paths"]["/_cat/ml/datafeeds"]["get"]["parameters"]
    kinds = {one["name"]: one for one in told if "name" in one}
    assert kinds["time"]["schema"]["enum"] == ["nanos", "micros", "ms", "s", "m", "h", "d"]
    assert kinds["allow_no_datafeeds"]["deprecated"] is True


def test_every_call_has_an_example():
    assert {example.call for example in EXAMPLES} == CALLS.keys()


@pytest.mark.parametrize(
    "call", [call for call in CALLS.values() if call.declared.repeatable], ids=lambda call: call.name
)
def test_only_puts_and_deletes_are_declared_repeatable(call):
    assert {route.method for route in call.routes} <= {"PUT", "DELETE"}


def test_a_failure_is_as_described(client):
    failure = strictly(Failure, client.get("/_ml/anomaly_detectors/nobody").json())
    assert failure.error.root_cause[0].type == "resource_not_found_exception"
    assert failure.status == 404
    assert isinstance(strictly(Failure, client.post("/_ml/nonsense").json()).error, str)


def test_the_server_describes_itself(client):
    told = client.get("/openapi.json")
    assert told.json() == orjson.loads(orjson.dumps(DESCRIPTION))
    page = client.get("/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert '<h3 id="flush_job">flush_job</h3>' in page.text
    assert not re.search(r"(src|href)=.(https?:)?//", page.text)


def test_the_page_on_the_api_is_that_of_the_server(root):
    assert (root / "docs" / "api.md").read_text(encoding="utf-8") == reference(APP), "run `make docs`"
