"""The retrained losses of a submission, drawn beside what its pictures show."""

from typing import Any

from coursework.models import Submission
from grading.evidence.page import EvidencePage
from grading.figures import Figure, retrained_loss
from grading.models import RunKind, Verification


def retrained(page: EvidencePage, submission: Submission) -> dict[str, Any]:
    """Return what grading/_evidence_retrained.html shows; "loss" is None where nothing was retrained."""
    verification = page.verification
    return {"loss": None} if verification is None else _loss(verification, submission, page.shown_epoch)


def _loss(verification: Verification, submission: Submission, shown: int | None) -> dict[str, Any]:
    """Draw the retrained losses, and say what they are at the epoch that the pictures show."""
    own = verification.runs.filter(kind=RunKind.OWN).first()
    if own is None:
        return {"loss": None}
    verification.submission = submission  # saves fetching it again
    own.verification = verification
    figure: Figure = retrained_loss(own, shown=shown)
    at_shown = tuple(own.losses[shown]) if shown is not None and shown < len(own.losses) else None
    return {"loss": figure, "own_run": own, "shown": shown, "at_shown": at_shown}
