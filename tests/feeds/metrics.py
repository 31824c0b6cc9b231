"""A server that answers as Prometheus does, from samples it was given; a range of too many points it refuses."""

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl

from tests.feeds.passing import Passing, serving_handler

MOST_POINTS = 11_000


class Metrics:
    """What the server holds and was asked: documents `{at, value, host}`, and the forms of its calls.

    broken_ranges  how many ranges it will not answer, as it is out of order
    """

    def __init__(self) -> None:
        self.documents: list[dict] = []
        self.asked: list[dict[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.broken_ranges = 0
        self.url = ""

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict]:
        if "(" in form["query"] and ")" not in form["query"]:
            return 400, {"status": "error", "errorType": "bad_data", "error": "parse error: unclosed parenthesis"}
        if path.endswith("/query"):
            return 200, {"status": "success", "data": {"resultType": "vector", "result": []}}
        if self.broken_ranges:
            self.broken_ranges -= 1
            return 503, {"status": "error", "error": "out of order"}
        start, end, step = (float(form[name]) for name in ("start", "end", "step"))
        if (end - start) / step > MOST_POINTS:
            told = "exceeded maximum resolution of 11,000 points per timeseries"
            return 400, {"status": "error", "errorType": "bad_data", "error": told}
        return 200, {"status": "success", "data": {"resultType": "matrix", "result": self._series(start, end, step)}}

    def _series(self, start: float, end: float, step: float) -> list[dict]:
        """The samples that lie on a step, both ends included."""
        series: dict[str, list] = {}
        for one in sorted(self.documents, key=lambda one: one["at"]):
            at = one["at"] / 1000
            if start <= at <= end and math.isclose((at - start) % step, 0, abs_tol=1e-6):
                series.setdefault(one["host"], []).append([at, "NaN" if one["value"] is None else str(one["value"])])
        return [{"metric": {"__name__": "load", "host": host}, "values": values} for host, values in series.items()]


@contextmanager
def serving_metrics() -> Iterator[Metrics]:
    """Such a server."""
    metrics = Metrics()

    class Handler(Passing):
        def pass_on(self) -> None:
            form = dict(parse_qsl(self.rfile.read(int(self.headers["content-length"])).decode()))
            metrics.asked.append(form)
            metrics.headers.append(dict(self.headers))
            status, body = metrics.answer(self.path, form)
            self.answer(status, json.dumps(body).encode())

        do_POST = pass_on  # noqa: N815 - so the library wants it

    with serving_handler(Handler) as metrics.url:
        yield metrics
