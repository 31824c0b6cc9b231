"""The stored results whose scores follow what became known later; knows no transaction."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select, tuple_

from unusual.analysis.control import Rescoring, Result
from unusual.analysis.rescoring import rescored, touched
from unusual.store.sql import RESCORABLE, SUBJECTS, results


def changes(connection: Connection, job_id: str, rescoring: Rescoring) -> Iterator[Result]:
    """The results of the job that get other scores, as they are to be stored."""
    columns, key = results.c, tuple(results.primary_key.columns)
    fields = [columns[name] for name in Result._fields[:-1]]
    conditions = [
        columns.job_id == job_id,
        columns.timestamp >= rescoring.start_ms,
        columns.timestamp < rescoring.end_ms,
        RESCORABLE,
    ]
    for kind in touched(rescoring):
        # The keys come from the index alone, so that ordinary buckets, by far the most, are not looked at.
        keys = select(*key).where(columns.kind == kind, *conditions)
        rows = connection.execute(select(*fields, *SUBJECTS).where(tuple_(*key).in_(keys)))
        known = [_result(tuple(row)) for row in rows]
        for _, result in rescored(known, rescoring):
            yield result


def _result(row: tuple[Any, ...]) -> Result:
    known = tuple(subject for subject in row[-len(SUBJECTS) :] if subject is not None)
    result = Result(*row[: -len(SUBJECTS)])
    return result._replace(body=row[Result._fields.index("body")].encode(), subjects=known)
