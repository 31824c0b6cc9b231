"""Input that no one should send: told clearly or counted, never a fault of the server, never a loss of what follows."""

import gzip
import json
import socket
import zlib
from urllib.parse import urlsplit

import pytest

from tests.conformance.speaking import (
    COUNT,
    JOBS,
    MEAN,
    T0,
    closed,
    create,
    flush,
    ok,
    opened,
    post,
    refusal,
    results,
    stats,
)

GOOD = b'{"stamp": %d, "load": 1}\n' % T0
NO_RECORD = "the body holds no record that can be read"
COUNTED = ("processed_record_count", "invalid_date_count", "missing_field_count", "out_of_order_timestamp_count")


def at(load: str, time: str = str(T0)) -> bytes:
    """One record with these values, as written."""
    return b'{"stamp": %s, "load": %s}\n' % (time.encode(), load.encode())


@pytest.fixture
def job(http):
    """An open job that must take a good record, and count it, after whatever was done to it."""
    create(http, "tough", MEAN)
    opened(http, "tough")
    yield "tough"
    before = stats(http, "tough")["data_counts"]["processed_record_count"]
    assert post(http, "tough", [{"stamp": T0 + 7200, "load": 1}])["processed_record_count"] == 1
    assert stats(http, "tough")["data_counts"]["processed_record_count"] == before + 1
    assert stats(http, "tough")["state"] == "opened"
    assert flush(http, "tough", calc_interim=True)["flushed"] is True
    assert results(http, "tough", exclude_interim="false")[-1]["event_count"] == 1


def send(http, job: str, body, **headers: str):
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return http.post(f"{JOBS}/{job}/_data", content=body, headers=names)


@pytest.mark.parametrize(
    "body",
    [
        b"garbage",
        b"42",
        b"null",
        b'"text"',
        b"[1, 2, 3]",
        b"stamp,load\n1,2\n",
        b"<xml/>",
        b'{"stamp": 1',
        b"{'stamp': 1}",
        at("1,"),
        at("NaN") + at("Infinity") + at("-Infinity"),
        at("1e400"),
        at("1", "1e400"),
        b"\xff\xfe\x00\x01" * 100,
        b'{"stamp": 1, "load": "\xff"}',
        GOOD.decode().encode("utf-16"),
        b'{"stamp": 1, "load": 1, "x": ' + b'{"a":' * 5000 + b"1" + b"}" * 5001,
        b"}" * 1000,
    ],
    ids=range(18),
)
def test_a_body_without_any_record_is_refused(http, job, body):
    assert refusal(send(http, job, body)).startswith(NO_RECORD)
    assert stats(http, job)["data_counts"]["processed_record_count"] == 0


@pytest.mark.parametrize("body", [b"", b" \r\n\t ", b"[]", b"[ \n ]"])
def test_a_body_without_content_counts_nothing(http, job, body):
    assert ok(send(http, job, body))["input_record_count"] == 0


@pytest.mark.parametrize(
    ("body", "counts"),
    [
        (GOOD + b"garbage\n" + GOOD, (2, 1, 1, 0)),
        (GOOD + at("") + GOOD, (2, 1, 1, 0)),
        (GOOD + at("NaN") + GOOD, (2, 1, 1, 0)),
        (GOOD + b'{"stamp": 1, "x": "\xff\xfe"}\n' + GOOD, (2, 1, 1, 0)),
        (GOOD * 3 + GOOD[:10], (3, 1, 1, 0)),
        (b"[" + GOOD + b"," + GOOD[:10], (1, 1, 1, 0)),
        (GOOD.strip() * 2 + b" " + GOOD, (3, 0, 0, 0)),
        (GOOD.replace(b"\n", b"\r\n") * 2, (2, 0, 0, 0)),
        (b"{}{}", (0, 2, 2, 0)),
        (b'{"load": 1}', (0, 1, 1, 0)),
        (at("1", "null"), (0, 1, 1, 0)),
        (at("1", '"yesterday"'), (0, 1, 0, 0)),
        (at("1", '""'), (0, 1, 0, 0)),
        (at("1", '"NaN"'), (0, 1, 0, 0)),
        (at("1", "true"), (0, 1, 0, 0)),
        (at("1", "[1]"), (0, 1, 0, 0)),
        (at("1", "1e300"), (0, 1, 0, 0)),
        (at("1", "-1e300"), (0, 1, 0, 0)),
        (at("1", f'"{T0}"') + at('"1"', f"{T0}.9") + at("1", "1.6094592e9"), (3, 0, 0, 0)),
        (at("null") + at('"abc"') + at('""') + at("{}") + at("[1, 2]") + at("true"), (6, 0, 6, 0)),
        (at('"NaN"') + at('"1e999"') + at('"-Infinity"'), (3, 0, 3, 0)),
        (at("1", str(T0 + 600)) + at("1", str(T0 + 599)) + at("1", str(T0 + 601)) * 2, (3, 0, 0, 1)),
        (at("1" + "0" * 300), (1, 0, 0, 0)),
    ],
)
def test_every_record_is_counted_for_what_it_is(http, job, body, counts):
    told = ok(send(http, job, body))
    assert tuple(told[name] for name in COUNTED) == counts
    assert told["input_record_count"] == counts[0] + counts[1] + counts[3]
    assert stats(http, job)["data_counts"]["input_record_count"] == told["input_record_count"]


def test_fields_nobody_asked_for_do_no_harm_however_large(http, job):
    many = b"".join(b', "f%d": %d' % (number, number) for number in range(100_000))
    long = b', "note": "' + b"y" * 10_000_000 + b'"'
    named = b', "' + b"y" * 1_000_000 + b'": 1'
    inside = b', "note": "}{\\"]["'
    for more, fields in ((many, 100_001), (long, 2), (named, 2), (inside, 2)):
        told = ok(send(http, job, b'{"stamp": %d, "load": 1%s}\n' % (T0, more) + GOOD))
        assert (told["processed_record_count"], told["input_field_count"]) == (2, fields + 1)


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "nonsense"])
def test_another_content_type_is_refused(http, job, kind):
    answer = send(http, job, GOOD, content_type=kind)
    assert (answer.status_code, answer.json()["error"]) == (406, f"Content-Type header [{kind}] is not supported")


PACKED = gzip.compress(GOOD * 100)


@pytest.mark.parametrize(
    "body", [PACKED[:-20], PACKED[: len(PACKED) // 2], PACKED[:-8] + bytes(8), PACKED + b"junk", GOOD], ids=range(5)
)
def test_a_packed_body_that_is_broken_is_refused_whole(http, job, body):
    assert "cannot be unpacked" in refusal(send(http, job, body, content_encoding="gzip"))
    assert stats(http, job)["data_counts"]["processed_record_count"] == 0


def test_packed_bodies_of_every_known_kind_are_read(http, job):
    assert ok(send(http, job, PACKED + PACKED, content_encoding="gzip"))["processed_record_count"] == 200
    assert ok(send(http, job, zlib.compress(GOOD), content_encoding="deflate"))["processed_record_count"] == 1
    assert send(http, job, GOOD, content_encoding="br").status_code == 415


@pytest.mark.parametrize(
    "said",
    [
        b"Content-Length: 100000\r\n\r\n" + GOOD + b'{"stamp": ',
        b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(GOOD) + GOOD,
    ],
    ids=["length", "chunked"],
)
def test_an_upload_cut_off_in_the_middle_leaves_the_job_as_it_was(server, http, job, said):
    place = urlsplit(server.url)
    head = f"POST {JOBS}/{job}/_data HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: application/json\r\n"
    with socket.create_connection((place.hostname, place.port), timeout=10) as line:
        line.sendall(head.encode() + said)
        line.shutdown(socket.SHUT_WR)
        assert line.recv(1000) == b""
    assert stats(http, job)["data_counts"]["input_record_count"] == 0


def test_jobs_that_do_not_exist_or_are_closed_take_nothing(http, job):
    closed(http, job)
    for name in (job, "nobody"):
        for path in ("_data", "_flush"):
            reason = refusal(http.post(f"{JOBS}/{name}/{path}", content=b"{}"), 409)
            assert reason == f"Cannot perform requested action because job [{name}] is not open"
    opened(http, job)


ODD = [None, True, -1, 10**30, 0.5, "", "x" * 5000, [], {}, [[]], {"a": {}}, "-5m", "9" * 20, "1e5", "9" * 18 + "h"]
BROKEN = [b"{", b"[", b"[]", b"null", b"1", b"\xff", b"{}x", b'{"a":' * 3000, b"[" * 100_000, b'{"\xff": 1}', b"NaN"]
TAKES = {
    "PUT /new": "analysis_config data_description analysis_limits groups custom_settings model_plot_config job_id",
    "POST /q/_update": "description groups detectors analysis_limits model_plot_config model_prune_window",
    "POST /_validate": "analysis_config data_description job_id",
    "POST /_validate/detector": "function field_name by_field_name custom_rules detector_index",
    "POST /q/_flush": "calc_interim start end advance_time skip_time",
    "POST /q/_open": "timeout",
    "POST /q/_close": "timeout force",
    "POST /q/results/buckets": "timestamp start end page sort desc expand anomaly_score exclude_interim",
    "POST /q/results/records": "start end page sort desc record_score",
    "POST /q/results/influencers": "start end page sort desc influencer_score",
    "POST /q/results/categories": "page partition_field_value",
    "POST /_all/results/overall_buckets": "top_n bucket_span overall_score start end exclude_interim",
    "POST /q/model_snapshots": "start end page sort desc",
    "POST /q/model_snapshots/1/_update": "description retain",
    "POST /q/model_snapshots/1/_revert": "delete_intervening_results",
}


@pytest.mark.parametrize("call", TAKES)
def test_no_document_is_a_fault_of_the_server(http, call):
    create(http, "q", COUNT)
    method, path = call.split()
    documents = [json.dumps({field: value}).encode() for field in TAKES[call].split() for value in ODD]
    for body in (*BROKEN, b'{"surprise": 1}', *documents):
        answer = http.request(method, JOBS + path, content=body, headers={"content-type": "application/json"})
        assert answer.status_code < 500, (body[:80], answer.text)
        assert answer.is_success or "reason" in answer.json()["error"], body[:80]


@pytest.mark.parametrize("call", TAKES)
def test_no_parameter_is_a_fault_of_the_server(http, call):
    create(http, "q", COUNT)
    method, path = call.split()
    for field in TAKES[call].split():
        for value in (str(value) for value in ODD if isinstance(value, str | int | float)):
            answer = http.request(method, JOBS + path, params={field: value})
            assert answer.status_code < 500, (field, value[:80], answer.text)


@pytest.mark.parametrize(
    "path",
    [
        "/%ff",
        f"{JOBS}/%ff",
        f"{JOBS}/a%00b/_stats",
        f"{JOBS}//_stats",
        f"{JOBS}/{'a' * 5000}",
        f"{JOBS}/{','.join('a' * 5000)}",
        f"{JOBS}/q/results/buckets/9999999999999999999",
        f"{JOBS}/q/results/buckets?size=99999999999999999999",
        f"{JOBS}/q/results/buckets?from=99999999999&size=1",
        f"{JOBS}/q/results/records?sort=%22%27;--",
        f"{JOBS}/q/results/records?sort=a.b%5B0%5D",
        f"{JOBS}/q/results/records?sort=",
        f"{JOBS}/q/results/records?record_score=nan",
        f"{JOBS}/q/results/records?start=-1&end=inf",
        "/_ml/info?filter_path=%ff&format=yaml",
        "/_ml/info?format=xml",
        "/_ml/info?filter_path=**.**.**.x",
    ],
)
def test_no_address_is_a_fault_of_the_server(http, path):
    create(http, "q", COUNT)
    answer = http.get(path)
    assert answer.status_code < 500, answer.text
    assert ok(http.get("/"))["tagline"]
