"""Whom a result is about: the field values that tell its series, or the influencer; knows no store and no series."""

from typing import Final

from unusual.analysis.control import Document

_BETWEEN: Final = "\x1f"  # "unit separator" of ASCII, which names and values do not contain
_AFTER: Final = "\x20"  # the character that follows it
_ROLES: Final = ("by_field", "over_field", "partition_field", "influencer_field")
_FIELDS: Final = tuple((f"{role}_name", f"{role}_value") for role in _ROLES)


def subjects_of(document: Document) -> tuple[str, ...]:
    r"""The subjects of a record, a plotted or a forecast value (the finest first), or of an influencer.

    >>> subjects_of({"partition_field_name": "shop", "partition_field_value": "7", "by_field_name": "till"})
    ('shop\x1f7',)
    """
    values = [(document[name], document.get(value)) for name, value in _FIELDS if name in document]
    return tuple(subject(field, value) for field, value in values if isinstance(field, str) and isinstance(value, str))


def subject(field: str, value: str) -> str:
    """A value of a field as one text; in the order of texts, those of one field lie side by side."""
    return f"{field}{_BETWEEN}{value}"


def named(text: str) -> tuple[str, str]:
    """The field and the value of a subject."""
    field, _, value = text.partition(_BETWEEN)
    return field, value


def subjects_between(field: str) -> tuple[str, str]:
    """The texts between which the subjects of a field lie, the first one included, the last one not."""
    return subject(field, ""), f"{field}{_AFTER}"
