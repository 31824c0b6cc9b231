"""The conventions every answer keeps: the product header, `pretty`, `filter_path`, `format`, the media type asked for.

Also the edge where an error nobody foresaw becomes an answer. Knows neither routes nor use cases.
"""

import logging
import re
import uuid
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from unusual.api.answers import JSON, answer
from unusual.api.filtering import filtered
from unusual.api.problems import unexpected
from unusual.api.yaml_text import yaml_text

LOG: Final = logging.getLogger(__name__)
VERSIONED: Final = re.compile(r"application/vnd\.elasticsearch\+json\s*;\s*compatible-with\s*=\s*(\d+)")
YAML: Final = "application/yaml"


@dataclass(frozen=True)
class Wishes:
    """How a client wants its answer; `compatible` is the version of the versioned media type, if it named one."""

    pretty: bool = False
    yaml: bool = False
    paths: str | None = None
    compatible: str | None = None

    @classmethod
    def of(cls, scope: Scope) -> "Wishes":
        """Read from the query and the `Accept` header of a request."""
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        accept = Headers(scope=scope).get("accept", "")
        versioned = VERSIONED.search(accept)
        return cls(
            pretty=query.get("pretty", "false") != "false",
            yaml=query.get("format", "").lower() == "yaml" or accept.startswith(YAML),
            paths=query.get("filter_path"),
            compatible=versioned[1] if versioned else None,
        )

    @property
    def rewrite(self) -> bool:
        """Whether the body must be read and written again."""
        return self.pretty or self.yaml or bool(self.paths)

    def media_type(self) -> str:
        """The content type of a JSON document shown like this."""
        if self.yaml:
            return YAML
        return f"application/vnd.elasticsearch+json;compatible-with={self.compatible}" if self.compatible else JSON

    def render(self, body: bytes) -> bytes:
        """The same document, as asked for."""
        document: object = orjson.loads(body)
        if self.paths:
            document = filtered(document, self.paths)
        if self.yaml:
            return yaml_text(document).encode()
        return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE if self.pretty else None)


class Conventions:
    """ASGI wrapper around the whole app: `/a/` means `/a`, answers keep the conventions, nothing escapes as a crash."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"].rstrip("/") or "/"
        dressed = _Dressed(Wishes.of(scope), send)
        try:
            await self._app({**scope, "path": path}, receive, dressed)
        except ClientDisconnect:
            return
        except Exception:
            # The edge of the process: whatever was not foreseen is logged in full, and told without any detail.
            ticket = uuid.uuid4().hex
            LOG.exception("unexpected error", extra={"ticket": ticket, "method": scope["method"], "path": path})
            if dressed.started:
                raise
            await answer(unexpected(ticket), 500)(scope, receive, dressed)


class _Dressed:
    """A `send` that adds what every answer carries and holds back a body that must be written again."""

    def __init__(self, wishes: Wishes, send: Send) -> None:
        self._wishes = wishes
        self._send = send
        self._start: Message | None = None
        self._held = bytearray()
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._start is not None and message["type"] == "http.response.body":
            await self._hold(message)
        else:
            await self._send(message)

    async def _begin(self, message: Message) -> None:
        self.started = True
        headers = MutableHeaders(scope=message)
        headers["X-elastic-product"] = "Elasticsearch"
        if headers.get("content-type") == JSON:
            headers["content-type"] = self._wishes.media_type()
            if self._wishes.rewrite:
                self._start = message
                return
        await self._send(message)

    async def _hold(self, message: Message) -> None:
        assert self._start is not None  # noqa: S101 - only called after `_begin` kept it
        self._held += message.get("body", b"")
        if message.get("more_body", False):
            return
        body = self._wishes.render(bytes(self._held)) if self._held else b""
        MutableHeaders(scope=self._start)["content-length"] = str(len(body))
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": body})
