"""`fields`: values of found documents by the names of their fields; knows no query."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, Final, NamedTuple

from pydantic import ConfigDict, model_validator

from unusual.schema.mappings import DATES, Field, date_ms, date_text
from unusual.schema.paths import values_at
from unusual.schema.values import Closed, Document
from unusual.schema.wildcards import fits

_PLAIN: Final = frozenset((str, int, float, bool))


class ShownField(Closed):
    """A pattern of names, and how dates are written: in milliseconds if so wished."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="fields")

    field: str
    format: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, given: object) -> object:
        return {"field": given} if isinstance(given, str) else given


class Shown(NamedTuple):
    """One field that is shown, by its name, and how its dates are written."""

    name: str
    field: Field
    format: str | None


def chosen_fields(wanted: Iterable[ShownField], fields: Mapping[str, Field]) -> list[Shown]:
    """The mapped fields that are wanted; others are not shown."""
    return [Shown(name, field, one.format) for one in wanted for name, field in fields.items() if fits(name, one.field)]


def shown_fields(chosen: Iterable[Shown], document: Document) -> Document:
    """Every value of the chosen fields, always as a list; a field without a value is left out."""
    shown: Document = {}
    for name, field, written_as in chosen:
        value = document.get(field.source)
        if value.__class__ in _PLAIN and "." not in field.source and field.kind not in DATES:
            shown[name] = [value]
        elif values := [*_values(document, field, written_as)]:
            shown[name] = values
    return shown


def _values(document: Document, field: Field, written_as: str | None) -> Iterator[Any]:
    for value in values_at(document, field.source):
        if isinstance(value, dict):
            continue
        yield date_text(written_as, date_ms(field.format, value)) if field.kind in DATES else value
