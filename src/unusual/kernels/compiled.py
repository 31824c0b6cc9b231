"""The decorators that compile, and the array types kernels speak; the only place that knows the compiler."""

import hashlib
import os
from collections.abc import Callable
from importlib.resources import files
from typing import Any, ParamSpec, TypeAlias, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Shorts: TypeAlias = NDArray[np.int32]
Bytes: TypeAlias = NDArray[np.uint8]
Flags: TypeAlias = NDArray[np.bool_]
States: TypeAlias = NDArray[Any]  # structured rows

P = ParamSpec("P")
R = TypeVar("R")

UNCOUNTED: dict[str, Any] = {"_nrt": False}  # an option the compiler's types do not name


def _cache_directory() -> str:
    """Where machine code is kept: a folder per content of all kernels, since one is compiled into another.

    The compiler itself would look only at the file of the outermost kernel and go on using old inner ones.
    """
    sources = sorted((part.name, part.read_bytes()) for part in files(__package__).iterdir() if part.is_file())
    content = hashlib.sha256(b"".join(source for _, source in sources)).hexdigest()[:16]
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111 - kernels know no paths
    return f"{home}/unusual/kernels-{content}"


if not os.environ.get("NUMBA_CACHE_DIR"):
    vars(numba.config)["CACHE_DIR"] = _cache_directory()


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a loop over arrays to machine code, once per argument types, kept on disk between runs."""
    compiled: Callable[P, R] = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    return compiled


def bare_kernel(function: Callable[P, R]) -> Callable[P, R]:
    """A kernel that makes no array, for many small functions that call each other for every byte.

    References to its arrays are not counted, which would take longer than the work of such functions.
    """
    compiled: Callable[P, R] = numba.njit(cache=True, nogil=True, error_model="numpy", **UNCOUNTED)(function)
    return compiled
