"""The chart that shows one anomaly best, made of what is known of it; knows no page."""

from dataclasses import replace
from typing import Final

from unusual.analysis.control import Document
from unusual.jobs.ports import Ports, StoredJob
from unusual.jobs.viewing import anomalies, metrics
from unusual.ui.anomaly.singlemetric import View
from unusual.ui.anomaly.wording import detector_text
from unusual.ui.charts import evidence, series
from unusual.ui.charts.style import Ink, Options

SAMPLE_POINTS: Final = 400


def picture(ports: Ports, job: StoredJob, record: Document, of: Ink) -> Options:
    """The chart of the right kind: of the record's series, or of the record among its neighbours."""
    window, kind = anomalies.around(record), evidence.kind_of(record)
    if kind is not evidence.Kind.SERIES:
        neighbours = anomalies.neighbours(ports, job.config, record)
        members = metrics.members(ports, record, window) if kind is evidence.Kind.POPULATION else None
        return evidence.options(record, neighbours, of, members)
    metric = View.of_record(job, record).metric(job)
    found = metrics.told(ports, metric, window, SAMPLE_POINTS)
    return series.options(replace(found, forecast=None), of, detector_text(record), small=True)
