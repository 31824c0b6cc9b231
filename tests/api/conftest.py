"""A server over a real store and an inline worker, spoken to over HTTP without a socket."""

import asyncio
from collections.abc import Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import replace

import httpx
import pytest
from starlette.applications import Starlette

from tests.api.counting import Counting
from unusual.app import assemble, create_app
from unusual.jobs.node import Node
from unusual.jobs.ports import Ports
from unusual.store.sqlite import open_store
from unusual.workers.inline import Inline

NODE = Node("node-1", "ephemeral-1", "cluster-1", "127.0.0.1:9200", 4096)
NOW_MS = 1_700_000_000_000


class Clock:
    """A wall clock that stands still."""

    def now_ms(self) -> int:
        return NOW_MS


class Client:
    """Requests to one running app, from a test that is no coroutine."""

    def __init__(self, runner: asyncio.Runner, app: Starlette) -> None:
        self._runner = runner
        self._app = app
        self._http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://server")

    @contextmanager
    def ports(self, **others) -> Iterator[None]:
        """The same server with some of its ports exchanged."""
        parts = self._app.state.parts
        self._app.state.parts = replace(parts, ports=replace(parts.ports, **others))
        yield
        self._app.state.parts = parts

    def settle(self) -> None:
        """Wait for what goes on after its answer."""
        self._runner.run(self._app.state.parts.background.finish())

    def request(self, method: str, path: str, **more) -> httpx.Response:
        return self._runner.run(self._http.request(method, path, **more))

    def get(self, path: str, **more) -> httpx.Response:
        return self.request("GET", path, **more)

    def put(self, path: str, body, **more) -> httpx.Response:
        return self.request("PUT", path, json=body, **more)

    def post(self, path: str, body=None, **more) -> httpx.Response:
        return self.request("POST", path, **({} if body is None else {"json": body}), **more)

    def delete(self, path: str, **more) -> httpx.Response:
        return self.request("DELETE", path, **more)


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[Client]:
    @asynccontextmanager
    async def parts():
        with closing(open_store(tmp_path_factory.mktemp("store"))) as store:
            stores = (store.jobs, store.results, store.snapshots, store.configs, store.documents, store.journals)
            ports = Ports(*stores, Inline(Counting), Clock())
            yield assemble(ports, NODE)

    app = create_app(parts)
    with asyncio.Runner() as runner:
        life = app.router.lifespan_context(app)
        runner.run(life.__aenter__())
        yield Client(runner, app)
        runner.run(life.__aexit__(None, None, None))


@pytest.fixture
def client(server) -> Iterator[Client]:
    """The server without any job."""
    yield server
    server.settle()
    for job in server.get("/_ml/anomaly_detectors").json()["jobs"]:
        server.delete(f"/_ml/anomaly_detectors/{job['job_id']}?force=true")


COUNT_JOB = {
    "analysis_config": {"bucket_span": "5m", "detectors": [{"function": "count"}]},
    "data_description": {"time_field": "stamp", "time_format": "epoch"},
}


@pytest.fixture
def job(client) -> str:
    """A closed job that counts."""
    client.put("/_ml/anomaly_detectors/pump", COUNT_JOB)
    return "pump"


@pytest.fixture
def open_job(client, job) -> str:
    """An open job that counts."""
    client.post(f"/_ml/anomaly_detectors/{job}/_open")
    return job
