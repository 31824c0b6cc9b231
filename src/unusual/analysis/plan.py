"""A job document compiled once into what detection needs: which columns, which series, which features."""

from dataclasses import dataclass
from enum import Enum

from unusual.analysis.categorizing import MLCATEGORY, Categorization, categorization_of
from unusual.detect.exclusions import Condition, Quantity, Rule, Scope
from unusual.detect.functions import READINGS, Reading, Value
from unusual.errors import Refused
from unusual.schema.detectors import Detector
from unusual.schema.jobs import Job
from unusual.schema.limits import MIB
from unusual.schema.rules import Action, FilterType


class Weight(Enum):
    """How many samples a row stands for."""

    ONE = "one"
    SUMMARY = "summary"  # what the summary count field says


@dataclass(frozen=True)
class Key:
    """A field that splits the data; whether a missing value is a value ("") or leaves the row out."""

    field: str
    empty_counts: bool


@dataclass(frozen=True)
class Source:
    """One tally: what is split, and what is folded. Features that read the same share one.

    keys      the splitting fields, partition first
    number    the field whose numbers are folded, None for counting
    distinct  the field whose different values are kept, None otherwise
    informed  whether it matters how much information the different values hold
    samples   whether samples are kept
    """

    keys: tuple[Key, ...]
    number: str | None
    distinct: str | None
    informed: bool
    samples: bool
    weight: Weight


@dataclass(frozen=True)
class DetectorPlan:
    """One detector, compiled.

    index     its number in the job
    source    which of the plan's sources it reads
    readings  its features
    """

    index: int
    source: int
    readings: tuple[Reading, ...]
    function: str
    field: str | None
    by: str | None
    partition: str | None
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Plan:
    """A job, compiled.

    span, latency  [s]
    texts          fields read as strings: keys, influencers, fields whose different values are counted
    numbers        fields read as numbers
    analysed       all analysed fields, for the data counts
    categorization  how lines become values of `mlcategory`, None when they do not
    """

    job_id: str
    span: int
    latency: int
    window_days: int | None
    memory_limit: int
    sources: tuple[Source, ...]
    detectors: tuple[DetectorPlan, ...]
    influencers: tuple[str, ...]
    summary: str | None
    texts: tuple[str, ...]
    numbers: tuple[str, ...]
    analysed: tuple[str, ...]
    categorization: Categorization | None

    @property
    def read(self) -> tuple[str, ...]:
        """The fields of a record that are read as strings."""
        if self.categorization is None:
            return self.texts
        return (*(text for text in self.texts if text != MLCATEGORY), self.categorization.field)


def compile_plan(job: Job) -> Plan:
    """The plan of a job; `errors.Refused` names what this version cannot analyse."""
    config = job.analysis_config
    sources: list[Source] = []
    detectors = []
    for detector in config.detectors:
        _check(detector)
        source = _source(detector, config.summary_count_field_name)
        if source not in sources:
            sources.append(source)
        detectors.append(
            DetectorPlan(
                index=detector.detector_index,
                source=sources.index(source),
                readings=READINGS[detector.function.value],
                function=detector.function.value,
                field=detector.field_name,
                by=detector.by_field_name,
                partition=detector.partition_field_name,
                rules=_rules(detector, source),
            )
        )
    summary = config.summary_count_field_name
    texts = [key.field for source in sources for key in source.keys]
    texts += [source.distinct for source in sources if source.distinct] + list(config.influencers)
    numbers = [source.number for source in sources if source.number] + ([summary] if summary else [])
    return Plan(
        job_id=job.job_id,
        span=config.bucket_span.seconds,
        latency=config.latency.seconds if config.latency else 0,
        window_days=job.renormalization_window_days,
        memory_limit=job.analysis_limits.memory_mib * MIB,
        sources=tuple(sources),
        detectors=tuple(detectors),
        influencers=tuple(config.influencers),
        summary=summary,
        texts=tuple(dict.fromkeys(texts)),
        numbers=tuple(dict.fromkeys(numbers)),
        analysed=tuple(config.analysed_fields),
        categorization=categorization_of(config, job.analysis_limits.categorization_examples_limit),
    )


def _check(detector: Detector) -> None:
    """Refuse what would otherwise be ignored in silence."""
    what = None
    if detector.function.value not in READINGS:
        what = f"function '{detector.function.value}'"
    elif detector.over_field_name is not None:
        what = "over_field_name"
    elif any(Action.FORCE_TIME_SHIFT in rule.actions for rule in detector.custom_rules):
        what = "the rule action force_time_shift"
    elif detector.exclude_frequent is not None and detector.exclude_frequent.value != "none":
        what = "exclude_frequent"
    if what is not None:
        raise Refused(
            f"detector [{detector.detector_index}] uses {what}, which can be configured but not analysed by this "
            "version; remove it to open the job"
        )


def _rules(detector: Detector, source: Source) -> tuple[Rule, ...]:
    keys = [key.field for key in source.keys]
    return tuple(
        Rule(
            conditions=tuple(
                Condition(Quantity(c.applies_to.value), c.operator.value, float(c.value)) for c in rule.conditions
            ),
            scopes=tuple(
                Scope(keys.index(field), field, named.filter_id, listed=named.filter_type is FilterType.INCLUDE)
                for field, named in rule.scope.items()
            ),
            skips_result=Action.SKIP_RESULT in rule.actions,
            skips_learning=Action.SKIP_MODEL_UPDATE in rule.actions,
        )
        for rule in detector.custom_rules
    )


def _source(detector: Detector, summary: str | None) -> Source:
    keys = []
    if detector.partition_field_name is not None:
        keys.append(Key(detector.partition_field_name, empty_counts=True))
    if detector.by_field_name is not None:
        keys.append(Key(detector.by_field_name, empty_counts=bool(detector.use_null)))
    values = {reading.value for reading in READINGS[detector.function.value]}
    distinct = detector.field_name if values & {Value.DISTINCT, Value.INFORMATION} else None
    # A pre-summarised sum, distinct value or extreme is what it is; means and counts are as many as the summary says.
    weighted = summary is not None and not values & {Value.SUM, Value.DISTINCT, Value.INFORMATION}
    return Source(
        keys=tuple(keys),
        number=None if distinct else detector.field_name,
        distinct=distinct,
        informed=Value.INFORMATION in values,
        samples=Value.MEDIAN in values,
        weight=Weight.SUMMARY if weighted else Weight.ONE,
    )
