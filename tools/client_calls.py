"""Writes the client's table of calls, and the types of its methods, from the server's routes: part of `make docs`."""

import re
import subprocess
import sys
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import UnionType
from typing import Annotated, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from unusual.api.calls import Call, calls_of
from unusual.app import create_app
from unusual.client.speaking import POST_DATA, walking
from unusual.client.table import Call as Known
from unusual.schema.durations import Duration
from unusual.schema.moments import Spelled
from unusual.schema.reading import places_of_parameters, wire_names

CLIENT = Path(__file__).resolve().parents[1] / "src" / "unusual" / "client"
TABLE, TYPES = CLIENT / "calls.py", CLIENT / "clients.pyi"
WRITTEN = "written by `make docs` from the routes of the server"


def table(calls: Iterable[Call]) -> str:
    """The module with the calls."""
    calls = list(calls)
    models = {model for call in calls for model in (call.declared.answer, call.options) if model is not None}
    common: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for call in calls:
        common[tuple(call.names)].append(call.name)
    shared = {names: f"AS_{told[0].upper()}" for names, told in common.items() if names and len(told) > 1}
    extras = "".join(f"{name}: Final = {_wrapped(names)}\n" for names, name in shared.items())
    return _formatted(
        f'"""Every call of the REST API: {WRITTEN}, and not by hand."""\n\nfrom typing import Final\n\n'
        f"from unusual.client.table import Call\n{_imports(models)}\n\n"
        f"{extras}\nCALLS: Final = ({''.join(f'{_row(call, shared)},' for call in calls)})\n"
    )


def types(calls: Iterable[Call]) -> str:
    """The stub with the methods."""
    calls = list(calls)
    answers = {call.declared.answer for call in calls} | {_entry(call) for call in calls}
    blocking = "".join(line for call in calls for line in _methods(call, "", "Iterator"))
    awaiting = "".join(line for call in calls for line in _methods(call, "async ", "AsyncIterator"))
    return _formatted(
        f'"""The methods of the clients: {WRITTEN}, and not by hand."""\n\n'
        "from collections.abc import AsyncIterator, Iterable, Iterator, Mapping\n"
        "from datetime import datetime, timedelta\nfrom typing import Any, TypeAlias\n\n"
        "from pydantic import BaseModel\n\n"
        "from unusual.client.awaiting import Awaiting\nfrom unusual.client.blocking import Blocking\n"
        f"from unusual.client.posting import Recorded\n{_imports(answers - {None})}\n"
        "Time: TypeAlias = str | int | datetime\nSpan: TypeAlias = str | timedelta\n"
        "Word: TypeAlias = str | float\nWords: TypeAlias = str | Iterable[str]\n"
        "Body: TypeAlias = Mapping[str, Any] | BaseModel\nLines: TypeAlias = bytes | str | Iterable[Body]\n\n"
        f"class Client(Blocking):\n{blocking}\nclass AsyncClient(Awaiting):\n{awaiting}"
    )


def _body(call: Call) -> str:
    """Which body a client sends; options go in the query."""
    if call.declared.lines:
        return "lines"
    if call.declared.file == "body":
        return "file"
    if call.body is None or call.body.body is call.options:
        return "none"
    return "must" if call.body.needed else "may"


def _imports(models: Iterable[type[BaseModel]]) -> str:
    modules = defaultdict(set)
    for model in models:
        modules[model.__module__].add(model.__name__)
    return "".join(f"from {module} import {', '.join(sorted(names))}\n" for module, names in sorted(modules.items()))


def _row(call: Call, shared: Mapping[tuple[str, ...], str]) -> str:
    """One call; `shared` names the further parameters that several calls have."""
    extra = shared.get(tuple(call.names)) or _wrapped(call.names)
    answer, options = (None if model is None else model.__name__ for model in (call.declared.answer, call.options))
    said = [
        f"options={options}" if options else "",
        f"extra={extra}" if call.names else "",
        f"body={_body(call)!r}" if _body(call) != "none" else "",
        "repeatable=True" if call.declared.repeatable else "",
        "file=True" if call.declared.file == "answer" else "",
    ]
    return f"Call({call.name!r}, {_route(call)!r}, {answer}{''.join(f', {one}' for one in said if one)})"


def _wrapped(names: Iterable[str]) -> str:
    """Many words as one literal of several lines."""
    lines = textwrap.wrap(" ".join(names), 100, drop_whitespace=False)
    return f"({' '.join(repr(line) for line in lines)})"


def _route(call: Call) -> str:
    """All routes as one; `SystemExit` for a call whose paths differ by more than one parameter that may be left out."""
    methods = list(dict.fromkeys(route.method for route in call.routes))
    path = call.routes[-1].path
    for name in set(call.routes[-1].parameters) - set(call.routes[0].parameters):
        path = path.replace(f"/{{{name}}}", f"[/{{{name}}}]")
    written = {(re.sub(r"\[.*?\]", "", path), method) for method in methods}
    written |= {(re.sub(r"[\[\]]", "", path), method) for method in methods}
    if written != set(call.routes):
        raise SystemExit(f"{call.name}: the routes {call.routes} cannot be written as one")
    return f"{','.join(methods)} {path}"


def _methods(call: Call, wait: str, iterator: str) -> Iterator[str]:
    known = _known(call)
    answer = _answer(call)
    told = f'"""{call.told}"""'
    yield f"    {wait}def {call.name}({_signature(call)}) -> {answer}:\n        {told}\n"
    if known.paged:
        entry = _entry(call).__name__
        yield f"    def {walking(known)}({_signature(call)}) -> {iterator}[{entry}]:\n"
        yield f'        """The same, one after the other through all pages: {call.told}"""\n'


def _answer(call: Call) -> str:
    if call.declared.answer is not None:
        return call.declared.answer.__name__
    return "bytes" if call.declared.file == "answer" else "bool"


def _known(call: Call) -> Known:
    """The call as the client knows it, as far as that matters for its arguments."""
    return Known(call.name, _route(call), None, call.options, body=_body(call))


def _entry(call: Call) -> type[BaseModel] | None:
    """What a paged call lists."""
    answer = call.declared.answer
    if answer is None or not _known(call).paged:
        return None
    lists = (field.annotation for field in answer.model_fields.values() if get_origin(field.annotation) is tuple)
    return get_args(next(lists))[0]


def _signature(call: Call) -> str:
    known = _known(call)
    said = dict(_options(call))
    kinds = {name: said.get(name, "str") for name in known.parameters}
    kinds["body"] = {"lines": "Lines", "file": "bytes"}.get(known.body, "Body")
    may = {*known.parameters} - known.required | ({"body"} if known.body == "may" else set())
    told = {name: f"{kinds[name]} | None = None" if name in may else kinds[name] for name in known.positional}
    options = {name: kind for name, kind in said.items() if name not in told} | dict.fromkeys(call.names, "Word")
    named = {"from_" if name == "from" else name: f"{kind} | None = None" for name, kind in options.items()}
    if call.name == POST_DATA:
        told = {"job_id": told["job_id"], "data": "Recorded"}
        named["block_bytes"] = "int = ..."
    stars = ["*"] if named else []
    return ", ".join(["self", *_typed(told), *stars, *_typed(named)])


def _typed(arguments: dict[str, str]) -> list[str]:
    return [f"{name}: {kind}" for name, kind in arguments.items()]


def _options(call: Call) -> Iterator[tuple[str, str]]:
    if call.options is None:
        return
    for name, (owner, field) in places_of_parameters(call.options).items():
        if name == field:
            yield name, _kind(next(one for key, one in owner.model_fields.items() if name in wire_names(key, one)))


def _kind(field: FieldInfo) -> str:
    """How a caller may write the value."""
    union = get_origin(field.annotation) in {Union, UnionType}
    kind = next(one for one in (get_args(field.annotation) if union else [field.annotation]) if one is not type(None))
    plain, *metadata = get_args(kind) if get_origin(kind) is Annotated else (kind,)
    if any(isinstance(one, Spelled) for one in (*metadata, *field.metadata)):
        return "Time"
    if get_origin(plain) is tuple:
        return "Words"
    return "Span" if plain is Duration else str(plain.__name__)


def _formatted(text: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "-", "--stdin-filename", "written.pyi", "--line-length", "120"]
    sorting = [sys.executable, "-m", "ruff", "check", "-", "--select", "I", "--fix", "--quiet"]
    for one in (sorting, command):
        text = subprocess.run(one, input=text, stdout=subprocess.PIPE, text=True, check=True).stdout
    return text


if __name__ == "__main__":
    every = calls_of(create_app(lambda: None))
    TABLE.write_text(table(every), encoding="utf-8")
    TYPES.write_text(types(every), encoding="utf-8")
