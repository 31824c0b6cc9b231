"""One anomaly in full: why it has its score, and the chart that shows it; thin, over use cases and charts."""

import asyncio
from urllib.parse import urlencode

from nicegui import ui

from unusual.analysis.control import Document
from unusual.jobs.ports import Ports, StoredJob
from unusual.jobs.viewing import anomalies
from unusual.ui.anomaly.picture import picture
from unusual.ui.anomaly.singlemetric import View
from unusual.ui.anomaly.wording import detector_text, facts
from unusual.ui.charts import evidence, waterfall
from unusual.ui.drawing import draw, page_ink


async def show(ports: Ports, job: StoredJob, record: Document) -> None:
    """What is known of a record."""
    name = f"{job.job_id}-{record['timestamp']}"
    options = await asyncio.to_thread(picture, ports, job, record, page_ink())
    with ui.row().classes("w-full lg:flex-nowrap items-start gap-6"):
        with ui.column().classes("w-full lg:w-5/12"):
            _heading("Why this score")
            draw(waterfall.options(record, page_ink()), waterfall.HEIGHT_PX, f"{name}-score")
            with ui.element("dl").classes("row q-my-none"):
                for term, said in facts(record):
                    with ui.element("div").classes("col-6 q-pb-xs"):
                        ui.label(term).classes("text-caption").props("role=term")
                        ui.label(said).props("role=definition")
        with ui.column().classes("w-full lg:w-7/12 min-w-0"):
            _heading(detector_text(record))
            draw(options, evidence.HEIGHT_PX, f"{name}-chart")
            await _category(ports, job.job_id, record)
            ui.link("Open in the single metric viewer", View.of_record(job, record).link).classes("plain")
            about = {"tab": "rules", "job": job.job_id, "at": record["timestamp"]}
            ui.link("Never report this again when ...", f"/settings?{urlencode(about)}").classes("plain")


async def _category(ports: Ports, job_id: str, record: Document) -> None:
    """Examples of the log lines that an anomaly is about."""
    number = evidence.category_of(record)
    category = None if number is None else await asyncio.to_thread(anomalies.category, ports, job_id, number)
    if category is not None:
        _heading(f"Log lines of category {number}")
        for example in category["examples"]:
            ui.label(example).classes("text-mono")


def _heading(text: str) -> None:
    ui.label(text).classes("text-subtitle2").props("role=heading aria-level=3")
