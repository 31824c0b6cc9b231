"""Small results and outputs for the suite."""

from typing import Any

import orjson

from unusual.analysis.control import Outputs, Result
from unusual.analysis.rescoring import SCORES
from unusual.store.bundle import Store


def bucket(timestamp: int, score: float = 0.0, *, interim: bool = False, **fields: Any) -> Result:
    """A bucket result; `timestamp` in ms."""
    body = {"timestamp": timestamp, "anomaly_score": score, "is_interim": interim, **fields}
    return Result("bucket", timestamp, "", score, interim, orjson.dumps(body))


def record(entity: str, score: float, timestamp: int = 0, **fields: Any) -> Result:
    """A record result of the entity; `timestamp` in ms."""
    body = {"timestamp": timestamp, "record_score": score, "name": entity, **fields}
    return Result("record", timestamp, entity, score, is_interim=False, body=orjson.dumps(body))


def rescorable(kind: str, timestamp: int, score: float, surprise: float, entity: str = "", **fields: Any) -> Result:
    """A final result whose score may still change, of a kind of the analysis; `timestamp` in ms."""
    name = SCORES[kind]
    body = {"timestamp": timestamp, "is_interim": False, f"initial_{name}": score, name: score, **fields}
    return Result(kind, timestamp, entity, score, is_interim=False, body=orjson.dumps(body), surprise=surprise)


def outputs(*results: Result, **changes: Any) -> Outputs:
    return Outputs({}, {}, {}, None, results=list(results), **changes)


def read(store: Store, selection: Any, job_id: str = "farequote") -> list[dict[str, Any]]:
    """The page's documents."""
    return [orjson.loads(body) for body in store.results.read(job_id, selection)[1]]
