"""`fields`: values of found documents by the names of their fields; knows no query."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar

from pydantic import ConfigDict, model_validator

from unusual.schema.mappings import DATES, Field, date_ms, date_text
from unusual.schema.paths import values_at
from unusual.schema.values import Closed, Document
from unusual.schema.wildcards import fits


class ShownField(Closed):
    """A pattern of names, and how dates are written: in milliseconds if so wished."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="fields")

    field: str
    format: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, given: object) -> object:
        return {"field": given} if isinstance(given, str) else given


def shown_fields(wanted: Iterable[ShownField], document: Document, fields: Mapping[str, Field]) -> Document:
    """Every value of the wanted fields, always as a list; a field without a value is left out.

    fields  those that are mapped; others are not shown
    """
    shown: Document = {}
    for one in wanted:
        for name, field in fields.items():
            if fits(name, one.field) and (values := [*_values(document, field, one.format)]):
                shown[name] = values
    return shown


def _values(document: Document, field: Field, written_as: str | None) -> Iterator[Any]:
    for value in values_at(document, field.source):
        if isinstance(value, dict):
            continue
        yield date_text(written_as, date_ms(field.format, value)) if field.kind in DATES else value
