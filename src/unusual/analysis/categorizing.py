"""Log lines of one job to values of `mlcategory`, and categories to documents; knows no detectors and no buckets."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import polars as pl
from polars.exceptions import PolarsError

from unusual.analysis.control import Result
from unusual.categorization.categorizer import LONGEST_EXAMPLE, Categorizer
from unusual.categorization.ledger import Category
from unusual.errors import Refused
from unusual.schema.analysis_config import AnalysisConfig
from unusual.schema.categorization import Analyzer, default_analyzer

MLCATEGORY = "mlcategory"  # the name under which detectors read the category of a record


@dataclass(frozen=True)
class Categorization:
    """What is categorized, and how.

    field     holds the lines
    patterns  regular expressions whose matches are cut out of a line first
    examples  how many lines are kept of each category
    """

    field: str
    patterns: tuple[str, ...]
    examples: int


def categorization_of(config: AnalysisConfig, examples: int) -> Categorization | None:
    """The categorization of a job, None when it has none; `errors.Refused` names what this version cannot do."""
    if config.categorization_field_name is None:
        return None
    if config.per_partition_categorization is not None and config.per_partition_categorization.enabled:
        raise Refused("per_partition_categorization can be configured but not analysed by this version; disable it")
    analyzer = config.categorization_analyzer
    if not isinstance(analyzer, Analyzer) or analyzer.without_patterns() != default_analyzer():
        raise Refused(
            "categorization_analyzer can be configured but this version has its own tokens; leave it out, and give "
            "what is to be cut out of the lines as categorization_filters"
        )
    patterns = tuple(str(part["pattern"]) for part in analyzer.char_filter or () if isinstance(part, dict))
    for pattern in patterns:
        try:
            pl.Series([""]).str.replace_all(pattern, "")
        except PolarsError:
            raise Refused(
                f"categorization filter '{pattern}' uses a kind of regular expression that this version "
                "cannot apply, such as a look-around"
            ) from None
    return Categorization(config.categorization_field_name, patterns, examples)


class Categories:
    """The categories of one job."""

    def __init__(self, job_id: str, plan: Categorization) -> None:
        """A job that has seen no line."""
        self._job_id = job_id
        self._plan = plan
        self._categorizer = Categorizer(0 if plan.patterns else plan.examples)
        self._originals: dict[int, list[str]] = {}  # examples before the patterns were cut out
        self._told: dict[int, Category] = {}

    def assign(self, lines: pl.Series) -> pl.Series:
        """The category of each line as text, null where there is none."""
        texts = lines
        for pattern in self._plan.patterns:
            texts = texts.str.replace_all(pattern, "")
        numbers = pl.Series(MLCATEGORY, self._categorizer.assign(texts))
        if self._plan.patterns:
            self._keep(numbers, lines)
        return numbers.set(numbers == 0, None).cast(pl.String)

    def _keep(self, numbers: pl.Series, lines: pl.Series) -> None:
        """Remember the first different original lines of each category."""
        table = pl.DataFrame({"number": numbers, "line": lines.str.slice(0, LONGEST_EXAMPLE)})
        first = table.unique(maintain_order=True).group_by("number", maintain_order=True).head(self._plan.examples)
        for number, line in first.iter_rows():
            known = self._originals.setdefault(number, [])
            if line not in known and len(known) < self._plan.examples:
                known.append(line)

    def results(self) -> Iterator[Result]:
        """Definitions of the categories that are new or have changed since they were last told."""
        for category in self._categorizer.definitions():
            if self._told.get(category.category_id) != category:
                self._told[category.category_id] = category
                body = orjson.dumps(self._document(category))
                yield Result("category_definition", 0, str(category.category_id), 0.0, is_interim=False, body=body)

    def _document(self, category: Category) -> dict[str, Any]:
        number = category.category_id
        return {
            "job_id": self._job_id,
            "result_type": "category_definition",
            "category_id": number,
            MLCATEGORY: str(number),
            "terms": " ".join(category.terms),
            "regex": category.regex,
            "max_matching_length": category.max_matching_length,
            "examples": self._originals.get(number, list(category.examples)),
            "num_matches": category.num_matches,
            "preferred_to_categories": list(category.merged),
        }

    def state(self) -> dict[str, Any]:
        """Everything learnt."""
        originals = [{"number": number, "lines": lines} for number, lines in self._originals.items()]
        return {"categorizer": self._categorizer.state(), "originals": originals}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken, for the same plan."""
        self._categorizer.restore(state["categorizer"])
        self._originals = {one["number"]: one["lines"] for one in state["originals"]}
