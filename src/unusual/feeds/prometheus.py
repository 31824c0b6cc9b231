"""Samples of a Prometheus or VictoriaMetrics query, step by step; knows their HTTP API, and no run."""

import math
from collections.abc import Iterator
from operator import itemgetter
from typing import Final

from unusual.analysis.control import Document
from unusual.errors import Unreachable
from unusual.feeds.connections import Web
from unusual.feeds.wanting import Wanted
from unusual.feeds.web import Calls
from unusual.jobs.sources import Portion

VALUE: Final = "value"
MOST_STEPS: Final = 10_000  # a server answers at most 11,000 points of a series
PAGE: Final = 50_000  # samples that a portion aims at
_FIRST_STEPS: Final = 500  # before it is known how many series there are


class Samples:
    """The `Source` port over a range query: one record for each series and step, its labels and its value as fields.

    Steps lie on whole multiples of their length, whatever stretch is asked for. What is not a number is left out.
    """

    def __init__(self, connection: Web, query: str, step_ms: int, wanted: Wanted) -> None:
        self._calls = Calls(connection)
        self._query = query
        self._step_ms = step_ms
        self._wanted = wanted
        self._steps = _FIRST_STEPS

    def check(self) -> None:
        """`errors.Refused` when the server does not take the query."""
        self._ask("/api/v1/query", {"query": self._query})

    def read(self, start_ms: int | None, end_ms: int | None) -> Portion:
        """The samples of some steps, all of them when few are left."""
        step = self._step_ms
        first = -(-(start_ms or 0) // step)
        last = None if end_ms is None else -(-end_ms // step)  # the first step that is not asked for
        if last is not None and last <= first:
            return Portion([], None)
        after = self._wanted.grain_after((first + self._steps) * step)
        until = -(-after // step) if last is None else min(-(-after // step), last)
        records = list(self._samples(first * step, (until - 1) * step))
        records.sort(key=itemgetter(self._wanted.time))
        self._adapt(len(records), until - first)
        is_last = until == last or (last is None and not records)
        return Portion(records, None if is_last else after)

    def close(self) -> None:
        """Let go of the connection."""
        self._calls.close()

    def _adapt(self, samples: int, steps: int) -> None:
        """Ask for fewer steps where there are many series, for more where there are few."""
        fitting = MOST_STEPS if samples == 0 else self._wanted.page_of(PAGE) * steps // samples
        self._steps = min(max(fitting, 1), 4 * self._steps, MOST_STEPS)

    def _samples(self, start_ms: int, end_ms: int) -> Iterator[Document]:
        times = {"start": _seconds(start_ms), "end": _seconds(end_ms), "step": _seconds(self._step_ms)}
        answer = self._ask("/api/v1/query_range", {"query": self._query} | times)
        fields, time = {*self._wanted.fields}, self._wanted.time
        for series in answer["result"]:
            labels = {name: label for name, label in series["metric"].items() if name in fields}
            for at, told in series["values"]:
                value = float(told)
                if math.isfinite(value):
                    yield labels | {VALUE: value, time: round(at * 1000)}

    def _ask(self, path: str, form: Document) -> Document:
        answer = self._calls.call("POST", path, form=form)
        if answer.get("status") != "success":
            raise Unreachable(str(answer.get("error", answer)))
        data: Document = answer["data"]
        return data


def _seconds(ms: int) -> str:
    return f"{ms // 1000}.{ms % 1000:03d}"
