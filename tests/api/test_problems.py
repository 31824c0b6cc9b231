"""Problems as clients see them."""

import inspect

import pytest

from unusual import errors
from unusual.api.problems import envelope, shape

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.Problem)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_problem_has_a_status_and_a_type(kind):
    facts = [name for name in inspect.signature(kind).parameters if name != "cause"]
    status, name = shape(kind(*facts))
    assert 400 <= status < 600
    assert name.endswith("_exception")


@pytest.mark.parametrize(
    ("problem", "status", "name"),
    [
        (errors.NoSuchJob("a"), 404, "resource_not_found_exception"),
        (errors.Taken("a"), 400, "resource_already_exists_exception"),
        (errors.NotOpen("a"), 409, "status_exception"),
        (errors.Unavailable("a"), 429, "status_exception"),
        (errors.TimedOut("a"), 408, "status_exception"),
        (errors.Refused("a"), 400, "status_exception"),
        (errors.Unreadable("a"), 400, "parse_exception"),
        (errors.Malformed("a"), 400, "x_content_parse_exception"),
        (errors.Invalid("a"), 400, "illegal_argument_exception"),
    ],
)
def test_a_problem_has_the_status_and_type_that_clients_know(problem, status, name):
    assert shape(problem) == (status, name)


def test_a_wrapped_problem_shows_the_innermost_as_root():
    inner = errors.Invalid("the span is too short")
    middle = errors.Malformed("failed to parse field [inner]", inner)
    assert envelope(errors.Malformed("failed to parse field [outer]", middle)) == {
        "error": {
            "root_cause": [{"type": "illegal_argument_exception", "reason": "the span is too short"}],
            "type": "x_content_parse_exception",
            "reason": "failed to parse field [outer]",
            "caused_by": {
                "type": "x_content_parse_exception",
                "reason": "failed to parse field [inner]",
                "caused_by": {"type": "illegal_argument_exception", "reason": "the span is too short"},
            },
        },
        "status": 400,
    }
