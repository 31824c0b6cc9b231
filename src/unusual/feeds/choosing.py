"""Which source a datafeed reads from; knows every kind of them, and loads what is heavy only with its first use."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from unusual.errors import NoSuchJob, Refused
from unusual.feeds.connections import Connection, Files, Kafka, Sql, Web
from unusual.feeds.files import FileRecords
from unusual.feeds.following import GrowingFiles
from unusual.feeds.kafka import Messages
from unusual.feeds.places import files_below, is_object_store, objects_below
from unusual.feeds.prometheus import Samples
from unusual.feeds.remote import RemoteIndices
from unusual.feeds.wanting import Wanted
from unusual.jobs.ports import Ports
from unusual.jobs.sources import OwnIndices, Source
from unusual.schema.datafeeds import Datafeed
from unusual.schema.feed_sources import FeedSource, FilesSource, KafkaSource, PrometheusSource, SqlSource
from unusual.schema.jobs import Job
from unusual.schema.values import Document

CLUSTERS: Final = ("elasticsearch", "opensearch")

K = TypeVar("K", bound=Connection)


@dataclass(frozen=True)
class Choosing:
    """Makes the sources of datafeeds from the connections that the server knows."""

    connections: Mapping[str, Connection]

    def __call__(self, ports: Ports, feed: Datafeed, job: Job) -> Source:
        """The source of a datafeed, not opened yet; `errors.Refused` when its connection does not fit."""
        return self.elsewhere(feed, job, _mark(ports, job)) or OwnIndices(ports, feed, job)

    def elsewhere(self, feed: Datafeed, job: Job, mark: Document | None = None) -> Source | None:
        """The same, None when the datafeed reads indices of this server.

        mark  where an earlier run ended
        """
        wanted = Wanted.by(feed, job)
        if feed.remote is not None:
            cluster = _of_kind(self._known(feed.remote.connection), Web, CLUSTERS)
            return RemoteIndices(cluster, feed.remote.indices, feed, wanted)
        return None if feed.source is None else _source(feed.source, self._known(feed.source.connection), wanted, mark)

    def _known(self, name: str) -> Connection:
        if name not in self.connections:
            raise Refused(
                f"the server knows no connection [{name}]; connections stand in a file that its operator writes"
            )
        return self.connections[name]


def _source(asked: FeedSource, connection: Connection, wanted: Wanted, mark: Document | None) -> Source:
    match asked:
        case SqlSource():
            from unusual.feeds.sql import Rows  # noqa: PLC0415 - loaded by who needs it

            return Rows(_of_kind(connection, Sql, ("sql",)), asked.query, wanted)
        case PrometheusSource():
            server = _of_kind(connection, Web, ("prometheus",))
            return Samples(server, asked.query, asked.step.milliseconds, wanted)
        case KafkaSource():
            return Messages(_of_kind(connection, Kafka, ("kafka",)), asked, wanted, mark)
        case FilesSource():
            return _files(asked, _of_kind(connection, Files, ("files",)), wanted, mark)


def _files(asked: FilesSource, connection: Files, wanted: Wanted, mark: Document | None) -> Source:
    root = connection.root
    if asked.follow:
        if is_object_store(root):
            raise Refused("files of an object store do not grow, and cannot be followed")
        return GrowingFiles(lambda: files_below(root, asked.paths), asked, wanted, mark)
    objects = objects_below(root, asked.paths) if is_object_store(root) else None
    found = (lambda: [str(one) for one in files_below(root, asked.paths)]) if objects is None else (lambda: objects)
    return FileRecords(found, asked.time_format, wanted, connection)


def _mark(ports: Ports, job: Job) -> Document | None:
    """Where the source of a job goes on; a job that is only previewed need not be stored."""
    try:
        return ports.jobs.get(job.job_id).position.mark
    except NoSuchJob:
        return None


def _of_kind(connection: Connection, kind: type[K], types: tuple[str, ...]) -> K:
    if not isinstance(connection, kind) or connection.type not in types:
        raise Refused(f"the connection is of type [{connection.type}], but must be of {' or '.join(types)}")
    return connection
