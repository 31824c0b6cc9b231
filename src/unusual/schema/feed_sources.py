"""Where the documents of a datafeed are when this server does not hold them; knows names of connections, no secret."""

from typing import Annotated, ClassVar, Literal, NamedTuple, TypeAlias

from pydantic import AfterValidator, ConfigDict, Field

from unusual.errors import Invalid
from unusual.schema.durations import Duration
from unusual.schema.values import Closed, Flag, Words

AUTO = "auto"  # text as ISO 8601, numbers by their size: seconds or milliseconds


class Remote(NamedTuple):
    """Indices of another cluster."""

    connection: str
    indices: tuple[str, ...]


def remote_of(indices: tuple[str, ...]) -> Remote | None:
    """The cluster that is meant by names such as `prod:logs-*`, None for this one; `errors.Invalid` for several.

    >>> remote_of(("prod:logs-*", "prod:old-logs"))
    Remote(connection='prod', indices=('logs-*', 'old-logs'))
    """
    parted = [name.partition(":") for name in indices]
    clusters = {cluster if colon else "" for cluster, colon, _ in parted}
    if len(clusters) > 1:
        raise Invalid("indices must all be of one cluster, found " + ", ".join(f"[{name}]" for name in indices))
    cluster = next(iter(clusters), "")
    return Remote(cluster, tuple(name for _, _, name in parted)) if cluster else None


def _positive(step: Duration) -> Duration:
    if step.milliseconds < 1:
        raise Invalid(f"step must be at least a millisecond. Value = {step}")
    return step


class _Connected(Closed):
    """A source behind a connection that the server knows by name."""

    model_config: ClassVar[ConfigDict] = ConfigDict(title="source")

    connection: Annotated[str, Field(min_length=1)]


class SqlSource(_Connected):
    """The rows of a query, its columns as fields."""

    type: Literal["sql"]
    query: Annotated[str, Field(min_length=1)]


class FilesSource(_Connected):
    """Records in files: each line of NDJSON or CSV, each row of Parquet.

    paths   below the root of the connection; may hold `*`
    follow  go on with what is written to the files, where the last run ended
    """

    type: Literal["files"]
    paths: Annotated[Words, Field(min_length=1)]
    time_format: str = AUTO
    follow: Flag = False


class PrometheusSource(_Connected):
    """The samples of a query, each with its labels as fields and its value as `value`."""

    type: Literal["prometheus"]
    query: Annotated[str, Field(min_length=1)]
    step: Annotated[Duration, AfterValidator(_positive)] = Duration("1m")


class KafkaSource(_Connected):
    """The messages of a topic, each one a JSON object; one without a time has that of its message."""

    type: Literal["kafka"]
    topic: Annotated[str, Field(min_length=1)]
    time_format: str = AUTO


FeedSource: TypeAlias = Annotated[SqlSource | FilesSource | PrometheusSource | KafkaSource, Field(discriminator="type")]
