"""Reads of submissions, each bound to who asks."""

import re
from datetime import datetime

from django.utils.crypto import salted_hmac

from coursework.models import Enrollment, Submission, Task

FORM_KEY = re.compile(r"[0-9a-f]{32}")


def attempts_used(*, task: Task, enrollment: Enrollment) -> int:
    """Count the submissions of one student to one task."""
    return Submission.objects.filter(task=task, enrollment=enrollment).count()


def next_form_key(*, task: Task, enrollment: Enrollment, used: int) -> str:
    """Return the idempotency key of the form for the attempt after `used` ones.

    It depends on nothing else, so that a form that is loaded, drafted or sent again is the same form, in every tab.
    """
    return salted_hmac("hand-in form", f"{enrollment.pk} {task.pk} {used}").hexdigest()[:32]


def form_was_handed_in(*, enrollment: Enrollment, idempotency_key: str) -> bool:
    """Say whether the form with this key, which may be any text, has become a submission."""
    if not FORM_KEY.fullmatch(idempotency_key):  # PostgreSQL would not even look for some texts
        return False
    return was_handed_in(enrollment=enrollment, idempotency_key=idempotency_key)


def was_handed_in(*, enrollment: Enrollment, idempotency_key: str) -> bool:
    """Say whether what was sent with this key has become a submission."""
    return Submission.objects.filter(enrollment=enrollment, idempotency_key=idempotency_key).exists()


def has_attempt_on_time(*, task: Task, enrollment: Enrollment, due_at: datetime) -> bool:
    """Say whether the student has handed in by the due instant."""
    return Submission.objects.filter(task=task, enrollment=enrollment, received_at__lte=due_at).exists()
