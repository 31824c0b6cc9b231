"""Changes to the settings of a whole server, flat or nested; knows no particular setting."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field

from unusual.schema.values import Closed, Document


class SettingsUpdate(Closed):
    """Settings to be set, or to be removed by null, by how long they are to last."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="cluster_settings")

    persistent: Annotated[dict[str, Any], Field(default_factory=dict)]
    transient: Annotated[dict[str, Any], Field(default_factory=dict)]


def flat(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings under their full names.

    >>> flat({"a": {"b.c": 1, "d": None}})
    {'a.b.c': 1, 'a.d': None}
    """
    return dict(_flat(settings, ""))


def nested(settings: Mapping[str, Any]) -> Document:
    """The settings as objects in objects.

    >>> nested({"a.b.c": 1, "a.d": 2})
    {'a': {'b': {'c': 1}, 'd': 2}}
    """
    document: Document = {}
    for name, value in settings.items():
        *path, last = name.split(".")
        place = document
        for part in path:
            place = place.setdefault(part, {})
        place[last] = value
    return document


def _flat(settings: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in settings.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value
