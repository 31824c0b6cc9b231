"""An engine that only counts: enough to see that what goes in over HTTP comes out again."""

import orjson

from unusual.analysis.control import Flush, Forecast, Outputs, Post, Result, Save, Schedule


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
        if isinstance(message, Forecast):
            return self._outputs(results=[self._forecast(message.request)])
        assert isinstance(message, Flush | Schedule)
        return self._outputs()

    def _forecast(self, request) -> Result:
        body = orjson.dumps(request | {"forecast_status": "finished", "processed_record_count": 12})
        kind, key = request["result_type"], request["forecast_id"]
        return Result(kind, request["timestamp"], key, 0.0, is_interim=False, body=body)

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
        lines = self._lines + self._upload
        counts = {"job_id": self._job_id, "processed_record_count": lines, "input_bytes": self._bytes}
        counts |= {"bucket_count": 1} if self._lines else {}
        upload = counts | {"processed_record_count": self._upload}
        return Outputs(upload=upload, counts=counts, model_size={}, finalized_end=300, **more)
