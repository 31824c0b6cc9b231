"""What a client makes of answers: types, problems, retries; who asks, and how the other side is known."""

import asyncio
import base64
import pickle
import socket
import ssl
import subprocess
from datetime import UTC, datetime

import pytest

from unusual import AsyncClient, Client, errors
from unusual.client.connection import TLS, Connection
from unusual.client.exchange import Pause, Request, Response, exchange
from unusual.client.failures import (
    BadRequest,
    CallFailed,
    NoAnswerInTime,
    NotFound,
    ServerFault,
    StateConflict,
    TookTooLong,
    TooManyRequests,
    Unauthorized,
    Unreachable,
    UnreadableAnswer,
)

FLUSHED = {"flushed": True, "last_finalized_bucket_end": 1_700_006_400_000}
BUSY = (503, {"error": {"type": "status_exception", "reason": "later", "root_cause": []}, "status": 503})


def envelope(status: int, kind: str, reason: str) -> tuple:
    cause = {"type": kind, "reason": reason}
    return status, {"error": {"root_cause": [cause], **cause, "caused_by": cause}, "status": status}


def test_a_time_in_an_answer_is_a_number_and_a_moment(scripted):
    scripted.answers = [(200, FLUSHED), (200, {"flushed": True})]
    with Client(scripted.url) as client:
        flushed = client.flush_job("pumps")
        fresh = client.flush_job("pumps")
    assert flushed.flushed
    assert flushed.last_finalized_bucket_end == 1_700_006_400_000
    assert flushed.last_finalized_bucket_end.moment == datetime(2023, 11, 15, tzinfo=UTC)
    assert fresh.last_finalized_bucket_end is None


def test_what_another_server_says_beyond_the_types_is_kept(scripted):
    job = {
        "job_id": "pumps",
        "job_version": "8.17.0",
        "create_time": 1,
        "blocked": {"reason": "delete", "task_id": "n:1"},
        "analysis_config": {
            "bucket_span": "15m",
            "detectors": [{"function": "count", "detector_index": 0, "novel": 1}],
            "model_prune_window": "30d",
        },
        "data_description": {"time_field": "time", "time_format": "epoch_ms"},
        "datafeed_config": {
            "datafeed_id": "feed",
            "job_id": "pumps",
            "authorization": {"roles": ["superuser"]},
            "indices": ["loads"],
            "query": {"script": {"script": "doc['a'].value > 1"}},
            "query_delay": "61s",
        },
    }
    scripted.answers = [(200, {"count": 1, "jobs": [job]}), (200, FLUSHED | {"novel": 1})]
    with Client(scripted.url) as client:
        told = client.get_jobs("pumps").jobs[0]
        assert told.blocked["reason"] == "delete"
        assert told.datafeed_config.query["script"]
        assert told.analysis_config.bucket_span.seconds == 900
        assert client.flush_job("pumps").model_extra == {"novel": 1}
    command, path, headers, _ = scripted.asked[0]
    assert (command, path, headers["accept"]) == ("GET", "/_ml/anomaly_detectors/pumps", "application/json")


@pytest.mark.parametrize(
    ("status", "kind", "problem", "also"),
    [
        (400, "illegal_argument_exception", BadRequest, errors.Invalid),
        (401, "security_exception", Unauthorized, CallFailed),
        (403, "security_exception", Unauthorized, CallFailed),
        (404, "resource_not_found_exception", NotFound, errors.Missing),
        (408, "status_exception", TookTooLong, errors.TimedOut),
        (409, "status_exception", StateConflict, errors.Conflict),
        (418, "teapot_exception", CallFailed, errors.Problem),
        (429, "status_exception", TooManyRequests, errors.Unavailable),
        (500, "exception", ServerFault, errors.Problem),
    ],
)
def test_an_error_is_a_problem_with_all_that_the_envelope_says(scripted, status, kind, problem, also):
    scripted.answers = [envelope(status, kind, "so it is")]
    with Client(scripted.url, retries=0) as client, pytest.raises(problem) as failed:
        client.flush_job("pumps")
    told = pickle.loads(pickle.dumps(failed.value))  # noqa: S301 - made here
    assert isinstance(told, also)
    assert (told.status, told.type, told.reason) == (status, kind, "so it is")
    assert told.root_cause[0].type == told.caused_by.type == kind
    assert str(told) == f"[{status}] {kind}: so it is"


def test_an_error_without_an_envelope_is_told_in_its_own_words(scripted):
    scripted.answers = [(400, {"error": "no handler found for uri [/x]"}), (502, b"<html>bad gateway</html>")]
    with Client(scripted.url, retries=0) as client:
        with pytest.raises(BadRequest, match="no handler found"):
            client.get_jobs()
        with pytest.raises(ServerFault, match="bad gateway"):
            client.get_jobs()


def test_an_answer_of_another_shape_is_shown_whole(scripted):
    scripted.answers = [(200, {"flushed": "perhaps"}), (200, b"hello")]
    with Client(scripted.url) as client:
        with pytest.raises(UnreadableAnswer) as odd:
            client.flush_job("pumps")
        assert odd.value.body == b'{"flushed": "perhaps"}'
        with pytest.raises(UnreadableAnswer, match="no JSON"):
            client.request("GET", "/")


def test_a_read_is_tried_again_when_the_server_is_busy_or_the_connection_breaks(scripted):
    scripted.answers = [BUSY, None, (200, {"count": 0, "jobs": []})]
    with Client(scripted.url) as client:
        assert client.get_jobs().count == 0
    assert scripted.methods == ["GET"] * 3


def test_a_client_gives_up_in_the_end(scripted):
    scripted.answers = [BUSY] * 3
    with Client(scripted.url, retries=2) as client, pytest.raises(ServerFault, match="later"):
        client.get_jobs()
    assert len(scripted.asked) == 3


@pytest.mark.parametrize("answer", [BUSY, None])
def test_data_is_never_sent_twice(scripted, answer):
    scripted.answers = [answer]
    with Client(scripted.url) as client, pytest.raises((ServerFault, Unreachable)):
        client.post_data("pumps", b"{}\n")
    assert scripted.methods == ["POST"]


@pytest.mark.parametrize(
    ("ask", "times"),
    [
        (lambda client: client.put_calendar_job("holidays", "pumps"), 2),
        (lambda client: client.put_job("pumps", {}), 1),
        (lambda client: client.delete_job("pumps"), 1),
        (lambda client: client.delete_expired_data(), 2),
    ],
)
def test_what_changes_something_is_repeated_only_where_the_second_answer_is_that_of_the_first(scripted, ask, times):
    scripted.answers = [BUSY, BUSY]
    with Client(scripted.url, retries=1) as client, pytest.raises(ServerFault):
        ask(client)
    assert len(scripted.asked) == times


def test_pauses_grow_and_heed_the_server():
    talk = exchange(Request("GET", "/", repeatable=True), retries=3)
    steps = [next(talk)]
    busy = [Response(503, {}, b""), Response(429, {"retry-after": "2"}, b""), Response(502, {}, b"")]
    for reply in busy:
        steps += [talk.send(reply), talk.send(None)]
    with pytest.raises(StopIteration) as ended:
        talk.send(Response(200, {}, b"{}"))
    assert ended.value.value.status == 200
    assert [step.seconds for step in steps if isinstance(step, Pause)] == [0.1, 2.0, 0.4]


def test_nobody_there_is_told():
    with Client("http://127.0.0.1:9", retries=0) as client, pytest.raises(Unreachable, match=r"^GET /_ml/info: "):
        client.info()


def test_an_answer_that_takes_too_long_is_not_waited_for():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with Client(url, timeout_s=0.05, retries=0) as client, pytest.raises(NoAnswerInTime, match="timed out"):
            client.info()


def test_a_head_is_answered_by_its_status(scripted):
    scripted.answers = [(200, {}), (404, {})]
    with Client(scripted.url) as client:
        assert client.index_exists("loads") is True
        assert client.index_exists("loads") is False


@pytest.mark.parametrize(
    ("who", "header"),
    [
        ({}, None),
        ({"basic_auth": ("ada", "s:e")}, f"Basic {base64.b64encode(b'ada:s:e').decode()}"),
        ({"api_key": "ZW5jb2RlZA=="}, "ApiKey ZW5jb2RlZA=="),
        ({"api_key": ("id", "key")}, f"ApiKey {base64.b64encode(b'id:key').decode()}"),
        ({"bearer_auth": "token"}, "Bearer token"),
    ],
)
def test_who_asks_is_told_in_the_header(scripted, who, header):
    scripted.answers = [(200, {})]
    with Client(scripted.url, **who) as client:
        client.ping()
    assert scripted.asked[0][2].get("authorization") == header


@pytest.mark.parametrize("wrong", [{"basic_auth": ("a", "b"), "bearer_auth": "c"}, {"url": "localhost:9200"}])
def test_a_connection_that_cannot_be_meant_is_refused(wrong):
    with pytest.raises(errors.Invalid):
        Connection(**{"url": "http://localhost"} | wrong)


def test_a_server_is_known_by_the_certificate_that_is_trusted(scripted, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-keyout",
        key,
        "-out",
        certificate,
    ]
    subprocess.run([*made, *subject], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    scripted.http.socket = context.wrap_socket(scripted.http.socket, server_side=True)
    url = scripted.url.replace("http:", "https:")
    scripted.answers = [(200, {}), (200, {})]
    with Client(url, tls=TLS(ca=certificate)) as client:
        assert client.ping()
    with Client(url, tls=TLS(verify=False)) as client:
        assert client.ping()
    with Client(url, retries=0) as client, pytest.raises(Unreachable, match="certificate"):
        client.ping()


def test_an_asynchronous_client_tries_again_too_and_runs_calls_side_by_side(scripted):
    scripted.answers = [BUSY, None, *[(200, {"count": 0, "jobs": []})] * 3]

    async def session() -> None:
        async with AsyncClient(scripted.url) as client:
            assert (await client.get_jobs()).count == 0
            both = await asyncio.gather(client.get_jobs(), client.get_jobs())
            assert [jobs.count for jobs in both] == [0, 0]
            with pytest.raises(errors.Invalid):
                await client.flush_job("pumps", start="now")
        async with AsyncClient("http://127.0.0.1:9", retries=0) as client:
            with pytest.raises(Unreachable):
                await client.info()

    asyncio.run(session())
