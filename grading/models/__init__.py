"""What is decided about submissions."""

from grading.models.verification import Outcome, RunKind, Status, Verification, VerificationRun

__all__ = ["Outcome", "RunKind", "Status", "Verification", "VerificationRun"]
