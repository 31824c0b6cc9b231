"""What routes reach the use cases through; knows where the composition put them, not how they were made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from unusual.api.background import Background
from unusual.jobs.feeding import Feeding
from unusual.jobs.health import Health
from unusual.jobs.node import Node
from unusual.jobs.ports import Ports
from unusual.jobs.running import Running
from unusual.jobs.search.scrolling import Scrolls
from unusual.jobs.upgrading import Upgrades
from unusual.jobs.upkeep import Upkeep


@dataclass(frozen=True)
class Parts:
    """All that the routes and pages of one server use.

    connections  the places that datafeeds can read from, names with their types
    """

    ports: Ports
    running: Running
    feeding: Feeding
    upkeep: Upkeep
    upgrades: Upgrades
    health: Health
    node: Node
    background: Background
    scrolls: Scrolls
    connections: Mapping[str, str]


# Coroutines although they never wait: a plain function would cost a trip to the thread pool with every request.
async def _ports(request: Request) -> Ports:
    ports: Ports = request.app.state.parts.ports
    return ports


async def _running(request: Request) -> Running:
    running: Running = request.app.state.parts.running
    return running


async def _feeding(request: Request) -> Feeding:
    feeding: Feeding = request.app.state.parts.feeding
    return feeding


async def _upkeep(request: Request) -> Upkeep:
    upkeep: Upkeep = request.app.state.parts.upkeep
    return upkeep


async def _upgrades(request: Request) -> Upgrades:
    upgrades: Upgrades = request.app.state.parts.upgrades
    return upgrades


async def _health(request: Request) -> Health:
    health: Health = request.app.state.parts.health
    return health


async def _node(request: Request) -> Node:
    node: Node = request.app.state.parts.node
    return node


async def _background(request: Request) -> Background:
    background: Background = request.app.state.parts.background
    return background


async def _scrolls(request: Request) -> Scrolls:
    scrolls: Scrolls = request.app.state.parts.scrolls
    return scrolls


PortsHere = Annotated[Ports, Depends(_ports)]
RunningHere = Annotated[Running, Depends(_running)]
FeedingHere = Annotated[Feeding, Depends(_feeding)]
UpkeepHere = Annotated[Upkeep, Depends(_upkeep)]
UpgradesHere = Annotated[Upgrades, Depends(_upgrades)]
HealthHere = Annotated[Health, Depends(_health)]
NodeHere = Annotated[Node, Depends(_node)]
BackgroundHere = Annotated[Background, Depends(_background)]
ScrollsHere = Annotated[Scrolls, Depends(_scrolls)]
