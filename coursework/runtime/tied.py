"""Run a command that ends with the process that starts it: `python tied.py COMMAND …`.

A program of its own, because setting this up inside a forked copy of a larger process is not safe with threads about.
It imports nothing of the project, so that it costs a few milliseconds only.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # prctl(2): "a signal to me when my parent dies"; Linux only


def tie_to_parent() -> None:
    """Have the kernel kill us when our parent dies, even if that is killed itself. Elsewhere than on Linux: nothing.

    Killed, not asked: a Celery worker that is asked while its broker dies as well can hang. Nothing is lost by it, as
    what was under way is found again by its row.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    tie_to_parent()
    # Our parent may have died before the line above; then we have been handed to another one, most often 1.
    if os.getppid() == int(os.environ.pop("TIED_TO", os.getppid())):
        os.execvp(sys.argv[1], sys.argv[1:])
