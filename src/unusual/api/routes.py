"""Every route in its place: those of jobs under both prefixes, from one registration."""

from typing import Final

from fastapi import APIRouter, FastAPI

from unusual.api import (
    calendars,
    cat,
    cluster,
    cluster_settings,
    datafeeds,
    documentation,
    filters,
    forecasts,
    health,
    indexing,
    indices,
    jobs,
    lookup,
    problems,
    results,
    running,
    scrolling,
    searching,
    snapshots,
    system,
    tasks,
)
from unusual.api.presentation import Conventions

PREFIXES: Final = ("/_ml", "/_xpack/ml")


def mount(app: FastAPI) -> None:
    """Give an app the whole REST API, its problems and its conventions."""
    machine_learning = APIRouter()
    for part in (cluster, system, snapshots, results, running, forecasts, health, jobs, datafeeds, calendars, filters):
        machine_learning.include_router(part.router)
    machine_learning.include_router(snapshots.importing)
    for prefix in PREFIXES:
        app.include_router(machine_learning, prefix=prefix)
    app.include_router(documentation.router)
    app.include_router(cluster.root)
    app.include_router(health.root)
    app.include_router(cluster_settings.router)
    app.include_router(cat.router)
    app.include_router(tasks.router)
    app.include_router(indices.router)
    app.include_router(indexing.router)
    app.include_router(searching.router)
    app.include_router(lookup.router)
    app.include_router(scrolling.router)
    problems.install(app)
    app.add_middleware(Conventions)
