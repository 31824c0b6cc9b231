"""`unusual detect FILE`: what is unusual in a file, as a table or as JSON; knows printing, not detection."""

import gc
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from unusual.cli.printing import Output, print_lines

if TYPE_CHECKING:
    from unusual.feeds.files import File
    from unusual.library import Job

SELDOM = 500_000  # new objects between searches for garbage: modules and documents make many, and no cycles
MOST_ROWS = 40  # of a table
HEADINGS = ("time (UTC)", "score", "function", "entity", "actual", "typical", "probability", "influencers")
FOLDED = {"function", "entity", "influencers"}
SEVERITIES = ((75.0, "bold red"), (50.0, "dark_orange"), (25.0, "yellow"), (0.0, "blue"))

FilePath = Annotated[
    Path, typer.Argument(help="CSV, NDJSON or Parquet, in any order of time; or TOML that says where the records are.")
]
Detectors = Annotated[list[str], typer.Option("--detector", help='Such as "mean(value) by host"; may be repeated.')]
TimeField = Annotated[str, typer.Option(help="The field that holds the time.")]
TimeFormat = Annotated[
    str, typer.Option(help="epoch, epoch_ms, a Java date pattern, or auto: text as ISO 8601, numbers by their size.")
]
Span = Annotated[str, typer.Option(help="Length of a bucket, such as 15m.")]
Influencers = Annotated[list[str] | None, typer.Option("--influencer", help="A field to blame; may be repeated.")]
Printed = Annotated[Output, typer.Option(help="A table, or one JSON record a line and a summary as the last line.")]


def detect(
    file: FilePath,
    detector: Detectors,
    time_field: TimeField = "time",
    time_format: TimeFormat = "auto",
    bucket_span: Span = "15m",
    influencer: Influencers = None,
    output: Printed = Output.TABLE,
) -> None:
    """Find what is unusual in a file.

    Example: unusual detect metrics.csv --time-field at --detector "mean(load) by host" --bucket-span 15m
    """
    gc.set_threshold(SELDOM)
    from unusual.feeds.described import ENDING  # noqa: PLC0415 - the frames and the compiler are heavy
    from unusual.library import Job  # noqa: PLC0415 - as above

    started = time.perf_counter()
    influencers = influencer or []
    read = (
        partial(_pull, file) if file.suffix == ENDING else _reader(file, time_field, time_format, detector, influencers)
    )
    job = Job(*detector, bucket_span=bucket_span, influencers=influencers, time_field=time_field)
    read(job)
    job.finish()
    records = job.documents("record")
    summary = {
        "documents": job.counts.get("processed_record_count", 0),
        "buckets": job.counts.get("bucket_count", 0),
        "records": len(records),
        "results": job.results,
        "seconds": round(time.perf_counter() - started, 3),
    }
    if output is Output.JSON:
        print_lines([*records, summary])
    else:
        _print_table(records, summary)


def _reader(
    path: Path, time_field: str, time_format: str, detectors: list[str], influencers: list[str]
) -> Callable[["Job"], None]:
    """What feeds a whole file to a job; the file is being read already."""
    from unusual.feeds.files import File  # noqa: PLC0415 - the frames are heavy
    from unusual.schema.expressions import fields_of  # noqa: PLC0415 - as above

    return partial(_follow, File(path, time_field, time_format, [*fields_of(detectors), *influencers]))


def _pull(path: Path, job: "Job") -> None:
    """Feed to the job what a file describes."""
    from unusual.feeds.described import Described  # noqa: PLC0415 - as above

    told = Described.read(path, time.time_ns() // 1_000_000)
    start, end = (None if ms is None else datetime.fromtimestamp(ms / 1000, UTC) for ms in (told.start_ms, told.end_ms))
    job.pull(told.feed, told.connections, start=start, end=end)


def _follow(file: "File", job: "Job") -> None:
    """Feed the whole file to the job, with a progress bar where somebody looks."""
    from rich.console import Console  # noqa: PLC0415 - loaded only by who prints for people
    from rich.progress import Progress  # noqa: PLC0415 - as above

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Analysing", total=len(file) if console.is_terminal else None)
        for frame in file:
            job.feed(frame)
            progress.advance(task, frame.height)


def _print_table(records: list[dict[str, Any]], summary: dict[str, Any]) -> None:
    from rich.console import Console  # noqa: PLC0415 - loaded only by who looks
    from rich.table import Table  # noqa: PLC0415 - as above

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in HEADINGS:
        # Words may go on in the next line; a number or a time that is cut would say something else.
        table.add_column(heading, no_wrap=heading not in FOLDED, overflow="fold")
    for record in sorted(records, key=lambda record: -record["record_score"])[:MOST_ROWS]:
        colour = next(colour for least, colour in SEVERITIES if record["record_score"] >= least)
        table.add_row(*_cells(record), style=colour)
    console = Console()
    console.print(table)
    console.print(
        f"{summary['documents']:,} documents in {summary['buckets']:,} buckets, {summary['records']:,} records"
        f" ({summary['seconds']:.1f} s)"
    )


def _cells(record: dict[str, Any]) -> list[str]:
    moment = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(record["timestamp"] / 1000))
    field = f"({record['field_name']})" if "field_name" in record else ""
    roles = ("partition", "by", "over")
    entity = ", ".join(record[f"{role}_field_value"] for role in roles if f"{role}_field_value" in record)
    blamed = "; ".join(
        f"{one['influencer_field_name']}: {', '.join(one['influencer_field_values'])}"
        for one in record.get("influencers", [])
    )
    actual, typical = (f"{record[name][0]:.6g}" for name in ("actual", "typical"))
    score, probability = f"{record['record_score']:.1f}", f"{record['probability']:.2g}"
    return [moment, score, record["function"] + field, entity, actual, typical, probability, blamed]
