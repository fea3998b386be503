"""What grading decides and how far it is: verifications with their runs, reruns, and the workers' signs."""

from grading.models.reruns import BatchState, RerunBatch, RerunItem, Scope
from grading.models.verification import CONFIRMED, LIVE, Outcome, RunKind, Stage, Status, Verification, VerificationRun
from grading.models.workers import SignKind, WorkerSign

__all__ = [
    "CONFIRMED",
    "LIVE",
    "BatchState",
    "Outcome",
    "RerunBatch",
    "RerunItem",
    "RunKind",
    "Scope",
    "SignKind",
    "Stage",
    "Status",
    "Verification",
    "VerificationRun",
    "WorkerSign",
]
