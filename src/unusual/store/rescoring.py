"""The stored results whose scores follow what became known later; knows no transaction."""

from collections.abc import Iterator

from sqlalchemy import Connection, select, tuple_

from unusual.analysis.control import Rescoring, Result
from unusual.analysis.rescoring import rescored, touched
from unusual.store.sql import RESCORABLE, results


def changes(connection: Connection, job_id: str, rescoring: Rescoring) -> Iterator[Result]:
    """The results of the job that get other scores, as they are to be stored."""
    columns, key = results.c, tuple(results.primary_key.columns)
    fields = [columns[name] for name in Result._fields]
    conditions = [
        columns.job_id == job_id,
        columns.timestamp >= rescoring.start_ms,
        columns.timestamp < rescoring.end_ms,
        RESCORABLE,
    ]
    for kind in touched(rescoring):
        # The keys come from the index alone, so that ordinary buckets, by far the most, are not looked at.
        keys = select(*key).where(columns.kind == kind, *conditions)
        rows = connection.execute(select(*fields).where(tuple_(*key).in_(keys)))
        known = [Result(*row)._replace(body=row.body.encode()) for row in rows]
        for _, result in rescored(known, rescoring):
            yield result
