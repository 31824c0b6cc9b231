"""The layouts that learnt states have had, and how a state of each becomes one of the next.

A layout changes when something that is kept means something else, or has another shape. Fields that come and go by
themselves need none (`analysis.fitting`). Knows the parts of a state, not the arrays in them.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from unusual.analysis import snapshot
from unusual.errors import Invalid
from unusual.models.profiles import paged

State: TypeAlias = dict[str, Any]
Converter: TypeAlias = Callable[[State], State]

LAYOUT: Final = 3


def _first(state: State) -> State:
    """Counts do not name their job, so that a job of another name can go on from them; clocks know rules of series."""
    begun = {name: {**state[name], "clocks": _clocks(state[name]["clocks"])} for name in ("course",) if name in state}
    counts = {name: value for name, value in state["counts"].items() if name != "job_id"}
    return state | {"counts": counts} | begun


def _clocks(begun: list[str]) -> State:
    """What events have moved; a rule under way begins anew."""
    told = (re.search(r"first=(\d+), until=(\d+), seconds=(-?\d+), detector=None", shift) for shift in begun)
    return {"events": [[*map(int, shift.groups())] for shift in told if shift], "rules": []}


def _second(state: State) -> State:
    """Profiles of series have pages."""
    return {name: _paged(part) for name, part in state.items()}


def _paged(part: Any) -> Any:  # noqa: ANN401 - nested states
    if isinstance(part, list):
        return [_paged(one) for one in part]
    if not isinstance(part, dict):
        return part
    if not {"levels", "day", "week"} <= part.keys():
        return {name: _paged(one) for name, one in part.items()}
    known = paged(part["day"], part["week"])
    rows = {name: one for name, one in part.items() if name not in {"day", "week"}}
    return rows | {"pages": known.pages, "slots": known.slots}


def is_present(raw: bytes) -> bool:
    """Whether a saved state is written as this version writes; `errors.Invalid` for other bytes."""
    known, _ = snapshot.contents(raw)
    return raw.startswith(snapshot.MARK) and known.get("layout") == LAYOUT


# Each makes a state of the layout that is its key into one of the layout after.
CONVERTERS: Final[Mapping[int, Converter]] = {1: _first, 2: _second}


def brought_up(state: State, converters: Mapping[int, Converter] = CONVERTERS, present: int = LAYOUT) -> State:
    """A state of an earlier layout as one of the present layout.

    `errors.Invalid` for a layout that cannot be converted any more, or that a later version wrote.

    >>> brought_up({"layout": 1, "counts": {"job_id": "pump", "bucket_count": 3}})
    {'layout': 3, 'counts': {'bucket_count': 3}}
    """
    layout = state.get("layout")
    if not isinstance(layout, int) or not min(converters, default=present) <= layout <= present:
        oldest = min(converters, default=present)
        raise Invalid(f"the model snapshot has layout [{layout}]; this version reads layouts [{oldest}] to [{present}]")
    for number in range(layout, present):
        state = converters[number](state) | {"layout": number + 1}
    return state
