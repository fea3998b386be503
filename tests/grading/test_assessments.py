"""An assessment from the last reading to its results, and what becomes of it when something goes wrong."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coursework.models import Submission
from grading.models import Assessment, CheckOutcome, CheckResult, PictureReading, Status
from grading.models.work import MOST_ATTEMPTS
from grading.services.evidence import assessments as service
from grading.services.evidence.assessments import (
    ask_after_verification,
    ask_for_assessment,
    claim_assessment,
    mark_assessment_hinted,
    run_assessment,
    settle_assessment,
    sweep_assessments,
)
from grading.services.evidence.gathering import assess
from grading.services.leases import LOST_WORKER
from grading.services.verification import run_verification
from tests.grading.evidence_rows import hand_in_picture, read_pictures
from tests.world import QUICK_SPEC, World, make_world, verification_of

pytestmark = pytest.mark.django_db
HONEST: dict[str, Any] = {"epoch": 101, "loss_train": 0.001, "loss_test": 0.001, "hidden_layers": 1, "neurons": (3,)}
LOOK = "0f" * 32


@pytest.fixture
def world() -> World:
    return make_world()


def read_submission(world: World, **values: Any) -> Submission:
    submission = hand_in_picture(world.task, world.owner)
    read_pictures(submission, **(values or HONEST))
    return submission


def asked(submission: Submission) -> int:
    assessment_id = ask_for_assessment(submission_id=submission.pk)
    assert assessment_id is not None
    return assessment_id


def outcomes(assessment_id: int) -> dict[str, str]:
    return dict(CheckResult.objects.filter(assessment=assessment_id).values_list("check_name", "outcome"))


# --- Asking ------------------------------------------------------------------------------------------------------


def test_it_is_queued_once_all_pictures_are_read(world: World) -> None:
    submission = hand_in_picture(world.task, world.owner, pictures=2)
    assert ask_for_assessment(submission_id=submission.pk) is None  # nobody has asked for a reading yet
    first, _ = read_pictures(submission, **HONEST)
    for status in (Status.QUEUED, Status.RUNNING):
        PictureReading.objects.filter(pk=first.pk).update(status=status, lease_expires_at=timezone.now())
        assert ask_for_assessment(submission_id=submission.pk) is None
    assert not Assessment.objects.exists()
    PictureReading.objects.filter(pk=first.pk).update(status=Status.FAILED)
    assert asked(submission) == Assessment.objects.get().pk


def test_without_pictures_or_a_reader_there_is_none(world: World, settings: Any) -> None:
    assert ask_for_assessment(submission_id=hand_in_picture(world.task, world.owner, pictures=0).pk) is None
    submission = read_submission(world)
    settings.READ_SCREENSHOTS = False
    assert ask_for_assessment(submission_id=submission.pk) is None
    assert not Assessment.objects.exists()


def test_one_that_waits_is_not_asked_for_twice(world: World) -> None:
    submission = read_submission(world)
    asked(submission)
    assert ask_for_assessment(submission_id=submission.pk) is None
    assert Assessment.objects.count() == 1


def test_one_that_is_done_is_queued_again(world: World) -> None:
    submission = read_submission(world)
    run_assessment(assessment_id=asked(submission), worker="one")
    assert asked(submission)
    again = Assessment.objects.get()
    assert (again.status, again.attempt, again.hinted_at) == (Status.QUEUED, 0, None)
    assert again.results.exists()  # pages show them until there are newer ones


def test_one_that_runs_runs_once_more(world: World) -> None:
    submission = read_submission(world)
    claim = claim_assessment(assessment_id=asked(submission), worker="one")
    assert claim is not None
    assert ask_for_assessment(submission_id=submission.pk) is None
    assessed = assess(submission_id=submission.pk, ending=lambda: False)
    assert settle_assessment(claim=claim, assessed=assessed) == [claim.assessment_id]
    again = Assessment.objects.get()
    assert (again.status, again.ask_again) == (Status.QUEUED, False)
    assert run_assessment(assessment_id=claim.assessment_id, worker="one") == []


def test_a_verification_asks_for_it_once_it_is_completed(world: World) -> None:
    submission = read_submission(world)
    verification = verification_of(submission)
    assert ask_after_verification(verification_id=verification.pk) is None
    run_verification(verification_id=verification.pk, worker="one")
    assessment_id = ask_after_verification(verification_id=verification.pk)
    assert assessment_id is not None
    run_assessment(assessment_id=assessment_id, worker="one")
    epoch = CheckResult.objects.get(check_name="epoch")
    assert epoch.compared[0]["retrained"] == "101 (100 to 102)"
    assert ask_after_verification(verification_id=404) is None


# --- Running -----------------------------------------------------------------------------------------------------


def test_an_honest_picture_agrees(world: World) -> None:
    submission = read_submission(world, **HONEST, features=QUICK_SPEC.features, is_playground=True)
    assessment_id = asked(submission)
    assert run_assessment(assessment_id=assessment_id, worker="one") == []
    assessment = Assessment.objects.get()
    assert (assessment.status, assessment.weight, assessment.differences) == (Status.COMPLETED, 0.0, 0)
    assert assessment.checked_at is not None
    found = outcomes(assessment_id)
    assert {found[name] for name in ("playground", "architecture", "epoch", "target")} == {CheckOutcome.AGREES}
    trace = CheckResult.objects.get(check_name="trace")
    assert trace.outcome != CheckOutcome.DIFFERS
    assert trace.details["about"] == ["epoch", "loss_train", "loss_test"]


def test_what_differs_is_weighed_and_stored_with_its_reasons(world: World) -> None:
    submission = read_submission(world, **(HONEST | {"hidden_layers": 3, "neurons": (4, 2, 1), "loss_train": 0.9}))
    run_assessment(assessment_id=asked(submission), worker="one")
    assessment = Assessment.objects.get()
    differing = assessment.results.filter(outcome=CheckOutcome.DIFFERS)
    assert set(differing.values_list("check_name", flat=True)) == {"architecture", "target", "trace"}
    assert assessment.differences == 3
    assert assessment.weight == pytest.approx(sum(differing.values_list("weight", flat=True)))
    assert all(result.innocent and result.sentence for result in differing)


def test_results_take_the_place_of_earlier_ones(world: World) -> None:
    submission = read_submission(world, hidden_layers=3)
    run_assessment(assessment_id=asked(submission), worker="one")
    before = CheckResult.objects.count()
    read_pictures(submission, hidden_layers=1)
    assessment_id = asked(submission)
    run_assessment(assessment_id=assessment_id, worker="one")
    assert CheckResult.objects.count() == before
    assert outcomes(assessment_id)["architecture"] == CheckOutcome.AGREES
    assert Assessment.objects.get().weight == 0.0


def test_a_picture_that_shows_what_another_lacks_is_enough(world: World) -> None:
    submission = hand_in_picture(world.task, world.owner, pictures=2)
    first, _ = read_pictures(submission, hidden_layers=1)
    PictureReading.objects.filter(pk=first.pk).update(
        result={**(first.result or {}), "hidden_layers": {"text": "3", "value": 3, "confidence": 1.0, "box": None}}
    )
    run_assessment(assessment_id=asked(submission), worker="one")
    layers = CheckResult.objects.filter(check_name="architecture").order_by("screenshot__position")
    assert list(layers.values_list("outcome", "counts")) == [("differs", False), ("agrees", True)]
    assert Assessment.objects.get().differences == 0


def test_pictures_that_cant_be_read_say_nothing(world: World) -> None:
    submission = hand_in_picture(world.task, world.owner)
    read_pictures(submission)
    assessment_id = asked(submission)
    run_assessment(assessment_id=assessment_id, worker="one")
    assert set(outcomes(assessment_id).values()) == {CheckOutcome.CANT_SAY}


# --- When something goes wrong -----------------------------------------------------------------------------------


def test_it_is_run_once_however_often_it_is_delivered(world: World) -> None:
    assessment_id = asked(read_submission(world))
    run_assessment(assessment_id=assessment_id, worker="one")
    checked_at = Assessment.objects.get().checked_at
    assert run_assessment(assessment_id=assessment_id, worker="two") == []
    assert run_assessment(assessment_id=404, worker="two") == []
    assert Assessment.objects.get().checked_at == checked_at


def test_a_late_result_of_a_lost_worker_is_dropped(world: World) -> None:
    submission = read_submission(world, hidden_layers=3)
    late = claim_assessment(assessment_id=asked(submission), worker="one")
    assert late is not None
    assessed = assess(submission_id=submission.pk, ending=lambda: False)
    Assessment.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    read_pictures(submission, hidden_layers=1)
    run_assessment(assessment_id=late.assessment_id, worker="two")
    assert settle_assessment(claim=late, assessed=assessed) == []
    assert Assessment.objects.get().worker == "two"
    assert outcomes(late.assessment_id)["architecture"] == CheckOutcome.AGREES


def test_an_error_in_the_work_is_tried_three_times(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(**_: Any) -> Any:
        raise MemoryError("too large")

    monkeypatch.setattr(service, "assess", break_down)
    submission = read_submission(world)
    assessment_id = asked(submission)
    states = []
    for _ in range(MOST_ATTEMPTS):
        assert run_assessment(assessment_id=assessment_id, worker="one") == []
        states.append(Assessment.objects.get().status)
    assert states == [Status.QUEUED, Status.QUEUED, Status.FAILED]
    assert Assessment.objects.get().last_error == "MemoryError: too large"
    monkeypatch.undo()
    assert run_assessment(assessment_id=asked(submission), worker="one") == []  # something new: a new chance
    assert Assessment.objects.get().status == Status.COMPLETED


def test_a_worker_that_ends_gives_it_back_unharmed(world: World) -> None:
    assessment_id = asked(read_submission(world))
    assert run_assessment(assessment_id=assessment_id, worker="one", ending=lambda: True) == []
    row = Assessment.objects.get()
    assert (row.status, row.attempt, row.last_error) == (Status.QUEUED, 0, "")


def test_the_sweeper_returns_it_and_names_it_once(world: World) -> None:
    assessment_id = asked(read_submission(world))
    claim_assessment(assessment_id=assessment_id, worker="one")
    assert sweep_assessments() == []
    assert sweep_assessments(now=timezone.now() + timedelta(minutes=5)) == [assessment_id]
    assert Assessment.objects.get().last_error == LOST_WORKER
    mark_assessment_hinted(assessment_id=assessment_id)
    assert sweep_assessments() == []


def test_the_number_of_queries_does_not_grow_with_the_pictures(world: World) -> None:
    counts = []
    for pictures in (1, 3):
        submission = hand_in_picture(world.task, world.owner, pictures=pictures)
        read_pictures(submission, **HONEST, picture_hash=f"{pictures:064x}")
        assessment_id = asked(submission)
        with CaptureQueriesContext(connection) as queries:
            run_assessment(assessment_id=assessment_id, worker="one")
        counts.append(len(queries))
    assert counts[0] == counts[1]
