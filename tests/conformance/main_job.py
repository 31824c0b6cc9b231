"""One job from its creation to its removal through an official client: `main_job.py URL JOB_ID`; prints all answers.

Run by the interpreter that has the client, of whichever version: imports nothing else that needs installing.
"""

import json
import sys
import warnings

from elasticsearch import Elasticsearch, __version__

T0 = 1_609_459_200
SPAN = 900
STEPS = 400
SPIKE = 350
HOSTS = ("ash", "elm")
CONFIG = {
    "description": "watched by a client",
    "groups": ["forest"],
    "analysis_config": {
        "bucket_span": "15m",
        "detectors": [{"function": "mean", "field_name": "load", "by_field_name": "host"}],
        "influencers": ["host"],
    },
    "data_description": {"time_field": "stamp", "time_format": "epoch"},
}


def series():
    """A steady load of two hosts with one spike; the last step is in a bucket that stays open."""
    return [
        {"stamp": T0 + step * SPAN, "host": host, "load": 900.0 if (step, host) == (SPIKE, "elm") else 50.0 + step % 7}
        for step in range(STEPS)
        for host in HOSTS
    ]


def spoken(client):
    """The client's machine-learning methods, with bodies given the way of its version."""
    ml = client.ml
    old = __version__[0] < 8

    def say(method, body=None, **others):
        given = {} if body is None else {"body": body} if old else body
        return plain(getattr(ml, method)(**others, **given))

    def send(job_id, records):
        return plain(ml.post_data(job_id=job_id, **{"body" if old else "data": records}))

    return say, send


def plain(answer):
    """The document of an answer, whatever the client wraps it in."""
    return getattr(answer, "body", answer)


def life(say, send, job):
    """Every call in turn; what each answered, under its name."""
    yield "info", say("info")
    yield "validate", say("validate", {name: part for name, part in CONFIG.items() if name != "groups"})
    yield "validate_detector", say("validate_detector", **detector(CONFIG["analysis_config"]["detectors"][0]))
    yield "put_job", say("put_job", CONFIG, job_id=job)
    yield "get_jobs", say("get_jobs", job_id="forest")
    yield "open_job", say("open_job", job_id=job)
    yield "post_data", send(job, series())
    yield "flush_job", say("flush_job", job_id=job, calc_interim=True)
    yield "interim", say("get_buckets", {"page": {"size": 1}, "desc": True}, job_id=job)
    yield "opened", say("get_job_stats", job_id=job)
    yield "close_job", say("close_job", job_id=job)
    yield "get_records", say("get_records", job_id=job, sort="record_score", desc=True)
    yield "get_buckets", say("get_buckets", {"page": {"size": STEPS}, "exclude_interim": True}, job_id=job)
    yield "one_bucket", say("get_buckets", job_id=job, timestamp=str((T0 + SPIKE * SPAN) * 1000), expand=True)
    yield "get_influencers", say("get_influencers", job_id=job)
    yield "get_categories", say("get_categories", job_id=job)
    yield "get_overall_buckets", say("get_overall_buckets", job_id=job, overall_score=50)
    yield "get_job_stats", say("get_job_stats", job_id=job)
    yield "update_job", say("update_job", {"description": "renamed", "groups": []}, job_id=job)
    yield from snapshots(say, job)
    yield "reset_job", say("reset_job", job_id=job)
    yield "after_reset", say("get_job_stats", job_id=job)
    yield "delete_job", say("delete_job", job_id=job)
    yield "left", say("get_jobs", job_id=f"{job}*")


def snapshots(say, job):
    """The life of the model that was kept on close."""
    kept = say("get_model_snapshots", job_id=job)
    yield "get_model_snapshots", kept
    snapshot = {"job_id": job, "snapshot_id": kept["model_snapshots"][0]["snapshot_id"]}
    yield "update_model_snapshot", say("update_model_snapshot", {"description": "good", "retain": True}, **snapshot)
    yield "revert_model_snapshot", say("revert_model_snapshot", job_id=job, snapshot_id="empty")
    yield "delete_model_snapshot", say("delete_model_snapshot", **snapshot)


def detector(body):
    """The argument that holds a lone detector: the body itself, which some versions give a name."""
    return {"detector" if __version__[0] >= 8 else "body": body}


def main(url, job):
    warnings.simplefilter("ignore")  # old clients on new interpreters, and the server's word about posted data
    client = Elasticsearch([url])
    answers = {"version": ".".join(map(str, __version__)), "ping": client.ping(), "hello": plain(client.info())}
    answers.update(life(*spoken(client), job))
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    main(*sys.argv[1:])
