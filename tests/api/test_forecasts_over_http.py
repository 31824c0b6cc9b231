"""Forecasts as clients meet them: asked for, counted, removed, refused."""

import time

import pytest

from tests.api.conftest import NOW_MS

JOB = "/_ml/anomaly_detectors/pump"
PREFIXES = ("/_ml", "/_xpack/ml")


@pytest.fixture
def fed(client, open_job) -> str:
    """An open job with a bucket."""
    for _ in range(2):  # the engine of these tests tells its counts one upload later
        client.post(f"/_ml/anomaly_detectors/{open_job}/_data", content=b'{"stamp":1}\n' * 3)
    return open_job


def stats(client):
    return client.get(f"{JOB}/_stats").json()["jobs"][0]["forecasts_stats"]


def forecast(client, prefix="/_ml", **more) -> str:
    """The id of a forecast that is done."""
    done = stats(client).get("status", {}).get("finished", 0)
    told = client.post(f"{prefix}/anomaly_detectors/pump/_forecast", **more).json()
    assert told.keys() == {"acknowledged", "forecast_id"}
    until = time.monotonic() + 10
    while stats(client)["status"].get("finished") != done + 1:
        assert time.monotonic() < until
    return told["forecast_id"]


def reason(response, status, kind):
    error = response.json()["error"]
    assert (response.status_code, error["type"]) == (status, kind)
    return error["reason"]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_forecast_is_made_counted_and_removed(client, fed, prefix):
    assert stats(client) == {"total": 0, "forecasted_jobs": 0}
    first, second = forecast(client, prefix), forecast(client, prefix, body={"duration": "10m", "expires_in": "0"})
    assert first != second
    found = stats(client)
    assert (found["total"], found["forecasted_jobs"], found["status"]) == (2, 1, {"finished": 2})
    assert found["records"] == {"min": 12, "max": 12, "avg": 12.0, "total": 24}
    assert client.delete(f"{prefix}/anomaly_detectors/{fed}/_forecast/{first}").json() == {"acknowledged": True}
    assert stats(client)["total"] == 1
    again = client.delete(f"{prefix}/anomaly_detectors/{fed}/_forecast/{first}")
    told = reason(again, 404, "resource_not_found_exception")
    assert told == f"No forecast(s) [{first}] exists for job [pump]"
    assert client.delete(f"{prefix}/anomaly_detectors/{fed}/_forecast?timeout=5s").json() == {"acknowledged": True}
    assert stats(client)["total"] == 0


@pytest.mark.usefixtures("fed")
def test_forecasts_stand_in_the_table_of_jobs(client):
    forecast(client)
    [row] = client.get("/_cat/ml/anomaly_detectors/pump?format=json&h=ft,frmax,fravg,ftt").json()
    assert (row["ft"], row["frmax"], row["fravg"]) == ("1", "12", "12.0")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("duration=0s", "[duration] must be positive: [0s]"),
        ("duration=3651d", "[duration] must be 3650d or less: [3651d]"),
        ("max_model_memory=500mb", "[max_model_memory] must be less than 500mb"),
        ("duration=4m", "[duration] must be greater or equal to the bucket span: [4m/5m]"),
    ],
)
@pytest.mark.usefixtures("fed")
def test_values_that_cannot_be_are_refused(client, query, told):
    assert reason(client.post(f"{JOB}/_forecast?{query}"), 400, "illegal_argument_exception") == told


def test_values_are_looked_at_before_the_state_of_the_job(client, job):
    assert client.post(f"{JOB}/_forecast?duration=0s").status_code == 400
    told = reason(client.post(f"/_ml/anomaly_detectors/{job}/_forecast"), 409, "status_exception")
    assert told == "Cannot perform requested action because job [pump] is not open"


def test_a_job_without_data_cannot_be_forecast(client, open_job):
    told = reason(client.post(f"/_ml/anomaly_detectors/{open_job}/_forecast"), 400, "status_exception")
    assert told == (
        "Cannot run forecast: Forecast cannot be executed as job requires data to have been processed and modeled"
    )


def test_removing_where_there_is_nothing(client, job):
    path = f"/_ml/anomaly_detectors/{job}/_forecast"
    for way in ("", "/_all", "/_all?allow_no_forecasts=true"):
        assert client.delete(path + way).json() == {"acknowledged": True}
    for way, named in (("/_all?allow_no_forecasts=false", "_all"), ("/ghost", "ghost")):
        told = reason(client.delete(path + way), 404, "resource_not_found_exception")
        assert told == f"No forecast(s) [{named}] exists for job [pump]"


def test_forecasts_that_clients_restore_count_as_the_jobs_own(client, job):
    request = {"result_type": "model_forecast_request_stats", "timestamp": 0, "forecast_expiry_timestamp": NOW_MS - 1}
    for name, status in (("old", "finished"), ("running", "started")):
        client.put(f"/.ml-anomalies-{job}/_doc/{name}", request | {"forecast_id": name, "forecast_status": status})
    told = reason(client.delete(f"{JOB}/_forecast/running"), 409, "status_exception")
    assert "needs to be either FAILED or FINISHED to be deleted" in told
    client.delete("/_ml/_delete_expired_data")
    assert stats(client)["status"] == {"started": 1}
