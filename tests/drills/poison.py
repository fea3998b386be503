"""Loaded into a drill's workers: verifying the network with POISON_SEED kills the process that does it.

POISON_TAKES_ALL=1 takes the whole worker along, as a machine that runs out of memory may.
"""

import os
import signal
from typing import Any

from grading.services import verification
from grading.services.verify import Finding, Job
from grading.services.verify import verify as really_verify


def deadly(job: Job, **arguments: Any) -> Finding:
    if job.spec.seed == os.environ["POISON_SEED"]:
        if os.environ.get("POISON_TAKES_ALL") == "1":
            os.kill(os.getppid(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)
    return really_verify(job, **arguments)


setattr(verification, "verify", deadly)  # noqa: B010  # a name that it only imports
