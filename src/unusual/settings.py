"""How one server is set up: read once, from arguments and the environment, and frozen from then on."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Final, Self

from unusual.errors import Invalid
from unusual.schema.limits import MIB

PREFIX: Final = "UNUSUAL_"
_LARGEST_PORT: Final = 65_535
_CONTAINER: Final = Path("/sys/fs/cgroup/memory.max")  # how much the container may use, or `max`
_NUMBERS: Final = ("port", "workers", "memory_mib", "expire_hours")


class Durability(StrEnum):
    """When something counts as kept: when the disk has it, or when the operating system has it."""

    FSYNC = "fsync"
    OS = "os"


@dataclass(frozen=True)
class Settings:
    """What `unusual serve` needs to know.

    host          where to listen; only this machine unless told otherwise
    port          where to listen; 0 takes any free port
    data_dir      where the embedded store lives
    workers       how many worker processes; by default one per core this process may use
    memory_mib    what the limits of open jobs may fill, MiB; 0 for the memory of the machine, filled by what they take
    expire_hours  how often what is past its days is removed, 0 for only on request
    durability    what outlasts a power cut: all that was acknowledged, or what the operating system has written by then
    """

    host: str = "127.0.0.1"
    port: int = 9200
    data_dir: Path = Path("unusual-data")
    workers: int = 0
    memory_mib: int = 0
    expire_hours: int = 24
    durability: Durability = Durability.FSYNC

    def __post_init__(self) -> None:
        """Refuse what cannot work and replace 0 by what the machine offers."""
        if not 0 <= self.port <= _LARGEST_PORT:
            raise Invalid(f"port must be between 0 and {_LARGEST_PORT}. Value = {self.port}")
        for name in ("workers", "memory_mib", "expire_hours"):
            if getattr(self, name) < 0:
                raise Invalid(f"{name} cannot be less than 0. Value = {getattr(self, name)}")
        object.__setattr__(self, "workers", self.workers or len(os.sched_getaffinity(0)))

    @property
    def connections(self) -> Path:
        """The file that names the places datafeeds read from, if there is one."""
        return self.data_dir / "connections.toml"

    @property
    def total_memory_mib(self) -> int:
        """The memory that open jobs may fill, MiB."""
        return self.memory_mib or _machine_memory_mib()

    @classmethod
    def read(cls, environment: Mapping[str, str], **told: object) -> Self:
        """Arguments first (None counts as not told), then `UNUSUAL_<NAME>` of the environment, then the defaults.

        >>> Settings.read({"UNUSUAL_PORT": "9201", "UNUSUAL_HOST": "::1"}, host="0.0.0.0", port=None).port
        9201
        """
        given = {f.name: environment[_named(f.name)] for f in fields(cls) if _named(f.name) in environment}
        given |= {name: str(value) for name, value in told.items() if value is not None}
        numbers = {name: _whole(name, given[name]) for name in _NUMBERS if name in given}
        return cls(
            host=given.get("host", cls.host),
            data_dir=Path(given.get("data_dir", cls.data_dir)),
            durability=_durability(given.get("durability", cls.durability)),
            **numbers,
        )


def _named(name: str) -> str:
    return PREFIX + name.upper()


def _whole(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Invalid(f"{name} must be a whole number. Value = {text}") from None


def _durability(text: str) -> Durability:
    try:
        return Durability(text)
    except ValueError:
        raise Invalid(f"durability must be one of [{', '.join(Durability)}]. Value = {text}") from None


def _machine_memory_mib() -> int:
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    allowed = _CONTAINER.read_text().strip() if _CONTAINER.is_file() else "max"
    return min(physical, int(allowed) if allowed.isdigit() else physical) // MIB
