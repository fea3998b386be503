"""What is decided about submissions."""

from grading.models.practice import PracticeRun
from grading.models.verification import CONFIRMED, Outcome, RunKind, Stage, Verification, VerificationRun
from grading.models.work import Status

__all__ = ["CONFIRMED", "Outcome", "PracticeRun", "RunKind", "Stage", "Status", "Verification", "VerificationRun"]
