"""What routes reach the use cases through; knows where the composition put them, not how they were made."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from unusual.api.background import Background
from unusual.jobs.feeding import Feeding
from unusual.jobs.node import Node
from unusual.jobs.ports import Ports
from unusual.jobs.running import Running
from unusual.jobs.search.scrolling import Scrolls


@dataclass(frozen=True)
class Parts:
    """All that the routes of one server use."""

    ports: Ports
    running: Running
    feeding: Feeding
    node: Node
    background: Background
    scrolls: Scrolls


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
NodeHere = Annotated[Node, Depends(_node)]
BackgroundHere = Annotated[Background, Depends(_background)]
ScrollsHere = Annotated[Scrolls, Depends(_scrolls)]
