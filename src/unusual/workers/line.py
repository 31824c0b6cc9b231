"""The line between a server and one of its workers: letters over a socket, as many at a time as have come.

Each letter has its length before it. Knows nothing of what letters say, nor who may send when.
"""

import socket
import struct
from collections.abc import Iterable
from typing import Final

_LENGTH: Final = struct.Struct("<Q")
_PIECE: Final = 256 * 1024  # bytes read at a time
_APART: Final = 64 * 1024  # bytes of a letter from which on it is not copied to be sent together with others


class Line:
    """One end; one thread sends while another receives."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._come = bytearray()

    def send(self, letters: Iterable[bytes]) -> None:
        """Send letters, in order; `OSError` when there is nobody at the other end."""
        together: list[bytes] = []
        for letter in letters:
            together.append(_LENGTH.pack(len(letter)))
            if len(letter) < _APART:
                together.append(letter)
                continue
            self._end.sendall(b"".join(together))
            self._end.sendall(letter)
            together.clear()
        if together:
            self._end.sendall(b"".join(together))

    def receive(self) -> list[bytes]:
        """Wait for letters; all that have come, one at least. `EOFError` when the other end is gone, `OSError`."""
        letters: list[bytes] = []
        while not letters:
            piece = self._end.recv(_PIECE)
            if not piece:
                raise EOFError
            self._come += piece
            letters = self._whole()
        return letters

    def _whole(self) -> list[bytes]:
        """The letters that have come to their ends."""
        letters: list[bytes] = []
        at, end = 0, len(self._come)
        with memoryview(self._come) as come:
            while end - at >= _LENGTH.size:
                (length,) = _LENGTH.unpack_from(come, at)
                begin = at + _LENGTH.size
                if end - begin < length:
                    break
                at = begin + length
                letters.append(bytes(come[begin:at]))
        del self._come[:at]
        return letters
