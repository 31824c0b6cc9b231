"""Made-up requests by the server's own description, none of which may lead to a server error: `make fuzz`."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import schemathesis

from tests.conformance.serving import serving

COMMAND: Final = Path(sys.executable).with_name("schemathesis")
SEED: Final = 20_240_101
REQUESTS_PER_OPERATION: Final = 170  # about 20,000 in all
ROOT: Final = Path(__file__).parents[2]
EXTENDED: Final = os.environ | {"SCHEMATHESIS_HOOKS": "tests.conformance.fuzzing"}


@schemathesis.serializer("application/x-ndjson", "text/calendar")
def text(_: schemathesis.SerializationContext, value: object) -> bytes:
    """A body that is no JSON: the program loads this module for it."""
    return str(value).encode()


def fuzz(url: str, *options: str, told_at_once: bool = False) -> subprocess.CompletedProcess:
    """Send requests to a server until an option says that it is enough; fails after a server error.

    told_at_once  whether what is found is printed while it is found, and not kept
    """
    checking = ("--checks", "not_a_server_error", "--phases", "fuzzing", "--seed", str(SEED))
    quietly = ("--exclude-deprecated", "--continue-on-failure", "--no-shrink", "--warnings", "off", "--no-color")
    program = [COMMAND, "run", f"{url}/openapi.json", *checking, *quietly, *options]
    return subprocess.run(program, cwd=ROOT, env=EXTENDED, capture_output=not told_at_once, text=True, check=False)


def main() -> int:
    """The long form."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "store") as server:
        requests = ("--max-examples", str(REQUESTS_PER_OPERATION), "--workers", "2")
        return fuzz(server.url, *requests, told_at_once=True).returncode


if __name__ == "__main__":
    sys.exit(main())
