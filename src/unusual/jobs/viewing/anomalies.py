"""The anomalies of a stretch of time, a page at a time, and the values that they can be about; knows no page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import orjson

from unusual.analysis.control import Document
from unusual.analysis.subjects import named, subject
from unusual.errors import Missing
from unusual.jobs.lanes import Scope
from unusual.jobs.ports import FoundResult, Key, Page, Ports, Sought
from unusual.jobs.viewing.swimlanes import SPLITS, Configs, fields_of
from unusual.jobs.viewing.windows import Window

MOST: Final = 10_000  # anomalies that can be paged through, or downloaded, in one order
AROUND: Final = 100  # buckets before and after a record in which its neighbours are
MOST_NEIGHBOURS: Final = 200
Entity: TypeAlias = tuple[str, str]  # a field, and a value of it


@dataclass(frozen=True)
class Question:
    """Which anomalies of some jobs.

    least      score
    detector   number of the detector, None for all
    function   as records tell it, None for all
    entities   all of these the anomaly is about, or influenced by
    by         the column by which they are sorted: `score` or `timestamp`, `desc` the highest or newest first
    """

    window: Window
    least: float = 0.0
    detector: int | None = None
    function: str | None = None
    entities: tuple[Entity, ...] = ()
    by: str = "score"
    desc: bool = True


def anomalies(ports: Ports, configs: Configs, question: Question, page: Page) -> tuple[int, list[Document]]:
    """How many anomalies there are, at most `MOST`, and the records of the page, each with its `key` for a link."""
    asked = [*_sought(configs, question)]
    other = "timestamp" if question.by == "score" else "score"
    order = [(question.by, question.desc), (other, True)]
    most = min(page.start + page.size, MOST)
    found = [one for sought in asked for one in ports.results.first(sought, order, most)]
    for name, desc in reversed([*order, ("job_id", False), ("entity", question.desc)]):
        found.sort(key=lambda one: getattr(one, name), reverse=desc)
    number = sum(ports.results.number(sought, MOST) for sought in asked)
    return min(number, MOST), [_record(one) for one in found[page.start : page.start + page.size]]


def anomaly(ports: Ports, job_id: str, key: str) -> Document:
    """One record by its `key`; `errors.Missing`."""
    timestamp, _, entity = key.partition(":")
    wanted = Key(job_id, "record", int(timestamp) if timestamp.isdigit() else -1, entity)
    body = ports.results.fetch([wanted]).get(wanted)
    if body is None:
        raise Missing(f"job [{job_id}] has no anomaly [{key}]")
    record: Document = orjson.loads(body)
    return record | {"key": key}


def category(ports: Ports, job_id: str, number: int) -> Document | None:
    """One category of log lines, None when it is unknown."""
    sought = Sought((job_id,), "category_definition", texts=((f'"category_id":{number},',),))
    found = ports.results.first(sought, [("timestamp", False)], 1)
    return orjson.loads(found[0].body or b"{}") if found else None


def around(record: Document) -> Window:
    """The time in which a record is looked at."""
    reach = AROUND * record["bucket_span"] * 1000
    return Window(record["timestamp"] - reach, record["timestamp"] + reach)


def neighbours(ports: Ports, config: Document, record: Document) -> list[Document]:
    """The records of the same detector around one, it among them, the highest score first."""
    window = around(record)
    _, found = anomalies(ports, [config], Question(window, detector=record["detector_index"]), Page(0, MOST_NEIGHBOURS))
    return found if any(one["key"] == record["key"] for one in found) else [record, *found]


def entities(ports: Ports, config: Document, field: str, containing: str, window: Window, most: int) -> list[str]:
    """Values of a splitting field to choose from: the most anomalous first, then others that were plotted."""
    lanes, job_id = ports.results.lanes, config["job_id"]
    scope = Scope(job_id, "record", *window)
    found = [one.subject for one in lanes.highest(scope, field, most, containing)]
    if len(found) < most:
        found += lanes.known(job_id, "model_plot", field, most, containing)
    return [named(one)[1] for one in dict.fromkeys(found)][:most]


def _sought(configs: Configs, question: Question) -> Iterator[Sought]:
    """The same question to jobs in which the entities play the same roles; those without their fields have none."""
    alike: dict[tuple[Entity, ...], list[str]] = {}
    for config in configs:
        splitting = {detector.get(name) for detector in config["analysis_config"]["detectors"] for name in SPLITS}
        if {field for field, _ in question.entities} <= {*fields_of(config)}:
            own = tuple(entity for entity in question.entities if entity[0] in splitting)
            alike.setdefault(own, []).append(config["job_id"])
    for own, job_ids in alike.items():
        influencing = [value for field, value in question.entities if (field, value) not in own]
        yield Sought(
            tuple(job_ids),
            "record",
            bounds=(
                ("timestamp", "gte", question.window.start_ms),
                ("timestamp", "lt", question.window.end_ms),
                ("score", "gt", 0.0),
                ("score", "gte", question.least),
            ),
            # A value that only influenced is named in the record; among the subjects, which have an index, it is not.
            texts=(*_texts(question), *((orjson.dumps(value).decode(),) for value in influencing)),
            subjects=tuple(subject(field, value) for field, value in own),
        )


def _texts(question: Question) -> Iterator[tuple[str, ...]]:
    if question.detector is not None:
        yield tuple(f'"detector_index":{question.detector}{end}' for end in ",}")
    if question.function is not None:
        yield (f'"function":{orjson.dumps(question.function).decode()}',)


def _record(found: FoundResult) -> Document:
    record: Document = orjson.loads(found.body or b"{}")
    return record | {"key": f"{found.timestamp}:{found.entity}"}
