"""Every route in its place: those of jobs under both prefixes, from one registration."""

from typing import Final

from starlette.applications import Starlette

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
from unusual.api.serving import serve

PREFIXES: Final = ("/_ml", "/_xpack/ml")


def mount(app: Starlette) -> None:
    """Give an app the whole REST API, its problems and its conventions."""
    # Routes are tried one after the other: what is asked for most comes first, names before ids that may be any.
    parts = (running, results, snapshots, cluster, system, forecasts, health, jobs, datafeeds, calendars, filters)
    for prefix in PREFIXES:
        for router in (*(part.router for part in parts), snapshots.importing):
            serve(app, router, prefix)
    serve(app, documentation.router)
    serve(app, cluster.root)
    serve(app, health.root)
    serve(app, cluster_settings.router)
    serve(app, cat.router)
    serve(app, tasks.router)
    serve(app, indices.router)
    serve(app, indexing.router)
    serve(app, searching.router)
    serve(app, lookup.router)
    serve(app, scrolling.router)
    problems.install(app)
    app.add_middleware(Conventions)
