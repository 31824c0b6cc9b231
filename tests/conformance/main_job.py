"""What the official clients are asked to do: every call of anomaly detection, around one job from creation to removal.

Each step names a call and what it is given; `$name.path` stands for a part of an earlier answer. The steps are plain
JSON, so that drivers in any language can carry them out.
"""

from typing import Final

T0: Final = 1_609_459_200
SPAN: Final = 900
STEPS: Final = 400
SPIKE: Final = 350
HOSTS: Final = ("ash", "elm")
CONFIG: Final = {
    "description": "watched by a client",
    "groups": ["forest"],
    "analysis_config": {
        "bucket_span": "15m",
        "detectors": [{"function": "mean", "field_name": "load", "by_field_name": "host"}],
        "influencers": ["host"],
    },
    "data_description": {"time_field": "stamp", "time_format": "epoch"},
}
FED: Final = {
    "analysis_config": {"bucket_span": "15m", "detectors": [{"function": "count"}]},
    "data_description": {"time_field": "stamp"},
}


def series() -> list[dict]:
    """A steady load of two hosts with one spike; the last step is in a bucket that stays open."""
    return [
        {"stamp": T0 + step * SPAN, "host": host, "load": 900.0 if (step, host) == (SPIKE, "elm") else 50.0 + step % 7}
        for step in range(STEPS)
        for host in HOSTS
    ]


def step(call: str, body=None, *, named: str | None = None, sole: str | None = None, **given) -> dict:
    """One call, its answer kept under the name of the method or another one.

    sole  what newer clients call the argument that is the whole body, where the body is not an object of options
    """
    name = named or call.rsplit(".", maxsplit=1)[-1]
    return {"call": call, "name": name, "given": given} | ({} if body is None else {"body": body, "sole": sole})


def repeated(call: dict, path: str, until) -> dict:
    """The same call again and again until a part of its answer is as expected."""
    return call | {"path": path, "until": until}


def refused(call: dict) -> dict:
    """A call that may lead to an error: its answer is then the status and the type of that."""
    return call | {"refused": True}


def life(job: str) -> list[dict]:
    """Every step in turn."""
    return [
        *_prepared(job),
        *_filters(f"{job}-known"),
        *_watched(job),
        *_calendars(f"{job}-year", job),
        *_forecasts(job),
        *_fed(f"{job}-fed"),
        *_snapshots(job),
        *_upkeep(job),
        step("ml.reset_job", job_id=job),
        step("ml.get_job_stats", named="after_reset", job_id=job),
        step("ml.delete_job", job_id=job),
        step("ml.get_jobs", named="left", job_id=f"{job}*"),
    ]


def _prepared(job: str) -> list[dict]:
    analysis = {"analysis_config": CONFIG["analysis_config"], "overall_cardinality": {"host": 2}}
    return [
        step("ml.info"),
        step("ml.validate", {name: part for name, part in CONFIG.items() if name != "groups"}),
        step("ml.validate_detector", CONFIG["analysis_config"]["detectors"][0], sole="detector"),
        step("ml.estimate_model_memory", analysis),
        step("ml.put_job", CONFIG, job_id=job),
        step("ml.get_jobs", job_id="forest"),
    ]


def _watched(job: str) -> list[dict]:
    return [
        step("ml.open_job", job_id=job),
        step("ml.post_data", series(), sole="data", job_id=job),
        step("ml.flush_job", job_id=job, calc_interim=True),
        step("ml.get_buckets", {"page": {"size": 1}, "desc": True}, named="interim", job_id=job),
        step("ml.get_job_stats", named="opened", job_id=job),
        step("cat.ml_jobs", job_id=job, format="json", h="id,state"),
        step("ml.close_job", job_id=job),
        step("ml.get_records", job_id=job, sort="record_score", desc=True),
        step("ml.get_buckets", {"page": {"size": STEPS}, "exclude_interim": True}, job_id=job),
        step("ml.get_buckets", named="one_bucket", job_id=job, timestamp=str((T0 + SPIKE * SPAN) * 1000), expand=True),
        step("ml.get_influencers", job_id=job),
        step("ml.get_categories", job_id=job),
        step("ml.get_overall_buckets", job_id=job, overall_score=50),
        step("ml.get_job_stats", job_id=job),
        step("ml.update_job", {"description": "renamed", "groups": []}, job_id=job),
    ]


def _filters(name: str) -> list[dict]:
    return [
        step("ml.put_filter", {"items": ["ash", "oak"]}, filter_id=name),
        step("ml.update_filter", {"add_items": ["elm"], "remove_items": ["oak"]}, filter_id=name),
        step("ml.get_filters", filter_id=name),
        step("ml.delete_filter", filter_id=name),
    ]


def _calendars(name: str, job: str) -> list[dict]:
    event = {"description": "felling", "start_time": T0 * 1000, "end_time": (T0 + SPAN) * 1000}
    return [
        step("ml.put_calendar", {"job_ids": [job]}, calendar_id=name),
        step("ml.put_calendar_job", calendar_id=name, job_id="forest"),
        step("ml.post_calendar_events", {"events": [event]}, calendar_id=name),
        step("ml.get_calendars", calendar_id=name),
        step("ml.get_calendar_events", calendar_id=name),
        step("ml.delete_calendar_event", calendar_id=name, event_id="$get_calendar_events.events.0.event_id"),
        step("ml.delete_calendar_job", calendar_id=name, job_id="forest"),
        step("ml.delete_calendar", calendar_id=name),
    ]


def _forecasts(job: str) -> list[dict]:
    made = step("ml.get_job_stats", named="forecasted", job_id=job)
    return [
        step("ml.open_job", named="reopened", job_id=job),
        step("ml.forecast", job_id=job, duration="1h"),
        repeated(made, "jobs.0.forecasts_stats.status.finished", 1),
        step("ml.delete_forecast", job_id=job, forecast_id="$forecast.forecast_id"),
        step("ml.close_job", named="closed_again", job_id=job),
    ]


def _fed(name: str) -> list[dict]:
    """A datafeed from an index, which holds one document a minute for an hour."""
    moments = [(T0 + minute * 60) * 1000 for minute in range(60)]
    lines = [line for moment in moments for line in ({"index": {"_index": name}}, {"stamp": moment})]
    ended = step("ml.get_job_stats", named="fed", job_id=name)
    return [
        step("indices.create", {"mappings": {"properties": {"stamp": {"type": "date"}}}}, index=name),
        step("bulk", lines, sole="operations"),
        step("ml.put_job", FED, named="put_fed_job", job_id=name),
        step("ml.put_datafeed", {"job_id": name, "indices": [name]}, datafeed_id=name),
        step("ml.update_datafeed", {"scroll_size": 100}, datafeed_id=name),
        step("ml.get_datafeeds", datafeed_id=name),
        step("ml.preview_datafeed", datafeed_id=name),
        step("ml.open_job", named="open_fed_job", job_id=name),
        step("ml.start_datafeed", {"start": str(T0 * 1000), "end": str((T0 + 3600) * 1000)}, datafeed_id=name),
        repeated(ended, "jobs.0.state", "closed"),
        step("ml.get_datafeed_stats", datafeed_id=name),
        step("cat.ml_datafeeds", datafeed_id=name, format="json"),
        step("ml.stop_datafeed", datafeed_id=name),
        step("ml.delete_datafeed", datafeed_id=name),
        step("ml.delete_job", named="delete_fed_job", job_id=name),
        step("indices.delete", index=name),
    ]


def _snapshots(job: str) -> list[dict]:
    """The life of the models that were kept on close, of which the newest is active."""
    first = {"job_id": job, "snapshot_id": "$get_model_snapshots.model_snapshots.0.snapshot_id"}
    return [
        step("ml.get_model_snapshots", job_id=job),
        step("ml.update_model_snapshot", {"description": "good", "retain": True}, **first),
        refused(step("ml.upgrade_job_snapshot", **first)),
        step("ml.get_model_snapshot_upgrade_stats", job_id="_all", snapshot_id="_all"),
        step("ml.revert_model_snapshot", job_id=job, snapshot_id="empty"),
        step("ml.delete_model_snapshot", **first),
    ]


def _upkeep(job: str) -> list[dict]:
    return [
        step("ml.get_memory_stats"),
        step("ml.set_upgrade_mode", enabled=True),
        step("ml.set_upgrade_mode", named="unset_upgrade_mode", enabled=False),
        step("ml.delete_expired_data", job_id=job),
    ]
