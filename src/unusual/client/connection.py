"""How a server is reached: who asks, how the connection is kept safe, how long is waited; holds no connection."""

import base64
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx

from unusual.client.exchange import Request, Response
from unusual.client.failures import NoAnswerInTime, Unreachable
from unusual.errors import Invalid

CONNECT_S: Final = 10.0


@dataclass(frozen=True)
class TLS:
    """How the other side of `https` is known, and how this side is.

    ca           certificates to trust instead of the system's: a file, or a folder
    certificate  of this client, in one file with its key unless `key` is another one
    verify       False trusts whoever answers
    """

    ca: str | Path | None = None
    certificate: str | Path | None = None
    key: str | Path | None = None
    verify: bool = True

    def context(self) -> ssl.SSLContext:
        """As the standard library takes it; `OSError` for a file that cannot be read."""
        folder = self.ca is not None and Path(self.ca).is_dir()
        place = None if self.ca is None else str(self.ca)
        context = ssl.create_default_context(cafile=None if folder else place, capath=place if folder else None)
        if self.certificate is not None:
            context.load_cert_chain(self.certificate, self.key)
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


@dataclass(frozen=True)
class Connection:
    """Everything that a client needs to know of its server; `errors.Invalid` when there are two ways to say who asks.

    basic_auth   user and password
    api_key      encoded, or id and key
    bearer_auth  a token
    timeout_s    how long an answer may take
    retries      how many times a call that is safe to repeat is sent again
    """

    url: str
    basic_auth: tuple[str, str] | None = None
    api_key: str | tuple[str, str] | None = None
    bearer_auth: str | None = None
    tls: TLS | None = None
    timeout_s: float = 60.0
    retries: int = 3

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if sum(way is not None for way in (self.basic_auth, self.api_key, self.bearer_auth)) > 1:
            raise Invalid("only one of basic_auth, api_key and bearer_auth can be given")
        if not self.url.startswith(("http://", "https://")):
            raise Invalid(f"url must begin with http:// or https://. Value = {self.url}")

    def options(self) -> dict[str, Any]:
        """What the HTTP library is made with."""
        return {
            "base_url": self.url,
            "headers": self._headers(),
            "timeout": httpx.Timeout(self.timeout_s, connect=min(self.timeout_s, CONNECT_S)),
            "verify": True if self.tls is None else self.tls.context(),
        }

    def arguments(self, request: Request) -> dict[str, Any]:
        """What one request is sent with."""
        read_s = max(self.timeout_s, request.timeout_s or 0.0)
        return {
            "method": request.method,
            "url": request.path,
            "params": dict(request.query),
            "content": request.body,
            "headers": dict(request.headers),
            "timeout": httpx.Timeout(read_s, connect=min(self.timeout_s, CONNECT_S)),
        }

    def _headers(self) -> Mapping[str, str]:
        if self.basic_auth is not None:
            return {"authorization": f"Basic {_encoded(self.basic_auth)}"}
        if self.api_key is not None:
            key = self.api_key if isinstance(self.api_key, str) else _encoded(self.api_key)
            return {"authorization": f"ApiKey {key}"}
        return {} if self.bearer_auth is None else {"authorization": f"Bearer {self.bearer_auth}"}


def response_of(answer: httpx.Response) -> Response:
    """What came back."""
    return Response(answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, answer.content)


def lost(request: Request, fault: httpx.TransportError) -> Unreachable:
    """What it means that nothing came back."""
    kind = NoAnswerInTime if isinstance(fault, httpx.TimeoutException) else Unreachable
    return kind(f"{request.method} {request.path}: {str(fault) or type(fault).__name__}")


def _encoded(pair: tuple[str, str]) -> str:
    return base64.b64encode(":".join(pair).encode()).decode()
