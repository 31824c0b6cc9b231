"""A job's configuration as one frozen document: read from a request, stored, shown, changed; knows no job's state."""

from operator import not_
from typing import Annotated, Any, ClassVar, Final, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from unusual.errors import Invalid, Taken
from unusual.schema.analysis_config import AnalysisConfig
from unusual.schema.data_description import DataDescription
from unusual.schema.detectors import Detector
from unusual.schema.durations import Duration
from unusual.schema.job_update import JobUpdate
from unusual.schema.limits import AnalysisLimits
from unusual.schema.model_plot import ModelPlotConfig
from unusual.schema.names import check_agreement, check_group, check_id, index_name
from unusual.schema.reading import read
from unusual.schema.rules import Rule
from unusual.schema.values import Closed, Document, Flag, Natural, Whole, Words

__all__ = [
    "DAILY_RETENTION_DAYS",
    "JOB_TYPE",
    "AnalysisConfig",
    "AnalysisLimits",
    "DataDescription",
    "Detector",
    "Job",
    "JobConfig",
    "ModelPlotConfig",
    "Rule",
]

JOB_TYPE: Final = "anomaly_detector"
DAILY_RETENTION_DAYS: Final = 1  # after which snapshots are thinned to one a day

_NAME: Final = "job_details"
_REFUSED_IN_REQUESTS: Final = ("create_time", "finished_time", "model_snapshot_id")
_OVERWRITTEN: Final = ("job_type", "job_version")
_RETENTION_DAYS: Final = 10
_DAILY: Final = "daily_model_snapshot_retention_after_days"
_LEAST_PERSIST_SECONDS: Final = 3600
_BY_SERVER: Final = Field(json_schema_extra={"readOnly": True})


def _groups(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(check_group(name) for name in names))


def _persist_interval(interval: Duration) -> Duration:
    if interval.seconds < _LEAST_PERSIST_SECONDS:
        raise Invalid(
            f"background_persist_interval cannot be less than {_LEAST_PERSIST_SECONDS} seconds. Value = {interval}"
        )
    return interval


class JobConfig(Closed):
    """A job as clients write it and read it.

    job_type, job_version, create_time [ms], finished_time [ms] and model_snapshot_id are set by the server.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(title=_NAME)

    job_id: str | None = None
    job_type: Annotated[str, _BY_SERVER] = JOB_TYPE
    job_version: Annotated[str | None, _BY_SERVER] = None
    create_time: Annotated[Whole | None, _BY_SERVER] = None
    finished_time: Annotated[Whole | None, _BY_SERVER] = None
    model_snapshot_id: Annotated[str | None, _BY_SERVER] = None
    description: str | None = None
    groups: Annotated[Words, AfterValidator(_groups), Field(exclude_if=not_)] = ()
    analysis_config: Annotated[AnalysisConfig, AfterValidator(AnalysisConfig.completed)]
    analysis_limits: AnalysisLimits = AnalysisLimits()
    data_description: DataDescription
    model_plot_config: Annotated[ModelPlotConfig, AfterValidator(ModelPlotConfig.completed)] | None = None
    background_persist_interval: Annotated[Duration, AfterValidator(_persist_interval)] | None = None
    renormalization_window_days: Natural | None = None
    model_snapshot_retention_days: Natural = _RETENTION_DAYS
    daily_model_snapshot_retention_after_days: Natural | None = None
    results_retention_days: Natural | None = None
    system_annotations_retention_days: Natural | None = None
    results_index_name: Annotated[str, AfterValidator(index_name)] = "shared"
    custom_settings: dict[str, Any] | None = None
    allow_lazy_open: Flag = False


class Job(JobConfig):
    """Everything that is configured about one job of a server, with all defaults filled in."""

    job_id: str
    job_version: str
    create_time: Whole

    @classmethod
    def from_request(
        cls, body: object, *, job_id: str, now_ms: int, version: str, largest_memory_mib: int | None = None
    ) -> Self:
        """The job that a client asks for; an embedded `datafeed_config` is left to whoever creates datafeeds.

        body                a parsed JSON body
        version             of the server, kept as `job_version`
        largest_memory_mib  most that a job may ask for, None without such a limit

        Raises `errors.Invalid` (with its kinds), and `errors.Taken` for a job in a group of its own name.
        """
        if not isinstance(body, dict):
            return read(cls, body, _NAME)  # which refuses it
        check_agreement("job_id", body.get("job_id"), job_id)
        check_id("job_id", job_id)
        illegal = [name for name in _REFUSED_IN_REQUESTS if body.get(name) is not None]
        if illegal:
            fields = ", ".join(illegal)
            raise Invalid(f"The job is configured with fields [{fields}] that are illegal to set at job creation")
        asked = {name: value for name, value in body.items() if name not in {*_OVERWRITTEN, "datafeed_config"}}
        job = read(cls, {**asked, "job_id": job_id, "job_version": version, "create_time": now_ms}, _NAME)
        limits = job.analysis_limits.within(largest_memory_mib)
        return job.model_copy(update={"analysis_limits": limits})

    @classmethod
    def from_document(cls, stored: Document) -> Self:
        """The job that `document` showed."""
        return read(cls, stored, _NAME)

    @model_validator(mode="before")
    @classmethod
    def _with_daily_retention(cls, body: object) -> object:
        """Snapshots are thinned after a day, unless that is all the time they are kept."""
        if not isinstance(body, dict) or body.get(_DAILY) is not None:
            return body
        whole = body.get("model_snapshot_retention_days")
        kept = _RETENTION_DAYS if whole is None else whole
        return {**body, _DAILY: DAILY_RETENTION_DAYS} if isinstance(kept, int) and kept > DAILY_RETENTION_DAYS else body

    def updated(self, body: object, *, largest_memory_mib: int | None = None) -> Self:
        """The job after an update request; `errors.Invalid` and its kinds.

        Whether the job's state and its model's size allow new limits is not known here.
        """
        change = read(JobUpdate, body, "job_update")
        job = self.from_document(change.applied_to(self.document()))
        if change.analysis_limits is not None:
            job.analysis_limits.within(largest_memory_mib)
        return job

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.job_id in self.groups:
            # Raised past the translation of refusals: not the document is wrong, the name is in use.
            raise Taken(
                f"job and group names must be unique but job [{self.job_id}] and group [{self.job_id}] "
                "have the same name"
            )
        if self.data_description.time_field in self.analysis_config.analysed_fields:
            raise Invalid("data_description.time_field may not be used in the analysis_config")
        daily, whole = self.daily_model_snapshot_retention_after_days, self.model_snapshot_retention_days
        if daily is not None and daily > whole:
            raise Invalid(
                f"The value of daily_model_snapshot_retention_after_days [{daily}] cannot be greater than "
                f"model_snapshot_retention_days [{whole}]"
            )
        return self
