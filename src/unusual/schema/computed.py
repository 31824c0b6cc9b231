"""Fields of a datafeed that no document has: `script_fields` and `runtime_mappings`; knows no documents."""

from dataclasses import dataclass
from typing import Final

from unusual.errors import Invalid
from unusual.schema.formulas import Expression, parse_expression
from unusual.schema.mappings import DATES, NUMBERS
from unusual.schema.values import Document

LANGUAGE: Final = "expression"
_OTHERWISE: Final = "painless"
_KINDS: Final = ("boolean", "keyword", *DATES, *NUMBERS)


@dataclass(frozen=True)
class Computed:
    """A field that is computed, or that is read as another type than the index says.

    origin      which part of the configuration has it
    kind        the type of its values; '' for that of the expression
    expression  what computes it, None where it is read as it is
    language    of what computes it, if that is no expression
    """

    origin: str
    kind: str
    expression: Expression | None = None
    language: str = LANGUAGE


def script_field(name: str, definition: object) -> Computed:
    """One of `script_fields`; `errors.Invalid`."""
    if not isinstance(definition, dict) or "script" not in definition:
        raise Invalid(f"script field [{name}] needs a [script]")
    return _scripted("script_fields", name, "", definition["script"])


def runtime_field(name: str, definition: object) -> Computed:
    """One of `runtime_mappings`; `errors.Invalid`."""
    if not isinstance(definition, dict) or not isinstance(definition.get("type"), str):
        raise Invalid(f"runtime field [{name}] needs a [type]")
    kind = definition["type"]
    if kind not in _KINDS:
        raise Invalid(f"runtime field [{name}] cannot be of type [{kind}]")
    if "script" not in definition:
        return Computed("runtime_mappings", kind)
    return _scripted("runtime_mappings", name, kind, definition["script"])


def _scripted(origin: str, name: str, kind: str, script: object) -> Computed:
    told: Document = script if isinstance(script, dict) else {"source": script}
    language = str(told.get("lang", _OTHERWISE))
    if language != LANGUAGE:
        return Computed(origin, kind, None, language)
    try:
        return Computed(origin, kind, parse_expression(told.get("source")))
    except Invalid as problem:
        raise Invalid(f"field [{name}] of [{origin}]: {problem.reason}") from None
