"""What counts as a word and what as a value, in lines of many kinds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unusual.categorization.vocabulary import lexicon
from unusual.kernels.logforms import MOST_WORDS, VALUE, Form, form_of


def form(line: str) -> str:
    """The form as text, `*` for values."""
    raw = line.encode()
    room = Form(
        np.zeros(MOST_WORDS, np.uint64),
        np.zeros(MOST_WORDS, np.int64),
        np.zeros(MOST_WORDS, np.int64),
        np.zeros(MOST_WORDS, np.uint8),
    )
    count = form_of(np.frombuffer(raw, np.uint8), 0, len(raw), lexicon(), room)
    assert 1 <= count <= MOST_WORDS
    spans = zip(room.starts[:count].tolist(), room.ends[:count].tolist(), strict=True)
    texts = [raw[start:end].decode("utf-8", "replace") for start, end in spans]
    words = room.words[:count].tolist()
    return " ".join("*" if word == VALUE else text for word, text in zip(words, texts, strict=True))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("took 12 ms", "took *", id="a number and its unit"),
        pytest.param("at 0x1f and deadbeefcafe", "at * and *", id="hexadecimal"),
        pytest.param("id 550e8400-e29b-41d4-a716-446655440000 gone", "id * gone", id="a UUID"),
        pytest.param("from 10.0.0.1:80 to [::1]", "from * to *", id="addresses"),
        pytest.param("peer fe80::ff:ab up", "peer * up", id="an address of letters"),
        pytest.param("wrote /var/log/x and C:\\temp\\y", "wrote * and C *", id="paths"),
        pytest.param("on Tuesday 3 May 2024", "on *", id="a date"),
        pytest.param("le 3 février at noon", "le * at noon", id="a date in French"),
        pytest.param("host db.example.org mail bob@x", "host * mail *", id="a host and an address of mail"),
        pytest.param("loading org.apache.Foo now", "loading * now", id="a name of code"),
        pytest.param("got android.intent.action.TIME_TICK", "got android.intent.action.TIME_TICK", id="a constant"),
        pytest.param("called Foo.bar and System.Out", "called Foo.bar and System.Out", id="a short name of code"),
        pytest.param("start com.acme/.Home at src/Main.java", "start * at *", id="paths that begin with a name"),
        pytest.param("I/O and/or N/A", "I/O and/or N/A", id="words with a slash"),
        pytest.param("debug enable........1 or off....x", "debug enable * or off x", id="dots that lead to a value"),
        pytest.param("loading...", "loading", id="dots at the end"),
        pytest.param("user 'bob' said \"no way\"", "user * said no way", id="a quoted word, and quoted words"),
        pytest.param("can't stop", "can t stop", id="an apostrophe"),
        pytest.param('{"level":"info","msg":"cache miss","who":"big bob"}', "level * msg cache miss who *", id="JSON"),
        pytest.param("a=[x, y, z] done", "a= * done", id="a list"),
        pytest.param("ruser= rhost=x", "ruser= * rhost= x", id="a name without value"),
        pytest.param("init() [] {}", "init *", id="empty brackets"),
        pytest.param("WHERE id = 7 AND place = 'New York'", "WHERE id * AND place *", id="SQL"),
        pytest.param("ok is true or null", "ok is * or *", id="literals"),
        pytest.param("\n\n 123\nsecond line\nthird", "second line", id="the first line with letters"),
        pytest.param("\tat a.b.C.d(C.java:7)", "at *", id="a frame of Java"),
        pytest.param('  File "x.py", line 3, in run', "File * line * in", id="a frame of Python"),
        pytest.param("登录失败3次，用户", "登录失败 * 次 用户", id="Chinese"),  # noqa: RUF001 - a comma of its own
        pytest.param("", "*", id="nothing"),
    ],
)
def test_a_message_is_read_as_words_and_values(line, expected):
    assert form(line) == expected


HEADS = [
    "2015-10-18 18:01:47,978 INFO [main] org.apache.Foo: ",
    "2015-10-18T18:01:47.978Z WARN ",
    "Jun 14 15:16:01 combo sshd(pam_unix)[19939]: ",
    "<34>1 2003-10-11T22:14:15.003Z host app - ID47 - ",
    "<13>Oct 11 22:14:15 host app[3]: ",
    "[Sun Dec 04 04:47:44 2005] [error] ",
    "081109 203615 148 INFO dfs.DataNode$PacketResponder: ",
    "20171223-22:15:29:606|Step_LSC|30002312|",
    "[10.30 16:49:06] ",
    "ERROR 2024-01-02 03:04:05 ",
    "03-17 16:13:38.811  1702  2395 D ",
    "1117838570 ",
    "2024-05-01T00:00:00.123Z web-1 nginx[77]: ",
    "May  1 00:00:00.123456 web kernel: ",
    "2024-05-01 00:00:00.123 UTC [123] LOG:  ",
]


@pytest.mark.parametrize("head", HEADS)
def test_a_head_with_a_time_is_no_part_of_the_message(head):
    assert form(head + "Disk almost full") == "Disk almost full"


@pytest.mark.parametrize("line", ["10.0.0.1:50010 Served block", "Disk a.b: full", "May not open"])
def test_what_does_not_begin_with_a_time_is_all_message(line):
    assert form(line) in {"* Served block", "Disk * full", "* not open"}


@given(st.binary(max_size=200), st.binary(max_size=20))
def test_a_form_is_read_from_its_own_bytes_alone(line, behind):
    raw = np.frombuffer(line + behind, np.uint8)
    rooms = [Form(*(np.zeros(MOST_WORDS, kind) for kind in (np.uint64, np.int64, np.int64, np.uint8))) for _ in "ab"]
    alone = form_of(np.frombuffer(line, np.uint8), 0, len(line), lexicon(), rooms[0])
    together = form_of(raw, 0, len(line), lexicon(), rooms[1])
    assert rooms[0].words[:alone].tolist() == rooms[1].words[:together].tolist()
