"""`unusual serve`: the server until stopped; loads it only when it is asked for."""

import os
from pathlib import Path
from typing import Annotated

import typer

Host = Annotated[str | None, typer.Option(help="Where to listen.  [default: 127.0.0.1]")]
Port = Annotated[int | None, typer.Option(help="Where to listen; 0 takes any free port.  [default: 9200]")]
DataDir = Annotated[Path | None, typer.Option(help="Where the embedded store lives.  [default: ./unusual-data]")]
Workers = Annotated[int | None, typer.Option(help="How many worker processes.  [default: one per core]")]
MemoryMib = Annotated[
    int | None, typer.Option(help="Memory that the limits of open jobs may fill, MiB.  [default: what the machine has]")
]
Durability = Annotated[
    str | None,
    typer.Option(help="What outlasts a power cut: fsync for everything, os for most of it.  [default: fsync]"),
]

ExpireHours = Annotated[
    int | None, typer.Option(help="How often what is past its days is removed; 0: on request only.  [default: 24]")
]


def serve(
    host: Host = None,
    port: Port = None,
    data_dir: DataDir = None,
    workers: Workers = None,
    memory_mib: MemoryMib = None,
    expire_hours: ExpireHours = None,
    durability: Durability = None,
) -> None:
    """Serve the REST API on the embedded store until stopped.

    Each option can also be given in the environment: --data-dir as UNUSUAL_DATA_DIR, and so on.
    """
    from unusual.app import run  # noqa: PLC0415 - the web framework is loaded only by who serves
    from unusual.settings import Settings  # noqa: PLC0415 - as above
    from unusual.workers.resident import look_seldom_for_garbage  # noqa: PLC0415 - as above

    look_seldom_for_garbage()
    told = {
        "host": host,
        "port": port,
        "data_dir": data_dir,
        "workers": workers,
        "memory_mib": memory_mib,
        "expire_hours": expire_hours,
        "durability": durability,
    }
    run(Settings.read(os.environ, **told), announce=typer.echo)
