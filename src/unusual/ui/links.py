"""Permanent links: what a page shows, told by the query of its address; knows no page."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, ClassVar, Protocol, TypeVar
from urllib.parse import urlencode

from pydantic import TypeAdapter, ValidationError

from unusual.errors import Invalid


class Shown(Protocol):
    """Any dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


View = TypeVar("View", bound=Shown)


def link(place: str, values: Mapping[str, object], usual: Mapping[str, object]) -> str:
    """An address with a query of the values that are not as usual.

    >>> link("/ui/x", {"job": "a b", "page": 0}, {"job": "", "page": 0})
    '/ui/x?job=a+b'
    """
    told = {name: value for name, value in values.items() if value != usual[name]}
    return f"{place}?{urlencode(told)}" if told else place


def view_link(place: str, view: Shown) -> str:
    """The address of a view, which is a dataclass of simple values, all of them with defaults."""
    return link(place, asdict(view), asdict(type(view)()))


def read(kind: type[View], query: Mapping[str, str]) -> View:
    """The view that the query of an address tells; `errors.Invalid` for what cannot be one."""
    told = {field.name: query[field.name] for field in fields(kind) if field.name in query}
    try:
        return TypeAdapter(kind).validate_python(told)
    except ValidationError as faults:
        fault = faults.errors()[0]
        name = str(fault["loc"][0])
        raise Invalid(f"[{name}] cannot be [{told[name]}]: {fault['msg']}") from None
