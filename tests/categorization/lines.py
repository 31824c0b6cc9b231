"""Log lines as Hypothesis draws them: messages of a few templates with all kinds of values, and junk."""

from hypothesis import strategies as st

NAMES = st.sampled_from([f"{first}{last}" for first in "abcdefgh" for last in ("lice", "rno", "ob", "eve")])
VALUES = st.one_of(
    st.integers(-(10**9), 10**9).map(str),
    st.uuids().map(str),
    st.ip_addresses().map(str),
    st.sampled_from(
        ["/var/log/x", "C:\\temp\\y", "2024-01-02", "deadbeefcafe", "host.example.org", "[1, 2, 3]", "'q'"]
    ),
    NAMES,
)
TEMPLATES = st.sampled_from(
    [
        "user {} logged in from {}",
        "connection to peer {} was closed after {} s by server",
        '{{"level":"info","msg":"cache miss","key":"{}","ms":{}}}',
        "2024-05-06 07:08:09,123 INFO [main] a.b.C: started worker {} of pool {}",
        "Jul  9 22:53:19 combo sshd(pam_unix)[{}]: session opened for user {}",
        "Не удалось открыть файл {} пользователя {}",  # noqa: RUF001 - Russian
        "登录失败 {} 来自 {}",
        "state changed from {} to {}\n\tat a.b.C.d(C.java:1)",
        "SELECT name FROM people WHERE id = {} AND place = '{}'",
    ]
)
MESSAGES = st.builds(lambda template, one, other: template.format(one, other), TEMPLATES, VALUES, VALUES)
JUNK = st.text(max_size=60) | st.text("ab=:;,[]{}()\"'`/\\.-| \n\t09", max_size=60)
LINES = st.lists(st.one_of(MESSAGES, MESSAGES, JUNK, st.none()), max_size=60)
