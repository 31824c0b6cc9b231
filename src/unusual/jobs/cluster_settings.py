"""The settings of the whole server that clients may change while it runs; knows not what follows from them."""

from collections.abc import Mapping
from typing import Any

from unusual.analysis.control import Document
from unusual.errors import Incomplete, Invalid
from unusual.jobs.limits import LARGEST_MEMORY, SETTINGS_KIND, SETTINGS_NAME
from unusual.jobs.ports import Ports
from unusual.schema.durations import parse_size
from unusual.schema.limits import MIB
from unusual.schema.settings import SettingsUpdate, flat
from unusual.schema.wildcards import fits

SCOPES = ("persistent", "transient")
DEFAULTS = {LARGEST_MEMORY: "0b"}


def current(ports: Ports) -> dict[str, Document]:
    """What is set, under full names, by scope."""
    stored = ports.configs.get(SETTINGS_KIND, SETTINGS_NAME) or {}
    return {scope: stored.get(scope, {}) for scope in SCOPES}


def update(ports: Ports, wanted: SettingsUpdate) -> dict[str, Document]:
    """Set, or by null remove, settings, all or none; what was set. `errors.Invalid` for a name or a value."""
    changes = {"persistent": flat(wanted.persistent), "transient": flat(wanted.transient)}
    if not any(changes.values()):
        raise Incomplete("Validation Failed: 1: no settings to update;")
    given = {scope: _checked(scope, change) for scope, change in changes.items()}
    with ports.changing:
        before = current(ports)
        after = {scope: _without(before[scope], changes[scope]) | given[scope] for scope in SCOPES}
        ports.configs.put(SETTINGS_KIND, SETTINGS_NAME, after)
    return given


def _checked(scope: str, change: Mapping[str, Any]) -> Document:
    """The settings of a change that are set, as words."""
    given = {}
    for name, value in change.items():
        if value is None:
            continue
        if name != LARGEST_MEMORY:
            raise Invalid(f"{scope} setting [{name}], not recognized")
        given[name] = _size(name, value)
    return given


def _size(name: str, value: object) -> str:
    text = "0b" if str(value) == "0" else str(value)
    if 0 < parse_size(text, name) < MIB:
        raise Invalid(f"failed to parse value [{text}] for setting [{name}], must be >= [1mb]")
    return text


def _without(settings: Document, change: Mapping[str, Any]) -> Document:
    removed = [name for name, value in change.items() if value is None]
    return {name: value for name, value in settings.items() if not any(fits(name, pattern) for pattern in removed)}
