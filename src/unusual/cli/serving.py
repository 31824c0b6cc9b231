"""`unusual serve`: the server until stopped; loads it only when it is asked for."""

import os
from pathlib import Path
from typing import Annotated

import typer

Host = Annotated[str | None, typer.Option(help="Where to listen.  [default: 127.0.0.1]")]
Port = Annotated[int | None, typer.Option(help="Where to listen; 0 takes any free port.  [default: 9200]")]
DataDir = Annotated[Path | None, typer.Option(help="Where the embedded store lives.  [default: ./unusual-data]")]
Workers = Annotated[int | None, typer.Option(help="How many worker processes.  [default: one per core]")]


def serve(host: Host = None, port: Port = None, data_dir: DataDir = None, workers: Workers = None) -> None:
    """Serve the REST API on the embedded store until stopped.

    Each option can also be given in the environment, as UNUSUAL_HOST, UNUSUAL_PORT, UNUSUAL_DATA_DIR, UNUSUAL_WORKERS.
    """
    from unusual.app import run  # noqa: PLC0415 - the web framework is loaded only by who serves
    from unusual.settings import Settings  # noqa: PLC0415 - as above

    run(Settings.read(os.environ, host=host, port=port, data_dir=data_dir, workers=workers), announce=typer.echo)
