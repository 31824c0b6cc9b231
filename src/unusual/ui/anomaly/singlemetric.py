"""What the single metric viewer shows, as the query of its link; knows no page."""

from dataclasses import dataclass
from typing import Final

import orjson

from unusual.analysis.control import Document
from unusual.errors import Invalid
from unusual.jobs.ports import StoredJob
from unusual.jobs.viewing.metrics import Metric, detector_of, splits
from unusual.jobs.viewing.windows import Window
from unusual.ui.links import view_link

PLACE: Final = "/metric"


@dataclass(frozen=True)
class View:
    """A view of one metric; times in ms, None for the whole.

    open    key of the record that is explained
    values  for each field that splits the detector its value, as a list in JSON, in the order of `splits`
    """

    job: str = ""
    detector: int = 0
    values: str = "[]"
    start: int | None = None
    end: int | None = None
    open: str = ""

    @classmethod
    def of_record(cls, job: StoredJob, record: Document) -> "View":
        """The metric that a record is about, around the time of it."""
        detector = detector_of(job.config, record["detector_index"])
        told = {
            record.get(f"{role}_field_name"): record.get(f"{role}_field_value") for role in ("by", "over", "partition")
        }
        values = [told.get(field) for field in splits(detector)]
        reach = 200 * record["bucket_span"] * 1000
        start, end = record["timestamp"] - reach, record["timestamp"] + reach
        return cls(job.job_id, record["detector_index"], orjson.dumps(values).decode(), start, end)

    @property
    def link(self) -> str:
        """The address of the view."""
        return view_link(PLACE, self)

    @property
    def chosen(self) -> list[str | None]:
        """The values; `errors.Invalid` when they are no list of texts."""
        try:
            values = orjson.loads(self.values)
        except orjson.JSONDecodeError:
            values = None
        if not isinstance(values, list) or not all(value is None or isinstance(value, str) for value in values):
            raise Invalid(f"[values] must be a list of texts in JSON, found [{self.values}]")
        return values

    def metric(self, job: StoredJob) -> Metric:
        """The metric, split by as many values as were chosen."""
        fields = splits(detector_of(job.config, self.detector))
        pairs = zip(fields, self.chosen, strict=False)
        return Metric(job, self.detector, tuple((field, value) for field, value in pairs if value is not None))

    def window(self, extent: Window) -> Window:
        """The time that is shown."""
        return extent.within(self.start, self.end)
