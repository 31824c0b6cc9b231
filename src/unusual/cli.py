"""The command `unusual`; knows arguments and what is printed, and loads the rest only when it is needed."""

import os
from pathlib import Path
from typing import Annotated

import typer

from unusual.errors import Problem

commands = typer.Typer(
    help="Find what is unusual in metrics and logs.", no_args_is_help=True, pretty_exceptions_enable=False
)


@commands.callback()
def unusual() -> None:
    """Find what is unusual in metrics and logs."""


@commands.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Where to listen.  [default: 127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option(help="Where to listen; 0 takes any free port.  [default: 9200]")] = None,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where the embedded store lives.  [default: ./unusual-data]")
    ] = None,
    workers: Annotated[int | None, typer.Option(help="How many worker processes.  [default: one per core]")] = None,
) -> None:
    """Serve the REST API on the embedded store until stopped.

    Each option can also be given in the environment, as UNUSUAL_HOST, UNUSUAL_PORT, UNUSUAL_DATA_DIR, UNUSUAL_WORKERS.
    """
    from unusual.app import run  # noqa: PLC0415 - the web framework is loaded only by who serves
    from unusual.settings import Settings  # noqa: PLC0415 - as above

    try:
        settings = Settings.read(os.environ, host=host, port=port, data_dir=data_dir, workers=workers)
    except Problem as problem:
        raise typer.BadParameter(problem.reason) from None
    run(settings, announce=typer.echo)


def main() -> None:
    """Run the command line."""
    commands()
