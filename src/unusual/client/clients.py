"""The two clients, with a method for each call; `clients.pyi` beside it tells their types."""

from unusual.client.awaiting import Awaiting
from unusual.client.blocking import Blocking
from unusual.client.calls import CALLS
from unusual.client.speaking import attach


class Client(Blocking):
    """The calls of a server, one after the other."""


class AsyncClient(Awaiting):
    """The calls of a server, each to be awaited."""


attach(Client, CALLS, Blocking.perform, Blocking.walk, Blocking.post)
attach(AsyncClient, CALLS, Awaiting.perform, Awaiting.walk, Awaiting.post)
