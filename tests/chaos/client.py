"""A client that does one act after the other on one job, and knows after a fault what became of it: by the counts.

What it was told to be done must stay done; what it was not told of, it asks for once more unless it was done.
"""

import time
from collections import Counter

import httpx

from tests.chaos.load import Flush, Post, Reopen, config

JOBS = "/_ml/anomaly_detectors"
STUCK_AFTER_S = 120.0


class Lost(AssertionError):
    """Something acknowledged is gone, something is there twice, or something does not end."""


class Client:
    """The client of one job.

    sent    records that were acknowledged
    answers how often which status came, 0 for none
    """

    def __init__(self, url: str, number: int) -> None:
        self._http = httpx.Client(base_url=url, timeout=STUCK_AFTER_S, trust_env=False)
        self.number = number
        self.job_id = f"job-{number}"
        self.sent = 0
        self.answers: Counter[int] = Counter()

    def begin(self) -> None:
        """Make the job and open it."""
        self._insist(self._put, lambda: self._state() is not None)
        self._insist(lambda: self._post("_open"), lambda: self._state() == "opened")

    def do(self, act: Post | Flush | Reopen) -> None:
        """Do an act, exactly once."""
        if isinstance(act, Post):
            self._send(act)
        elif isinstance(act, Flush):
            self._insist(lambda: self._post("_flush", json=act.options), lambda: False)
        else:
            self._insist(lambda: self._post("_close"), lambda: self._state() == "closed")
            self._insist(lambda: self._post("_open"), lambda: self._state() == "opened")

    def end(self) -> None:
        """Close the job."""
        self._insist(lambda: self._post("_close"), lambda: self._state() == "closed")
        self._http.close()

    def _send(self, post: Post) -> None:
        """What a server that died has not taken of an upload is sent again, as its count of records tells."""
        before = self.sent
        while self.sent < before + len(post.lines):
            rest = post.lines[self.sent - before :]
            status = self._post("_data", content=b"".join(rest))
            if status == 202:
                self.sent = before + len(post.lines)
            else:
                self._settled()
                count = self._count()
                if not self.sent <= count <= before + len(post.lines):
                    raise Lost(f"[{self.job_id}] has [{count}] records of [{self.sent}] acknowledged ones")
                self.sent = count

    def check(self) -> None:
        """Nothing that was acknowledged is missing, and nothing is there twice."""
        count = self._count()
        if count != self.sent:
            raise Lost(f"[{self.job_id}] has [{count}] records, [{self.sent}] were acknowledged")

    def _insist(self, call, is_done) -> None:
        while call() != 200:
            self._settled()
            if is_done():
                return

    def _settled(self) -> None:
        """Wait until the job is in no state on the way."""
        deadline = time.monotonic() + STUCK_AFTER_S
        while (state := self._state()) in {None, "opening", "closing"}:
            if state is None and self.answers[200] == 0:
                return
            if time.monotonic() > deadline:
                raise Lost(f"[{self.job_id}] is stuck: it is {state}")
            time.sleep(0.05)
        if state == "failed":
            raise Lost(f"[{self.job_id}] failed: {self._stats()['assignment_explanation']}")
        time.sleep(0.02)

    def _count(self) -> int:
        deadline = time.monotonic() + STUCK_AFTER_S
        while time.monotonic() < deadline:
            stats = self._stats()
            if stats is not None:
                return stats["data_counts"]["input_record_count"]
            time.sleep(0.05)
        raise Lost(f"[{self.job_id}] tells no counts")

    def _state(self) -> str | None:
        stats = self._stats()
        return None if stats is None else stats["state"]

    def _stats(self) -> dict | None:
        try:
            answer = self._http.get(f"{JOBS}/{self.job_id}/_stats")
        except httpx.TransportError:
            return None
        return answer.json()["jobs"][0] if answer.status_code == 200 else None

    def _put(self) -> int:
        return self._call(lambda: self._http.put(f"{JOBS}/{self.job_id}", json=config(self.number)))

    def _post(self, call: str, **body) -> int:
        return self._call(lambda: self._http.post(f"{JOBS}/{self.job_id}/{call}", **body))

    def _call(self, request) -> int:
        """The status of an answer, 0 for none."""
        try:
            status = request().status_code
        except httpx.TransportError:
            status = 0
        self.answers[status] += 1
        return status
