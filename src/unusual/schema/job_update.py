"""A change to a job's configuration, and a stored configuration after it; knows no job's state."""

from typing import Any, ClassVar, Final

from pydantic import ConfigDict

from unusual.errors import Invalid
from unusual.schema.categorization import Analyzer, PerPartition, default_analyzer
from unusual.schema.durations import Duration
from unusual.schema.limits import MemoryLimit
from unusual.schema.model_plot import ModelPlotConfig
from unusual.schema.rules import Rule
from unusual.schema.values import Closed, Document, Flag, Natural, Whole, Words

_ANALYSIS: Final = ("model_prune_window", "per_partition_categorization")
_NESTED: Final = {*_ANALYSIS, "analysis_limits", "detectors", "categorization_filters"}


class DetectorUpdate(Closed):
    """A new description or new rules for the detector of that index."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="detector_update")

    detector_index: Whole
    description: str | None = None
    custom_rules: tuple[Rule, ...] | None = None


class LimitsUpdate(Closed):
    """A new memory limit."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="analysis_limits")

    model_memory_limit: MemoryLimit | None = None


class JobUpdate(Closed):
    """What is to be replaced; whatever is not given stays.

    Values that must agree with others are checked when the job as it would become is read.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(title="job_update")

    description: str | None = None
    groups: Words | None = None
    background_persist_interval: Duration | None = None
    renormalization_window_days: Natural | None = None
    results_retention_days: Natural | None = None
    system_annotations_retention_days: Natural | None = None
    model_snapshot_retention_days: Natural | None = None
    daily_model_snapshot_retention_after_days: Natural | None = None
    allow_lazy_open: Flag | None = None
    custom_settings: dict[str, Any] | None = None
    model_plot_config: ModelPlotConfig | None = None
    model_prune_window: Duration | None = None
    categorization_filters: Words | None = None
    per_partition_categorization: PerPartition | None = None
    detectors: tuple[DetectorUpdate, ...] = ()
    analysis_limits: LimitsUpdate | None = None

    def applied_to(self, job: Document) -> Document:
        """A job's document with this change in it, still to be checked; `errors.Invalid` for an unknown detector."""
        change = self.document()
        changed = {**job, **{name: value for name, value in change.items() if name not in _NESTED}}
        changed["analysis_limits"] = {**job["analysis_limits"], **change.get("analysis_limits", {})}
        analysis = {**job["analysis_config"], **{name: change[name] for name in _ANALYSIS if name in change}}
        analysis["detectors"] = self._detectors(analysis["detectors"])
        if self.categorization_filters is not None:
            analysis = _refiltered(analysis, self.categorization_filters)
        return {**changed, "analysis_config": analysis}

    def _detectors(self, present: list[Document]) -> list[Document]:
        detectors = list(present)
        for update in self.detectors:
            index = update.detector_index
            if not 0 <= index < len(detectors):
                raise Invalid(f"Invalid detector index [{index}]: the job has {len(detectors)} detector(s)")
            change = update.document()
            change.pop("detector_index")
            if "description" in change:
                change["detector_description"] = change.pop("description")
            detectors[index] = {**detectors[index], **change}
        return detectors


def _refiltered(analysis: Document, filters: tuple[str, ...]) -> Document:
    """The analysis with other categorization filters; an analyzer that a client chose is left to be refused."""
    present = analysis.get("categorization_analyzer")
    chosen = isinstance(present, str) or (
        present is not None and Analyzer.model_validate(present).without_patterns() != default_analyzer()
    )
    kept = {name: value for name, value in analysis.items() if chosen or name != "categorization_analyzer"}
    return {**kept, "categorization_filters": list(filters)}
