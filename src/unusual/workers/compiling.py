"""Machine code made before a job needs it: once for each version, in a process of its own beside the server.

Started as `python -m unusual.workers.compiling`; knows no job and no worker.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from unusual.kernels import machine_code

COMMAND: Final = (sys.executable, "-m", "unusual.workers.compiling")
LAST: Final = 19  # of all priorities
TOLD: Final = "compiling the kernels in the background, once for this version: the first jobs may wait a minute"


@contextmanager
def compiling(tell: Callable[[str], None]) -> Iterator[None]:
    """Have the kernels compiled meanwhile, unless they are; `tell` gets a line about it. What is not done is left."""
    if machine_code.is_whole():
        yield
        return
    tell(TOLD)
    with subprocess.Popen(COMMAND, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as child:  # noqa: S603 - our own program
        try:
            yield
        finally:
            child.terminate()


def main() -> None:
    """Use every kernel once, and remember that; whoever serves or works goes first."""
    machine_code.leave_out_linear_algebra()
    os.nice(LAST)
    from unusual.analysis.rehearsal import rehearse  # noqa: PLC0415 - the server, which loads this, needs no engine

    rehearse()
    machine_code.note_whole()


if __name__ == "__main__":
    main()
