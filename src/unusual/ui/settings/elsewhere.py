"""Links from an anomaly to elsewhere, as a job's `custom_settings` keep them; knows no browser."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

from unusual.analysis.control import Document
from unusual.errors import Invalid

HEADINGS: Final = {"name": "Name", "address": "Address"}
_TOKEN: Final = re.compile(r"\$(\w[\w.]*)\$")
_SAFE: Final = ("http://", "https://", "/")


def links_of(config: Document) -> list[Document]:
    """The links of a job, as its configuration has them."""
    return [*(config.get("custom_settings") or {}).get("custom_urls", ())]


def with_link(config: Document, name: str, address: str) -> Document:
    """The update that adds a link; `errors.Invalid` for one that is none."""
    if not name or any(link["url_name"] == name for link in links_of(config)):
        raise Invalid(f"[{name}] is the name of another link, or none")
    if not address.startswith(_SAFE):
        raise Invalid(f"[{address}] does not begin with one of {', '.join(_SAFE)}")
    return _settings(config, [*links_of(config), {"url_name": name, "url_value": address}])


def without_link(config: Document, name: str) -> Document:
    """The update that takes a link away."""
    return _settings(config, [link for link in links_of(config) if link["url_name"] != name])


def filled(address: str, record: Document) -> str:
    """An address for one anomaly: `$field$` becomes its value, `$earliest$` and `$latest$` the ends of its bucket.

    >>> filled("/hosts?h=$host$", {"timestamp": 0, "bucket_span": 60, "by_field_name": "host", "by_field_value": "a b"})
    '/hosts?h=a%20b'
    """
    values = {
        record.get(f"{role}_field_name"): record.get(f"{role}_field_value") for role in ("partition", "by", "over")
    }
    values |= {one["influencer_field_name"]: one["influencer_field_values"][0] for one in record.get("influencers", ())}
    end_ms = record["timestamp"] + record["bucket_span"] * 1000
    values |= {"earliest": _iso(record["timestamp"]), "latest": _iso(end_ms)}
    return _TOKEN.sub(lambda token: quote(str(values.get(token[1]) or ""), safe=""), address)


def _settings(config: Document, links: Sequence[Document]) -> Document:
    return {"custom_settings": {**(config.get("custom_settings") or {}), "custom_urls": [*links]}}


def _iso(time_ms: int) -> str:
    return datetime.fromtimestamp(time_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
