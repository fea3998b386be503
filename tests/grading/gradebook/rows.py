"""What tests of the gradebook share: results of attempts, and decisions of people, as rows."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from coursework.models import Course, Enrollment, Role, Section, Task
from coursework.services.courses import enroll
from grading.grades.reading import StudentGrade, grade_of
from grading.models import Grade, GradingPolicy, Outcome, ReleaseMode, Status, Verification
from tests.world import World, hand_in, make_user, verification_of


def settle(task: Task, enrollment: Enrollment, epochs: float | None = 100.0, **fields: Any) -> Verification:
    """Hand in and settle without training: verified with these official epochs, or to review for None."""
    return settled_as(
        verification_of(hand_in(task, enrollment, **fields)),
        Outcome.VERIFIED if epochs else Outcome.CLAIM_NOT_REPRODUCED,
        epochs,
    )


def settled_as(verification: Verification, outcome: Outcome, epochs: float | None = None) -> Verification:
    verification.status, verification.outcome = Status.COMPLETED, outcome
    verification.official_epochs, verification.finished_at = epochs, timezone.now()
    verification.save()
    return verification


def decide(task: Task, enrollment: Enrollment, by: Enrollment, **fields: Any) -> Grade:
    """Decide on the attempt that counts, with these columns."""
    found = grade_of(task, enrollment)
    counting = found.result.counting
    values = {
        "version": 1,
        "decided_at": timezone.now(),
        "decided_by": by.user,
        "submission_id": counting.submission_id if counting else None,
        "verification_id": counting.verification_id if counting else None,
        "automatic": counting.automatic if counting else None,
    }
    return Grade.objects.update_or_create(task=task, enrollment=enrollment, defaults=values | fields)[0]


def release(task: Task, enrollment: Enrollment, by: Enrollment) -> Grade:
    values = {"release_state": "released", "released_at": timezone.now(), "released_by": by.user}
    return Grade.objects.update_or_create(task=task, enrollment=enrollment, defaults=values)[0]


def policy(task: Task, **fields: Any) -> None:
    GradingPolicy.objects.filter(task=task).update(**fields)


def by_hand(task: Task, **fields: Any) -> None:
    policy(task, release=ReleaseMode.MANUAL, **fields)


def student(course: Course, name: str, section: Section | None = None) -> Enrollment:
    first, last = name.split()
    user = make_user(name.replace(" ", "-").lower(), first_name=first, last_name=last)
    return enroll(course=course, user=user, role=Role.STUDENT, section=section)


def read(world: World, enrollment: Enrollment | None = None) -> StudentGrade:
    return grade_of(world.task, enrollment or world.owner)


TEN = Decimal("10.0")
