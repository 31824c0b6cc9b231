"""`unusual snapshot show|export|import`: models in files, and from one server to another; knows no model."""

import time
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import orjson
import typer

from unusual.cli.calling import HERE, Url, call
from unusual.cli.printing import Output, print_lines
from unusual.errors import Invalid, Problem

snapshot = typer.Typer(help="Look into saved models, and carry jobs from one server to another.", no_args_is_help=True)

FilePath = Annotated[Path, typer.Argument(help="A snapshot, as `unusual snapshot export` writes it.")]
Printed = Annotated[Output, typer.Option(help="A table, or one JSON object.")]
SnapshotId = Annotated[str | None, typer.Option("--snapshot", help="Which one.  [default: the newest loaded or made]")]
NewName = Annotated[str | None, typer.Option("--job-id", help="What the new job is called.  [default: as it was]")]
JobId = Annotated[str, typer.Argument(help="The job on the server.")]


@snapshot.command()
def show(file: FilePath, output: Printed = Output.TABLE) -> None:
    """Tell what a saved model holds, without a server.

    Example: unusual snapshot show pump.snapshot
    """
    from unusual.analysis.snapshot import contents  # noqa: PLC0415 - loaded only by who looks

    raw = _read(file)
    state, arrays = contents(raw)
    told = _summary(state) | {
        "bytes": len(raw),
        "arrays": [{"place": "/".join(map(str, one["place"])), "shape": one["shape"]} for one in arrays],
    }
    if output is Output.JSON:
        print_lines([told])
    else:
        _print_table(told)


@snapshot.command()
def export(job_id: JobId, file: FilePath, snapshot_id: SnapshotId = None, url: Url = HERE) -> None:
    """Write a model of a job on a running server to a file.

    Example: unusual snapshot export pump pump.snapshot
    """
    job = f"{url}/_ml/anomaly_detectors/{quote(job_id, safe='')}"
    chosen = snapshot_id or orjson.loads(call("GET", job))["jobs"][0].get("model_snapshot_id")
    if chosen is None:
        raise Problem(f"job [{job_id}] has no model snapshot yet: one is made when it is closed, and from time to time")
    content = call("GET", f"{job}/model_snapshots/{quote(chosen, safe='')}/_export")
    try:
        file.write_bytes(content)
    except OSError as error:
        raise Invalid(f"file '{file}' cannot be written: {error}") from None
    typer.echo(f"snapshot [{chosen}] of job [{job_id}]: {len(content):,} bytes in {file}")


@snapshot.command(name="import")
def import_job(file: FilePath, job_id: NewName = None, url: Url = HERE) -> None:
    """Make a job on a running server that goes on from a saved model.

    Example: unusual snapshot import pump.snapshot --url http://other:9200
    """
    name = f"?job_id={quote(job_id, safe='')}" if job_id else ""
    answer = orjson.loads(call("POST", f"{url}/_ml/anomaly_detectors/_import{name}", _read(file)))
    typer.echo(
        f"job [{answer['job']['job_id']}] is there, closed, with model snapshot [{answer['model']['snapshot_id']}]"
    )


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Invalid(f"file '{file}' cannot be read: {error}") from None


def _summary(state: dict[str, Any]) -> dict[str, Any]:
    """What people want to know of a state."""
    try:
        job, counts = state["job"], state["counts"]
        return {
            "job_id": job["job_id"],
            "description": state.get("snapshot", {}).get("description", ""),
            "layout": state["layout"],
            "job_version": job["job_version"],
            "bucket_span": job["analysis_config"]["bucket_span"],
            "detectors": [one["detector_description"] for one in job["analysis_config"]["detectors"]],
            "counts": counts,
        }
    except (LookupError, TypeError):
        raise Invalid("this model snapshot is damaged") from None


def _print_table(told: dict[str, Any]) -> None:
    from rich.console import Console  # noqa: PLC0415 - loaded only by who looks
    from rich.table import Table  # noqa: PLC0415 - as above

    counts = told["counts"]
    lines = {
        "job": told["job_id"],
        "description": told["description"],
        "detectors": ", ".join(told["detectors"]),
        "bucket span": told["bucket_span"],
        "records": f"{counts.get('processed_record_count', 0):,}",
        "buckets": f"{counts.get('bucket_count', 0):,}",
        "newest record": _moment(counts.get("latest_record_timestamp")),
        "layout": str(told["layout"]),
        "size": f"{told['bytes']:,} bytes, {len(told['arrays'])} arrays",
    }
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for name, text in lines.items():
        table.add_row(name, text)
    Console().print(table)


def _moment(time_ms: int | None) -> str:
    return "" if time_ms is None else time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(time_ms / 1000))
