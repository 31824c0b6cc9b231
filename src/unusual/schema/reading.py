"""From a parsed body or query to a document, refused in the words clients expect; knows no particular document."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from unusual.errors import Invalid, Malformed, Problem
from unusual.schema.values import NO_FLAG

Model: TypeAlias = type[BaseModel]
M = TypeVar("M", bound=BaseModel)

# Bodies arrive parsed, so the place of a fault in the text is no longer known.
_PLACE: Final = "[1:1]"
_PAGING: Final = ("from", "size")
_VOWELS: Final = tuple("aeiou")


class _Step(NamedTuple):
    """One field on the way to a faulty value.

    owner   how the object that has the field is called
    model   its type
    field   the field's name on the wire
    enters  the type of the object(s) the field holds, None for a plain value
    """

    owner: str
    model: Model
    field: str
    enters: Model | None


def read(model: type[M], body: object, name: str) -> M:
    """The document in a parsed body; `name` is how refusals call the object.

    Raises `errors.Invalid` for a broken rule and `errors.Malformed` for a wrong structure; a fault inside a nested
    object is the `cause` of one `Malformed` for each object around it.
    """
    try:
        return model.model_validate(_by_newest_names(model, body) if isinstance(body, dict) else body)
    except ValidationError as error:
        raise _problem(error.errors()[0], model, name) from None


def read_query(model: type[M], parameters: Mapping[str, str], name: str) -> M:
    """The same document from query parameters: all are words, and `from` and `size` stand for the page.

    Which parameters an endpoint knows is `parameter_names(model)`; others are refused as unknown fields.
    """
    body: dict[str, object] = dict(parameters)
    if "page" in model.model_fields:
        page = {key: body.pop(key) for key in _PAGING if key in body}
        if page:
            body["page"] = page
    try:
        return model.model_validate(_by_newest_names(model, body))
    except ValidationError as error:
        raise _parameter_problem(error.errors()[0], model, name) from None


def _by_newest_names(model: Model, body: dict[str, object]) -> dict[str, object]:
    """A body without what it says a second time, under an older name of the same field."""
    names = (wire_names(field_name, field) for field_name, field in model.model_fields.items())
    older = {name for one in names for name in [known for known in one if known in body][1:]}
    return {name: value for name, value in body.items() if name not in older}


class Place(NamedTuple):
    """Where a query parameter goes: the document that has the field, and the field's first name on the wire."""

    model: Model
    field: str


def places_of_parameters(model: Model) -> dict[str, Place]:
    """The query parameters that `model` can be read from, older names after newer ones; those of a page are its own."""
    places: dict[str, Place] = {}
    for field_name, field in model.model_fields.items():
        names = wire_names(field_name, field)
        page = _inner_model(field.annotation) if field_name == "page" else None
        places |= {name: Place(model, names[0]) for name in names} if page is None else places_of_parameters(page)
    return places


@cache
def parameter_names(model: Model) -> frozenset[str]:
    """The query parameters that `model` can be read from."""
    return frozenset(places_of_parameters(model))


def closest(name: str, known: set[str]) -> str | None:
    """The known name that was probably meant, if any.

    >>> closest("advance_tme", {"advance_time", "start"})
    'advance_time'
    """
    return next(iter(get_close_matches(name, sorted(known), n=1, cutoff=0.7)), None)


def _problem(error: ErrorDetails, model: Model, name: str) -> Problem:
    steps = list(_steps(error, model, name))
    problem = _innermost(error, steps, name)
    around = steps[:-1] if error["type"] in {"missing", "extra_forbidden"} else [step for step in steps if step.enters]
    for step in reversed(around):
        problem = Malformed(f"{_PLACE} [{step.owner}] failed to parse field [{step.field}]", problem)
    return problem


def _innermost(error: ErrorDetails, steps: list[_Step], name: str) -> Problem:
    raised = error.get("ctx", {}).get("error")
    if isinstance(raised, Problem):
        return raised
    if not steps:
        return Malformed(f"{_PLACE} [{name}] doesn't support values of type: {_token(error['input'])}")
    last = steps[-1]
    if error["type"] == "missing":
        return Invalid(f"{_article(last.field)} {last.field} must be set")
    if error["type"] == "extra_forbidden":
        return Malformed(f"{_PLACE} [{last.owner}] unknown field [{last.field}]{_hint(last)}")
    if last.enters and error["type"] == "model_type":
        return _misplaced(error, last)
    return _unfit(error, last)


def _unfit(error: ErrorDetails, step: _Step) -> Problem:
    why = _misplaced(error, step) if _structural(error) else Invalid(_plain(error))
    if step.enters:
        return why
    return Malformed(f"{_PLACE} [{step.owner}] failed to parse field [{step.field}]", why)


def _misplaced(error: ErrorDetails, step: _Step) -> Malformed:
    kind = _token(error["input"])
    return Malformed(f"{_PLACE} [{step.owner}] {step.field} doesn't support values of type: {kind}")


def _structural(error: ErrorDetails) -> bool:
    return error["type"].endswith("_type")


def _plain(error: ErrorDetails) -> str:
    """What is wrong with a value of a fitting type, in one phrase."""
    if error["type"] in {"enum", "literal_error"}:
        return f"unknown value [{error['input']}]; expected {error['ctx']['expected']}"
    if error["type"] == NO_FLAG:
        return error["msg"]
    if error["type"] in {"union_tag_invalid", "union_tag_not_found"}:
        tag = error["ctx"].get("tag")
        return f"unknown type [{tag}]; expected {error['ctx']['expected_tags']}" if tag else "A type must be set"
    return f'For input string: "{error["input"]}"'


def _parameter_problem(error: ErrorDetails, model: Model, name: str) -> Problem:
    problem = _problem(error, model, name)
    while isinstance(problem, Malformed) and problem.cause is not None:
        problem = problem.cause
    if error["type"] in {"int_parsing", "float_parsing", "int_from_float"}:
        kind = error["type"].split("_")[0]
        return Invalid(f"Failed to parse {kind} parameter [{error['loc'][-1]}] with value [{error['input']}]")
    return problem


def _steps(error: ErrorDetails, model: Model, name: str) -> Iterator[_Step]:
    """The fields on the way; positions in lists, keys of maps and names of variants are passed over."""
    owner, current = name, model
    surplus = error["loc"][-1] if error["type"] == "extra_forbidden" else None
    for part in error["loc"]:
        if isinstance(part, int):
            continue
        known = _wire_names(current)
        if part in known:
            inner = _inner_model(known[part])
            yield _Step(owner, current, part, inner)
            owner, current = _called(inner, part), inner or current
        elif part == surplus:
            yield _Step(owner, current, part, None)


def _called(model: Model | None, field: str) -> str:
    """How refusals call an object: the title of its type, else the field that holds it."""
    title = model.model_config.get("title") if model else None
    return title or field


def _wire_names(model: Model) -> dict[str, Any]:
    """The types of a model's fields by each of the names a client may use."""
    return {
        name: field.annotation
        for field_name, field in model.model_fields.items()
        for name in wire_names(field_name, field)
    }


def wire_names(field_name: str, field: FieldInfo) -> list[str]:
    """The names that a client may use for a field, the newest first."""
    return [str(choice) for choice in getattr(field.validation_alias, "choices", [field.alias or field_name])]


def _inner_model(annotation: object) -> Model | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((inner for part in get_args(annotation) if (inner := _inner_model(part))), None)


def _hint(step: _Step) -> str:
    # A name that is known is one too many: its newer or older one stands beside it.
    meant = closest(step.field, set(_wire_names(step.model)) - {step.field})
    return f" did you mean [{meant}]?" if meant else ""


def _article(noun: str) -> str:
    return "An" if noun.startswith(_VOWELS) else "A"


def _token(value: object) -> str:
    """What a JSON reader would call the start of this value."""
    if isinstance(value, dict):
        return "START_OBJECT"
    if isinstance(value, list | tuple):
        return "START_ARRAY"
    if isinstance(value, bool):
        return "VALUE_BOOLEAN"
    if isinstance(value, int | float):
        return "VALUE_NUMBER"
    return "VALUE_NULL" if value is None else "VALUE_STRING"
