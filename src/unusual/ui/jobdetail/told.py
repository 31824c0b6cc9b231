"""What the page of a job says: its figures and the rows of its tables; knows no browser."""

from collections.abc import Mapping
from typing import Final

from unusual.analysis.control import Document
from unusual.schema.readable import readable_size, readable_time
from unusual.ui.wording import NOTHING, count, moment

_SIZES: Final = ("model_bytes", "peak_model_bytes", "model_bytes_exceeded", "model_bytes_memory_limit", "input_bytes")
_LEFT_OUT: Final = ("job_id", "result_type")

MESSAGES: Final = {"at": "Time", "level": "Level", "message": "Message"}
SNAPSHOTS: Final = {
    "id": "Snapshot",
    "at": "Stored",
    "description": "Description",
    "latest": "Newest record",
    "retain": "Kept for ever",
    "active": "In use",
}
ANNOTATIONS: Final = {"start": "From", "end": "To", "annotation": "Annotation", "by": "By"}
FORECASTS: Final = {
    "id": "Forecast",
    "at": "Asked for",
    "start": "From",
    "status": "Status",
    "progress": "Progress",
    "records": "Values",
    "took": "Took",
    "expires": "Kept until",
}


def figures(document: Mapping[str, object]) -> list[tuple[str, str]]:
    """The single values of a document of stats, with names and values as people read them."""
    return [
        (name.removesuffix("_ms").replace("_", " "), _figure(name, value))
        for name, value in document.items()
        if name not in _LEFT_OUT and not isinstance(value, dict | list)
    ]


def _figure(name: str, value: object) -> str:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return str(value)
    if name in _SIZES:
        return readable_size(value)
    if name.endswith(("timestamp", "_time")) and value:
        return moment(int(value))
    if name.endswith("_ms"):
        return readable_time(round(value, 1))
    return count(value) if isinstance(value, int) else f"{value:g}"


def message_row(told: Document) -> Document:
    """A message of the server about the job."""
    return {"at": moment(told["timestamp"]), "level": told["level"], "message": told["message"]}


def snapshot_row(told: Document, active: str | None) -> Document:
    """A model that can be gone back to. active: the id of the one in use."""
    return {
        "id": told["snapshot_id"],
        "at": moment(told["timestamp"]),
        "description": told.get("description", ""),
        "latest": moment(told.get("latest_record_time_stamp")),
        "retain": "yes" if told.get("retain") else "no",
        "active": "yes" if told["snapshot_id"] == active else "no",
    }


def annotation_row(told: Document) -> Document:
    """A remark on a stretch of time."""
    return {
        "start": moment(told.get("timestamp")),
        "end": moment(told.get("end_timestamp")),
        "annotation": told.get("annotation", ""),
        "by": told.get("create_username", NOTHING),
    }


def forecast_row(told: Document) -> Document:
    """A forecast, and how far it has got."""
    failed = f": {', '.join(told['forecast_messages'])}" if told.get("forecast_messages") else ""
    return {
        "id": told["forecast_id"],
        "at": moment(told.get("forecast_create_timestamp")),
        "start": moment(told.get("forecast_start_timestamp")),
        "status": f"{told.get('forecast_status', NOTHING)}{failed}",
        "progress": f"{told.get('forecast_progress', 0):.0%}",
        "records": count(told.get("processed_record_count", 0)),
        "took": readable_time(told.get("processing_time_ms", 0)),
        "expires": moment(told.get("forecast_expiry_timestamp")),
    }
