"""A job document compiled once into what detection needs: which columns, which series, which features."""

from dataclasses import dataclass
from enum import Enum

from unusual.analysis.categorizing import Categorization, categorization_of
from unusual.analysis.columns import CLOCK, place_name
from unusual.analysis.zones import Zone
from unusual.detect.exclusions import Condition, Quantity, Rule, Scope
from unusual.detect.functions import READINGS, SAMPLED, Reading, Value
from unusual.errors import Refused
from unusual.schema.analysis_config import AnalysisConfig
from unusual.schema.detectors import MLCATEGORY, Detector, Frequent
from unusual.schema.durations import Duration
from unusual.schema.jobs import Job
from unusual.schema.limits import MIB
from unusual.schema.model_plot import ModelPlotConfig
from unusual.schema.rules import Action, FilterType

DAY = 86_400
LOOKS = 4  # within the time after which a series is forgotten


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

    keys      the splitting fields: partition, by, over
    members   whether the last of them tells the members of a population apart
    number    the field whose numbers are folded, `columns.CLOCK` for times, a `columns.place_name`; None for counting
    distinct  the field whose different values are kept, None otherwise
    informed  whether it matters how much information the different values hold
    samples   whether samples are kept
    """

    keys: tuple[Key, ...]
    members: bool
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
    frequent  which of the splitting fields give no results for values that are frequent
    """

    index: int
    source: int
    readings: tuple[Reading, ...]
    function: str
    field: str | None
    by: str | None
    over: str | None
    partition: str | None
    rules: tuple[Rule, ...]
    frequent: tuple[int, ...]

    @property
    def roles(self) -> tuple[str, ...]:
        """What the splitting fields are to the detector, in the order of its series' keys."""
        return tuple(role for role in ("partition", "by", "over") if getattr(self, role) is not None)


@dataclass(frozen=True)
class Plan:
    """A job, compiled.

    span, latency  [s]
    late           how much later than that records still let their bucket be gone through again [s]
    unseen         buckets after which a series that is not seen is forgotten
    zone           whose days and weeks the models know
    memory_limit   [bytes]
    texts          fields read as strings: keys, influencers, fields whose different values are counted
    numbers        fields read as numbers
    places         fields read as places
    clocked        whether the times of records are read as numbers
    analysed       all analysed fields, for the data counts
    categorization  how lines become values of `mlcategory`, None when they do not
    multivariate   whether the by values of a detector are judged beside each other
    plot           which series' bounds are written, unless a change to the job says otherwise
    """

    job_id: str
    span: int
    latency: int
    late: int
    window_days: int | None
    unseen: int
    zone: Zone
    memory_limit: int
    sources: tuple[Source, ...]
    detectors: tuple[DetectorPlan, ...]
    influencers: tuple[str, ...]
    summary: str | None
    texts: tuple[str, ...]
    numbers: tuple[str, ...]
    places: tuple[str, ...]
    clocked: bool
    analysed: tuple[str, ...]
    categorization: Categorization | None
    multivariate: bool
    plot: ModelPlotConfig

    @property
    def looks(self) -> tuple[int, int]:
        """After how many buckets it is looked who has not been seen for long: with memory plenty, and with it tight."""
        seldom = max(1, self.unseen // LOOKS)
        return seldom, max(1, min(seldom, DAY // self.span))

    def influencing(self, source: Source) -> tuple[str, ...]:
        """The influencer fields of a source that do not split it already, in order."""
        keys = {key.field for key in source.keys}
        return tuple(field for field in self.influencers if field not in keys)

    @property
    def room(self) -> int:
        """Memory for entities and their models [bytes]: all but what is kept for categories."""
        return self.memory_limit - (0 if self.categorization is None else self.categorization.most_bytes)

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
        source = _source(detector, config)
        if source not in sources:
            sources.append(source)
        detectors.append(_detector(detector, source, sources.index(source)))
    summary = config.summary_count_field_name
    texts = [key.field for source in sources for key in source.keys]
    texts += [source.distinct for source in sources if source.distinct] + list(config.influencers)
    numbers = [source.number for source in sources if source.number in config.analysed_fields]
    numbers += [summary] if summary else []
    places = [detector.field for detector in detectors if detector.readings[0].value is Value.PLACE and detector.field]
    return Plan(
        job_id=job.job_id,
        span=config.bucket_span.seconds,
        latency=_seconds(config.latency),
        late=_seconds(config.late_data_window),
        zone=Zone(config.time_zone),
        window_days=job.renormalization_window_days,
        unseen=max(2, config.model_prune_window.seconds // config.bucket_span.seconds),
        memory_limit=job.analysis_limits.memory_mib * MIB,
        sources=tuple(sources),
        detectors=tuple(detectors),
        influencers=tuple(config.influencers),
        summary=summary,
        texts=tuple(dict.fromkeys(texts)),
        numbers=tuple(dict.fromkeys(numbers)),
        places=tuple(dict.fromkeys(places)),
        clocked=any(source.number == CLOCK for source in sources),
        analysed=tuple(config.analysed_fields),
        categorization=categorization_of(
            config, job.analysis_limits.categorization_examples_limit, job.analysis_limits.memory_mib * MIB
        ),
        multivariate=bool(config.multivariate_by_fields),
        plot=job.model_plot_config or ModelPlotConfig(enabled=False).completed(),
    )


def _seconds(duration: Duration | None) -> int:
    return 0 if duration is None else duration.seconds


def _detector(detector: Detector, source: Source, number: int) -> DetectorPlan:
    return DetectorPlan(
        index=detector.detector_index,
        source=number,
        readings=READINGS[detector.function.value],
        function=detector.function.value,
        field=detector.field_name,
        by=detector.by_field_name,
        over=detector.over_field_name,
        partition=detector.partition_field_name,
        rules=_rules(detector, source),
        frequent=_frequent(detector, source),
    )


def _check(detector: Detector) -> None:
    """Refuse what would otherwise be ignored in silence."""
    if detector.function.value not in READINGS:
        raise Refused(
            f"detector [{detector.detector_index}] uses function '{detector.function.value}', which can be configured "
            "but not analysed by this version; remove it to open the job"
        )


def _frequent(detector: Detector, source: Source) -> tuple[int, ...]:
    """Which of the splitting fields give no results for frequent values."""
    how = detector.exclude_frequent or Frequent.NONE
    fields = {
        detector.by_field_name if how in (Frequent.ALL, Frequent.BY) else None,
        detector.over_field_name if how in (Frequent.ALL, Frequent.OVER) else None,
    }
    return tuple(number for number, key in enumerate(source.keys) if key.field in fields)


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
            shift=rule.params.force_time_shift.time_shift_amount if rule.params and rule.params.force_time_shift else 0,
        )
        for rule in detector.custom_rules
    )


def _number(detector: Detector, values: set[Value]) -> str | None:
    """What is folded of each row."""
    if values & {Value.DAYTIME, Value.WEEKTIME}:
        return CLOCK
    if Value.PLACE in values and detector.field_name is not None:
        return place_name(detector.field_name)
    return detector.field_name


def _source(detector: Detector, config: AnalysisConfig) -> Source:
    keys = []
    apart = config.per_partition_categorization
    uncategorized = detector.by_field_name == MLCATEGORY and apart is not None and bool(apart.stop_on_warn)
    if detector.partition_field_name is not None:
        keys.append(Key(detector.partition_field_name, empty_counts=True))
    if detector.by_field_name is not None:
        keys.append(Key(detector.by_field_name, empty_counts=bool(detector.use_null) and not uncategorized))
    if detector.over_field_name is not None:
        keys.append(Key(detector.over_field_name, empty_counts=False))
    values = {reading.value for reading in READINGS[detector.function.value]}
    distinct = detector.field_name if values & {Value.DISTINCT, Value.INFORMATION} else None
    # A pre-summarised sum, distinct value or extreme is what it is; means and counts are as many as the summary says.
    weighted = config.summary_count_field_name is not None and not values & {
        Value.SUM,
        Value.DISTINCT,
        Value.INFORMATION,
    }
    return Source(
        keys=tuple(keys),
        members=detector.over_field_name is not None,
        number=_number(detector, values) if distinct is None else None,
        distinct=distinct,
        informed=Value.INFORMATION in values,
        samples=bool(values & {Value.MEDIAN, *SAMPLED}),
        weight=Weight.SUMMARY if weighted else Weight.ONE,
    )
