"""Which files a pattern means below the root of a connection; lets nothing lead out of it."""

from pathlib import Path

from unusual.errors import Refused


def files_below(root: str, patterns: tuple[str, ...]) -> list[Path]:
    """The files there are now, in the order of their names; `errors.Refused` for a pattern that leads elsewhere."""
    folder = Path(root).resolve()
    found = {path for pattern in patterns for path in folder.glob(_inside(pattern)) if path.is_file()}
    return sorted(path for path in found if path.resolve().is_relative_to(folder))


def objects_below(root: str, patterns: tuple[str, ...]) -> list[str]:
    """The same as addresses of an object store, which itself knows what matches."""
    return [f"{root.rstrip('/')}/{_inside(pattern)}" for pattern in patterns]


def is_object_store(root: str) -> bool:
    """Whether a root is an address such as `s3://bucket/logs`."""
    return "://" in root


def _inside(pattern: str) -> str:
    if pattern.startswith("/") or "://" in pattern or ".." in pattern.split("/"):
        raise Refused(f"path [{pattern}] must lie below the root of its connection")
    return pattern
