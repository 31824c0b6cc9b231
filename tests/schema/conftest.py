"""Jobs as a client asks for them, and everything that a refusal says."""

from collections.abc import Callable
from typing import Any

import pytest

from unusual.errors import Problem
from unusual.schema.jobs import Job


def _job(body: object, *, job_id: str = "pump", largest_memory_mib: int | None = None) -> Job:
    return Job.from_request(
        body, job_id=job_id, now_ms=1_600_000_000_000, version="9.1.0", largest_memory_mib=largest_memory_mib
    )


@pytest.fixture(scope="session")
def ask() -> Callable[..., Job]:
    """A job from a whole request body."""
    return _job


@pytest.fixture(scope="session")
def minimal() -> Callable[..., dict[str, Any]]:
    """The smallest body that makes a job, with other settings on top; `analysis` goes into `analysis_config`."""

    def body(analysis: dict[str, Any] | None = None, **settings: Any) -> dict[str, Any]:
        config = {"detectors": [{"function": "count"}], **(analysis or {})}
        return {"analysis_config": config, "data_description": {}, **settings}

    return body


@pytest.fixture(scope="session")
def refused() -> Callable[..., list[tuple[type[Problem], str]]]:
    """Kind and reason of everything that the refusal of a call says, the outermost first."""

    def chain(call: Callable[..., object], *args: Any, **kwargs: Any) -> list[tuple[type[Problem], str]]:
        with pytest.raises(Problem) as raised:
            call(*args, **kwargs)
        found: list[tuple[type[Problem], str]] = []
        problem: Problem | None = raised.value
        while problem is not None:
            found.append((type(problem), problem.reason))
            problem = getattr(problem, "cause", None)
        return found

    return chain
