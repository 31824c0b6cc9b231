"""The commands put together; each lives in a module of its own."""

import sys

import typer

from unusual.cli.categorizing import categorize
from unusual.cli.detecting import detect
from unusual.cli.reporting import report
from unusual.cli.serving import serve
from unusual.cli.snapshots import snapshot
from unusual.errors import Problem
from unusual.kernels.machine_code import leave_out_linear_algebra

commands = typer.Typer(
    help="Find what is unusual in metrics and logs.", no_args_is_help=True, pretty_exceptions_enable=False
)
commands.command()(serve)
commands.command()(detect)
commands.command()(categorize)
commands.command()(report)
commands.add_typer(snapshot, name="snapshot")


def main() -> None:
    """Run the command line; a problem is told in one line."""
    leave_out_linear_algebra()
    try:
        commands()
    except Problem as problem:
        typer.echo(f"unusual: {problem.reason}", err=True)
        sys.exit(2)
