"""What of a job's configuration a client has to say to get the same job again; knows defaults only by reading."""

from typing import Final

from unusual.schema.jobs import Job
from unusual.schema.values import Document

_NEEDED: Final = ("job_id", "data_description")
_MADE: Final = ("job_version", "create_time")
_CHANGING: Final = ("finished_time", "model_snapshot_id")
_ANALYSIS: Final = ("bucket_span", "categorization_field_name", "summary_count_field_name")
_PLACED: Final = ("detector_index", "detector_description")
_KEPT_DAYS: Final = ("model_snapshot_retention_days", "daily_model_snapshot_retention_after_days")


def given(job: Job) -> Document:
    """The configuration without what the server makes, and without what it would fill in by itself.

    A request for a job with it leads to the same configuration.
    """
    whole = job.document()
    analysis = whole["analysis_config"]
    detectors = [{name: part for name, part in one.items() if name not in _PLACED} for one in analysis["detectors"]]
    least = {name: analysis[name] for name in _ANALYSIS if name in analysis} | {"detectors": detectors}
    asked = {name: whole[name] for name in (*_NEEDED, *_MADE)} | {"analysis_config": least}
    filled = Job.from_document(asked).document()
    shown = {name: whole[name] for name in _NEEDED} | _beyond(filled, whole)
    if any(name in shown for name in _KEPT_DAYS):  # what one of them is by itself depends on the other
        shown |= {name: whole[name] for name in _KEPT_DAYS if name in whole}
    chosen = least | _beyond(filled["analysis_config"], analysis)
    described = zip(detectors, filled["analysis_config"]["detectors"], analysis["detectors"], strict=True)
    chosen["detectors"] = [one | _beyond(before, after) for one, before, after in described]
    return {name: value for name, value in shown.items() if name not in _CHANGING} | {"analysis_config": chosen}


def _beyond(filled: Document, whole: Document) -> Document:
    """The parts that are not as they would be filled in."""
    return {name: value for name, value in whole.items() if value != filled.get(name)}
