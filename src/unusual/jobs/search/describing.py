"""What is known of the fields of everything that can be searched; knows no documents."""

from collections.abc import Mapping, Sequence

from unusual.jobs import indices
from unusual.jobs.ports import Ports
from unusual.jobs.search.holdings import PREFIX, WRITING, chosen, index_of
from unusual.schema.mappings import TEXTS, fields_of
from unusual.schema.result_fields import MAPPINGS
from unusual.schema.values import Document
from unusual.schema.wildcards import fits


def shown(ports: Ports, expression: str, *, ignore_unavailable: bool = False) -> dict[str, Document]:
    """The indices that are meant as clients see them, by their names, those of results too; `NoSuchIndex`."""
    stored = {job.job_id: job for job in ports.jobs.all()}
    job_ids, others = chosen(stored, expression)
    results: dict[str, Document] = {}
    for job_id in job_ids:
        index = results.setdefault(index_of(stored[job_id]), _results())
        alias = {"filter": {"term": {"job_id": job_id}}, "is_hidden": True}
        index["aliases"] |= dict.fromkeys((PREFIX + job_id, PREFIX + WRITING + job_id), alias)
    found = indices.find(ports, others, ignore_unavailable=ignore_unavailable) if others else []
    return results | {index.name: indices.shown(index) for index in found}


def _results() -> Document:
    return {"aliases": {}, "mappings": MAPPINGS, "settings": {"index": {"hidden": "true"}}}


def described(ports: Ports, expression: str, *, ignore_unavailable: bool = False) -> dict[str, Document]:
    """The mappings of the indices that are meant, by their names; `NoSuchIndex`."""
    found = shown(ports, expression, ignore_unavailable=ignore_unavailable)
    return {name: index["mappings"] for name, index in found.items()}


def field_caps(mappings: Mapping[str, Document], patterns: Sequence[str]) -> Document:
    """Which of the fields have which types, and that all of them can be searched."""
    told: Document = {}
    for one in mappings.values():
        for name, field in fields_of(one).items():
            if any(fits(name, pattern) for pattern in patterns):
                whole = {"searchable": True, "aggregatable": field.kind not in TEXTS}
                told.setdefault(name, {})[field.kind] = {"type": field.kind, "metadata_field": False, **whole}
    return {"indices": sorted(mappings), "fields": told}
