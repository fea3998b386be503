"""What is decided about submissions."""

from grading.models.verification import CONFIRMED, Outcome, RunKind, Stage, Status, Verification, VerificationRun

__all__ = ["CONFIRMED", "Outcome", "RunKind", "Stage", "Status", "Verification", "VerificationRun"]
