"""Every problem `unusual` can report, as a tree of facts; knows nothing of HTTP.

Problem
├── Missing            something named does not exist
│   ├── NoSuchJob
│   ├── NoSuchDatafeed
│   ├── NoSuchIndex
│   └── NoSuchSnapshot
├── Taken              an identifier is in use already
│   └── JobIdTaken
├── Conflict           the state of things forbids the call now
│   ├── NotOpen
│   └── JobFailed
├── Unavailable        no capacity for the call now
│   ├── Unwritable     the store or a journal cannot be written now
│   ├── Stopping       the server ends in the middle of what takes long
│   └── Unreachable    where a datafeed reads cannot be read now
├── Unrepeatable       a job breaks of what it was told before
├── Damaged            a part of a job's journal cannot be read any more
├── WorkerDied         the process that held a job is gone
├── JobBroke           the analysis of one job raised
├── TimedOut           a transition did not end before its deadline
└── Invalid            the request itself is wrong
    ├── Unreadable     a time, or a body that is not what it should be
    ├── Malformed      a document whose structure is wrong
    ├── Misphrased     a query or an aggregation that is not understood
    ├── Refused        a value that is well formed but not allowed here
    └── Incomplete     a request that lacks a needed part
"""


class Problem(Exception):
    """Something a caller can read about and act upon; `reason` names the field and the mend."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


class Missing(Problem):
    """Something named does not exist."""


class NoSuchJob(Missing):
    """A job (or an expression that should select one) is unknown."""

    def __init__(self, expression: str) -> None:
        super().__init__(f"No known job with id '{expression}'")
        self.args = (expression,)


class NoSuchDatafeed(Missing):
    """A datafeed (or an expression that should select one) is unknown."""

    def __init__(self, expression: str) -> None:
        super().__init__(f"No datafeed with id [{expression}] exists")
        self.args = (expression,)


class NoSuchIndex(Missing):
    """An index (or an expression that should select one) is unknown."""

    def __init__(self, expression: str) -> None:
        super().__init__(f"no such index [{expression}]")
        self.args = (expression,)


class NoSuchSnapshot(Missing):
    """A model snapshot of a job is unknown."""

    def __init__(self, job_id: str, snapshot_id: str) -> None:
        super().__init__(f"No model snapshot with id [{snapshot_id}] exists for job [{job_id}]")
        self.args = (job_id, snapshot_id)


class Taken(Problem):
    """An identifier is in use already."""


class JobIdTaken(Taken):
    """A new job has the id of another one."""

    def __init__(self, job_id: str) -> None:
        super().__init__(f"The job cannot be created with the Id '{job_id}'. The Id is already used.")
        self.args = (job_id,)


class Conflict(Problem):
    """The state of things forbids the call now."""


class NotOpen(Conflict):
    """The call needs an open job."""

    def __init__(self, job_id: str) -> None:
        super().__init__(f"Cannot perform requested action because job [{job_id}] is not open")
        self.args = (job_id,)


class JobFailed(Conflict):
    """The job's analysis broke; only a forced close leads on."""

    def __init__(self, job_id: str, why: str) -> None:
        super().__init__(f"job [{job_id}] has failed: {why}; force close it, then open it again")
        self.args = (job_id, why)


class Unavailable(Problem):
    """No capacity for the call now; trying again later may help."""


class Unwritable(Unavailable):
    """The disk is full, or for another reason nothing can be written now; nothing that was kept is lost."""


class Stopping(Unavailable):
    """The server ends in the middle of what takes long."""


class Unreachable(Unavailable):
    """Where a datafeed reads its documents cannot be read now; whoever tries later goes on where it was."""


class Unrepeatable(Problem):
    """A job breaks of an entry of its journal that it once took."""

    def __init__(self, job_id: str, entry: int, why: str) -> None:
        super().__init__(f"entry [{entry}] of the journal of job [{job_id}], which it took once, breaks it now: {why}")
        self.args = (job_id, entry, why)


class Damaged(Problem):
    """A part of a job's journal cannot be read any more.

    entries  which are gone
    records  what was in them, as numbers of the records that the job was sent
    where    the file and the place in it
    """

    def __init__(self, job_id: str, entries: str, records: str, where: str) -> None:
        super().__init__(
            f"the journal of job [{job_id}] is damaged: entries [{entries}], with the records [{records}] that the job "
            f"was sent, cannot be read ({where})"
        )
        self.args = (job_id, entries, records, where)


class TimedOut(Problem):
    """A transition did not end before its deadline."""


class Invalid(Problem, ValueError):
    """The request itself is wrong: a value that is not allowed.

    Also a `ValueError`, so that validators can raise it and the place of the value stays known.
    """


class Unreadable(Invalid):
    """A time, or a body, that cannot be read."""


class Malformed(Invalid):
    """A document whose structure is wrong; `cause` is the precise reason when it is nested."""

    def __init__(self, reason: str, cause: Problem | None = None) -> None:
        super().__init__(reason)
        self.args = (reason, cause)
        self.cause = cause

    def innermost(self) -> Problem:
        """The precise problem inside, which needs no document around it to be understood."""
        return self.cause.innermost() if isinstance(self.cause, Malformed) else self.cause or self


class Misphrased(Invalid):
    """A query or an aggregation that is not understood."""


class Refused(Invalid):
    """A value that is well formed but breaks a rule that spans several fields or the server's state."""


class Incomplete(Invalid):
    """A request that lacks a needed part."""


class WorkerDied(Problem):
    """The process that held the job in memory is gone."""

    def __init__(self, job_id: str) -> None:
        super().__init__(f"the worker of job [{job_id}] died")
        self.args = (job_id,)


class JobBroke(Problem):
    """The analysis of one job raised; other jobs of the worker are not touched."""

    def __init__(self, job_id: str, why: str) -> None:
        super().__init__(f"the analysis of job [{job_id}] failed: {why}")
        self.args = (job_id, why)
