"""Mails that tell students to look at a grade. The row of the grade is the queue; points never stand in a mail."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse
from django.utils import timezone

from coursework.public_address import public_address
from grading.grades.reading import StudentGrade, grade_of
from grading.models import Grade, RegradeState

log = structlog.get_logger(__name__)
NOT_SENDING = ("console", "dummy")  # these print or drop what they are given
AT_ONCE = 25  # the sweeper has other work, too
LEASE = timedelta(minutes=10)  # of a sweeper that is lost while it sends
SOONEST, LATEST = timedelta(minutes=1), timedelta(hours=6)
GIVEN_UP_AFTER = timedelta(days=3)
MOST_FAILURES = 3  # in a row: then the server is down for all of them
SECONDS = 10


def mail_is_set_up() -> bool:
    """Whether this installation sends mail at all."""
    return not settings.EMAIL_BACKEND.rsplit(".", 2)[-2].startswith(NOT_SENDING)


def answer_is_mailed(grade: StudentGrade) -> bool:
    """Whether a student hears by mail that a request about this grade was answered."""
    return grade.policy.mail_students and grade.is_released and mail_is_set_up()


def send_due_mails(*, now: datetime | None = None, most: int = AT_ONCE) -> int:
    """Send the mails that are due, the oldest first; returns how many went out. Several sweepers share them."""
    if not mail_is_set_up():
        return 0
    now = now or timezone.now()
    waiting = Grade.objects.filter(mail_due_at__lte=now).order_by("mail_due_at", "pk")
    due = list(waiting.values_list("pk", "mail_due_at")[:most])
    sent = failed = 0
    connection = get_connection(timeout=SECONDS) if due else None
    for pk, due_at in due:
        if failed == MOST_FAILURES:
            break
        if _claim(pk, due_at, now):
            went_out = _send(pk, now, connection)
            sent, failed = sent + (went_out is True), failed + 1 if went_out is False else 0
    return sent


def _claim(pk: int, due_at: datetime | None, now: datetime) -> bool:
    """Take a mail for this sweeper; False if another has it."""
    return bool(Grade.objects.filter(pk=pk, mail_due_at=due_at).update(mail_due_at=now + LEASE))


def _send(pk: int, now: datetime, connection: BaseEmailBackend | None) -> bool | None:
    """Send one mail that is ours: True if it went out, False if that failed, None if there was nothing to send."""
    grade = Grade.objects.select_related("task__assignment__course", "enrollment__user").get(pk=pk)
    lease = Grade.objects.filter(pk=pk, mail_due_at=now + LEASE)
    user = grade.enrollment.user
    if not (user.email and user.is_active and grade.enrollment.active) or not _is_released(grade):
        lease.update(mail_due_at=None)
        return None
    try:
        _mail(grade, connection).send()
    except Exception as error:  # every backend has errors of its own, and the next mail may go out
        again = _again(grade, now)
        lease.update(mail_due_at=again)
        log.warning("grade_mail_failed", grade=pk, error=type(error).__name__, again=str(again))
        return False
    lease.update(mail_due_at=None, mailed_at=now)
    return True


def _is_released(grade: Grade) -> bool:
    return grade_of(grade.task, grade.enrollment).is_released


def _again(grade: Grade, now: datetime) -> datetime | None:
    """Return when to try again: after as long as it has been due by now, within bounds; None to give up."""
    moments = [moment for moment in (grade.released_at, _last_answer(grade)) if moment is not None]
    since = max(moments, default=now)
    waited = now - since
    if waited > GIVEN_UP_AFTER:
        return None
    return now + min(max(waited, SOONEST), LATEST)


def _last_answer(grade: Grade) -> datetime | None:
    """Return when a request about the grade was answered since the last mail."""
    answered = grade.regrade_requests.exclude(state=RegradeState.OPEN).order_by("-answered_at")
    if grade.mailed_at is not None:
        answered = answered.filter(answered_at__gt=grade.mailed_at)
    return answered.values_list("answered_at", flat=True).first()


def _mail(grade: Grade, connection: BaseEmailBackend | None) -> EmailMessage:
    """Write the mail: course, task and where to look."""
    task, course = grade.task, grade.task.assignment.course
    answered = _last_answer(grade) is not None
    news = "Your request for a second look was answered" if answered else "Your grade is there"
    address = public_address(reverse("task", kwargs=task.url_arguments())) + "#grade"
    text = (
        f"{news}: {task.title}, {task.assignment.title}, in {course.title}.\n\n"
        f"Sign in to see it:\n{address}\n\n"
        "Mail is not private, so points and comments are not in it.\n"
    )
    subject = " ".join(f"{course.title}: {news.lower()} ({task.title})".split())
    return EmailMessage(subject, text, to=[grade.enrollment.user.email], connection=connection)
