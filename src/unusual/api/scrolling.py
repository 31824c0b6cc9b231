"""Routes that go on with a search: the next page of a scroll, its end, points in time; knows no query."""

from typing import Annotated, Final

from fastapi import APIRouter, Request, Response

from unusual.api.answers import answer
from unusual.api.declaring import call
from unusual.api.dependencies import PortsHere, ScrollsHere
from unusual.api.indices import INDEX, LENIENT
from unusual.api.searching import told
from unusual.api.wire import body_of, flag, knowing, options_of
from unusual.jobs.search.holdings import holdings
from unusual.schema.answers import Freed, PointInTimeOpened, SearchPage
from unusual.schema.queries import Everything
from unusual.schema.searching import EndedScrolls, PointInTime, ScrollOptions

router = APIRouter()

_NONE_FOUND: Final = 404


@router.get("/_search/scroll")
@router.post("/_search/scroll")
@call("scroll", SearchPage)
def proceed(
    ports: PortsHere, scrolls: ScrollsHere, options: Annotated[ScrollOptions, options_of(ScrollOptions)]
) -> Response:
    """The next page."""
    found = scrolls.proceed(options.scroll_id, options.scroll, ports.clock.now_ms())
    return answer({"_scroll_id": options.scroll_id} | told(found, plain=False))


@router.delete("/_search/scroll")
@call("clear_scroll", Freed)
def end(scrolls: ScrollsHere, options: Annotated[EndedScrolls, body_of(EndedScrolls)]) -> Response:
    """Scrolls that nobody goes on with."""
    return _ended(scrolls.end(None if "_all" in options.scroll_id else options.scroll_id))


@router.delete("/_search/scroll/{scroll_ids}", dependencies=[knowing()])
@call("clear_scrolls", Freed)
def end_named(scrolls: ScrollsHere, scroll_ids: str) -> Response:
    """The same, named by the path."""
    return _ended(scrolls.end(None if scroll_ids == "_all" else scroll_ids.split(",")))


@router.post(INDEX + "/_pit", dependencies=[knowing(*LENIENT, "keep_alive", "routing", "preference")])
@call("open_point_in_time", PointInTimeOpened)
def begin_point(request: Request, ports: PortsHere, index: str) -> Response:
    """A name for some indices, for searches that follow each other: nothing has to be kept for it."""
    lenient = flag(request, "ignore_unavailable")
    holdings(ports, index, Everything(), (), ignore_unavailable=lenient)
    return answer({"id": PointInTime.of(index, ignore_unavailable=lenient).token})


@router.delete("/_pit")
@call("close_point_in_time", Freed)
def end_point(point: Annotated[PointInTime, body_of(PointInTime)]) -> Response:
    """Nothing to do; that is always done."""
    return answer({"succeeded": True, "num_freed": 1 if point.expression else 0})


def _ended(number: int) -> Response:
    return answer({"succeeded": True, "num_freed": number}, 200 if number else _NONE_FOUND)
