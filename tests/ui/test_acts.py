"""What is done to many jobs at once, and what is said of it."""

import asyncio

from unusual.errors import NotOpen
from unusual.ui.acts import Act, Outcome, carry_out
from unusual.ui.asking import question, summary


def test_a_job_that_refuses_keeps_no_other_from_it():
    async def call(_, job_id):
        if job_id == "ferry":
            raise NotOpen(job_id)

    outcome = asyncio.run(carry_out(None, Act("Flush", "", call), ["ferry", "pump", "train"]))
    assert outcome.done == ["pump", "train"]
    assert [job_id for job_id, _ in outcome.refused] == ["ferry"]


def test_a_question_names_few_jobs_and_counts_many():
    act = Act("Delete", "", None)
    assert question(act, ["ferry", "pump"]) == "Delete ferry, pump?"
    assert question(act, list("abcdef")) == "Delete 6 jobs?"


def test_a_summary_tells_of_refusals_where_there_are_any():
    act = Act("Open", "", None)
    assert summary(act, Outcome(["ferry"], [])) == "Open: 1 done"
    assert summary(act, Outcome([], [("ferry", NotOpen("ferry"))])) == "Open: 0 done, 1 refused"
