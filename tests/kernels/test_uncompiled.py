"""The kernels are ordinary Python: what holds for them compiled holds for them as they are written."""

import os
import subprocess
import sys

import pytest


@pytest.mark.skipif("NUMBA_DISABLE_JIT" in os.environ, reason="this is the run without compiling")
def test_all_that_is_said_of_the_kernels_holds_without_compiling(root):
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/kernels"],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout[-4000:] + ended.stderr[-4000:]
