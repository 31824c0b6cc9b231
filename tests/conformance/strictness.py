"""Answers read as their types, which must know every field of them."""

from collections.abc import Iterator

from pydantic import BaseModel, RootModel

from unusual.schema.answers.shape import Named


def strangers(value, place: str = "") -> Iterator[str]:
    """The fields of an answer that its type does not know; records have some of their clients' own."""
    if isinstance(value, BaseModel):
        if not isinstance(value, Named):
            yield from (f"{place}.{name}" for name in value.model_extra or ())
        for name in type(value).model_fields:
            yield from strangers(getattr(value, name), f"{place}.{name}")
    elif isinstance(value, tuple):
        for inner in value:
            yield from strangers(inner, place)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from strangers(inner, f"{place}.{name}")


def strictly(model, answer):
    """The answer, read as a type that must know every field of it."""
    read = model.model_validate(answer, extra=None if issubclass(model, RootModel) else "allow")
    assert [*strangers(read)] == []
    return read
