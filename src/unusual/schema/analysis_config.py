"""What a job analyses: bucket span, detectors, influencers, categorization; knows no data and no results."""

from enum import StrEnum
from typing import Annotated, ClassVar, Final, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from unusual.errors import Invalid
from unusual.schema.categorization import AnalyzerChoice, PerPartition, check_filters, default_analyzer
from unusual.schema.detectors import MLCATEGORY, Detector
from unusual.schema.durations import Duration
from unusual.schema.recurrence import known_zone
from unusual.schema.values import Closed, FieldName, Flag, Words

_PRUNE_DAYS: Final = 30
_PRUNE_SPANS: Final = 20
_NANOS_PER_SECOND: Final = 1_000_000_000
_LATE_SPANS: Final = 12
_MOST_LATE_SPANS: Final = 1_000


class Late(StrEnum):
    """What becomes of records that come after their bucket was final."""

    DROP = "drop"
    RESCORE = "rescore"


def _whole_positive(span: Duration) -> Duration:
    if span.nanos <= 0:
        raise Invalid(f"bucket_span cannot be less or equal than 0. Value = {span.seconds}")
    if span.nanos % _NANOS_PER_SECOND:
        raise Invalid(f"bucket_span has to be a multiple of 1000ms. Value = {span}")
    return span


def _not_negative(latency: Duration) -> Duration:
    if latency.nanos < 0:
        raise Invalid(f"latency cannot be less than 0. Value = {latency}")
    return latency


def _placed(detectors: tuple[Detector, ...]) -> tuple[Detector, ...]:
    if not detectors:
        raise Invalid("No detectors configured")
    seen: set[str] = set()
    for detector in (detector.placed(0) for detector in detectors):
        fingerprint = detector.model_dump_json()
        if fingerprint in seen:
            raise Invalid(f"Duplicate detectors are not allowed: [{detector.detector_description}]")
        seen.add(fingerprint)
    return tuple(detector.placed(index) for index, detector in enumerate(detectors))


class AnalysisConfig(Closed):
    """The analysis of a job, complete with its defaults."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="analysis_config", validate_default=True)

    bucket_span: Annotated[Duration, AfterValidator(_whole_positive)] = Duration("5m")
    detectors: Annotated[tuple[Detector, ...], AfterValidator(_placed)] = ()
    influencers: Words = ()
    latency: Annotated[Duration, AfterValidator(_not_negative)] | None = None
    late_data: Late | None = None
    late_data_window: Duration | None = None
    summary_count_field_name: FieldName = None
    categorization_field_name: FieldName = None
    categorization_filters: Words | None = Field(default=None, exclude=True)
    categorization_analyzer: AnalyzerChoice | None = None
    per_partition_categorization: PerPartition | None = None
    multivariate_by_fields: Flag | None = None
    model_prune_window: Duration = Duration("30d")
    time_zone: Annotated[str, AfterValidator(known_zone)] | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        self._check_summary()
        self._check_categorization()
        self._check_partitions()
        self._check_prefixes()
        self._check_prune_window()
        self._check_late_data()
        return self

    @property
    def analysed_fields(self) -> tuple[str, ...]:
        """Every field of the records that the analysis reads, sorted; the time field is not among them."""
        fields = {field for detector in self.detectors for field in detector.fields}
        fields |= {*self.influencers, self.summary_count_field_name or "", self.categorization_field_name or ""}
        return tuple(sorted(fields - {"", MLCATEGORY}))

    def _check_summary(self) -> None:
        if self.summary_count_field_name is None:
            return
        for detector in self.detectors:
            if not detector.function.family.summary:
                raise Invalid(
                    f"The '{detector.function}' function cannot be used in jobs that will take pre-summarized input"
                )

    def completed(self) -> Self:
        """The configuration as it is stored: defaults that depend on other settings filled in, filters absorbed."""
        settled: dict[str, object] = {}
        if self.categorization_field_name is None:
            settled["per_partition_categorization"] = None
        else:
            settled["per_partition_categorization"] = self.per_partition_categorization or PerPartition()
            if self.categorization_analyzer is None:
                settled["categorization_analyzer"] = default_analyzer(self.categorization_filters or ())
        settled["categorization_filters"] = None
        if "model_prune_window" not in self.model_fields_set:
            settled["model_prune_window"] = self._default_prune_window()
        if self.late_data is Late.RESCORE and self.late_data_window is None:
            settled["late_data_window"] = Duration.of_seconds(_LATE_SPANS * self.bucket_span.seconds)
        return self.model_copy(update=settled)

    def _default_prune_window(self) -> Duration:
        least, spans = Duration(f"{_PRUNE_DAYS}d"), _PRUNE_SPANS * self.bucket_span.seconds
        return Duration.of_seconds(spans) if spans > least.seconds else least

    def _check_categorization(self) -> None:
        mentioned = any(MLCATEGORY in detector.split_fields for detector in self.detectors)
        if self.categorization_field_name is None:
            self._check_nothing_to_categorize()
            if mentioned:
                raise Invalid("categorization_field_name must be set for mlcategory to be available")
        elif not mentioned:
            raise Invalid(
                "categorization_field_name is set but mlcategory is not used in any detector by/over/partition field"
            )
        if self.categorization_filters and self.categorization_analyzer is not None:
            raise Invalid(
                "categorization_filters cannot be used with categorization_analyzer - "
                "instead specify them as pattern_replace char_filters in the analyzer"
            )
        check_filters(self.categorization_filters or ())

    def _check_nothing_to_categorize(self) -> None:
        if self.categorization_filters:
            raise Invalid("categorization_filters require setting categorization_field_name")
        if self.categorization_analyzer is not None:
            raise Invalid("categorization_analyzer requires setting categorization_field_name")
        if self.per_partition_categorization is not None and self.per_partition_categorization.enabled:
            raise Invalid("categorization_field_name must be set when per-partition categorization is enabled")

    def _check_partitions(self) -> None:
        if self.per_partition_categorization is None or not self.per_partition_categorization.enabled:
            return
        partitions = {
            detector.partition_field_name for detector in self.detectors if MLCATEGORY in detector.split_fields
        }
        if None in partitions:
            raise Invalid(
                "partition_field_name must be set for detectors that reference mlcategory "
                "when per-partition categorization is enabled"
            )
        if len(partitions) > 1:
            raise Invalid(
                "partition_field_name cannot vary between detectors when per-partition categorization is enabled"
            )

    def _check_prefixes(self) -> None:
        fields = set(self.analysed_fields)
        for field in self.analysed_fields:
            parts = field.split(".")
            for length in range(1, len(parts)):
                prefix = ".".join(parts[:length])
                if prefix in fields:
                    raise Invalid(f"Fields [{prefix}] and [{field}] cannot both be used in the same analysis_config")

    def _check_prune_window(self) -> None:
        window, span = self.model_prune_window, self.bucket_span
        if "model_prune_window" not in self.model_fields_set or window == self._default_prune_window():
            return
        if window.nanos % span.nanos:
            raise Invalid(f"model_prune_window [{window}] must be a multiple of bucket_span [{span}]")
        if window.nanos < 2 * span.nanos:
            raise Invalid(f"model_prune_window [{window}] must be at least 2 times greater than bucket_span [{span}]")

    def _check_late_data(self) -> None:
        window, span = self.late_data_window, self.bucket_span
        if window is None:
            return
        if self.late_data is not Late.RESCORE:
            raise Invalid("late_data_window requires setting late_data to [rescore]")
        if window.nanos <= 0 or window.nanos % span.nanos:
            raise Invalid(f"late_data_window [{window}] must be a multiple of bucket_span [{span}]")
        if window.nanos > _MOST_LATE_SPANS * span.nanos:
            raise Invalid(f"late_data_window [{window}] must be at most {_MOST_LATE_SPANS} times bucket_span [{span}]")
