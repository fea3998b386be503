"""What tests of the gradebook share: results of attempts, and decisions of people, as rows."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from coursework.models import Course, Enrollment, Role, Section, Task
from coursework.services.courses import enroll
from grading.grades.reading import StudentGrade, grade_of
from grading.models import Grade, GradingPolicy, Outcome, ReleaseMode, Status, Verification
from tests.grading.graded import decided
from tests.world import World, make_user


def settled_as(verification: Verification, outcome: Outcome, epochs: float | None = None) -> Verification:
    verification.status, verification.outcome = Status.COMPLETED, outcome
    verification.official_epochs, verification.finished_at = epochs, timezone.now()
    verification.save()
    return verification


def decide(task: Task, enrollment: Enrollment, by: Enrollment, **fields: Any) -> Grade:
    """Decide on the attempt that counts, with these columns."""
    counting = grade_of(task, enrollment).result.counting
    assert counting is not None and counting.verification_id is not None
    verification = Verification.objects.get(pk=counting.verification_id)
    return decided(verification, by, version=1, automatic=counting.automatic, **fields)


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
