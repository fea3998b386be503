"""What grading decides and how far it is: verifications with their runs, practice, reruns, and the workers' signs."""

from grading.models.practice import PracticeRun
from grading.models.reruns import BatchState, RerunBatch, RerunItem, Scope
from grading.models.verification import CONFIRMED, Outcome, RunKind, Stage, Verification, VerificationRun
from grading.models.work import LIVE, Status
from grading.models.workers import SignKind, WorkerSign

__all__ = [
    "CONFIRMED",
    "LIVE",
    "BatchState",
    "Outcome",
    "PracticeRun",
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
