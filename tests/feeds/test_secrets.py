"""What a connection knows stays with it, whatever goes wrong."""

import logging
from contextlib import closing

import pytest

from tests.feeds.given import JOB
from tests.jobs.world import world
from unusual.errors import Invalid, Problem
from unusual.feeds.choosing import Choosing
from unusual.feeds.connections import connection_of, read_connections
from unusual.jobs import configure
from unusual.schema.datafeeds import Datafeed
from unusual.schema.jobs import Job

SECRET = "hunter/2:%"  # noqa: S105 - what must not be shown
QUOTED = "hunter%2F2%3A%25"
NOWHERE = "127.0.0.1:9"
SQL = {"type": "sql", "connection": "place", "query": "SELECT 1"}
CASES = {
    "a password in a URL": (
        {"type": "elasticsearch", "url": f"http://reader:{QUOTED}@{NOWHERE}"},
        {"indices": ["place:logs"]},
    ),
    "a key": (
        {"type": "elasticsearch", "url": f"http://{NOWHERE}", "api_key": SECRET},
        {"indices": ["place:logs"]},
    ),
    "a header that cannot be sent": (
        {"type": "prometheus", "url": f"http://{NOWHERE}", "token": f"{SECRET}\n{SECRET}"},
        {"source": {"type": "prometheus", "connection": "place", "query": "up"}},
    ),
    "a URL that is none": (
        {"type": "prometheus", "url": f"http://reader:{QUOTED}@127.0.0.1:port"},
        {"source": {"type": "prometheus", "connection": "place", "query": "up"}},
    ),
    "a database that is not there": (
        {"type": "sql", "url": f"postgresql+psycopg://reader:{QUOTED}@{NOWHERE}/db"},
        {"source": SQL},
    ),
    "a database URL that cannot be read": (
        {"type": "sql", "url": f"postgresql+psycopg://reader:{QUOTED}@127.0.0.1:port/db"},
        {"source": SQL},
    ),
    "a driver that is not there": ({"type": "sql", "url": f"oracle://reader:{QUOTED}@{NOWHERE}/db"}, {"source": SQL}),
    "a password of Kafka": (
        {
            "type": "kafka",
            "options": {
                "bootstrap.servers": NOWHERE,
                "security.protocol": "sasl_plaintext",
                "sasl.mechanism": "PLAIN",
                "sasl.username": "reader",
                "sasl.password": SECRET,
            },
        },
        {"source": {"type": "kafka", "connection": "place", "topic": "logs"}},
    ),
    "an option that Kafka does not know": (
        {"type": "kafka", "options": {"bootstrap.servers": NOWHERE, "sasl.pasword": SECRET}},
        {"source": {"type": "kafka", "connection": "place", "topic": "logs"}},
    ),
    "a store of objects": (
        {"type": "files", "root": "s3://bucket/logs", "options": {"aws_secret_access_key": SECRET, "aws_region": "x"}},
        {"source": {"type": "files", "connection": "place", "paths": "*.nonsense"}},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_failing_connection_does_not_tell_its_secrets(case, caplog, monkeypatch) -> None:
    monkeypatch.setattr("unusual.feeds.kafka.ANSWER_S", 0.5)
    caplog.set_level(logging.DEBUG)
    body, asked = CASES[case]
    connection = connection_of("place", body)
    ports = world()
    configure.create(ports, "watch", JOB)
    job = Job.from_document(ports.jobs.get("watch").config)
    feed = Datafeed.from_request(asked, datafeed_id="feed", job=job)
    source = Choosing({"place": connection})(ports, feed, job)
    with pytest.raises(Problem) as raised, closing(source):
        source.check()
    shown = f"{raised.value.reason} {raised.value!r} {connection!r} {connection} {caplog.text} {feed.document()}"
    assert raised.value.__cause__ is None
    for form in (SECRET, QUOTED, "hunter"):
        assert form not in shown


def test_a_wrong_connection_is_told_without_what_is_in_it(tmp_path) -> None:
    file = tmp_path / "connections.toml"
    file.write_text(f'[place]\ntype = "sql"\nurl = "sqlite://"\npasswort = "{SECRET}"\n')
    with pytest.raises(Invalid, match="passwort") as raised:
        read_connections(file)
    assert "hunter" not in str(raised.value)
    file.write_text(f'[place]\nurl = "{SECRET}" oh\n')
    with pytest.raises(Invalid, match="cannot be read") as raised:
        read_connections(file)
    assert "hunter" not in str(raised.value)


def test_a_secret_can_stand_in_the_environment(tmp_path) -> None:
    file = tmp_path / "connections.toml"
    file.write_text('[place]\ntype = "prometheus"\nurl = "http://there"\ntoken = "${TOKEN}"\n')
    assert read_connections(file, {"TOKEN": "abc"})["place"].headers == {"Authorization": "Bearer abc"}
    with pytest.raises(Invalid, match="TOKEN"):
        read_connections(file, {})


def test_without_a_file_there_are_no_connections(tmp_path) -> None:
    assert read_connections(tmp_path / "none.toml") == {}
