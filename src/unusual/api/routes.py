"""Every route in its place: those of jobs under both prefixes, from one registration."""

from typing import Final

from fastapi import APIRouter, FastAPI

from unusual.api import cluster, documents, jobs, problems, results, running, snapshots
from unusual.api.presentation import Conventions

PREFIXES: Final = ("/_ml", "/_xpack/ml")


def mount(app: FastAPI) -> None:
    """Give an app the whole REST API, its problems and its conventions."""
    machine_learning = APIRouter()
    for part in (cluster, snapshots, results, running, jobs):
        machine_learning.include_router(part.router)
    for prefix in PREFIXES:
        app.include_router(machine_learning, prefix=prefix)
    app.include_router(cluster.root)
    app.include_router(documents.router)
    problems.install(app)
    app.add_middleware(Conventions)
