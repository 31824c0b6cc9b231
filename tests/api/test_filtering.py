"""`filter_path`, `format` and `pretty`."""

import orjson
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from unusual.api.filtering import filtered
from unusual.api.yaml_text import yaml_text

DOCUMENT = {
    "count": 2,
    "jobs": [{"job_id": "a", "counts": {"in": 1, "out": 2}}, {"job_id": "b", "counts": {"in": 3}}],
    "a.b": None,
}


@pytest.mark.parametrize(
    ("expression", "kept"),
    [
        ("count", {"count": 2}),
        ("jobs.job_id", {"jobs": [{"job_id": "a"}, {"job_id": "b"}]}),
        ("jobs.counts.out", {"jobs": [{"counts": {"out": 2}}]}),
        ("jobs.*.in", {"jobs": [{"counts": {"in": 1}}, {"counts": {"in": 3}}]}),
        ("**.out,count", {"count": 2, "jobs": [{"counts": {"out": 2}}]}),
        ("c*t", {"count": 2}),
        ("a\\.b", {"a.b": None}),
        ("nothing", {}),
        ("-jobs", {"count": 2, "a.b": None}),
        ("jobs,-jobs.counts", {"jobs": [{"job_id": "a"}, {"job_id": "b"}]}),
        ("-**.in,-count,-a*", {"jobs": [{"job_id": "a", "counts": {"out": 2}}, {"job_id": "b", "counts": {}}]}),
        ("", DOCUMENT),
    ],
)
def test_filter_path_keeps_what_a_pattern_reaches(expression, kept):
    assert filtered(DOCUMENT, expression) == kept


NAMES = st.text(max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["C"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.from_regex(r"[a-z_.]{1,6}", fullmatch=True), inner),
)


@given(VALUES)
def test_yaml_says_what_json_says(value):
    assert yaml.safe_load(yaml_text(value)) == value


def test_an_answer_is_filtered_indented_or_in_yaml_as_asked(client, job):
    path = "/_ml/anomaly_detectors"
    assert client.get(f"{path}?filter_path=jobs.job_id,count").json() == {"count": 1, "jobs": [{"job_id": job}]}
    pretty = client.get(f"{path}?pretty&filter_path=count")
    assert pretty.text == '{\n  "count": 1\n}\n'
    assert int(pretty.headers["content-length"]) == len(pretty.content)
    spoken = client.get(f"{path}?format=yaml")
    assert spoken.headers["content-type"] == "application/yaml"
    assert yaml.safe_load(spoken.text) == orjson.loads(client.get(path).content)


def test_an_error_is_filtered_too(client):
    assert client.get("/_ml/anomaly_detectors/nobody?filter_path=status").json() == {"status": 404}


@pytest.mark.timeout(10)
def test_a_pattern_made_to_take_long_does_not():
    deep = {"a": {}}
    for _ in range(60):
        deep = {"a": deep, "b": 1}
    assert filtered(deep, "**." * 2000 + "b") == filtered(deep, "**.b")
    assert filtered(deep, "**.a." * 100 + "none") == {}
