"""No request leads to a server error: the short form of `make fuzz`."""

import pytest

from tests.conformance.fuzzing import fuzz


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_made_up_requests_lead_to_no_server_error(server):
    ran = fuzz(server.url, "--max-examples", "2", "--max-time", "60")
    assert ran.returncode == 0, ran.stdout[-4000:]
    assert "passed" in ran.stdout
