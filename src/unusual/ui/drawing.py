"""Charts and tables put onto a page, each with what it can be saved as; knows not what they show."""

import json
from collections.abc import Callable, Iterable, Sequence

from nicegui import ui

from unusual.analysis.control import Document
from unusual.ui import theme
from unusual.ui.charts.style import Ink, Options, ink
from unusual.ui.tables import Column, as_csv


def page_ink() -> Ink:
    """The ink for the page that is being made."""
    return ink(dark=theme.is_dark())


def draw(options: Options, height_px: int, name: str) -> ui.echart:
    """A chart, and a button that saves it as a picture called `name`."""
    with ui.column().classes("w-full gap-0 relative-position"):
        chart = ui.echart(options).classes("w-full").style(f"height: {height_px}px")
        said = options["aria"]["label"]["description"]
        chart.props["role"], chart.props["aria-label"] = "img", said
        save = ui.button("PNG", icon="image").props("flat dense size=sm").classes("self-end")
        save.props(f'aria-label="Save the chart {name} as PNG"')
        save.on("click", js_handler=f"() => {_saving(chart.id, name)}")
    return chart


def begin(chart: ui.echart, *actions: Options) -> None:
    """Let a chart do something as soon as it is there, once."""
    each = " ".join(f"made.dispatchAction({json.dumps(action)});" for action in actions)
    once = f"if (!made.begun) {{ made.begun = true; {each} }}"
    chart.on("chart:finished", js_handler=f"() => {{ const made = getElement({chart.id}).chart; {once} }}")


def csv_button(columns: Sequence[Column], documents: Callable[[], Iterable[Document]], name: str) -> ui.button:
    """A button that saves a table as a file; `documents` gives its rows when it is pressed."""

    def save() -> None:
        ui.download.content(as_csv(columns, documents()), f"{name}.csv", "text/csv")

    return ui.button("CSV", icon="download", on_click=save).props("flat dense no-caps")


def _saving(element: int, name: str) -> str:
    picture = "getDataURL({type: 'png', pixelRatio: 2})"
    return (
        f"{{ const made = document.createElement('a'); made.download = {f'{name}.png'!r};"
        f" made.href = getElement({element}).chart.{picture}; made.click(); }}"
    )
