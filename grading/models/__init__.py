"""What grading decides and how far it is: verifications, practice, reruns, evidence, grades, workers' signs."""

from grading.models.evidence import Assessment, CheckOutcome, CheckResult, EvidenceMark, PictureReading
from grading.models.grades import Grade, GradingPresence, ReleaseState, RubricMark, StaffVisit
from grading.models.policy import Counts, GradingPolicy, LmsColumn, LmsSystem, ReleaseMode, RubricUse
from grading.models.practice import PracticeRun
from grading.models.regrades import RegradeAbout, RegradeAnswer, RegradeRequest, RegradeState
from grading.models.reruns import BatchState, RerunBatch, RerunItem, Scope
from grading.models.rubric import RubricGroup, RubricItem, SavedComment
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
    "Counts",
    "EvidenceMark",
    "Grade",
    "GradingPolicy",
    "GradingPresence",
    "LmsColumn",
    "LmsSystem",
    "Outcome",
    "PictureReading",
    "PracticeRun",
    "RegradeAbout",
    "RegradeAnswer",
    "RegradeRequest",
    "RegradeState",
    "ReleaseMode",
    "ReleaseState",
    "RerunBatch",
    "RerunItem",
    "RubricGroup",
    "RubricItem",
    "RubricMark",
    "RubricUse",
    "RunKind",
    "SavedComment",
    "Scope",
    "SignKind",
    "StaffVisit",
    "Stage",
    "Status",
    "Verification",
    "VerificationRun",
    "WorkerSign",
]
