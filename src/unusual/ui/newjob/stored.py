"""What a datafeed would read, as records to choose by, and which indices of this server have some; knows no browser."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from unusual.analysis.control import Document
from unusual.errors import Invalid
from unusual.jobs import indices
from unusual.jobs.previewing import sample
from unusual.schema.mappings import DATES, fields_of
from unusual.ui.newjob.draft import TIME_FORMAT
from unusual.ui.newjob.uploaded import likeliest
from unusual.ui.parts import Parts

MOST: Final = 100_000  # records that are looked at
_HIDDEN: Final = "."


@dataclass(frozen=True)
class Described:
    """Some indices, as their mappings tell. times: the fields with dates, the likeliest first; fields: all others."""

    documents: int
    times: list[str]
    fields: list[str]


def names(parts: Parts) -> list[str]:
    """The indices of this server that hold documents of users, and what they are called besides."""
    stored = parts.ports.documents.all()
    called = {name for index in stored for name in (index.name, *index.aliases)}
    return sorted(name for name in called if not name.startswith(_HIDDEN))


def described(parts: Parts, pattern: str) -> Described:
    """What a name, an alias or a pattern means; `errors.NoSuchIndex`, `errors.Invalid` where there is no time."""
    found = indices.find(parts.ports, pattern)
    if not found:
        raise Invalid(f"no index is called [{pattern}]")
    mapped = {
        name: field.kind
        for index in found
        for name, field in fields_of(index.definition["mappings"]).items()
        if field.source == name
    }
    times = likeliest([name for name, kind in mapped.items() if kind in DATES])
    if not times:
        raise Invalid(f"no field of [{pattern}] is mapped as a date")
    number = sum(parts.ports.documents.number(index.name) for index in found)
    return Described(number, times, [name for name in mapped if name not in times])


def records(parts: Parts, feed: Document, time_field: str, fields: Sequence[str], start_ms: int | None) -> pl.DataFrame:
    """The first records that a datafeed would read, in order of time; `errors.Problem` where there are none."""
    analysis = {"bucket_span": "1h", "detectors": [{"function": "count"}], "influencers": [*fields]}
    job = {"analysis_config": analysis, "data_description": {"time_field": time_field, "time_format": TIME_FORMAT}}
    body = {"datafeed_config": feed, "job_config": job}
    window_ms = (start_ms, parts.ports.clock.now_ms())
    found = sample(parts.ports, parts.feeding.sources, body, window_ms, MOST)
    if not found:
        raise Invalid("there are no records in this time")
    columns = [time_field, *(name for name in fields if any(name in record for record in found))]
    return pl.from_dicts(found, schema=columns, infer_schema_length=None, strict=False).sort(time_field)
