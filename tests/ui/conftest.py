"""A server process with real jobs, and Chromium to look at its pages with."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.conformance.serving import Server, serving
from tests.ui.loaded import load

CHROMIUM = Path("/usr/bin/chromium")
WAIT_MS = 30_000  # a busy machine is slow; nothing asserts how long a page takes


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[Server]:
    """A running server with the jobs of `loaded`."""
    with serving(tmp_path_factory.mktemp("ui") / "store", workers=1) as running:
        load(running.http)
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser; no longer than a module, as coroutines cannot be run beside it."""
    if not CHROMIUM.exists():
        pytest.skip(f"needs Chromium at {CHROMIUM}: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(server, chromium) -> Iterator[Page]:
    """An empty page of the server's; in the end nothing was wrong in it, and nothing was asked of another machine."""
    context = chromium.new_context(base_url=server.url, viewport={"width": 1280, "height": 800}, locale="en-GB")
    context.set_default_timeout(WAIT_MS)
    expect.set_options(timeout=WAIT_MS)
    page = context.new_page()
    errors: list[str] = []
    foreign: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda fault: errors.append(str(fault)))
    page.on("request", lambda asked: foreign.append(asked.url) if _is_foreign(asked.url, server.url) else None)
    yield page
    context.close()
    assert errors == []
    assert foreign == []


def _is_foreign(url: str, home: str) -> bool:
    asked = urlsplit(url)
    return asked.scheme in {"http", "https", "ws", "wss"} and asked.netloc != urlsplit(home).netloc
