"""The one rule of what needs a person: for the dashboard's order and its count."""

from grading.evidence.standing import Standing
from grading.models import Outcome, Status, Verification


def needs_a_person(verification: Verification | None, standing: Standing | None) -> bool:
    """Say whether a student's newest submission waits for a person.

    It does if its claim was not reproduced, if we failed, or if its pictures differ much and nobody has seen that.
    """
    if verification is not None and (
        verification.outcome == Outcome.CLAIM_NOT_REPRODUCED or verification.status == Status.FAILED
    ):
        return True
    return standing is not None and standing.is_heavy


def attention_key(verification: Verification | None, standing: Standing | None) -> tuple[bool, float]:
    """Return by which rows are sorted: who needs a person first, and among them the weightier unseen differences."""
    weight = standing.weight if standing is not None and standing.needs_look else 0.0
    needs = needs_a_person(verification, standing)
    return not needs, -weight if needs else 0.0
