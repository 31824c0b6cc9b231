"""Categories and their standing as documents; knows wording, not how categories come about."""

from dataclasses import asdict
from typing import Final

from unusual.analysis.control import Document
from unusual.categorization.grok import grok_pattern
from unusual.categorization.ledger import NOBODY, Category
from unusual.categorization.standing import Standing
from unusual.schema.detectors import MLCATEGORY

DEFINITION: Final = "category_definition"
STATS: Final = "categorizer_stats"


class CategoryDocuments:
    """Writes the documents of one job."""

    def __init__(self, job_id: str, partition: str | None, values: list[str]) -> None:
        """The field whose values have categories of their own, None if none has, and its values by number."""
        self._job_id = job_id
        self._partition = partition
        self._values = values
        self._patterns: dict[int, tuple[tuple[int, int], str]] = {}  # and how many words and examples made them

    def definition(self, category: Category) -> Document:
        """What a category is."""
        document = {
            "job_id": self._job_id,
            "result_type": DEFINITION,
            "category_id": category.category_id,
            MLCATEGORY: str(category.category_id),
            "terms": " ".join(category.terms),
            "regex": category.regex,
            "max_matching_length": category.max_matching_length,
            "examples": list(category.examples),
            "num_matches": category.num_matches,
            "preferred_to_categories": list(category.merged),
            "grok_pattern": self._grok_pattern(category),
            **self.partition(category.partition),
        }
        if category.history:
            document["history"] = list(category.history)
        if category.merged_into is not None:
            document["merged_into"] = category.merged_into
        return document

    def _grok_pattern(self, category: Category) -> str:
        made_of = len(category.terms), len(category.examples)
        known = self._patterns.get(category.category_id)
        if known is None or known[0] != made_of:
            known = made_of, grok_pattern(category.terms, category.examples)
            self._patterns[category.category_id] = known
        return known[1]

    def partition(self, number: int) -> Document:
        """The fields that name a partition."""
        if self._partition is None or number == NOBODY:
            return {}
        return {"partition_field_name": self._partition, "partition_field_value": self._values[number]}

    def stats(self, partition: int, standing: Standing, *, warned: bool, start_ms: int) -> Document:
        """How the categories of a partition go, up to the bucket that starts then."""
        return {
            "job_id": self._job_id,
            "result_type": STATS,
            **self.partition(partition),
            **asdict(standing),
            "categorization_status": status(warned=warned),
            "timestamp": start_ms,
        }


def status(*, warned: bool) -> str:
    """What clients read of whether lines seem unfit for categorization."""
    return "warn" if warned else "ok"
