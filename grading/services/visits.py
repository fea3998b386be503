"""Remembering when somebody of the staff last looked at a task's overview."""

from datetime import datetime, timedelta

from coursework.models import Task, User
from grading.models import StaffVisit

LASTS = timedelta(minutes=30)  # a visit goes on while no two signs of it are further apart
_OFTEN_ENOUGH = timedelta(minutes=1)


def note_visit(*, task: Task, user: User, now: datetime) -> datetime | None:
    """Note that the person looks now; returns when their visit before this one ended, None if this is the first.

    A visit under way is noted once a minute at most, each time by one statement; of two windows opened at once
    one begins the visit and the other takes part in it.
    """
    visit, is_new = StaffVisit.objects.get_or_create(task=task, user=user, defaults={"visited_at": now})
    if is_new:
        return None
    same = StaffVisit.objects.filter(pk=visit.pk, visited_at=visit.visited_at)
    if now - visit.visited_at > LASTS:
        same.update(visited_at=now, before_at=visit.visited_at)
        return visit.visited_at
    if now - visit.visited_at > _OFTEN_ENOUGH:
        same.update(visited_at=now)
    return visit.before_at
