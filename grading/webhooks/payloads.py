"""What a webhook's message says about a submission or a grade: keys, numbers and where to ask. Never who it is.

Whoever may know more asks the API, which looks at who asks, at blind grading and at what is released.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse

from coursework.models import Submission, Task
from coursework.public_address import public_address
from grading.grades.keys import grade_key
from grading.grades.reading import StudentGrade
from grading.lms.values import value_of
from grading.models import Verification, WebhookDelivery

Data = dict[str, Any]


def body_of(delivery: WebhookDelivery) -> Data:
    """Return a message as it is sent; the delivery comes with its webhook and course."""
    return {
        "id": str(delivery.message_id),
        "type": delivery.event,
        "created_at": instant(delivery.created_at),
        "course": delivery.webhook.course.slug,
        "data": delivery.payload,
    }


def instant(moment: datetime) -> str:
    """Write a time as ISO 8601 in UTC, with a Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def submission_data(submission: Submission) -> Data:
    """Say which hand-in; the submission comes with task, assignment and course."""
    return _task(submission.task) | {
        "submission": submission.receipt_number,
        "attempt": submission.attempt,
        "received_at": instant(submission.received_at),
        "url": _address("api_submission", receipt_number=submission.receipt_number),
    }


def verification_data(submission: Submission, verification: Verification) -> Data:
    """Say what came of a verification."""
    return submission_data(submission) | {"verification": verification.pk, "outcome": verification.outcome}


def grade_data(grade: StudentGrade) -> Data:
    """Say whose grade by the key that graders use, and its points if the student may see them."""
    key = grade_key(grade.task.pk, grade.enrollment.pk)
    counting = grade.result.counting
    value = value_of(grade, unreleased=False)
    return _task(grade.task) | {
        "grade": key,
        "submission": counting.receipt_number if counting else None,
        "released": grade.is_released,
        "excused": value.excused,
        "points": _written(value.points),
        "points_possible": _written(Decimal(grade.task.points)),
        "url": _address("api_grade", **grade.task.url_arguments(), key=key),
    }


def _task(task: Task) -> Data:
    return {"assignment": task.assignment.slug, "task": task.slug}


def _written(points: Decimal | None) -> float | None:
    """Write points as the API does: a number with one decimal."""
    return None if points is None else float(points)


def _address(name: str, **keys: Any) -> str:
    return public_address(reverse(name, kwargs=keys))
