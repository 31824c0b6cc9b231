"""One upload, piece by piece, into an open job; knows nothing of what the bytes say."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from unusual.analysis.control import Cut, Document, Outputs, Post, Seconds
from unusual.errors import Problem, TimedOut
from unusual.jobs import persisting
from unusual.jobs.desk import Desk, end_cut_off
from unusual.jobs.sessions import Session
from unusual.schema.results import merged_counts


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
        told = _Told(desk, session)
        following = await incoming.next()
        if following is not None:
            try:
                piece = await _all_but_last(told, incoming, (piece, following), reset)
            except BaseException:
                with suppress(Problem):
                    await end_cut_off(desk, session)
                raise
            reset = None
        await told.tell(piece, reset=reset, mark=mark)
    return told.counts | {"job_id": session.job_id}


class _Told:
    """What a job is told of an upload, and the data counts of that once it is over.

    A job that has a long journal is told that the upload is over, and that it goes on as another one: its model can be
    kept then, and the journal begins anew, however long the upload is.
    """

    def __init__(self, desk: Desk, session: Session) -> None:
        self.counts: Document = {}
        self._desk = desk
        self._session = session

    async def tell(
        self,
        piece: bytes,
        *,
        last: bool = True,
        reset: tuple[Seconds, Seconds] | None = None,
        mark: Document | None = None,
    ) -> None:
        """Let the job analyse a piece."""
        post = Post(piece, self._desk.ports.clock.now_ms(), last=last, reset=reset, mark=mark)
        outputs = await self._desk.tell(self._session, post)
        if last:
            self._count(outputs)

    async def shorten(self) -> bytes:
        """Let the journal begin anew if it is long; with what the upload goes on then, before the next piece."""
        if not (self._session.uploading and persisting.is_long(self._desk, self._session)):
            return b""
        outputs = await self._desk.tell(self._session, Cut())
        self._count(outputs)
        await persisting.keep(self._desk, self._session)
        return outputs.rest

    def _count(self, outputs: Outputs) -> None:
        self.counts = merged_counts(self.counts, outputs.upload) if self.counts else outputs.upload


async def _all_but_last(
    told: _Told, incoming: "_Incoming", first: tuple[bytes, bytes], reset: tuple[Seconds, Seconds] | None
) -> bytes:
    """Analyse each piece while the one after the next arrives; the last piece, not yet analysed."""
    piece, following = first
    while True:
        arriving = asyncio.ensure_future(incoming.next())
        try:
            piece = await told.shorten() + piece
            await told.tell(piece, last=False, reset=reset)
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
