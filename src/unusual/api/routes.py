"""Every route in its place: those of jobs under both prefixes, from one registration."""

from typing import Final

from fastapi import FastAPI

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
    # Routes are tried one after the other: what is asked for most comes first, names before ids that may be any.
    parts = (running, results, snapshots, cluster, system, forecasts, health, jobs, datafeeds, calendars, filters)
    for prefix in PREFIXES:
        for router in (*(part.router for part in parts), snapshots.importing):
            app.include_router(router, prefix=prefix)
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
