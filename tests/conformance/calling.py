"""Steps carried out by the official Python client: `calling.py URL STEPS`; prints all answers.

Run by the interpreter that has the client, of whichever version: imports nothing else that needs installing.
"""

import json
import sys
import time
import warnings
from inspect import getmembers, isfunction
from pathlib import Path

from elasticsearch import Elasticsearch, __version__

OLD = __version__[0] < 8
FOREIGN = ("data_frame", "trained_model", "infer", "file_structure", "perform_request")
WITHIN_S = 60


def surface(client):
    """Every method of anomaly detection that this client has."""
    methods = [f"ml.{name}" for name, _ in getmembers(type(client.ml), isfunction)]
    methods += [f"cat.{name}" for name, _ in getmembers(type(client.cat), isfunction) if name.startswith("ml_")]
    return {name for name in methods if "._" not in name and not any(part in name for part in FOREIGN)}


def said(client, step, answers):
    """The document of the answer to one step, whatever the client wraps it in."""
    method = client
    for part in step["call"].split("."):
        method = getattr(method, part)
    given = {name: resolved(value, answers) for name, value in step["given"].items()}
    if "body" in step:
        given |= {"body": step["body"]} if OLD else {step["sole"]: step["body"]} if step["sole"] else step["body"]
    try:
        answer = method(**given)
    except Exception as refusal:
        if "refused" not in step:
            raise
        error = refusal.args[1] if OLD else refusal.body["error"]
        return {"status": refusal.status_code, "type": error["type"] if isinstance(error, dict) else error}
    return getattr(answer, "body", answer)


def resolved(value, answers):
    """A value, or the part of an earlier answer that it stands for."""
    return found(answers, value[1:]) if isinstance(value, str) and value.startswith("$") else value


def found(document, path):
    for part in path.split("."):
        document = document[int(part)] if isinstance(document, list) else (document or {}).get(part)
    return document


def answered(client, step, answers):
    """The answer to one step, asked for again while it is not yet what is waited for."""
    until = time.monotonic() + WITHIN_S
    while True:
        answer = said(client, step, answers)
        if "until" not in step or found(answer, step["path"]) == step["until"]:
            return answer
        assert time.monotonic() < until, f"{step['call']} goes on answering {answer}"
        time.sleep(0.05)


def main(url, steps):
    warnings.simplefilter("ignore")  # old clients on new interpreters, and the server's word about posted data
    client = Elasticsearch([url])
    answers = {"version": ".".join(map(str, __version__)), "ping": client.ping(), "hello": dict(client.info())}
    known, called = surface(client), set()
    for step in json.loads(Path(steps).read_text()):
        if step["call"].startswith("ml.") and step["call"] not in known:
            continue  # it is newer than the client
        answers[step["name"]] = answered(client, step, answers)
        called.add(step["call"])
    answers["uncalled"] = sorted(known - called)
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    main(*sys.argv[1:])
