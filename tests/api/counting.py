"""An engine that only counts: enough to see that what goes in over HTTP comes out again."""

import orjson

from unusual.analysis.control import Flush, Outputs, Post, Result, Save, Schedule


class Counting:
    """A whole engine in shape; every post makes one bucket at time 0 with as many events as lines were posted."""

    def __init__(self, job, _) -> None:
        self._job_id = job.job_id
        self._lines = 0
        self._upload = 0
        self._bytes = 0

    @classmethod
    def restore(cls, job, state, stopwatch) -> "Counting":
        engine = cls(job, stopwatch)
        engine._lines = orjson.loads(state)
        return engine

    def handle(self, message) -> Outputs:
        if isinstance(message, Post):
            return self._post(message)
        if isinstance(message, Save):
            return self._outputs(state=orjson.dumps(self._lines))
        assert isinstance(message, Flush | Schedule)
        return self._outputs()

    def _post(self, message: Post) -> Outputs:
        self._upload += message.data.count(b"\n")
        self._bytes += len(message.data)
        outputs = self._outputs(results=[self._bucket(self._lines + self._upload)])
        if message.last:
            self._lines += self._upload
            self._upload = self._bytes = 0
        return outputs

    def _bucket(self, events: int) -> Result:
        body = {"job_id": self._job_id, "timestamp": 0, "event_count": events, "is_interim": False}
        return Result("bucket", 0, "", 0.0, is_interim=False, body=orjson.dumps(body))

    def _outputs(self, **more) -> Outputs:
        counts = {"job_id": self._job_id, "processed_record_count": self._lines, "input_bytes": self._bytes}
        upload = counts | {"processed_record_count": self._upload}
        return Outputs(upload=upload, counts=counts, model_size={}, finalized_end=300, **more)
