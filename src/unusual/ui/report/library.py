"""The chart library as it lies in NiceGUI's wheel, made fit to stand inside a page; knows no chart."""

import base64
import re
from functools import cache
from pathlib import Path
from typing import Final

import nicegui
import orjson

_HOME: Final = Path(nicegui.__file__).parent / "elements" / "echart" / "dist"
_ENTRY: Final = "index.js"
NAME: Final = "charts"
_NEIGHBOUR: Final = re.compile(r'from\s*"\./([^"]+)"')


@cache
def import_map() -> str:
    """JSON by which a browser finds the module `charts`, which exports `echarts`, within the page itself.

    A module inside a page has no neighbours, so those it imports get names of their own.
    """
    entry = (_HOME / _ENTRY).read_text(encoding="utf-8")
    modules = {name: (_HOME / name).read_text(encoding="utf-8") for name in _NEIGHBOUR.findall(entry)}
    modules[NAME] = _NEIGHBOUR.sub(r'from"\1"', entry)
    return orjson.dumps({"imports": {name: _inside(text) for name, text in modules.items()}}).decode()


def _inside(text: str) -> str:
    return f"data:text/javascript;base64,{base64.b64encode(text.encode()).decode()}"
