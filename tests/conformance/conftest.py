"""A server process of its own for these tests, and what is found in the shared folder about it."""

import pytest

from tests.conformance.serving import serving
from tests.conformance.speaking import JOBS, ok


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A running server for the tests of one file, which must end in order when they are done."""
    with serving(tmp_path_factory.mktemp("server") / "store") as running:
        yield running


@pytest.fixture
def http(server):
    """A connection to the running server, which holds no job."""
    for job in ok(server.http.get(JOBS))["jobs"]:
        ok(server.http.delete(f"{JOBS}/{job['job_id']}", params={"force": "true"}))
    return server.http
