"""Why an attempt counts or does not: one sentence, true to the rules of the leaderboard."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from coursework.deadlines import Window
from grading.attempts import why
from grading.leaderboard import Entry
from grading.models import Outcome, Status, Verification

DUE = datetime(2026, 11, 22, 22, 59, 59, tzinfo=UTC)
WINDOW = Window(DUE - timedelta(days=7), DUE, DUE + timedelta(days=2))
BEFORE = DUE - timedelta(hours=1)


def entry(**fields: Any) -> Entry:
    values: dict[str, Any] = {
        "enrollment_id": 1,
        "receipt_number": "K7Q4-9XRB",
        "shown_name": "Quiet Otter",
        "official_epochs": 97.0,
        "parameters": 25,
        "received_at": BEFORE,
        "hidden_layers": (3,),
        "features": ("x",),
        "seed_epochs": (97,),
    }
    return Entry(**(values | fields))


def reason(
    verification: Verification | None, *, counting: Entry | None = None, at: datetime = BEFORE, own: str = "2222-2222"
) -> str:
    return why(receipt_number=own, received_at=at, verification=verification, counting=counting, window=WINDOW)


def verified(official: float | None = 97.0, parameters: int = 25) -> Verification:
    return Verification(
        status=Status.COMPLETED, outcome=Outcome.VERIFIED, official_epochs=official, parameters=parameters
    )


def test_the_best_one_counts() -> None:
    assert reason(verified(), counting=entry(), own="K7Q4-9XRB") == (
        "Counts: your best verified attempt before the due time, with 97 official epochs."
    )


def test_the_best_one_counts_even_if_its_median_is_never() -> None:
    counting = entry(official_epochs=None)
    assert "beyond the limit" in reason(verified(None), counting=counting, own="K7Q4-9XRB")


@pytest.mark.parametrize(
    ("verification", "words"),
    [
        (verified(141), "another attempt is better: 97 official epochs against 141."),
        (verified(None), "97 official epochs against never."),
        (verified(97, parameters=30), "as many official epochs with fewer parameters (25)."),
        (verified(), "another attempt of the same worth came earlier."),
    ],
)
def test_a_verified_one_that_is_not_the_best_says_by_what(verification: Verification, words: str) -> None:
    told = reason(verification, counting=entry())
    assert told.startswith("Verified, but ") and told.endswith(words)


def test_a_late_one_says_by_how_much() -> None:
    assert reason(verified(), at=DUE + timedelta(minutes=12)) == "Does not rank: it came 12 min after your due time."


def test_the_due_instant_itself_is_in_time() -> None:
    assert reason(verified(), counting=entry(received_at=DUE), at=DUE, own="K7Q4-9XRB").startswith("Counts")


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.CLAIM_NOT_REPRODUCED, "a person decides"),
        (Outcome.TARGET_NOT_REACHED, "does not reach the target"),
        (Outcome.DIVERGED, "diverges"),
        (Outcome.SETTINGS_NOT_ALLOWED, "settings are not allowed"),
    ],
)
def test_what_was_not_verified_says_why(outcome: Outcome, words: str) -> None:
    assert words in reason(Verification(status=Status.COMPLETED, outcome=outcome), counting=entry())


@pytest.mark.parametrize(
    "verification", [None, Verification(status=Status.QUEUED), Verification(status=Status.RUNNING)]
)
def test_what_is_being_checked_says_so(verification: Verification | None) -> None:
    assert reason(verification) == "Is being checked."


def test_our_failure_is_called_ours() -> None:
    assert reason(Verification(status=Status.FAILED)).startswith("Our fault")


def test_who_is_not_ranked_reads_no_promise() -> None:
    assert reason(verified(), counting=None) == "Verified and on time."
