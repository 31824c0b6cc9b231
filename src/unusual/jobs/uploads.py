"""One upload, piece by piece, into an open job; knows nothing of what the bytes mean."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from unusual.analysis.control import Document, Post, Seconds
from unusual.errors import Problem, TimedOut
from unusual.jobs.desk import Desk
from unusual.jobs.sessions import Session


async def upload(
    desk: Desk,
    session: Session,
    pieces: AsyncIterator[bytes],
    reset: tuple[Seconds, Seconds] | None,
    patience_s: float,
    mark: Document | None,
) -> Document:
    """Send the pieces as one upload; its data counts.

    The first piece is awaited before the job's turn is taken, so that a slow client with little to say holds up no one.
    mark  where the source of the records goes on after them

    A client that pauses for longer than `patience_s` in the middle of an upload ends it with `TimedOut`.
    """
    incoming = _Incoming(pieces, patience_s)
    piece = await incoming.next() or b""
    async with session.turn():
        await end_cut_off(desk, session)
        following = await incoming.next()
        if following is not None:
            try:
                piece = await _all_but_last(desk, session, incoming, (piece, following), reset)
            except BaseException:
                with suppress(Problem):
                    await end_cut_off(desk, session)
                raise
            reset = None
        outputs = await desk.tell(session, Post(piece, desk.ports.clock.now_ms(), reset=reset, mark=mark))
    return outputs.upload | {"job_id": session.job_id}


async def end_cut_off(desk: Desk, session: Session) -> None:
    """End an upload that was cut off: nothing else may begin in the middle of its last object."""
    if session.uploading:
        await desk.tell(session, Post(b"", desk.ports.clock.now_ms()))


async def _all_but_last(
    desk: Desk,
    session: Session,
    incoming: "_Incoming",
    first: tuple[bytes, bytes],
    reset: tuple[Seconds, Seconds] | None,
) -> bytes:
    """Analyse each piece while the one after the next arrives; the last piece, not yet analysed."""
    piece, following = first
    while True:
        arriving = asyncio.ensure_future(incoming.next())
        try:
            await desk.tell(session, Post(piece, desk.ports.clock.now_ms(), last=False, reset=reset))
            piece, arrived, reset = following, await arriving, None
        finally:
            arriving.cancel()
        if arrived is None:
            return piece
        following = arrived


class _Incoming:
    """The pieces of an upload as they come from the client."""

    def __init__(self, pieces: AsyncIterator[bytes], patience_s: float) -> None:
        self._pieces = pieces
        self._patience_s = patience_s

    async def next(self) -> bytes | None:
        """The next piece, None after the last."""
        try:
            async with asyncio.timeout(self._patience_s):
                return await anext(self._pieces, None)
        except TimeoutError:
            raise TimedOut(f"nothing more of the upload came within [{self._patience_s:g}s]") from None
