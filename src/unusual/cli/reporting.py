"""`unusual report`: what was unusual in a job, as one HTML file; knows how to ask for it, not how it is made."""

from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from unusual.cli.calling import HERE, Url, call
from unusual.errors import Invalid

JobId = Annotated[str, typer.Argument(help="The job on the server.")]
OutputPath = Annotated[Path, typer.Option("--output", "-o", help="The file to write.")]


def report(job_id: JobId, output: OutputPath = Path("report.html"), url: Url = HERE) -> None:
    """Write what was unusual in a job to one HTML file, which opens without a server.

    Example: unusual report pump -o pump.html
    """
    content = call("GET", f"{url}/ui/report/{quote(job_id, safe='')}")
    try:
        output.write_bytes(content)
    except OSError as error:
        raise Invalid(f"file '{output}' cannot be written: {error}") from None
    typer.echo(f"job [{job_id}]: {len(content):,} bytes in {output}")
