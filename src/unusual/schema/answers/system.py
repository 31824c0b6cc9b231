"""Answers that tell of the server as a whole."""

from typing import Annotated, Any

from pydantic import Field

from unusual.schema.answers.shape import Answer, Named


class Version(Answer):
    """Which API a server speaks."""

    number: str
    build_flavor: str | None = None
    build_type: str | None = None
    build_hash: str | None = None
    build_date: str | None = None
    build_snapshot: bool | None = None
    lucene_version: str | None = None
    minimum_wire_compatibility_version: str | None = None
    minimum_index_compatibility_version: str | None = None


class About(Answer):
    """Which server this is."""

    name: str
    cluster_name: str
    cluster_uuid: str
    version: Version
    tagline: str


class JobDefaults(Answer):
    """What a job gets that asks for nothing."""

    categorization_analyzer: dict[str, Any]
    model_memory_limit: str
    categorization_examples_limit: int
    model_snapshot_retention_days: int
    daily_model_snapshot_retention_after_days: int | None = None


class DatafeedDefaults(Answer):
    """What a datafeed gets that asks for nothing."""

    scroll_size: int


class Defaults(Answer):
    """What is taken where nothing is asked for."""

    anomaly_detectors: JobDefaults
    datafeeds: DatafeedDefaults


class Limits(Answer):
    """The most that jobs may ask for, as sizes such as `4gb`."""

    max_model_memory_limit: str | None = None
    effective_max_model_memory_limit: str | None = None
    total_ml_memory: str | None = None


class NativeCode(Answer):
    """The version of the analysis."""

    version: str
    build_hash: str


class Capabilities(Answer):
    """Defaults and limits of jobs."""

    defaults: Defaults
    limits: Limits
    native_code: NativeCode | None = None
    upgrade_mode: bool


class NodeCounts(Answer):
    """How many nodes were asked, and answered."""

    total: int
    successful: int
    failed: int


class JobMemory(Named):
    """What jobs may fill, and fill, in bytes; readable sizes beside them when `human` is asked for."""

    max_in_bytes: int
    native_code_overhead_in_bytes: int
    anomaly_detectors_in_bytes: int
    data_frame_analytics_in_bytes: int
    native_inference_in_bytes: int


class Memory(Named):
    """The memory of a node in bytes."""

    total_in_bytes: int
    adjusted_total_in_bytes: int
    ml: JobMemory


class NodeMemory(Answer):
    """The memory of one node."""

    name: str
    ephemeral_id: str
    transport_address: str
    attributes: dict[str, str]
    roles: tuple[str, ...]
    mem: Memory
    jvm: dict[str, Any]


class MemoryStats(Answer):
    """The memory of the nodes that were asked for, by node id."""

    counts: Annotated[NodeCounts, Field(alias="_nodes")]
    cluster_name: str
    nodes: dict[str, NodeMemory]


class Deleted(Answer):
    """Whether all that had expired is gone."""

    deleted: bool


class Settings(Answer):
    """What is set, by how long it lasts."""

    acknowledged: bool | None = None
    persistent: dict[str, Any]
    transient: dict[str, Any]
    defaults: dict[str, Any] | None = None
