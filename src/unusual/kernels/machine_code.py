"""Where machine code is kept from run to run, and whether all of it is there; does without the compiler."""

import hashlib
import os
import sys
from importlib.resources import files

WHOLE = "whole"


def _content() -> str:
    """A digest of all kernels, since one is compiled into another.

    The compiler itself would look only at the file of the outermost kernel and go on using old inner ones.
    """
    sources = sorted((part.name, part.read_bytes()) for part in files(__package__).iterdir() if part.is_file())
    return hashlib.sha256(b"".join(source for _, source in sources)).hexdigest()[:16]


def directory() -> str:
    """A folder per content of all kernels, unless NUMBA_CACHE_DIR names one for everything."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111 - kernels know no paths
    return os.environ.get("NUMBA_CACHE_DIR") or f"{home}/unusual/kernels-{_content()}"


def leave_out_linear_algebra() -> None:
    """Let this process do without SciPy, which the compiler loads for a quarter of a second although no kernel asks.

    For programs of our own only: whoever uses the library may need it.
    """
    sys.modules["scipy"] = None  # type: ignore[assignment]  # - what stands for nothing cannot be loaded


def is_whole() -> bool:
    """Whether every kernel has been compiled and kept."""
    return os.path.exists(_mark())  # noqa: PTH110 - kernels know no paths


def note_whole() -> None:
    """Remember that every kernel has been compiled."""
    os.makedirs(directory(), exist_ok=True)  # noqa: PTH103 - as above
    with open(_mark(), "w", encoding="utf-8"):  # noqa: PTH123 - as above
        pass


def _mark() -> str:
    """Of this installation: in a directory the compiler keeps what it makes by the place of the sources."""
    place = hashlib.sha256(os.fsencode(str(files(__package__)))).hexdigest()[:16]
    return f"{directory()}/{WHOLE}-{_content()}-{place}"
