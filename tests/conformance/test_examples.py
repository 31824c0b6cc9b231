"""The examples of the description of the API are one session with a running server, whose answers are as described."""

from tests.conformance.strictness import strictly
from unusual.api.calls import calls_of
from unusual.api.declaring import FILE_MEDIA
from unusual.api.examples import EXAMPLES
from unusual.app import create_app

CALLS = {call.name: call for call in calls_of(create_app(lambda: None))}


def send(http, example):
    """The answer to an example."""
    call = CALLS[example.call]
    route = call.route(example.path, body=example.body is not None)
    path = route.path
    for name, value in example.path.items():
        path = path.replace(f"{{{name}}}", value)
    body = {}
    if isinstance(example.body, bytes):
        body = {"content": example.body, "headers": {"content-type": FILE_MEDIA}}
    elif isinstance(example.body, str):
        body = {"content": example.body, "headers": {"content-type": "application/x-ndjson"}}
    elif example.body is not None:
        body = {"json": example.body}
    return http.request(route.method, path, params=example.words, **body)


def test_the_examples_go_through_in_their_order_and_answers_are_as_described(http):
    told = {}
    for example in EXAMPLES:
        response = send(http, example.resolved(told))
        if example.moot:
            assert response.status_code == 409, (example, response.text)
            continue
        assert response.is_success, (example, response.text)
        declared = CALLS[example.call].declared
        if declared.file == "answer":
            told[example.call] = response.content
            continue
        if declared.answer is None:
            assert response.content == b""
        elif response.headers["content-type"].startswith("application/json"):
            told[example.call] = response.json()
            strictly(declared.answer, told[example.call])
        else:
            assert declared.text
