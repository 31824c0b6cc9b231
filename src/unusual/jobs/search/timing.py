"""From a query to the stretch of time in which all documents lie that it means; knows no store."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from unusual.jobs.ports import Stretch
from unusual.jobs.search.matching import reading
from unusual.jobs.search.narrowing import plain
from unusual.schema.mappings import Field
from unusual.schema.queries import Between, Clause, Joined

# From the value of a bound to the first moment within, or the first one behind.
_STARTS: Final = {"gt": 1, "gte": 0}
_ENDS: Final = {"lt": 0, "lte": 1}


def stretched(
    clause: Clause, name: str, timed: Collection[str], fields: Mapping[str, Field], now_ms: int
) -> tuple[Stretch | None, Clause]:
    """The documents of one index that may meet a clause, as far as their times tell, and what is left to test.

    timed  the fields whose times are kept
    """
    whole = plain(clause if isinstance(clause, Joined) else Joined((clause,)))
    must = whole.must if isinstance(whole, Joined) else (whole,)
    field = next((one.field for one in must if isinstance(one, Between) and one.field in timed), None)
    if field is None:
        return None, clause
    stretch, left = Stretch((name,), field), list[Clause]()
    for one in must:
        narrower = _narrower(stretch, one, fields[field], now_ms)
        if narrower is None:
            left.append(one)
        stretch = narrower or stretch
    return stretch, plain(replace(whole, must=tuple(left)) if isinstance(whole, Joined) else Joined(tuple(left)))


def _narrower(stretch: Stretch, clause: Clause, field: Field, now_ms: int) -> Stretch | None:
    """The part of a stretch that meets one more clause, None when that cannot be told."""
    if not isinstance(clause, Between) or clause.field != stretch.field:
        return None
    for bound, value in clause.bounds:
        time = reading(field, now_ms, value, bound, clause.format)
        if time is None:
            return None
        if bound in _STARTS:
            start = time + _STARTS[bound]
            stretch = replace(stretch, start_ms=start if stretch.start_ms is None else max(start, stretch.start_ms))
        else:
            end = time + _ENDS[bound]
            stretch = replace(stretch, end_ms=end if stretch.end_ms is None else min(end, stretch.end_ms))
    return stretch
