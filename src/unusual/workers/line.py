"""The line between a server and one of its workers: letters over a socket, as many at a time as have come.

Each letter has its length before it. Knows nothing of what letters say, nor who may send when.
"""

import socket
import struct
from typing import Final

_LENGTH: Final = struct.Struct("<Q")
_PIECE: Final = 256 * 1024  # bytes read at a time
_APART: Final = 64 * 1024  # bytes of a letter from which on it is not copied to be sent with its length


def enveloped(letter: bytes) -> tuple[bytes, bytes]:
    """What is to be sent for a letter, one after the other."""
    return _LENGTH.pack(len(letter)), letter


class Letters:
    """Letters out of the bytes that come, however those are cut."""

    def __init__(self) -> None:
        self._come = bytearray()

    def taken(self, piece: bytes) -> list[bytes]:
        """The letters that come to their ends with this piece."""
        self._come += piece
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


class Line:
    """One end that waits; one thread sends while another receives."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._letters = Letters()

    def send(self, letter: bytes) -> None:
        """Send a letter; `OSError` when there is nobody at the other end."""
        parts = enveloped(letter)
        for part in parts if len(letter) >= _APART else (b"".join(parts),):
            self._end.sendall(part)

    def receive(self) -> list[bytes]:
        """Wait for letters; all that have come, one at least. `EOFError` when the other end is gone, `OSError`."""
        letters: list[bytes] = []
        while not letters:
            piece = self._end.recv(_PIECE)
            if not piece:
                raise EOFError
            letters = self._letters.taken(piece)
        return letters
