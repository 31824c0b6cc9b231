"""The calls of an app as an OpenAPI document; knows neither routes nor what they do."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema
from starlette.applications import Starlette

from unusual.analysis.control import Document
from unusual.api.calls import Call, Route, calls_of
from unusual.api.declaring import EVERYWHERE, FILE_MEDIA, JSON_MEDIA, LINES_MEDIA, Takes
from unusual.api.examples import Example, Told, example_of
from unusual.jobs.version import API_VERSION
from unusual.schema.answers import Failure
from unusual.schema.reading import places_of_parameters

VERSION: Final = "3.1.0"
_SCHEMAS: Final = "#/components/schemas/"
_KEPT: Final = "description"
_MODE: Final = "validation"
_FILE: Final[Document] = {FILE_MEDIA: {"schema": {"type": "string", "format": "binary"}}}
_COMMON: Final = "#/components/parameters/"


class _Plain(GenerateJsonSchema):
    """Schemas without a title for each field, which would only say its name again."""

    def field_title_should_be_set(self, _: Any) -> bool:  # noqa: ANN401 - any of pydantic's schemas
        """Never."""
        return False


def described(app: Starlette) -> Document:
    """The OpenAPI document of an app; made once."""
    known: Document | None = getattr(app.state, _KEPT, None)
    if known is None:
        known = _described(app)
        setattr(app.state, _KEPT, known)
    return known


def _described(app: Starlette) -> Document:
    calls = calls_of(app)
    schemas = _Schemas(calls)
    paths: dict[str, Document] = {}
    for call in calls:
        for number, route in enumerate((*call.routes, *call.older)):
            paths.setdefault(route.path, {})[route.method.lower()] = _operation(call, route, number, schemas)
    return {
        "openapi": VERSION,
        "info": {"title": "unusual", "version": API_VERSION, "summary": "Anomaly detection over REST"},
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": schemas.components, "parameters": dict(_everywhere())},
    }


class _Schemas:
    """The documents that calls take and give, each under a name of its own."""

    def __init__(self, calls: Iterable[Call]) -> None:
        models: list[type[BaseModel]] = [Failure]
        models += dict.fromkeys(model for call in calls for model in _documents(call))
        named, schema = models_json_schema(
            [(model, _MODE) for model in models],
            ref_template=f"{_SCHEMAS}{{model}}",
            schema_generator=_Plain,
        )
        self.components: Document = schema["$defs"]
        for fields in (component.get("properties", {}) for component in self.components.values()):
            for field in fields.values():
                if field.get("default", ...) is None:  # what is not given is absent, and never null
                    del field["default"]
        self._refs = {model: ref for (model, _), ref in named.items()}

    def ref(self, model: type[BaseModel]) -> Document:
        """Where the schema of a document is."""
        return self._refs[model]

    def fields(self, model: type[BaseModel]) -> Document:
        """The schemas of the fields of a document, by their names."""
        fields: Document = self.components[self.ref(model)["$ref"].removeprefix(_SCHEMAS)].get("properties", {})
        return fields

    def parameters(self, model: type[BaseModel]) -> Iterator[tuple[str, Document]]:
        """The parameters of the query that a document can be read from, and their schemas."""
        for name, (owner, field) in places_of_parameters(model).items():
            older = {} if name == field else {"deprecated": True}
            yield name, _without_null(self.fields(owner)[field]) | older


def _documents(call: Call) -> Iterator[type[BaseModel]]:
    """What a call takes and gives; a page in its options is a document of its own."""
    for takes in call.takes:
        if takes.body is not None:
            yield takes.body
        if takes.options is not None:
            yield from (takes.options, *(place.model for place in places_of_parameters(takes.options).values()))
    if call.declared.answer is not None:
        yield call.declared.answer


def _operation(call: Call, route: Route, number: int, schemas: _Schemas) -> Document:
    """One route of a call, which is the `number`-th."""
    operation: Document = {
        "operationId": call.name if number == 0 else f"{call.name}_{number + 1}",
        "tags": [call.part],
        "summary": call.told,
        "parameters": [*_parameters(call, route, schemas), *({"$ref": _COMMON + name} for name in EVERYWHERE)],
        "responses": _responses(call, schemas),
    }
    if route.method != "GET" and (body := _body(call, schemas)):
        operation["requestBody"] = body
    return operation | ({"deprecated": True} if route in call.older else {})


def _parameters(call: Call, route: Route, schemas: _Schemas) -> Iterator[Document]:
    example = example_of(call.name)
    for name in route.parameters:
        shown = _shown(example, name)
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} | shown
    if call.options is not None:
        for name, schema in schemas.parameters(call.options):
            listed = {"style": "form", "explode": False} if schema.get("type") == "array" else {}
            older = {"deprecated": True} if schema.pop("deprecated", False) else {}
            told = {"description": schema.pop("description")} if "description" in schema else {}
            yield {"name": name, "in": "query", "schema": schema} | listed | older | told | _shown(example, name)
    for name in call.names:
        yield {"name": name, "in": "query", "schema": {"type": "string"}} | _shown(example, name)


def _shown(example: Example, name: str) -> Document:
    value = {**example.path, **example.query}.get(name)
    return {} if value is None else {"example": value.shown if isinstance(value, Told) else value}


def _body(call: Call, schemas: _Schemas) -> Document | None:
    if call.declared.file == "body":
        return {"required": True, "content": _FILE}
    example = example_of(call.name).body
    shown = {} if example is None else {"example": example}
    if call.declared.lines:
        return {"required": True, "content": {LINES_MEDIA: {"schema": {"type": "string"}} | shown}}
    if call.body is None or call.body.body is None:
        return None
    return {"required": call.body.needed, "content": dict(_contents(call.body, call.body.body, schemas, shown))}


def _contents(
    takes: Takes, model: type[BaseModel], schemas: _Schemas, shown: Document
) -> Iterator[tuple[str, Document]]:
    for media in takes.media:
        yield media, {"schema": schemas.ref(model)} | shown if media == JSON_MEDIA else {"schema": {"type": "string"}}


def _responses(call: Call, schemas: _Schemas) -> Document:
    good: Document = {"description": "as asked for"}
    if call.declared.answer is not None:
        good["content"] = {JSON_MEDIA: {"schema": schemas.ref(call.declared.answer)}}
    if call.declared.file == "answer":
        good["content"] = _FILE
    if call.declared.text:
        good["content"]["text/plain"] = {"schema": {"type": "string"}}
    failed = {"description": "what went wrong", "content": {JSON_MEDIA: {"schema": schemas.ref(Failure)}}}
    return {"2XX": good, "4XX": failed, "5XX": failed}


def _everywhere() -> Iterator[tuple[str, Document]]:
    for name, told in EVERYWHERE.items():
        yield name, {"name": name, "in": "query", "description": told, "schema": {"type": "string"}}


def _without_null(schema: Document) -> Document:
    """The schema of a parameter: it is given, or it is not there."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind.get("type") != "null"]
    if len(kinds) != 1:
        return dict(schema)
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    return {**kinds[0], **rest}
