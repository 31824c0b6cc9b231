"""What every page has around its content: title, navigation, theme, a way past them, and refusals told with reasons."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, Final, NamedTuple

from nicegui import ui

from unusual.errors import Problem
from unusual.ui import theme
from unusual.ui.refusals import show_refusal

PREFIX: Final = "/ui"  # which NiceGUI puts in front of its links and ways by itself
SECTIONS: Final = {
    "Jobs": "/jobs",
    "Explorer": "/explorer",
    "Single metric": "/metric",
    "New job": "/new",
    "Settings": "/settings",
}
LONGEST_BUILD_S: Final = 30.0
# Of important rules, that of the first layer holds: Quasar takes outlines away in a later one than `theme`.
STYLE: Final = """
a.section { color: white; text-decoration: none; padding: .25rem .6rem; border-radius: 4px; }
a.section[aria-current=page] { background: white; color: #0b5cad; }
a.plain { color: inherit; font-weight: 500; }
.health { padding: 0 .4rem; border-radius: 4px; color: black; }
.health-green { background: #8fd6b4; } .health-yellow { background: #f0e442; } .health-red { background: #f08a5d; }
.body--dark :is(.q-btn--flat, .q-btn--outline, .q-field) { --q-primary: #8ec5ff; }
.body--dark { color-scheme: dark; }
.month { table-layout: fixed; border-collapse: collapse; }
.month td { border: 1px solid #8886; vertical-align: top; height: 4.5rem; padding: .2rem; }
.month td.outside { opacity: .75; }
.q-field__focusable-action, .q-chip__icon { opacity: 1; }
.q-chip .q-chip__icon { color: inherit; }
.month .event { background: #56b4e9; color: black; border-radius: 4px; padding: 0 .3rem; overflow-wrap: anywhere; }
.why { max-width: 24rem; white-space: normal; }
.q-notification .q-btn { color: inherit !important; text-transform: none; }
@layer theme { :focus-visible:not(.q-field :is(input, textarea)), .q-field:has(:is(input, textarea):focus-visible) {
  outline: 3px solid #d55e00 !important; outline-offset: 2px !important; } }
"""


class Page(NamedTuple):
    """One page.

    path   below `/ui`
    title  also its heading; `{name}` stands for a parameter
    build  makes the content inside the frame; its parameters are those of the query
    """

    path: str
    title: str
    build: Callable[..., Awaitable[None]]


def register(page: Page) -> None:
    """Let the web app show a page inside the frame."""

    @wraps(page.build)
    async def framed(*args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - whatever the page takes
        with _frame(page, page.title.format(**kwargs)):
            try:
                await page.build(*args, **kwargs)
            except Problem as problem:
                show_refusal(problem)

    ui.page(page.path, title="unusual", response_timeout=LONGEST_BUILD_S)(framed)


def _frame(page: Page, title: str) -> ui.column:
    """The frame; what is made inside it is the content."""
    ui.page_title(f"{title} · unusual")
    theme.apply()
    ui.colors(primary="#0b5cad", accent="#7b3fa0", positive="#1b7a34", negative="#a8241b", info="#0b5cad")
    ui.add_css(STYLE)
    with ui.header().classes("items-center q-py-xs"):
        with ui.element("nav").props('aria-label="Sections"').classes("row gap-1"):
            for name, place in SECTIONS.items():
                link = ui.link(name, place).classes("section")
                if page.path.startswith(place):
                    link.props("aria-current=page")
        ui.space()
        theme.switch()
    with _taking_input():
        content = ui.column().classes("w-full gap-4")
    ui.skip_link("Skip to the content", target=content)
    with content:
        ui.label(title).classes("text-h5").props("role=heading aria-level=1")
    return content


def _taking_input() -> ui.element:
    """A fieldset that is disabled until the page has its connection.

    NiceGUI keeps no order among what is typed and clicked before: a click could overtake the text it is about.
    """
    fields = ui.element("fieldset").props("disabled role=presentation").classes("contents")
    ui.context.client.on_connect(lambda: fields.props(remove="disabled"))
    return fields
