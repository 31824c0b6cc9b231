"""The parts an analyzer can be made of, by their published names and settings; knows not what they do to a text."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from unusual.errors import Invalid
from unusual.schema.java_patterns import flags_of, is_pattern

Part: TypeAlias = str | dict[str, Any]
Settings: TypeAlias = Mapping[str, Any]


class Setting(NamedTuple):
    """What a setting may be, and what it is if not given; `required` that it must be."""

    kind: type
    default: Any = None
    required: bool = False


_PATTERN: Final = {"pattern": Setting(str, required=True)}
_REPLACING: Final = {**_PATTERN, "replacement": Setting(str, ""), "flags": Setting(str, "")}

CHAR_FILTERS: Final[Mapping[str, Mapping[str, Setting]]] = {
    "first_line_with_letters": {},
    "first_non_blank_line": {},
    "pattern_replace": _REPLACING,
    "mapping": {"mappings": Setting(list, required=True)},
    "html_strip": {},
}
TOKENIZERS: Final[Mapping[str, Mapping[str, Setting]]] = {
    "ml_classic": {},
    "ml_standard": {},
    "standard": {"max_token_length": Setting(int)},
    "classic": {"max_token_length": Setting(int)},
    "uax_url_email": {"max_token_length": Setting(int)},
    "whitespace": {"max_token_length": Setting(int)},
    "letter": {},
    "lowercase": {},
    "keyword": {"buffer_size": Setting(int)},
    "pattern": {"pattern": Setting(str, r"\W+"), "flags": Setting(str, ""), "group": Setting(int, -1)},
    "simple_pattern": {"pattern": Setting(str, "")},
    "simple_pattern_split": {"pattern": Setting(str, "")},
    "char_group": {"tokenize_on_chars": Setting(list, required=True), "max_token_length": Setting(int)},
}
FILTERS: Final[Mapping[str, Mapping[str, Setting]]] = {
    "lowercase": {},
    "uppercase": {},
    "trim": {},
    "unique": {"only_on_same_position": Setting(bool, default=False)},
    "asciifolding": {},
    "stop": {"stopwords": Setting(list, ["_english_"]), "ignore_case": Setting(bool, default=False)},
    "keep": {"keep_words": Setting(list, required=True), "keep_words_case": Setting(bool, default=False)},
    "length": {"min": Setting(int, 0), "max": Setting(int, 1 << 31)},
    "limit": {"max_token_count": Setting(int, 1)},
    "truncate": {"length": Setting(int, 10)},
    "pattern_replace": {**_REPLACING, "all": Setting(bool, default=True)},
}
ANALYZERS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "whitespace": ("whitespace", ()),
    "standard": ("standard", ("lowercase",)),
    "classic": ("classic", ("lowercase",)),
    "simple": ("lowercase", ()),
    "stop": ("lowercase", ("stop",)),
    "keyword": ("keyword", ()),
    "pattern": ("pattern", ("lowercase",)),
}


class Step(NamedTuple):
    """One part with all its settings."""

    name: str
    settings: Settings


def char_filter(part: Part) -> Step:
    """A character filter; `errors.Invalid` for an unknown one or wrong settings."""
    return _step("char_filter", CHAR_FILTERS, part)


def tokenizer(part: Part) -> Step:
    """A tokenizer, likewise."""
    return _step("tokenizer", TOKENIZERS, part)


def token_filter(part: Part) -> Step:
    """A token filter, likewise."""
    return _step("filter", FILTERS, part)


def check_analyzer(name: str) -> None:
    """`errors.Invalid` for a name that no analyzer has."""
    if name not in ANALYZERS:
        raise Invalid(f"Failed to find global analyzer [{name}]; known are {_listed(ANALYZERS)}")


def _step(kind: str, known: Mapping[str, Mapping[str, Setting]], part: Part) -> Step:
    given = {"type": part} if isinstance(part, str) else part
    name = given.get("type")
    if name is None:
        raise Invalid(f"Missing [type] setting for {kind} in categorization_analyzer")
    if name not in known:
        raise Invalid(f"Failed to find global {kind} under [{name}]; known are {_listed(known)}")
    settings = {
        setting: _value(f"{kind} [{name}]", setting, given.get(setting), what) for setting, what in known[name].items()
    }
    if not is_pattern(settings.get("pattern", "")):
        raise Invalid(
            f"{kind} [{name}] in categorization_analyzer contains invalid regular expression '{settings['pattern']}'"
        )
    flags_of(settings.get("flags", ""))
    for setting in given:
        if setting != "type" and setting not in settings:
            raise Invalid(f"Unknown setting [{setting}] of {kind} [{name}] in categorization_analyzer")
    return Step(name, settings)


def _value(owner: str, name: str, given: Any, what: Setting) -> Any:  # noqa: ANN401 - as `what` says
    if given is None:
        if what.required:
            raise Invalid(f"{name} is missing for {owner} in categorization_analyzer")
        return what.default
    value = _read(given, what.kind) if isinstance(given, str) else given
    fits = isinstance(value, what.kind) and isinstance(value, bool) == (what.kind is bool)
    if not fits or (isinstance(value, list) and not all(isinstance(one, str) for one in value)):
        raise Invalid(f"Failed to parse value [{given}] of [{name}] for {owner} in categorization_analyzer")
    return value


def _read(text: str, kind: type) -> Any:  # noqa: ANN401 - of that kind if it can be
    """A text as a number, a flag or a list of one, where that is wanted."""
    if kind is list:
        return [text]
    if kind is int and text.isdecimal():
        return int(text)
    return text == "true" if kind is bool and text in ("true", "false") else text


def _listed(known: Mapping[str, object]) -> str:
    return ", ".join(known)
