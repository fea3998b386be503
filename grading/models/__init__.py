"""What grading decides and how far it is: verifications with runs, practice, reruns, evidence, workers' signs."""

from grading.models.evidence import Assessment, CheckOutcome, CheckResult, EvidenceMark, PictureReading
from grading.models.practice import PracticeRun
from grading.models.reruns import BatchState, RerunBatch, RerunItem, Scope
from grading.models.verification import CONFIRMED, Outcome, RunKind, Stage, Verification, VerificationRun
from grading.models.work import LIVE, Status
from grading.models.workers import SignKind, WorkerSign

__all__ = [
    "CONFIRMED",
    "LIVE",
    "Assessment",
    "BatchState",
    "CheckOutcome",
    "CheckResult",
    "EvidenceMark",
    "Outcome",
    "PictureReading",
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
