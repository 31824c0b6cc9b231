"""Routes that describe the API: `/openapi.json` for programs, `/docs` for people; offline, from this server alone."""

import re
from typing import Final

from fastapi import APIRouter, Request, Response
from markdown_it import MarkdownIt
from starlette.responses import HTMLResponse

from unusual.api.answers import answer
from unusual.api.openapi import described
from unusual.api.reference import reference

router = APIRouter()

_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>unusual: the REST API</title>
<meta name="viewport" content="width=device-width"><style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222 }}
h2 {{ border-bottom: 1px solid #ccc; margin-top: 3rem }}
h3 {{ margin-top: 2rem }}
table {{ border-collapse: collapse }}
td, th {{ border: 1px solid #ccc; padding: .1rem .5rem; text-align: left; vertical-align: top }}
pre {{ background: #f4f4f4; padding: .5rem; overflow-x: auto; white-space: pre-wrap }}
code {{ background: #f4f4f4 }}
</style></head><body>
{}
</body></html>
"""


@router.get("/openapi.json", include_in_schema=False)
def openapi(request: Request) -> Response:
    """The description for programs."""
    return answer(described(request.app))


@router.get("/docs", include_in_schema=False)
def docs(request: Request) -> Response:
    """The description for people."""
    return HTMLResponse(page(reference(request.app)))


def page(markdown: str) -> str:
    """A whole page, whose headings can be linked to."""
    body = MarkdownIt("commonmark").enable("table").render(markdown)
    return _PAGE.format(re.sub(r"<(h[23])>(\w+)<", lambda head: f'<{head[1]} id="{head[2].lower()}">{head[2]}<', body))
