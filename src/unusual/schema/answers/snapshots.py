"""Answers that tell of stored models."""

from unusual.schema.answers.jobs import ConfiguredJob, ModelSizeStats, NodeStats
from unusual.schema.answers.shape import Answer
from unusual.schema.moments import Milliseconds


class Quantiles(Answer):
    """The past that the scores of a snapshot's job are relative to."""

    job_id: str
    timestamp: Milliseconds
    quantile_state: str


class ModelSnapshot(Answer):
    """One stored state of a job's models."""

    job_id: str
    snapshot_id: str
    timestamp: Milliseconds | None = None
    description: str | None = None
    min_version: str
    snapshot_doc_count: int
    model_size_stats: ModelSizeStats | None = None
    latest_record_time_stamp: Milliseconds | None = None
    latest_result_time_stamp: Milliseconds | None = None
    quantiles: Quantiles | None = None
    retain: bool


class ModelSnapshots(Answer):
    """A page of snapshots; `count` is of all that fit."""

    count: int
    model_snapshots: tuple[ModelSnapshot, ...]


class SnapshotUpdated(Answer):
    """A snapshot after a change."""

    acknowledged: bool
    model: ModelSnapshot


class SnapshotReverted(Answer):
    """The snapshot that a job goes on from."""

    model: ModelSnapshot


class SnapshotUpgraded(Answer):
    """Whether a snapshot is in the present layout now, and where it is brought there."""

    completed: bool
    node: str


class SnapshotUpgrade(Answer):
    """A snapshot on its way to the present layout."""

    job_id: str
    snapshot_id: str
    state: str
    node: NodeStats
    assignment_explanation: str = ""


class SnapshotUpgrades(Answer):
    """The snapshots that are on their way to the present layout."""

    count: int
    model_snapshot_upgrades: tuple[SnapshotUpgrade, ...]


class JobImported(Answer):
    """A job that was made from an exported snapshot, and the snapshot that it goes on from."""

    job: ConfiguredJob
    model: ModelSnapshot
