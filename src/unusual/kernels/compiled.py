"""The decorators that compile; the only place that knows the compiler."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import numba

from unusual.kernels.machine_code import directory

P = ParamSpec("P")
R = TypeVar("R")

UNCOUNTED: dict[str, Any] = {"_nrt": False}  # an option the compiler's types do not name

vars(numba.config)["CACHE_DIR"] = directory()


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


def inlined_kernel(function: Callable[P, R]) -> Callable[P, R]:
    """A bare kernel that becomes part of each that calls it, as passing it its arrays takes longer than its work."""
    options: dict[str, Any] = {"forceinline": True, **UNCOUNTED}
    compiled: Callable[P, R] = numba.njit(cache=True, nogil=True, error_model="numpy", **options)(function)
    return compiled
