"""What a server knows of the places its datafeeds read from: addresses and secrets under names; opens nothing.

Secrets stay here: a source tells what went wrong in words that have passed `Connection.hidden`.
"""

import os
import re
import ssl
import tomllib
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, Literal, TypeAlias
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from unusual.errors import Invalid
from unusual.schema.values import Closed

HIDDEN: Final = "***"
_SECRET: Final = re.compile(r"pass|secret|token|key|credential|sas|jaas", re.IGNORECASE)
_VARIABLE: Final = re.compile(r"\$\{(\w+)\}")


class Connection(Closed):
    """One place, and what is needed to get in; it is never shown, and hides its secrets in what is told."""

    model_config: ClassVar[ConfigDict] = ConfigDict(hide_input_in_errors=True)

    type: str

    def __repr__(self) -> str:
        """Its kind alone."""
        return f"{type(self).__name__}()"

    __str__ = __repr__

    def hidden(self, text: str) -> str:
        """A text without any of the secrets, however they are written in it."""
        forms = {
            form for one in self._secrets() for form in (one, quote(one, safe=""), quote_plus(one), repr(one)[1:-1])
        }
        for form in sorted(filter(None, forms), key=len, reverse=True):
            text = text.replace(form, HIDDEN)
        return text

    def _secrets(self) -> Iterator[str]:
        for name, value in self:
            if isinstance(value, dict):
                yield from (str(one) for key, one in value.items() if _SECRET.search(key))
            elif name == "url":
                yield from _secrets_in(value)
            elif _SECRET.search(name) and value is not None:
                yield str(value)


class Web(Connection):
    """A server that speaks HTTP.

    url       may hold user and password
    api_key   as Elasticsearch gives it, encoded
    token     a bearer's
    ca        a file of certificates to trust instead of the system's
    verify    false trusts whoever answers
    timeout_s  how long an answer may take
    """

    type: Literal["elasticsearch", "opensearch", "prometheus"]
    url: str
    username: str | None = None
    password: str | None = None
    api_key: str | None = None
    token: str | None = None
    ca: Path | None = None
    verify: bool = True
    timeout_s: float = 60.0

    @property
    def address(self) -> str:
        """The URL without user and password."""
        parts = urlsplit(self.url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/")

    @property
    def basic(self) -> tuple[str, str] | None:
        """User and password, if that is how it is entered."""
        parts = urlsplit(self.url)
        user = self.username or unquote(parts.username or "")
        return (user, self.password or unquote(parts.password or "")) if user else None

    @property
    def headers(self) -> dict[str, str]:
        """What is sent with every request to be let in."""
        if self.api_key is not None:
            return {"Authorization": f"ApiKey {self.api_key}"}
        return {} if self.token is None else {"Authorization": f"Bearer {self.token}"}

    def _secrets(self) -> Iterator[str]:
        yield from super()._secrets()
        if self.basic is not None:  # as it is sent
            yield b64encode(":".join(self.basic).encode()).decode()

    @property
    def tls(self) -> ssl.SSLContext:
        """How the other side is known; `OSError` for a file that cannot be read."""
        try:
            context = ssl.create_default_context(cafile=self.ca)
        except OSError as error:
            raise OSError(f"its [ca], the file '{self.ca}', cannot be read: {error}") from None
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


class Sql(Connection):
    """A database, as a URL of SQLAlchemy."""

    type: Literal["sql"]
    url: str


class Kafka(Connection):
    """A cluster, as options of librdkafka; `bootstrap.servers` is needed."""

    type: Literal["kafka"]
    options: dict[str, Any]


class Files(Connection):
    """A folder, or a prefix of an object store such as `s3://bucket/logs`, with the store's options for Polars."""

    type: Literal["files"]
    root: str
    options: dict[str, str] = Field(default_factory=dict)


Known: TypeAlias = Annotated[Web | Sql | Kafka | Files, Field(discriminator="type")]
Connections: TypeAlias = Mapping[str, Connection]
_KNOWN: Final[TypeAdapter[Connection]] = TypeAdapter(Known)


def connection_of(name: str, body: object, environment: Mapping[str, str] = os.environ) -> Connection:
    """One connection; `errors.Invalid` says what is wrong with it, without what is in it.

    `${NAME}` in a text stands for a variable of the environment.
    """
    try:
        return _KNOWN.validate_python(_filled(name, body, environment))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Invalid(f"connection [{name}] is wrong at [{where}]: {first['msg']}") from None


def read_connections(path: Path, environment: Mapping[str, str] = os.environ) -> dict[str, Connection]:
    """The connections in a file of TOML, one table each; none when it does not exist. `errors.Invalid`."""
    if not path.exists():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Invalid(f"connections file '{path}' cannot be read: {type(error).__name__}") from None
    return {name: connection_of(name, body, environment) for name, body in tables.items()}


def _filled(name: str, value: object, environment: Mapping[str, str]) -> object:
    def fill(found: re.Match[str]) -> str:
        if found[1] not in environment:
            raise Invalid(f"connection [{name}] needs the variable [{found[1]}] of the environment")
        return environment[found[1]]

    if isinstance(value, dict):
        return {key: _filled(name, one, environment) for key, one in value.items()}
    return _VARIABLE.sub(fill, value) if isinstance(value, str) else value


def _secrets_in(url: str) -> Iterable[str]:
    """The password of a URL, as it is written and as it is meant, and secrets among its parameters."""
    before, at, _ = url.partition("://")[2].rpartition("@")
    told = before.partition(":")[2] if at else ""
    yield from (told, unquote(told))
    yield from (value for key, value in parse_qsl(urlsplit(url).query) if _SECRET.search(key))
