"""Asking before something is done to jobs, doing it, and telling what became of it; knows no page."""

from collections.abc import Awaitable, Callable, Sequence

from nicegui import ui

from unusual.ui.acts import ACTS, Act, Outcome, carry_out
from unusual.ui.parts import parts
from unusual.ui.refusals import told

SHOWN = 5  # names of jobs in a question; of more, only how many


def act_buttons(chosen: Callable[[], Sequence[str]], after: Callable[[], Awaitable[None]]) -> list[ui.button]:
    """A button for each act. chosen: the jobs it is for; after: awaited when it is done."""
    return [
        ui.button(act.name, icon=act.icon, on_click=_clicked(act, chosen, after)).props("flat dense no-caps")
        for act in ACTS
    ]


async def confirmed(question: str, warning: str, yes: str) -> bool:
    """Whether somebody says yes."""
    with ui.dialog().props(f'aria-label="{yes}"') as dialog, ui.card():
        ui.label(question).classes("text-subtitle1")
        if warning:
            ui.label(warning)
        with ui.row().classes("w-full justify-end"):
            ui.button("Cancel", on_click=lambda: dialog.submit(False)).props("flat no-caps")  # noqa: FBT003 - an answer
            ui.button(yes, on_click=lambda: dialog.submit(True)).props("no-caps")  # noqa: FBT003 - as above
    answer = await dialog
    dialog.delete()
    return bool(answer)


def question(act: Act, job_ids: Sequence[str]) -> str:
    """What is asked before an act.

    >>> question(ACTS[0], ["ferry", "pumps"])
    'Open ferry, pumps?'
    """
    named = ", ".join(job_ids) if len(job_ids) <= SHOWN else f"{len(job_ids)} jobs"
    return f"{act.name} {named}?"


def summary(act: Act, outcome: Outcome) -> str:
    """What became of an act, in a line.

    >>> summary(ACTS[0], Outcome(["ferry"], []))
    'Open: 1 done'
    """
    refused = f", {len(outcome.refused)} refused" if outcome.refused else ""
    return f"{act.name}: {len(outcome.done)} done{refused}"


def _clicked(
    act: Act, chosen: Callable[[], Sequence[str]], after: Callable[[], Awaitable[None]]
) -> Callable[[], Awaitable[None]]:
    async def clicked() -> None:
        job_ids = [*chosen()]
        harmless = not act.warns and len(job_ids) == 1
        if not job_ids or not (harmless or await confirmed(question(act, job_ids), act.warns, act.name)):
            return
        outcome = await carry_out(parts(), act, job_ids)
        ui.notify(summary(act, outcome), type="warning" if outcome.refused else "positive")
        if outcome.refused:
            _tell_refusals(act, outcome)
        await after()

    return clicked


def _tell_refusals(act: Act, outcome: Outcome) -> None:
    with ui.dialog(value=True).props('aria-label="Refused"'), ui.card().classes("max-h-96 overflow-auto"):
        ui.label(summary(act, outcome)).classes("text-subtitle1")
        for job_id, problem in sorted(outcome.refused, key=lambda one: one[0]):
            ui.label(f"{job_id}: {told(problem)}")
