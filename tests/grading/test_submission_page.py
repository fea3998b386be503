"""What a submission's page says in each state."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from coursework.models import Submission
from coursework.services.courses import enroll
from engine.spec import Spec
from grading.models import Status, Verification
from grading.services.verification import claim_verification, run_verification
from tests.world import QUICK_SPEC, World, hand_in, make_task, make_user, make_world, verification_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def page(world: World, submission: Submission, who: str = "owner") -> str:
    response = world.client(who).get(reverse("submission", kwargs={"receipt_number": submission.receipt_number}))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def progress(world: World, submission: Submission) -> Any:
    return world.client("owner").get(
        reverse("submission_progress", kwargs={"receipt_number": submission.receipt_number})
    )


def settled(world: World, **fields: Any) -> Submission:
    submission = hand_in(fields.pop("task", world.task), world.owner, **fields)
    run_verification(verification_id=verification_of(submission).pk, worker="test")
    return submission


def heading(text: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", text)
    assert found is not None
    return found.group(1).strip()


def test_waiting_shows_the_place_in_the_queue(world: World) -> None:
    first, second = hand_in(world.task, world.classmate), hand_in(world.task, world.owner)
    text = page(world, second)
    assert "Received in time" in heading(text)
    assert "Place 2 in the queue" in text
    assert second.receipt_number in text
    run_verification(verification_id=verification_of(first).pk, worker="test")
    assert "Next in the queue" in page(world, second)


def test_running_shows_how_far_it_is(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    verification = verification_of(submission)
    claim_verification(verification_id=verification.pk, worker="test")
    Verification.objects.filter(pk=verification.pk).update(epochs_done=123, runs_left=2)
    fragment = " ".join(progress(world, submission).content.decode().split())
    assert "Epoch 123 of at most 400" in fragment and "2 runs still going" in fragment
    assert 'value="123"' in fragment
    assert 'hx-trigger="every 1s"' in fragment


def test_once_settled_the_polling_ends_with_a_reload(world: World) -> None:
    response = progress(world, settled(world))
    assert (response.status_code, response["HX-Refresh"]) == (286, "true")


def test_verified(world: World) -> None:
    text = page(world, settled(world))
    assert heading(text) == "Verified: your network reaches 0.001 at epoch 101, as you said"
    assert "This attempt counts, because it is your best verified one" in text
    assert "1st <small>of 1" in text
    assert text.count("<svg") >= 8
    assert "python -m engine train" in text and "--stop both --max-epochs 400" in text
    assert "https://playground.tensorflow.org/#" in text
    assert 'class="tag tag-warn">late' not in text


def test_inside_the_band_draws_the_band_and_counts(world: World) -> None:
    text = page(world, settled(world, claimed_epochs=102))
    assert heading(text) == "Inside the band: your 102 lies between 100 and 102"
    assert "How firm is 101?" in text and "15 replays" in text
    assert "This attempt counts" in text


@pytest.mark.parametrize("board", [{"board_hidden": True}, {"board_frozen_at": "2020-01-01T00:00:00Z"}])
def test_a_hidden_or_frozen_board_tells_no_places_to_students(board: dict[str, Any], world: World) -> None:
    submission = settled(world)
    type(world.task).objects.filter(pk=world.task.pk).update(**board)
    assert "Leaderboard</dt>" not in page(world, submission)
    assert "This attempt counts" in page(world, submission)
    assert "Leaderboard</dt>" in page(world, submission, "ta")


def test_a_larger_class_needs_no_more_queries(world: World, django_assert_max_num_queries: Any) -> None:
    submission = settled(world)
    for number in range(6):
        student = enroll(course=world.course, user=make_user(f"crowd{number}"))
        run_verification(verification_id=verification_of(hand_in(world.task, student)).pk, worker="test")
    page(world, submission)
    with django_assert_max_num_queries(29):
        page(world, submission)


def test_loss_tables_tell_what_reached_from_what_did_not(world: World) -> None:
    text = page(world, settled(world))
    table = text[text.index(">From 0.0015<") :]
    assert re.search(r">100</th>.*? above</td>.*?>101</th>.*? below</td>", table)


def test_trying_again_is_offered_while_it_is_possible(world: World) -> None:
    submission = settled(world)
    assert "Try again" in page(world, submission) and "Try again" not in page(world, submission, "ta")
    world.task.attempts = 1
    world.task.save()
    assert "Try again" not in page(world, submission)
    world.task.attempts = 2
    world.task.save()
    assignment = world.task.assignment
    assignment.due_at = timezone.now() - timedelta(seconds=1)
    assignment.save()
    assert "Try again" not in page(world, submission)


def test_points_are_shown_once_they_are_settled(world: World) -> None:
    assert "<dd>9.9 <small>of 10.0</small>" in page(world, settled(world))
    assert "a person decides" in page(world, settled(world, claimed_epochs=40))


def test_to_review_gives_both_numbers_and_innocent_reasons(world: World) -> None:
    text = page(world, settled(world, claimed_epochs=40))
    assert heading(text) == "To review: we could not reproduce epoch 40"
    assert "reaches the target at epoch 101" in text
    assert "innocent reasons" in text
    assert "This attempt counts" not in text


def test_staff_read_it_in_the_third_person_and_see_the_seeds(world: World) -> None:
    submission = settled(world, claimed_epochs=40)
    text = page(world, submission, "ta")
    assert heading(text) == "To review: epoch 40 was claimed, our run reaches the target at 101"
    assert "Orla Owner" in text
    assert "<td>0.2</td>" in text
    assert "<td>0.2</td>" not in page(world, submission)


def test_not_reached_says_how_near_it_came(world: World) -> None:
    task = make_task(world.course, slug="short", max_epochs=20)
    text = page(world, settled(world, task=task, claimed_epochs=20))
    assert heading(text) == "Target not reached within 20 epochs"
    assert "below 0.0015 is needed to show 0.001" in text
    assert "not within 20" in text


def test_diverged_says_when_and_what_helps(world: World) -> None:
    allowed = {"problem": ["regression"], "dataset": ["reg-plane"]}
    task = make_task(world.course, slug="wild", allowed_settings=allowed)
    spec = Spec(problem="regression", dataset="reg-plane", activation="relu", learning_rate=10.0, seed="1")
    text = page(world, settled(world, task=task, spec=spec))
    assert re.fullmatch(r"Diverged at epoch \d+", heading(text))
    assert "smaller learning rate" in text


def test_settings_that_are_not_allowed_are_named_and_nothing_was_run(world: World) -> None:
    submission = settled(world, spec=replace(QUICK_SPEC, learning_rate=0.1, noise=5))
    text = page(world, submission)
    assert heading(text) == "Settings not allowed"
    assert "Learning rate 0.1 is not allowed: 0.03." in text and "Noise 5 is not allowed: 0." in text
    assert not verification_of(submission).runs.exists()


def test_our_fault_is_called_ours_and_only_staff_read_why(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    Verification.objects.update(
        status=Status.FAILED, attempt=3, last_error="MemoryError: too large", finished_at=timezone.now()
    )
    text = page(world, submission)
    assert heading(text) == "Our fault: we could not finish this run"
    assert "MemoryError" not in text
    assert "After 3 attempts: MemoryError: too large" in page(world, submission, "instructor")


def test_late_is_marked_and_does_not_rank(world: World) -> None:
    assignment = world.task.assignment
    assignment.due_at, assignment.closes_at = timezone.now() - timedelta(hours=1), timezone.now() + timedelta(hours=1)
    assignment.save()
    text = page(world, settled(world))
    assert 'class="tag tag-warn">late' in text
    assert "Leaderboard</dt>" not in text


def test_times_are_in_the_course_s_zone(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    Submission.objects.filter(pk=submission.pk).update(received_at="2026-07-01T12:00:00Z")
    assert "1 Jul 2026, 14:00:00" in page(world, submission)


def test_screenshots_are_sent_as_pictures_and_nothing_else(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    url = reverse("screenshot", kwargs={"receipt_number": submission.receipt_number, "position": 1})
    response = world.client("owner").get(url)
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert "private" in response["Cache-Control"]
    assert response.getvalue().startswith(b"\x89PNG")
    missing = reverse("screenshot", kwargs={"receipt_number": submission.receipt_number, "position": 2})
    assert world.client("owner").get(missing).status_code == 404


def test_a_screenshot_whose_file_is_lost_is_missing_and_the_log_says_so(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    submission = hand_in(world.task, world.owner)
    url = reverse("screenshot", kwargs={"receipt_number": submission.receipt_number, "position": 1})
    default_storage.delete(str(submission.screenshots.get().picture.name))
    assert world.client("owner").get(url).status_code == 404
    assert "picture_missing" in caplog.text and submission.receipt_number in page(world, submission)
