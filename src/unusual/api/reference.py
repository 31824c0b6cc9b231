"""The OpenAPI document as a page for people, in Markdown; knows no route."""

import json
import shlex
from collections.abc import Iterator
from itertools import groupby
from typing import Final
from urllib.parse import urlencode

from starlette.applications import Starlette

from unusual.analysis.control import Document
from unusual.api.calls import Call, calls_of
from unusual.api.declaring import EVERYWHERE, FILE_MEDIA, JSON_MEDIA, LINES_MEDIA
from unusual.api.examples import Example, Told, example_of, word
from unusual.api.openapi import described

INTRODUCTION: Final = """# The REST API

Every call, what it takes and what it answers, written from the server's own declarations: as this page by `make docs`,
by a running server at `/docs`, for programs at `/openapi.json`. The examples are one session, which a test runs.

Where a call takes options and a body, the options may stand in either; when there is a body, only the body is read.
Paths that begin with `/_ml/` exist under `/_xpack/ml/` too. Errors are told as [Failure](#failure), and listed in
[server.md](server.md#errors). Every call understands the following parameters as well.
"""
DOCUMENTS: Final = "What bodies and answers are made of."
_REF: Final = "#/components/schemas/"
_LONGEST: Final = 400  # characters of an example's body that are shown


def reference(app: Starlette) -> str:
    """The whole page."""
    document = described(app)
    calls = {part: list(those) for part, those in groupby(calls_of(app), key=lambda call: call.part)}
    everywhere = ((f"`{name}`", told) for name, told in EVERYWHERE.items())
    lines = [INTRODUCTION, *_table(("parameter", "meaning"), everywhere)]
    lines += ["", "## Contents", ""]
    lines += [f"- {_titled(part)}: {', '.join(_link(call.name) for call in those)}" for part, those in calls.items()]
    for part, those in calls.items():
        lines += ["", f"## {_titled(part)}"]
        for call in those:
            lines += _call(call, document["paths"][call.routes[-1].path])
    lines += ["", "## Documents", "", DOCUMENTS]
    for name, schema in sorted(document["components"]["schemas"].items()):
        lines += _schema(name, schema)
    return "\n".join(lines) + "\n"


def _titled(part: str) -> str:
    return part.replace("_", " ").capitalize()


def _link(name: str) -> str:
    return f"[{name}](#{name.lower()})"


def _table(heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> list[str]:
    """Nothing at all without rows."""
    body = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *body] if body else []


def _call(call: Call, operations: Document) -> Iterator[str]:
    operation = operations[call.routes[-1].method.lower()]
    yield from ("", f"### {call.name}", "", operation["summary"], "")
    for path, routes in groupby(call.routes, key=lambda route: route.path):
        yield f"- `{', '.join(route.method for route in routes)} {path}`"
    yield ""
    rows = (_parameter(one) for one in operation["parameters"] if "name" in one and not one.get("deprecated"))
    yield from (table := _table(("parameter", "in", "type", "default", "meaning"), rows))
    yield from [""] if table else []
    yield f"Takes {_taken(operation)}; answers {_answered(call)}."
    yield from ("", "```sh", _curl(call, example_of(call.name)), "```")


def _parameter(one: Document) -> tuple[str, ...]:
    schema = one["schema"]
    default = _default(one["name"], schema, {})
    return f"`{one['name']}`", one["in"], _kind(schema), default, one.get("description", "")


def _taken(operation: Document) -> str:
    if "requestBody" not in operation:
        return "no body"
    contents = operation["requestBody"]["content"]
    if FILE_MEDIA in contents:
        return "a file"
    if LINES_MEDIA in contents:
        return "JSON values line by line"
    need = "" if operation["requestBody"]["required"] else ", or no body"
    others = "".join(f", or `{media}`" for media in contents if media != JSON_MEDIA)
    return f"{_kind(contents[JSON_MEDIA]['schema'])}{others}{need}"


def _answered(call: Call) -> str:
    if call.declared.file == "answer":
        return "with a file"
    if call.declared.answer is None:
        return "by the status alone"
    told = _link(call.declared.answer.__name__)
    return f"{told} as JSON, otherwise a table for people" if call.declared.text else told


def _kind(schema: Document) -> str:
    """The type of a value in a few words."""
    if "$ref" in schema:
        return _link(schema["$ref"].removeprefix(_REF))
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if several := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(dict.fromkeys(_kind(one) for one in several if one.get("type") != "null"))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    if isinstance(inner := schema.get("additionalProperties"), dict):
        return f"object of {_kind(inner)}"
    return str(schema.get("type", "any value"))


def _schema(name: str, schema: Document) -> Iterator[str]:
    yield from ("", f"### {name}", "", " ".join(schema.get("description", "").split()), "")
    fields = schema.get("properties", {})
    yield from _table(
        ("field", "type", "default", "meaning"),
        ((f"`{field}`", _kind(one), _default(field, one, schema), _meaning(one)) for field, one in fields.items()),
    )
    if not fields:
        yield _kind(schema)


def _default(field: str, schema: Document, whole: Document) -> str:
    if field in whole.get("required", ()):
        return "required"
    return f"`{json.dumps(schema['default'])}`" if "default" in schema else ""


def _meaning(schema: Document) -> str:
    told = [one["description"] for one in (schema, *schema.get("anyOf", ())) if "description" in one]
    return ", ".join([*told[:1], *(["set by the server"] if schema.get("readOnly") else [])])


def _curl(call: Call, example: Example) -> str:
    """The request as a command."""
    route = call.route(example.path, body=example.body is not None)
    path = route.path
    for name, value in example.path.items():
        path = path.replace(f"{{{name}}}", word(value))
    query = f"?{urlencode(example.words, safe=',:*')}" if example.query else ""
    parts = ["curl", *(["-I"] if route.method == "HEAD" else ["-X", route.method] if route.method != "GET" else [])]
    parts.append(shlex.quote(f"localhost:9200{path}{query}"))
    if isinstance(example.body, Told):
        parts += ["-H", shlex.quote(f"content-type: {FILE_MEDIA}"), "--data-binary", f"@{example.body.shown}"]
    elif isinstance(example.body, str):
        parts += [
            "-H",
            shlex.quote(f"content-type: {LINES_MEDIA}"),
            "--data-binary",
            shlex.quote(_abridged(example.body)),
        ]
    elif example.body is not None:
        parts += ["-H", shlex.quote(f"content-type: {JSON_MEDIA}"), "-d", shlex.quote(json.dumps(example.body))]
    return " ".join(parts)


def _abridged(lines: str) -> str:
    return lines if len(lines) <= _LONGEST else lines[: lines.rindex("\n", 0, _LONGEST) + 1] + "...\n"
