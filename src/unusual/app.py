"""The server put together: store, workers, use cases and routes; the only place where they meet."""

import logging
import signal
import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager
from functools import partial
from socket import socket
from threading import Event
from typing import Final

import structlog
import uvicorn
from starlette.applications import Starlette

from unusual.analysis.control import Document
from unusual.api.background import Background
from unusual.api.dependencies import Parts
from unusual.api.routes import mount
from unusual.feeds.choosing import Choosing
from unusual.feeds.connections import Connection, read_connections
from unusual.jobs.capacity import Capacity
from unusual.jobs.feeding import Feeding
from unusual.jobs.health import Health
from unusual.jobs.node import Node
from unusual.jobs.ports import Configs, Ports
from unusual.jobs.running import Running
from unusual.jobs.search.scrolling import Scrolls
from unusual.jobs.upgrading import Upgrades
from unusual.jobs.upkeep import Upkeep
from unusual.schema.limits import MIB
from unusual.settings import Durability, Settings
from unusual.store.bundle import Store
from unusual.store.sqlite import open_store
from unusual.ui.mounting import mount_pages
from unusual.workers.compiling import compiling
from unusual.workers.processes import Processes

IDENTITY_KIND: Final = "identity"
IDENTITY_NAME: Final = "node"
ENDING_WITHIN_S: Final = 10
STOPPING: Final = (signal.SIGINT, signal.SIGTERM)


class WallClock:
    """The machine's own clock."""

    def now_ms(self) -> int:
        """Milliseconds since the epoch."""
        return time.time_ns() // 1_000_000


def create_app(parts: Callable[[], AbstractAsyncContextManager[Parts]]) -> Starlette:
    """The whole web app; what `parts` gives is used from start to end, with every job brought back in between."""

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        async with parts() as opened:
            app.state.parts = opened
            await opened.running.resume()
            await opened.feeding.resume()
            opened.upkeep.start()
            try:
                yield
            finally:
                opened.ports.stopping.set()
                await opened.upkeep.stop()
                await opened.background.finish()
                await opened.feeding.halt()
                await opened.running.stop()

    app = Starlette(lifespan=life)
    app.router.redirect_slashes = False
    mount(app)
    return app


def assemble(
    ports: Ports,
    node: Node,
    expire_hours: int = 0,
    *,
    sets_aside: bool = True,
    connections: Mapping[str, Connection] | None = None,
) -> Parts:
    """The use cases over some ports; what is past its days goes only on request unless told otherwise.

    sets_aside   whether each open job holds what it may come to need
    connections  the places that datafeeds read from, by name
    """
    capacity = Capacity(node.memory_mib * MIB, sets_aside=sets_aside)
    running = Running(ports, node.node_id, capacity=capacity)
    feeding = Feeding(ports, running, node, Choosing(connections or {}))
    upkeep = Upkeep(ports, running, expire_hours=expire_hours)
    own = (Upgrades(ports, node), Health(ports), node, Background(node.node_id, ports.clock.now_ms), Scrolls())
    types = {name: connection.type for name, connection in (connections or {}).items()}
    return Parts(ports, running, feeding, upkeep, *own, types)


def run(settings: Settings, announce: Callable[[str], None]) -> None:
    """Serve until stopped; `announce` gets one line once requests are taken. `Conflict` when the store is in use."""
    _configure_log()
    connections = read_connections(settings.connections)
    with closing(open_store(settings.data_dir, durable=settings.durability is Durability.FSYNC)) as store:
        stopping = Event()
        app = create_app(partial(_parts, settings, store, connections, stopping))
        mount_pages(app)
        config = uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=ENDING_WITHIN_S,
        )
        _Announcing(config, announce, stopping).run()


@asynccontextmanager
async def _parts(
    settings: Settings, store: Store, connections: Mapping[str, Connection], stopping: Event
) -> AsyncIterator[Parts]:
    """The parts of a server of its own: an embedded store and a pool of worker processes."""
    workers = Processes(settings.workers)
    stores = (store.jobs, store.results, store.snapshots, store.configs, store.documents, store.journals)
    ports = Ports(*stores, workers, WallClock(), stopping=stopping)
    node = _node(settings, _identity(store.configs))
    sets_aside = settings.memory_mib > 0
    yield assemble(ports, node, settings.expire_hours, sets_aside=sets_aside, connections=connections)


def _configure_log() -> None:
    """One line of JSON for each event, on the error stream; a fault with its trace, without the values in it."""
    writing = logging.StreamHandler(sys.stderr)
    writing.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(),
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[writing])


class _Announcing(uvicorn.Server):
    """A web server that says where it listens as soon as it does, and that it stops before it waits for requests."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[str], None], stopping: Event) -> None:
        super().__init__(config)
        self._announce = announce
        self._stopping = stopping

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let signals end the server in order; not raised again after that: a stop that was asked for is a success."""
        before = {sign: signal.signal(sign, self.handle_exit) for sign in STOPPING}
        try:
            yield
        finally:
            for sign, handler in before.items():
                signal.signal(sign, handler)

    async def main_loop(self) -> None:
        """Serve; what there is no machine code for yet is compiled meanwhile."""
        with compiling(self._announce):
            await super().main_loop()
            self._stopping.set()

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Bind, then tell."""
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            self._announce(f"unusual is ready at http://{f'[{host}]' if ':' in host else host}:{port}")


def _identity(configs: Configs) -> Document:
    """The ids that stay with a data directory; made when it is first used."""
    known = configs.get(IDENTITY_KIND, IDENTITY_NAME)
    if known is None:
        known = {"node_id": uuid.uuid4().hex, "cluster_uuid": uuid.uuid4().hex}
        configs.put(IDENTITY_KIND, IDENTITY_NAME, known)
    return known


def _node(settings: Settings, identity: Document) -> Node:
    return Node(
        node_id=identity["node_id"],
        ephemeral_id=uuid.uuid4().hex,
        cluster_uuid=identity["cluster_uuid"],
        address=f"{settings.host}:{settings.port}",
        memory_mib=settings.total_memory_mib,
    )
