"""Sends made-up requests, drawn from the description of the API, to a server of its own: `make fuzz`.

None of them may be the server's fault: an answer with a status of 500 or above ends it with that request.
"""

import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import schemathesis
from hypothesis import HealthCheck, given, settings

from unusual import Client
from unusual.api.examples import EXAMPLES
from unusual.client.speaking import POST_DATA

REQUESTS = 20_000
FAULT = 500
READY = re.compile(r"ready at (http://\S+)")
# What there is to be asked for: the examples up to where they begin to take away.
MADE = EXAMPLES[: [example.call for example in EXAMPLES].index("close_job")]


def prepare(url: str) -> None:
    """Give the server something that requests can be about."""
    with Client(url, timeout_s=300) as client:
        for example in MADE:
            if not example.call.startswith("delete"):
                body = example.body.encode() if isinstance(example.body, str) else example.body
                named = {} if body is None else {"data" if example.call == POST_DATA else "body": body}
                getattr(client, example.call)(**example.path, **named)


@schemathesis.serializer("application/x-ndjson", "text/calendar")
def _text(_: schemathesis.SerializationContext, value: object) -> bytes:
    return str(value).encode()


def ask(url: str, requests: int) -> Counter[int]:
    """How many answers there were of each status."""
    statuses: Counter[int] = Counter()
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json")

    @settings(max_examples=requests, deadline=None, database=None, suppress_health_check=[*HealthCheck])
    @given(case=schema.as_strategy())
    def answered(case: schemathesis.Case) -> None:
        status = case.call().status_code
        statuses[status] += 1
        if status >= FAULT:
            raise SystemError(f"{status} for {case.as_curl_command()}")

    answered()
    return statuses


def main() -> None:
    """Start, prepare, ask, stop."""
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else REQUESTS
    with tempfile.TemporaryDirectory() as folder:
        command = [Path(sys.executable).with_name("unusual"), "serve", "--port", "0", "--data-dir", f"{folder}/store"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                url = READY.search(server.stdout.readline())[1]
                prepare(url)
                statuses = ask(url, requests)
            finally:
                server.terminate()
    for status, count in sorted(statuses.items()):
        print(f"{status}: {count}")


if __name__ == "__main__":
    main()
