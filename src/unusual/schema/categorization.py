"""How log lines are cut into tokens before they are categorised, as configured; knows no categories."""

from typing import Annotated, ClassVar, Final, Self, TypeAlias

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Discriminator, Tag, model_validator

from unusual.errors import Invalid
from unusual.schema.analyzer_parts import (
    ANALYZERS,
    Part,
    Step,
    char_filter,
    check_analyzer,
    token_filter,
    tokenizer,
)
from unusual.schema.java_patterns import is_pattern
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


def _parts(value: object) -> object:
    return [value] if isinstance(value, str | dict) else value


class Analyzer(Closed):
    """Steps that turn a line into tokens: each is the name of a known one or its definition.

    Instead of steps there may be the name of a known analyzer.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(title="categorization_analyzer")

    analyzer: str | None = None
    char_filter: Annotated[tuple[Part, ...] | None, BeforeValidator(_parts)] = None
    tokenizer: Part | None = None
    filter: Annotated[tuple[Part, ...] | None, BeforeValidator(_parts)] = None

    @model_validator(mode="after")
    def _valid(self) -> Self:
        if self.analyzer is not None:
            check_analyzer(self.analyzer)
            for name in ("char_filter", "tokenizer", "filter"):
                if getattr(self, name) is not None:
                    raise Invalid(f"categorization_analyzer that is a global analyzer cannot also specify a [{name}]")
        elif self.tokenizer is None:
            raise Invalid("categorization_analyzer that is not a global analyzer must specify a [tokenizer]")
        self.steps()
        return self

    def steps(self) -> tuple[list[Step], Step, list[Step]]:
        """Character filters, tokenizer and token filters, with all their settings."""
        if self.analyzer is not None:
            cut, filters = ANALYZERS[self.analyzer]
            return [], tokenizer(cut), [token_filter(name) for name in filters]
        filters_of_text = [char_filter(part) for part in self.char_filter or ()]
        return filters_of_text, tokenizer(self.tokenizer or ""), [token_filter(part) for part in self.filter or ()]

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


def _known(name: str) -> str:
    check_analyzer(name)
    return name


AnalyzerChoice: TypeAlias = Annotated[
    Annotated[str, AfterValidator(_known), Tag("name")] | Annotated[Analyzer, Tag("steps")], Discriminator(_kind)
]


class PerPartition(Closed):
    """Whether each value of the partition field has categories of its own.

    stop_on_warn: whether a partition whose lines turn out to be unfit for categorization is left alone from then on.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(title="per_partition_categorization")

    enabled: Flag = False
    stop_on_warn: Flag | None = None

    @model_validator(mode="after")
    def _valid(self) -> Self:
        if self.stop_on_warn and not self.enabled:
            raise Invalid("stop_on_warn can be set to true only when per-partition categorization is enabled")
        return self


def check_filters(filters: tuple[str, ...]) -> None:
    """`errors.Invalid` for empty, repeated or unreadable regular expressions."""
    if len(set(filters)) < len(filters):
        raise Invalid("categorization_filters contain duplicates")
    if "" in filters:
        raise Invalid("categorization_filters are not allowed to contain empty strings")
    for pattern in filters:
        if not is_pattern(pattern):
            raise Invalid(f"categorization_filters contains invalid regular expression '{pattern}'")
