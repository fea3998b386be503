import dataclasses
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from coursework.models import Screenshot, Submission
from coursework.models.submissions import ImmutableRowError
from coursework.services.screenshots import prepare_screenshot
from coursework.services.submissions import AttemptsUsedUp, IdempotencyConflict, NotOpen
from grading.models import Status, Verification
from tests.world import QUICK_SPEC, World, hand_in, make_world, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def stored_files(data_dir: Path) -> list[Path]:
    return [path for path in (data_dir / "media").rglob("*") if path.is_file()]


def test_a_submission_keeps_what_was_handed_in(world: World) -> None:
    submission = hand_in(world.task, world.owner, link="#seed=0.31415")
    stored = Submission.objects.get()
    assert stored == submission
    assert (stored.spec, stored.claimed_epochs, stored.attempt, stored.link) == (QUICK_SPEC, 101, 1, "#seed=0.31415")
    assert abs(stored.received_at - timezone.now()) < timedelta(seconds=5)


def test_the_verification_is_queued_in_the_same_transaction(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    assert Verification.objects.get(submission=submission).status == Status.QUEUED


def test_if_it_can_not_be_queued_nothing_is_stored(
    world: World, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError("no room in the queue")

    monkeypatch.setattr("grading.receivers.queue_verification", fail)
    with pytest.raises(RuntimeError):
        hand_in(world.task, world.owner)
    assert Submission.objects.count() == Screenshot.objects.count() == 0
    assert stored_files(data_dir) == []


def test_screenshots_are_stored_under_random_names(world: World, data_dir: Path) -> None:
    prepared = [prepare_screenshot(picture("../../etc/passwd.png")), prepare_screenshot(picture("b.jpg", kind="JPEG"))]
    submission = hand_in(world.task, world.owner, screenshots=prepared)
    first, second = submission.screenshots.all()
    assert first.original_name == "passwd.png"
    assert (first.position, second.position) == (1, 2)
    names = [str(first.picture.name), str(second.picture.name)]
    assert "passwd" not in names[0]
    assert all(default_storage.exists(name) for name in names)
    assert len(stored_files(data_dir)) == 2


def test_the_same_form_sent_twice_is_one_submission(world: World, data_dir: Path) -> None:
    first = hand_in(world.task, world.owner, idempotency_key="a" * 32)
    second = hand_in(world.task, world.owner, idempotency_key="a" * 32)
    assert first == second
    assert Submission.objects.count() == Verification.objects.count() == 1
    assert len(stored_files(data_dir)) == 1


def test_the_same_form_with_other_content_is_a_conflict(world: World, data_dir: Path) -> None:
    first = hand_in(world.task, world.owner, idempotency_key="a" * 32)
    with pytest.raises(IdempotencyConflict, match=first.receipt_number):
        hand_in(world.task, world.owner, idempotency_key="a" * 32, claimed_epochs=57)
    assert len(stored_files(data_dir)) == 1


def test_two_students_may_have_the_same_key(world: World) -> None:
    hand_in(world.task, world.owner, idempotency_key="a" * 32)
    hand_in(world.task, world.classmate, idempotency_key="a" * 32)
    assert Submission.objects.count() == 2


def test_attempts_are_counted_and_limited(world: World) -> None:
    assert [hand_in(world.task, world.owner).attempt for _ in range(3)] == [1, 2, 3]
    with pytest.raises(AttemptsUsedUp, match="All 3 attempts"):
        hand_in(world.task, world.owner)
    assert hand_in(world.task, world.classmate).attempt == 1


@pytest.mark.parametrize(("opens", "due", "words"), [(1, 2, "not open yet"), (-2, -1, "closed")])
def test_outside_the_window_nothing_is_taken(world: World, opens: int, due: int, words: str, data_dir: Path) -> None:
    assignment = world.task.assignment
    now = timezone.now()
    assignment.opens_at, assignment.due_at = now + timedelta(hours=opens), now + timedelta(hours=due)
    assignment.save()
    with pytest.raises(NotOpen, match=words):
        hand_in(world.task, world.owner)
    assert stored_files(data_dir) == []


def test_late_is_taken_until_the_assignment_closes(world: World) -> None:
    assignment = world.task.assignment
    now = timezone.now()
    assignment.due_at, assignment.closes_at = now - timedelta(hours=1), now + timedelta(hours=1)
    assignment.save()
    assert hand_in(world.task, world.owner).received_at > assignment.due_at


def test_a_stored_submission_never_changes(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    submission.claimed_epochs = 1
    with pytest.raises(ImmutableRowError, match=submission.receipt_number):
        submission.save()


def test_the_fingerprint_depends_on_network_claim_and_pictures(world: World) -> None:
    other_spec = dataclasses.replace(QUICK_SPEC, seed="0.2")
    hashes = {
        hand_in(world.task, world.owner).content_hash,
        hand_in(world.task, world.classmate).content_hash,
        hand_in(world.task, world.owner, claimed_epochs=57).content_hash,
        hand_in(world.task, world.owner, spec=other_spec).content_hash,
        hand_in(world.task, world.ta, screenshots=[prepare_screenshot(picture(size=(50, 50)))]).content_hash,
    }
    assert len(hashes) == 4


def test_receipt_numbers_are_readable_and_differ(world: World) -> None:
    numbers = {hand_in(world.task, person).receipt_number for person in (world.owner, world.classmate, world.ta)}
    assert len(numbers) == 3
    assert all(len(number) == 9 and number[4] == "-" and not set(number) & set("0O1ILU") for number in numbers)
