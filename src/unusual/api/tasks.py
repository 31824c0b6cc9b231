"""Routes of calls that go on after their answer; knows nothing of what they do."""

from typing import Annotated

from fastapi import APIRouter, Response

from unusual.api.answers import answer
from unusual.api.declaring import call
from unusual.api.dependencies import BackgroundHere
from unusual.api.problems import envelope
from unusual.api.wire import query_of
from unusual.schema.answers import TaskStatus
from unusual.schema.options import TaskOptions

router = APIRouter(prefix="/_tasks")


@router.get("/{task_id}")
@call("get_task", TaskStatus)
async def show(
    background: BackgroundHere, task_id: str, options: Annotated[TaskOptions, query_of(TaskOptions)]
) -> Response:
    """How a call stands, and what it led to once it has ended."""
    told = await background.shown(task_id, options.timeout.milliseconds / 1000 if options.wait_for_completion else 0.0)
    if not told["completed"]:
        return answer(told)
    problem = background.failure(task_id)
    outcome = {"response": {"acknowledged": True}} if problem is None else {"error": envelope(problem)["error"]}
    return answer(told | outcome)
