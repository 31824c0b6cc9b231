"""The real other side of every source, filled with the same documents: `{at, value, host}`, times in ms.

A peer has `fill(documents)`, what a datafeed says of it (`asked`), and the connection of that name.
"""

import csv
import json
import secrets
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import sqlalchemy as sa
from confluent_kafka import Producer

from unusual.feeds.connections import connection_of

TIME = "at"
FIELDS = ("value", "host")
PARTITIONS = 3


class Peer:
    """What all peers have: one connection, called `place`."""

    def __init__(self, body: dict, asked: dict) -> None:
        self.connection = connection_of("place", body)
        self.connections = {"place": self.connection}
        self.asked = asked

    def fill(self, documents) -> None:
        """Hold these documents, in whatever order they come."""


class Cluster(Peer):
    """An index of a server of this product."""

    def __init__(self, http, kind: str = "elasticsearch", url: str = "") -> None:
        self.http = http
        self.index = f"metrics-{secrets.token_hex(4)}"
        super().__init__({"type": kind, "url": url or str(http.base_url)}, {"indices": [f"place:{self.index}"]})
        fields = {"at": {"type": "date"}, "value": {"type": "double"}, "host": {"type": "keyword"}}
        http.put(f"/{self.index}", json={"mappings": {"properties": fields}}).raise_for_status()

    def fill(self, documents) -> None:
        lines = (line for one in documents for line in ('{"index":{}}', json.dumps(one)))
        body = "\n".join(lines) + "\n"
        answer = self.http.post(f"/{self.index}/_bulk", content=body, headers={"content-type": "application/x-ndjson"})
        assert not answer.raise_for_status().json()["errors"]


class Database(Peer):
    """A table, its time in one of the ways that databases keep it."""

    def __init__(self, url: str, kind: str) -> None:
        self.table = f"metrics_{secrets.token_hex(4)}"
        self._engine = sa.create_engine(url)
        self._kind = kind
        types = {"moment": sa.DateTime(timezone=True), "naive": sa.DateTime(), "epoch": sa.Integer(), "text": sa.Text()}
        columns = [
            sa.Column("at", types[kind], index=True),
            sa.Column("value", sa.Float()),
            sa.Column("host", sa.Text()),
        ]
        self._rows = sa.Table(self.table, sa.MetaData(), *columns)
        self._rows.create(self._engine)
        query = f"SELECT at, value, host, 'a:b' AS more FROM {self.table}"  # noqa: S608 - a name made above
        super().__init__(
            {"type": "sql", "url": url}, {"source": {"type": "sql", "connection": "place", "query": query}}
        )

    def fill(self, documents) -> None:
        with self._engine.begin() as connection:
            connection.execute(self._rows.insert(), [one | {"at": self._time(one["at"])} for one in documents])
        self._engine.dispose()

    def _time(self, ms: int) -> object:
        moment = datetime.fromtimestamp(ms / 1000, UTC)
        match self._kind:
            case "moment":
                return moment
            case "naive":
                return moment.replace(tzinfo=None)
            case "epoch":
                return ms // 1000
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class Folder(Peer):
    """Files of one format; every filling adds one."""

    def __init__(self, folder: Path, ending: str, *, follow: bool = False) -> None:
        self.folder = folder
        self.ending = ending
        source = {"type": "files", "connection": "place", "paths": [f"**/part-*.{ending}"], "follow": follow}
        super().__init__({"type": "files", "root": str(folder)}, {"source": source})

    def fill(self, documents) -> None:
        path = self.folder / f"part-{len([*self.folder.iterdir()])}.{self.ending}"
        match self.ending:
            case "ndjson":
                path.write_text("".join(json.dumps(one) + "\n" for one in documents))
            case "csv":
                with path.open("w", newline="") as file:
                    writer = csv.DictWriter(file, [TIME, *FIELDS], lineterminator="\n")
                    writer.writeheader()
                    writer.writerows(documents)
            case "parquet":
                frame = pl.DataFrame(documents).with_columns(pl.col(TIME).cast(pl.Datetime("ms", "UTC")))
                frame.write_parquet(path)


class Scraped(Peer):
    """A Prometheus; samples lie on whole minutes."""

    def __init__(self, metrics) -> None:
        self.metrics = metrics
        metrics.documents, metrics.broken_ranges = [], 0
        source = {"type": "prometheus", "connection": "place", "query": "load", "step": "1m"}
        super().__init__({"type": "prometheus", "url": metrics.url}, {"source": source})

    def fill(self, documents) -> None:
        self.metrics.documents += documents


class Topic(Peer):
    """A topic of several partitions; all documents of a host go to one of them."""

    def __init__(self, producer: Producer) -> None:
        self._producer = producer
        servers = ",".join(f"{one.host}:{one.port}" for one in producer.list_topics(timeout=10).brokers.values())
        self.topic = f"metrics-{secrets.token_hex(4)}"
        producer.list_topics(self.topic, timeout=10)  # by which the cluster makes it
        source = {"type": "kafka", "connection": "place", "topic": self.topic}
        super().__init__({"type": "kafka", "options": {"bootstrap.servers": servers}}, {"source": source})

    def fill(self, documents) -> None:
        for one in documents:
            self._producer.produce(
                self.topic, json.dumps(one), partition=ord(one["host"]) % PARTITIONS, timestamp=one["at"]
            )
        assert self._producer.flush(10) == 0
