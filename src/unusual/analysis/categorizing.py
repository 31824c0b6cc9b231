"""Log lines of one job to values of `mlcategory`, and categories to documents; knows no detectors and no models."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

import numpy as np
import orjson
import polars as pl

from unusual.analysis.analyzers import Analysis, analysis_of
from unusual.analysis.category_documents import DEFINITION, STATS, CategoryDocuments, status
from unusual.analysis.control import Annotation, Document, Result, Seconds
from unusual.analysis.partitioning import Partitions
from unusual.categorization.categorizer import MOST_CATEGORIES, Categorizer
from unusual.categorization.ledger import NOBODY
from unusual.categorization.standing import Standing
from unusual.kernels.arrays import Ints
from unusual.models.rows import grown
from unusual.schema.analysis_config import AnalysisConfig
from unusual.schema.categorization import Analyzer
from unusual.schema.detectors import MLCATEGORY
from unusual.schema.limits import MIB

SHARE: Final = 2  # one part in so many of the memory limit is for categories,
MOST: Final = 64 * MIB  # but no more than this
A_PARTITION: Final = 250  # bytes, besides its categories
STATUS_CHANGE: Final = "categorization_status_change"


@dataclass(frozen=True)
class Categorization:
    """What is categorized, and how.

    field         holds the lines
    analysis      what is compared of them
    examples      how many lines are kept of each category
    partition     the field whose values have categories of their own, None for one set of categories
    stop_on_warn  whether partitions whose lines seem unfit are left alone from then on
    most_bytes    that categories may take
    """

    field: str
    analysis: Analysis
    examples: int
    partition: str | None
    stop_on_warn: bool
    most_bytes: int


def categorization_of(config: AnalysisConfig, examples: int, memory_limit: int) -> Categorization | None:
    """The categorization of a job, None when it has none; `errors.Refused` names what this version cannot do.

    memory_limit: of the job [bytes]
    """
    if config.categorization_field_name is None:
        return None
    chosen = config.completed().categorization_analyzer
    analyzer = chosen if isinstance(chosen, Analyzer) else Analyzer(analyzer=chosen)
    apart = config.per_partition_categorization
    partition = None
    if apart is not None and apart.enabled:
        partition = next(d.partition_field_name for d in config.detectors if MLCATEGORY in d.split_fields)
    return Categorization(
        field=config.categorization_field_name,
        analysis=analysis_of(analyzer),
        examples=examples,
        partition=partition,
        stop_on_warn=apart is not None and bool(apart.stop_on_warn),
        most_bytes=min(memory_limit // SHARE, MOST),
    )


class Categories:
    """The categories of one job."""

    def __init__(self, job_id: str, plan: Categorization, span: Seconds) -> None:
        """A job that has seen no line. span: of its buckets."""
        self._said: list[Annotation] = []
        self._plan = plan
        self._span_ms = span * 1000
        self._categorizer = Categorizer(
            plan.examples,
            MOST_CATEGORIES,
            most_bytes=plan.most_bytes,
            tokens=plan.analysis.cut is not None,
            stopwords=plan.analysis.stopwords,
        )
        self._partitions = Partitions()
        self._told = np.zeros((1, 2), np.int64)  # marks of the categories as they were last told
        self._standings = np.zeros((0, len(fields(Standing))), np.int64)  # as they were last told
        self._documents = CategoryDocuments(job_id, plan.partition, self._partitions.values)

    def assign(self, frame: pl.DataFrame, buckets: Ints) -> pl.Series:
        """The category of the line of each record (k,) as text, null where there is none. buckets: their numbers."""
        lines, size = frame[self._plan.field], frame.height
        compared = self._plan.analysis.compared(lines)
        whose = frame[self._plan.partition] if self._plan.partition else pl.Series([""]).new_from_index(0, size)
        partitions = self._partitions.numbers(whose)
        looks = self._partitions.looks(partitions, lines.is_not_null().to_numpy())
        numbers = np.zeros(size, np.int32)
        start = 0
        for end, partition in [*looks, (size, NOBODY)]:
            part = slice(start, end)
            numbers[part] = self._categorizer.assign(
                self._left(lines[part], partitions[part]),
                compared=None if compared is lines else compared[part],
                partitions=partitions[part],
            )
            start = end
            if partition != NOBODY:
                self._look(partition, int(buckets[end - 1]))
        self._partitions.note(partitions[numbers > 0], buckets[numbers > 0])
        found = pl.Series(MLCATEGORY, numbers)
        return found.set(found == 0, None).cast(pl.String)

    def _left(self, lines: pl.Series, partitions: Ints) -> pl.Series:
        """The lines without those of stopped partitions."""
        stopped = self._partitions.rows["stopped"][partitions]
        return lines.set(pl.Series(stopped), None) if stopped.any() else lines

    def _look(self, partition: int, bucket: int) -> None:
        """See how the lines of a partition fall into categories, and say so when that has changed."""
        rows = self._partitions.rows
        if rows["stopped"][partition]:
            return
        standing = Standing(*self._standings_now()[partition].tolist())
        warned = bool(standing.reasons)
        if warned != rows["warned"][partition]:
            rows["warned"][partition] = warned
            rows["stopped"][partition] = warned and self._plan.stop_on_warn
            self._say(partition, standing, bucket)

    def _say(self, partition: int, standing: Standing, bucket: int) -> None:
        text = f"Categorization status changed to '{status(warned=bool(standing.reasons))}'"
        if standing.reasons:
            text += f": {', '.join(standing.reasons)}"
        if self._partitions.rows["stopped"][partition]:
            text += "; its lines are left alone from now on"
        start_ms = bucket * self._span_ms
        whose = self._documents.partition(partition)
        self._said.append(Annotation(STATUS_CHANGE, text, start_ms, start_ms + self._span_ms, whose))

    def take_said(self) -> list[Annotation]:
        """Annotations of what has changed since they were last taken."""
        said, self._said = self._said, []
        return said

    @property
    def bytes(self) -> int:
        """About how much memory the categories take."""
        return self._categorizer.bytes + A_PARTITION * len(self._partitions.values)

    def stats(self) -> Document:
        """What model size stats say of categories."""
        total = Standing(*self._standings_now().sum(axis=0).tolist())
        return asdict(total) | {"categorization_status": status(warned=bool(self._partitions.rows["warned"].any()))}

    def _standings_now(self) -> Ints:
        return self._categorizer.standings(len(self._partitions.values))

    def results(self) -> Iterator[Result]:
        """What is new or has changed since it was last told: definitions, and stats of partitions."""
        marks = self._categorizer.marks
        changed = np.flatnonzero((marks != grown(self._told, len(marks))[: len(marks)]).any(axis=1))
        self._told = marks
        for category in self._categorizer.definitions(changed):
            yield _result(DEFINITION, str(category.category_id), self._documents.definition(category))
        standings = self._standings_now()
        changed = np.flatnonzero((standings != grown(self._standings, len(standings))[: len(standings)]).any(axis=1))
        self._standings = standings
        for partition in changed.tolist():
            standing, row = Standing(*standings[partition].tolist()), self._partitions.rows[partition]
            start_ms = int(row["latest"]) * self._span_ms
            body = self._documents.stats(partition, standing, warned=bool(row["warned"]), start_ms=start_ms)
            yield _result(STATS, self._partitions.values[partition], body)

    def state(self) -> dict[str, Any]:
        """Everything learnt."""
        return {"categorizer": self._categorizer.state(), "partitions": self._partitions.state()}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue exactly where `state` was taken, for the same plan."""
        self._categorizer.restore(state["categorizer"])
        self._partitions.restore(state["partitions"])


def _result(kind: str, entity: str, body: Document) -> Result:
    return Result(kind, 0, entity, 0.0, is_interim=False, body=orjson.dumps(body))
