"""The pages put onto the app that serves the API; once in a process, whose pages NiceGUI keeps in one place."""

import asyncio
from typing import Final, cast

from fastapi import FastAPI
from nicegui import ui
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.routing import Route

from unusual.ui.explorer import page as explorer
from unusual.ui.frame import PREFIX, SECTIONS, Page, register
from unusual.ui.jobdetail import page as jobdetail
from unusual.ui.joblist import page as joblist
from unusual.ui.metric import page as metric
from unusual.ui.newjob import page as newjob
from unusual.ui.parts import parts, serve
from unusual.ui.report import content, document
from unusual.ui.settings import page as settings

FRONT: Final = PREFIX + SECTIONS["Jobs"]
PAGES: Final = (
    Page("/jobs", "Jobs", joblist.show),
    Page("/jobs/{job_id}", "Job {job_id}", jobdetail.show),
    Page("/new", "New job", newjob.show),
    Page("/settings", "Settings", settings.show),
    Page("/explorer", "Anomaly explorer", explorer.show),
    Page("/metric", "Single metric", metric.show),
)


def mount_pages(server: Starlette) -> None:
    """Serve the pages below `/ui`, and send whoever asks for `/ui` itself to the list of jobs."""
    serve(server)
    for page in PAGES:
        register(page)
    app = cast("FastAPI", server)  # of which no more is asked for than the server is
    ui.run_with(app, mount_path=PREFIX, title="unusual", language="en-US", show_welcome_message=False)
    # In front of all routes, as one of the API's takes any single word for the name of an index.
    server.router.routes[:0] = [Route(PREFIX, _to_the_front), Route(f"{PREFIX}/report/{{job_id}}", _report)]


async def _to_the_front(_: Request) -> RedirectResponse:
    return RedirectResponse(FRONT)


async def _report(request: Request) -> HTMLResponse:
    """A job told on one page, to be kept as a file."""
    report = await asyncio.to_thread(content.gather, parts().ports, request.path_params["job_id"])
    return HTMLResponse(document.html(report))
