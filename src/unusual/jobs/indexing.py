"""Documents into indices, one or many at once: times found, unknown fields described; knows no wire format."""

import uuid
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeAlias

import orjson

from unusual.analysis.control import Document
from unusual.errors import Invalid, Malformed, Missing, NoSuchIndex, Problem, Taken, Unreadable
from unusual.jobs import given_results
from unusual.jobs.batch import Batch
from unusual.jobs.indices import create, writable
from unusual.jobs.ports import Change, Outcome, Ports, StoredIndex
from unusual.jobs.search.holdings import index_of
from unusual.schema.mappings import Field, dates_of, with_inferred


@dataclass(frozen=True)
class Write:
    """What is asked for one document.

    document_id  None for a new one
    document     None to remove what is there
    only_new     refuse to replace
    """

    document_id: str | None
    document: Document | None
    only_new: bool = False


@dataclass(frozen=True)
class Written:
    """What became of one document, and in which index."""

    index_name: str
    document_id: str
    outcome: Outcome


Answer: TypeAlias = Written | Problem


@dataclass(frozen=True)
class Appended:
    """Where many documents are: in which index, under ids that are `key-0`, `key-1`, and so on unless they had some.

    replaced  ids of those that were there before
    """

    index_name: str
    key: str
    replaced: Collection[str]


def write(ports: Ports, name: str, writes: Sequence[Write]) -> list[Answer]:
    """Carry out writes in order, each by itself: a document that cannot be read does not stop the others.

    name  of the index, or an alias of it; an index that does not exist is made

    `Invalid` for its name. What goes into an index of results becomes a result, of the job that the name or the
    document tells.
    """
    if given_results.is_meant(name):
        return [_result(ports, name, one) for one in writes]
    documents = [one.document for one in writes if one.document is not None]
    while True:
        with ports.changing:
            index = _described(ports, name, documents)
        dates = dates_of(index.definition["mappings"])
        several: set[str] = set()
        prepared = [_prepared(one, dates, several) for one in writes]
        if several & index.timed:
            _forget_times(ports, name, several)
        changes = [one for one in prepared if isinstance(one, Change)]
        with suppress(NoSuchIndex):  # removed meanwhile, and so made anew
            outcomes = iter(ports.documents.change(index.name, changes))
            break
    return [
        one if isinstance(one, Problem) else Written(index.name, one.document_id, next(outcomes)) for one in prepared
    ]


@dataclass(frozen=True)
class Many:
    """Documents that come together.

    bodies    as JSON, each in one line
    ids       one for each, no two the same; empty for new ones
    only_new  refuse to replace
    """

    bodies: Sequence[bytes]
    documents: Sequence[Document]
    ids: Sequence[str] = ()
    only_new: bool = False


def append(ports: Ports, name: str, many: Many) -> Appended | None:
    """Keep documents all at once; None when that cannot be done, because some may not be as they should.

    name  of the index, or an alias of it; an index that does not exist is made

    `Invalid` for the name.
    """
    if given_results.is_meant(name):
        return None
    key = uuid.uuid4().hex[:16]
    while True:
        with ports.changing:
            index = _described(ports, name, many.documents)
        try:
            dates = dates_of(index.definition["mappings"])
            found = {path: field.moments(many.documents) for path, field in dates.items()}
            moments = {path: times for path, times in found.items() if times is not None}
            if len(moments) < len(found):
                return None
            replaced = ports.documents.append(index.name, Batch(key, many.bodies, moments, many.ids, many.only_new))
        except (Unreadable, Taken):
            return None
        except NoSuchIndex:  # removed meanwhile, and so made anew
            continue
        return Appended(index.name, key, replaced)


def _result(ports: Ports, name: str, write: Write) -> Answer:
    document_id = write.document_id or uuid.uuid4().hex
    if write.document is None:
        return Invalid("results are not removed one by one")
    try:
        job = given_results.owner(ports, name, write.document)
        created = given_results.write(ports, job.job_id, document_id, write.document)
    except (Invalid, Missing) as problem:
        return problem
    return Written(index_of(job), document_id, Outcome.CREATED if created else Outcome.UPDATED)


def _described(ports: Ports, name: str, documents: Sequence[Document]) -> StoredIndex:
    """The index, which knows every field of the documents from now on."""
    index = writable(ports, name)
    if index is None:
        index = create(ports, name, None)
    mappings = index.definition["mappings"]
    extended = with_inferred(mappings, documents)
    if extended is not mappings:
        # No document that is there has a field that is met for the first time.
        timed = index.timed | dates_of(extended).keys() - dates_of(mappings).keys()
        index = replace(index, definition=index.definition | {"mappings": extended, "timed": sorted(timed)})
        ports.documents.put(index)
    return index


def _forget_times(ports: Ports, name: str, fields: set[str]) -> None:
    """Note that documents hold several moments of fields, before they do."""
    with ports.changing:
        index = writable(ports, name)
        if index is not None:
            timed = sorted(index.timed - fields)
            ports.documents.put(replace(index, definition=index.definition | {"timed": timed}))


def _prepared(write: Write, dates: dict[str, Field], several: set[str]) -> Change | Problem:
    """What is to become of a document; to `several` are added the fields of which it holds several moments."""
    document_id = write.document_id or uuid.uuid4().hex
    if write.document is None:
        return Change(document_id, None)
    moments = {}
    for path, field in dates.items():
        try:
            times = field.dates(write.document)
        except Unreadable as problem:
            told = f"failed to parse field [{path}] of type [{field.kind}] in document with id '{document_id}'"
            return Malformed(told, problem)
        if times:
            moments[path] = min(times)
        if len(times) > 1:
            several.add(path)
    return Change(document_id, orjson.dumps(write.document), moments, write.only_new)
