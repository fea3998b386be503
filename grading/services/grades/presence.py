"""Who has a student's grading page open. A page gives a sign each few seconds; too old a sign is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from coursework.models import Enrollment, Task, User
from grading.models import GradingPresence
from grading.services.grades.rows import grade_row

SIGN_HOLDS = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody else who has the page open, and since when."""

    user_id: int
    name: str
    since: datetime


@transaction.atomic
def sign(*, task: Task, enrollment: Enrollment, user: User) -> None:
    """Note that somebody has the page open now; signs of the same page that are too old go on the way."""
    grade, now = grade_row(task=task, enrollment=enrollment), timezone.now()
    grade.presences.filter(seen_at__lt=now - SIGN_HOLDS).delete()
    GradingPresence.objects.update_or_create(
        grade=grade, user=user, defaults={"seen_at": now}, create_defaults={"seen_at": now, "since": now}
    )


def others_at(*, task: Task, enrollment: Enrollment, user: User) -> Sequence[Other]:
    """Return who else has the page open, the first comer first."""
    fresh = GradingPresence.objects.filter(
        grade__task=task, grade__enrollment=enrollment, seen_at__gte=timezone.now() - SIGN_HOLDS
    )
    found = fresh.exclude(user=user).select_related("user").order_by("since", "pk")
    return [Other(one.user_id, one.user.display_name, one.since) for one in found]
