"""How log lines are cut into tokens before they are categorised, as configured; knows no categories."""

import re
from typing import Annotated, Any, ClassVar, Final, TypeAlias

from pydantic import BeforeValidator, ConfigDict, Discriminator, Tag

from unusual.errors import Invalid
from unusual.schema.values import Closed, Flag

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

STOPWORDS: Final = tuple(
    dict.fromkeys(
        [*_DAYS, *(day[:3] for day in _DAYS), *_MONTHS, *(month[:3] for month in _MONTHS), "GMT", "UTC"],
    )
)

Part: TypeAlias = str | dict[str, Any]


def _parts(value: object) -> object:
    return [value] if isinstance(value, str | dict) else value


class Analyzer(Closed):
    """Steps that turn a line into tokens: each is the name of a known one or its definition."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="categorization_analyzer")

    analyzer: str | None = None
    char_filter: Annotated[tuple[Part, ...] | None, BeforeValidator(_parts)] = None
    tokenizer: Part | None = None
    filter: Annotated[tuple[Part, ...] | None, BeforeValidator(_parts)] = None

    def without_patterns(self) -> "Analyzer":
        """The same steps without those that categorization filters have become."""
        kept = tuple(part for part in self.char_filter or () if not _is_pattern(part))
        return self.model_copy(update={"char_filter": kept})


def _is_pattern(part: Part) -> bool:
    return isinstance(part, dict) and set(part) == {"type", "pattern"} and part["type"] == "pattern_replace"


def default_analyzer(filters: tuple[str, ...] = ()) -> Analyzer:
    """The analyzer of a job that names none; `filters` are the regular expressions whose matches are cut out."""
    patterns = ({"type": "pattern_replace", "pattern": pattern} for pattern in filters)
    return Analyzer(
        char_filter=("first_non_blank_line", *patterns),
        tokenizer="ml_standard",
        filter=({"type": "stop", "stopwords": list(STOPWORDS)},),
    )


def _kind(value: object) -> str:
    return "name" if isinstance(value, str) else "steps"


AnalyzerChoice: TypeAlias = Annotated[
    Annotated[str, Tag("name")] | Annotated[Analyzer, Tag("steps")], Discriminator(_kind)
]


class PerPartition(Closed):
    """Whether each value of the partition field has categories of its own."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="per_partition_categorization")

    enabled: Flag = False
    stop_on_warn: Flag | None = None


def check_filters(filters: tuple[str, ...]) -> None:
    """`errors.Invalid` for empty, repeated or unreadable regular expressions."""
    if len(set(filters)) < len(filters):
        raise Invalid("categorization_filters contain duplicates")
    if "" in filters:
        raise Invalid("categorization_filters are not allowed to contain empty strings")
    for pattern in filters:
        try:
            re.compile(pattern)
        except re.error:
            raise Invalid(f"categorization_filters contains invalid regular expression '{pattern}'") from None
