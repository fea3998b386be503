"""Verified work and decided grades for tests, without training anything."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from coursework.models import Enrollment, Role, Task
from coursework.services.courses import enroll
from grading.models import Grade, GradingPolicy, Outcome, ReleaseMode, Verification
from grading.services.verification import claim_verification, settle_verification
from grading.services.verify import Finding
from tests.world import World, hand_in, make_user, make_world, verification_of


def by_hand(**policy: Any) -> World:
    """The small world, whose grades people release."""
    world = make_world()
    GradingPolicy.objects.filter(task=world.task).update(release=ReleaseMode.MANUAL, **policy)
    return world


def settled(task: Task, enrollment: Enrollment, epochs: float | None = 100.0, **fields: Any) -> Verification:
    """Another attempt with its result, as `settle` has it."""
    return settle(verification_of(hand_in(task, enrollment, **fields)), epochs)


def settle(verification: Verification, epochs: float | None = 100.0, *, engine: str = "1.0.0") -> Verification:
    """Settle a queued verification: confirmed at so many official epochs, or with None left to a person."""
    claim = claim_verification(verification_id=verification.pk, worker="test")
    outcome = Outcome.VERIFIED if epochs else Outcome.CLAIM_NOT_REPRODUCED
    finding = Finding(outcome, engine, retrained_epochs=101, official_epochs=epochs)
    assert claim is not None and settle_verification(claim=claim, finding=finding)
    return Verification.objects.get(pk=verification.pk)


def decided(verification: Verification, actor: Enrollment, **fields: Any) -> Grade:
    """A grade that a person decided on this result."""
    submission = verification.submission
    values = {
        "submission": submission,
        "verification": verification,
        "automatic": Decimal("10.0"),
        "decided_at": timezone.now(),
        "decided_by": actor.user,
    }
    grade, _made = Grade.objects.update_or_create(
        task_id=submission.task_id, enrollment_id=submission.enrollment_id, defaults=values | fields
    )
    return grade


def released(task: Task, enrollment: Enrollment, by: Enrollment) -> Grade:
    """A grade that its student sees."""
    values = {"release_state": "released", "released_at": timezone.now(), "released_by": by.user}
    return Grade.objects.update_or_create(task=task, enrollment=enrollment, defaults=values)[0]


def make_blind(task: Task) -> None:
    """Let a task be graded blind, with no grade released."""
    GradingPolicy.objects.filter(task=task).update(blind=True, release=ReleaseMode.MANUAL)


def classmates(world: World, number: int) -> list[Enrollment]:
    """More students in the course."""
    return [
        enroll(course=world.course, user=make_user(f"student{index}"), role=Role.STUDENT) for index in range(number)
    ]
