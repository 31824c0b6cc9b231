"""Answers that tell how the server and its jobs are."""

from typing import Any

from unusual.schema.answers.shape import Answer


class JobIssue(Answer):
    """One thing that is wrong with a job."""

    issue: str
    status: str
    reason: str


class JobHealth(Answer):
    """How a job is; the worst of its issues is its status."""

    job_id: str
    state: str
    status: str
    issues: tuple[JobIssue, ...]


class JobsHealth(Answer):
    """How some jobs are."""

    count: int
    jobs: tuple[JobHealth, ...]


class ServerHealth(Answer):
    """Whether the server can do its work, and how its parts are."""

    status: str
    components: dict[str, dict[str, Any]]
