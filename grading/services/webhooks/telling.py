"""Writing down what webhooks are to be told, in the transaction of the act. The courier sends it.

A course without webhooks pays one indexed query for each act, and nothing is gathered for it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils import timezone

from coursework.models import Enrollment, Role, Submission, Task
from grading.grades.reading import StudentGrade, grade_of, grades_of
from grading.models import ReleaseState, Verification, Webhook, WebhookDelivery, WebhookEvent
from grading.webhooks.payloads import grade_data, submission_data, verification_data

Gather = Callable[[], Iterable[Mapping[str, Any]]]


def tell_received(submission: Submission) -> None:
    """Say that something was handed in."""
    _tell(submission.task, WebhookEvent.SUBMISSION_RECEIVED, lambda: [submission_data(submission)])


def tell_verified(submission: Submission, verification_id: int) -> None:
    """Say what came of a verification; and where grades are shown by themselves, that one is, if it counts."""
    task = submission.task
    hooks = _hooks(task)
    if not hooks:
        return
    verification = Verification.objects.defer("live_trace").get(pk=verification_id)
    _write(hooks, WebhookEvent.SUBMISSION_VERIFIED, lambda: [verification_data(submission, verification)])
    _write(hooks, WebhookEvent.GRADE_RELEASED, lambda: map(grade_data, _shown_by_itself(submission, verification_id)))


def tell_decided(task: Task, enrollment: Enrollment) -> None:
    """Say that a person graded."""
    _tell(task, WebhookEvent.GRADE_DECIDED, lambda: [grade_data(grade_of(task, enrollment))])


def tell_released(task: Task, enrollments: Iterable[Enrollment]) -> None:
    """Say that these students see their grades now."""
    people = list(enrollments)
    if people:
        _tell(task, WebhookEvent.GRADE_RELEASED, lambda: map(grade_data, grades_of([task], people).values()))


def tell_shown_by_policy(task: Task) -> None:
    """Say which grades are shown by themselves from now on, after a person had to do it before."""

    def gather() -> Iterable[Mapping[str, Any]]:
        students = Enrollment.objects.filter(course=task.assignment.course_id, role=Role.STUDENT, active=True)
        for grade in grades_of([task], students).values():
            was_shown = grade.row is not None and grade.row.release_state == ReleaseState.RELEASED
            if grade.is_released and not was_shown and grade.result.total is not None:
                yield grade_data(grade)

    _tell(task, WebhookEvent.GRADE_RELEASED, gather)


def tell_test(webhook: Webhook) -> WebhookDelivery:
    """Write a message that a person asked for, to see whether it arrives."""
    data = {"message": "A test, asked for on the page of the webhook. Nothing happened in the course."}
    return WebhookDelivery.objects.create(webhook=webhook, event=WebhookEvent.TEST, payload=data, due_at=timezone.now())


def _shown_by_itself(submission: Submission, verification_id: int) -> list[StudentGrade]:
    """Return the student's grade if it follows this verification, and is shown without anybody's doing."""
    grade = grade_of(submission.task, submission.enrollment)
    counting = grade.result.counting
    counts = counting is not None and counting.verification_id == verification_id
    return [grade] if counts and grade.is_released and not grade.is_fixed and grade.result.total is not None else []


def _tell(task: Task, event: WebhookEvent, gather: Gather) -> None:
    hooks = _hooks(task)
    if hooks:
        _write(hooks, event, gather)


def _hooks(task: Task) -> list[Webhook]:
    return list(Webhook.objects.filter(course=task.assignment.course_id, active=True).only("pk", "events"))


def _write(hooks: Iterable[Webhook], event: WebhookEvent, gather: Gather) -> None:
    listening = [hook for hook in hooks if event in hook.events]
    if not listening:
        return
    told, now = list(gather()), timezone.now()
    WebhookDelivery.objects.bulk_create(
        (WebhookDelivery(webhook=hook, event=event, payload=data, due_at=now) for data in told for hook in listening),
        batch_size=500,
    )
