"""The line between a server and a worker: what is sent comes, whole and in order, however it is cut on its way."""

import socket
import struct
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unusual.workers.line import Line


@settings(max_examples=50)
@given(st.lists(st.binary(max_size=40) | st.integers(0, 300_000).map(bytes), max_size=12))
def test_letters_come_whole_and_in_order(wanted):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        sending = threading.Thread(target=lambda: [Line(ours).send(letter) for letter in wanted])
        sending.start()
        line, found = Line(theirs), []
        while len(found) < len(wanted):
            found += line.receive()
        sending.join()
    assert found == wanted


@given(st.lists(st.binary(max_size=30), min_size=1, max_size=5), st.integers(1, 7))
def test_where_a_letter_is_cut_on_its_way_changes_nothing(letters, step):
    ours, theirs = socket.socketpair()
    with theirs:
        with ours:
            raw = b"".join(struct.pack("<Q", len(letter)) + letter for letter in letters)
            for at in range(0, len(raw), step):
                ours.sendall(raw[at : at + step])
        line, found = Line(theirs), []
        while len(found) < len(letters):
            found += line.receive()
        with pytest.raises(EOFError):
            line.receive()
    assert found == letters
