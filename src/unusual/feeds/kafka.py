"""Messages of a Kafka topic, all its partitions in time order; knows offsets, and nobody who keeps them.

The broker keeps none: where to go on is told with the records, and kept in one transaction with what comes of them.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final

from unusual.analysis.control import Document
from unusual.errors import Refused, Unreachable
from unusual.feeds.connections import Kafka
from unusual.feeds.lanes import Lane, Reading, object_in, taken
from unusual.feeds.wanting import Wanted
from unusual.jobs.sources import Portion
from unusual.schema.feed_sources import KafkaSource

AT_ONCE: Final = 10_000  # messages
MOST_WAITING: Final = 50_000  # messages of one partition that wait for the others
WAIT_S: Final = 0.5
ANSWER_S: Final = 10.0
LOOK_S: Final = 10.0  # how often is looked for new partitions while there is much to be read
INSTALL: Final = "Kafka needs a client: pip install 'unusual[kafka]'"


class Messages:
    """The `Source` port over a topic; each message is a JSON object, and what is none is passed over.

    mark  where an earlier run ended; without one it begins at the time that is asked for first
    """

    def __init__(self, connection: Kafka, asked: KafkaSource, wanted: Wanted, mark: Document | None) -> None:
        self._connection = connection
        self._asked = asked
        self._wanted = wanted
        self._offsets: dict[str, int] = _offsets(asked, mark)
        self._since_ms: int | None = None
        self._consumer: Any = None
        self._lanes: dict[int, Lane] = {}
        self._paused: set[int] = set()
        self._looked_s = 0.0
        self._lock = Lock()

    def check(self) -> None:
        """`errors.Refused` when the topic does not exist."""
        with self._lock, self._told():
            self._partitions()

    def read(self, start_ms: int | None, end_ms: int | None) -> Portion:
        """Some messages with a time before the end; where none is left for now, no more is told to come."""
        with self._lock, self._told():
            self._follow(start_ms)
            self._look()
            if not all(lane.is_done(end_ms) for lane in self._lanes.values()):
                self._receive(end_ms)
            records = taken(self._lanes.values(), end_ms)
            self._offsets |= {str(number): lane.position for number, lane in self._lanes.items()}
            over = all(lane.is_done(end_ms) for lane in self._lanes.values())
        mark = {"source": self._asked.document(), "offsets": dict(self._offsets)}
        return Portion(records, None if over else start_ms or 0, mark)

    def close(self) -> None:
        """Leave the cluster."""
        with self._lock:
            self._leave()

    def _partitions(self) -> list[int]:
        topic = self._asked.topic
        known = self._opened().list_topics(topic, timeout=ANSWER_S).topics[topic]
        if known.error is not None or not known.partitions:
            raise Refused(f"the cluster has no topic [{topic}]")
        return sorted(known.partitions)

    def _follow(self, start_ms: int | None) -> None:
        """Know every partition, also such that have come."""
        if not self._offsets and self._since_ms is None:
            self._since_ms = start_ms or 0
        is_over = all(lane.is_at_end for lane in self._lanes.values())
        if not is_over and time.monotonic() - self._looked_s < LOOK_S:
            return
        self._looked_s = time.monotonic()
        self._take_up([number for number in self._partitions() if number not in self._lanes])

    def _take_up(self, new: list[int]) -> None:
        """Read some more partitions, each from where it goes on."""
        if not new:
            return
        kafka, consumer, topic = _client(), self._opened(), self._asked.topic
        for number in new:
            first, _ = consumer.get_watermark_offsets(kafka.TopicPartition(topic, number), timeout=ANSWER_S)
            known = self._offsets.get(str(number))
            if known is None and self._since_ms:
                # What was sent before cannot tell of that time; without an answer all is looked through.
                at = [kafka.TopicPartition(topic, number, self._since_ms)]
                known = consumer.offsets_for_times(at, timeout=ANSWER_S)[0].offset
            self._lanes[number] = Lane(max(known or 0, first))
        self._paused = set()
        consumer.assign([kafka.TopicPartition(topic, number, lane.read_to) for number, lane in self._lanes.items()])

    def _look(self) -> None:
        """Know where every partition ends now; the broker is asked only about those that may have been read to it."""
        kafka, consumer, topic = _client(), self._opened(), self._asked.topic
        for number, lane in self._lanes.items():
            partition = kafka.TopicPartition(topic, number)
            _, end = consumer.get_watermark_offsets(partition, cached=True)
            if lane.read_to >= end:
                _, end = consumer.get_watermark_offsets(partition, timeout=ANSWER_S)
            lane.is_at_end = lane.read_to >= end

    def _receive(self, end_ms: int | None) -> None:
        """Take what has come of the partitions that can take more."""
        kafka, consumer, topic = _client(), self._opened(), self._asked.topic
        for number, lane in self._lanes.items():
            full = len(lane.waiting) >= MOST_WAITING or (bool(lane.waiting) and lane.is_done(end_ms))
            # Either word lets go of what was fetched ahead, so it is said only when it changes something.
            if full != (number in self._paused):
                (consumer.pause if full else consumer.resume)([kafka.TopicPartition(topic, number)])
                self._paused ^= {number}
        messages = consumer.consume(AT_ONCE, WAIT_S)
        for number, lane in self._lanes.items():
            self._add(lane, [one for one in messages if one.partition() == number])

    def _add(self, lane: Lane, messages: list[Any]) -> None:
        told = [message for message in messages if message.error() is not None]
        messages = [message for message in messages if message.error() is None]
        if messages:
            afters = [message.offset() + 1 for message in messages]
            stamps = [message.timestamp()[1] for message in messages]
            documents = [object_in(message.value()) for message in messages]
            reading = Reading(self._wanted, self._asked.time_format, self._since_ms)
            lane.add(reading.items(documents, afters, stamps), afters[-1])
        for event in told:
            if event.error().code() != _client().KafkaError._PARTITION_EOF:  # noqa: SLF001 - so it is called
                raise _client().KafkaException(event.error())
            # Also after what no consumer is given, such as the ends of transactions.
            lane.read_to = max(lane.read_to, event.offset())

    def _opened(self) -> Any:  # noqa: ANN401 - the client has no types
        if self._consumer is None:
            settled = {"group.id": "unusual", "enable.auto.commit": False, "enable.partition.eof": True}
            self._consumer = _client().Consumer(self._connection.options | settled, logger=None)
        return self._consumer

    def _leave(self) -> None:
        consumer, self._consumer = self._consumer, None
        self._lanes = {}
        self._paused = set()
        if consumer is not None:
            consumer.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What goes wrong, without secrets; the next try begins anew at what was taken last."""
        try:
            yield
        except (_client().KafkaException, RuntimeError) as error:
            self._leave()
            said = error.args[0] if error.args else error
            told = said.str() if hasattr(said, "str") else str(said)
            raise Unreachable(self._connection.hidden(f"the Kafka cluster cannot be read: {told}")) from None


def _client() -> Any:  # noqa: ANN401 - the client has no types
    try:
        import confluent_kafka  # noqa: PLC0415 - an extra that only its users install
    except ModuleNotFoundError:
        raise Refused(INSTALL) from None
    return confluent_kafka


def _offsets(asked: KafkaSource, mark: Document | None) -> dict[str, int]:
    """The offsets of a mark, none when it is of another source."""
    return dict(mark["offsets"]) if mark is not None and mark["source"] == asked.document() else {}
