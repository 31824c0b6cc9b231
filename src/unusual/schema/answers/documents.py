"""Answers that tell of documents and indices."""

from typing import Annotated, Any

from pydantic import Field

from unusual.schema.answers.shape import Answer, Named


class Shards(Answer):
    """How many parts of indices were asked, and answered."""

    total: int
    successful: int
    failed: int
    skipped: int | None = None


class DocumentWritten(Answer):
    """What became of one document; a string in `result` such as `created`, `updated`, `deleted`."""

    index: Annotated[str, Field(alias="_index")]
    id: Annotated[str, Field(alias="_id")]
    result: str
    shards: Annotated[Shards | None, Field(alias="_shards")] = None


class Found(Answer):
    """One document, if it is there."""

    index: Annotated[str, Field(alias="_index")]
    id: Annotated[str, Field(alias="_id")]
    found: bool
    source: Annotated[dict[str, Any] | None, Field(alias="_source")] = None


class SeveralFound(Answer):
    """Several documents, each as if it were asked for by itself."""

    docs: tuple[dict[str, Any], ...]


class Bulk(Answer):
    """What became of many documents, each under the action that was asked for."""

    took: int
    errors: bool
    items: tuple[dict[str, Any], ...]


class IndexCreated(Answer):
    """A new index."""

    acknowledged: bool
    shards_acknowledged: bool | None = None
    index: str


class Indices(Named):
    """What is known of indices, each under its name."""


class FieldCapabilities(Answer):
    """What can be done with the fields of indices."""

    indices: tuple[str, ...] = ()
    fields: dict[str, Any]


class Refreshed(Answer):
    """What is written can be found."""

    shards: Annotated[Shards, Field(alias="_shards")]


class Count(Answer):
    """How many documents there are."""

    count: int
    shards: Annotated[Shards, Field(alias="_shards")]


class Hits(Answer):
    """The documents of a page, and how many there are in all."""

    total: Any = None
    max_score: float | None = None
    hits: tuple[dict[str, Any], ...]


class SearchPage(Answer):
    """A page of documents, and what all of them amount to."""

    took: int
    timed_out: bool
    shards: Annotated[Shards, Field(alias="_shards")]
    hits: Hits
    aggregations: dict[str, Any] | None = None
    scroll_id: Annotated[str | None, Field(alias="_scroll_id")] = None
    pit_id: str | None = None


class Freed(Answer):
    """How many scrolls or points in time are no more."""

    succeeded: bool
    num_freed: int


class PointInTimeOpened(Answer):
    """A name for some indices, for searches that follow each other."""

    id: str


class Searches(Answer):
    """The answers of several searches, in order; each is a page, or an error."""

    took: int
    responses: tuple[dict[str, Any], ...]
