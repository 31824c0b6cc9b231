"""Jobs of every kind of anomaly, for the pages that show them: each has one that is known."""

import math
import random
import time

import httpx

from tests.conformance.speaking import JOBS, T0, closed, create, flush, ok, opened, post, results

METRIC, POPULATION, RARE, PLACES, LOGS = "checkout", "clients", "processes", "cards", "messages"
SPAN_S = 900
DAY = 96  # buckets
BUCKETS = 7 * DAY
BAD = 600  # the bucket in which something happens
SHOPS = ("berlin", "lisbon", "oslo")
WIDE_SHOP, BAD_CLIENT, RARE_PROCESS, BAD_USER = "lisbon", "10.0.0.66", "cryptominer", "dora"
BAD_MESSAGE = "disk failure on device reported by controller"
_MESSAGES = ("user logged in from office network", "cache refreshed after timer expired", BAD_MESSAGE)
_HOMES = {"anna": (52.5, 13.4), "bert": (48.1, 11.6), "carl": (50.9, 6.9), BAD_USER: (53.6, 10.0)}


def load(http: httpx.Client) -> None:
    """Make the jobs, unless they are there."""
    if http.get(f"{JOBS}/{METRIC}").is_success:
        return
    _load_metric(http)
    _load(http, POPULATION, _clients(), _split("mean", "bytes", over_field_name="client"), influencers=["client"])
    _load(http, RARE, _processes(), _split("rare", by_field_name="process"), influencers=["process", "host"])
    _load(http, PLACES, _cards(), _split("lat_long", "place", by_field_name="user"), influencers=["user"])
    _load(
        http,
        LOGS,
        _logs(),
        _split("count", by_field_name="mlcategory"),
        influencers=["mlcategory"],
        categorization_field_name="message",
    )


def _load_metric(http: httpx.Client) -> None:
    """A job with all there is to see about one metric; it stays open, with an interim bucket and a forecast."""
    _create(http, METRIC, _split("mean", "seconds", partition_field_name="shop"), influencers=["shop"])
    _mark(http)
    opened(http, METRIC)
    post(http, METRIC, _checkouts())
    flush(http, METRIC, calc_interim=True)
    ok(http.post(f"{JOBS}/{METRIC}/_forecast", json={"duration": "1d"}))
    while not _forecast_is_made(http):
        time.sleep(0.1)


def _create(http: httpx.Client, job_id: str, *detectors: dict, **analysis) -> None:
    """A job that keeps what it expected of every value."""
    create(http, job_id, *detectors, span="15m", **analysis)
    ok(http.post(f"{JOBS}/{job_id}/_update", json={"model_plot_config": {"enabled": True}}))


def _mark(http: httpx.Client) -> None:
    """A scheduled event and a remark."""
    sale = {"description": "sale", "start_time": _ms(3 * DAY), "end_time": _ms(3 * DAY + 24)}
    ok(http.put("/_ml/calendars/shops", json={"job_ids": [METRIC]}))
    ok(http.post("/_ml/calendars/shops/events", json={"events": [sale]}))
    remark = {"annotation": "new release", "job_id": METRIC, "type": "annotation", "event": "user"}
    times = {"timestamp": _ms(5 * DAY), "end_timestamp": _ms(5 * DAY + 8), "create_time": _ms(0)}
    ok(http.post("/.ml-annotations-write/_doc", json={**remark, **times}))


def _forecast_is_made(http: httpx.Client) -> bool:
    told = ok(http.get(f"{JOBS}/{METRIC}/_stats"))["jobs"][0]["forecasts_stats"]
    return told.get("status", {}).get("finished", 0) == 1


def _load(http: httpx.Client, job_id: str, records: list[dict], *detectors: dict, **analysis) -> None:
    _create(http, job_id, *detectors, **analysis)
    opened(http, job_id)
    post(http, job_id, records)
    closed(http, job_id)
    assert results(http, job_id, "records"), f"nothing was found in {job_id}"


def _split(function: str, field: str | None = None, **fields: str) -> dict:
    return {"function": function, **({"field_name": field} if field else {}), **fields}


def _ms(bucket: int) -> int:
    return (T0 + bucket * SPAN_S) * 1000


def _checkouts() -> list[dict]:
    noise = random.Random(1)
    told = []
    for bucket in range(BUCKETS):
        wave = 2 + math.sin(2 * math.pi * bucket / DAY)
        for shop in SHOPS:
            bad = shop == WIDE_SHOP and BAD <= bucket < BAD + 4
            told.append(_record(bucket, shop=shop, seconds=wave * (5 if bad else 1) + noise.gauss(0, 0.1)))
    return told


def _clients() -> list[dict]:
    noise = random.Random(2)
    names = [f"10.0.0.{number}" for number in range(1, 30)] + [BAD_CLIENT]
    return [
        _record(bucket, client=name, bytes=noise.gauss(1000, 100) * (8 if name == BAD_CLIENT and bucket == BAD else 1))
        for bucket in range(BUCKETS)
        for name in names
        if noise.random() < 0.5 or (name == BAD_CLIENT and bucket == BAD)
    ]


def _processes() -> list[dict]:
    told = [_record(bucket, process=name, host="db-1") for bucket in range(BUCKETS) for name in ("sshd", "cron", "db")]
    return sorted([*told, _record(BAD, process=RARE_PROCESS, host="db-1")], key=lambda record: record["stamp"])


def _cards() -> list[dict]:
    noise = random.Random(3)
    told = []
    for bucket in range(BUCKETS):
        for user, (latitude, longitude) in _HOMES.items():
            away = 40.0 if user == BAD_USER and bucket == BAD else 0.0
            place = f"{latitude - away + noise.gauss(0, 0.05):.4f},{longitude + away + noise.gauss(0, 0.05):.4f}"
            told.append(_record(bucket, user=user, place=place))
    return told


def _logs() -> list[dict]:
    noise = random.Random(4)
    return [
        _record(bucket, message=message)
        for bucket in range(BUCKETS)
        for message in _MESSAGES
        for _ in range(noise.randint(4, 8) * (10 if bucket == BAD and message == BAD_MESSAGE else 1))
    ]


def _record(bucket: int, **fields) -> dict:
    return {"stamp": T0 + bucket * SPAN_S, **fields}
