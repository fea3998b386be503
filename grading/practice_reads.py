"""Reads of practice runs. Who may see the task is checked before, by coursework.access."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.http import Http404

from coursework.models import Enrollment, Task
from grading.models import PracticeRun, Status
from grading.models.work import MOST_ATTEMPTS

A_DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Quota:
    """How many runs are left, and when the next one is possible; None: now, or never."""

    left: int
    next_at: datetime | None


def quota_of(*, task: Task, enrollment: Enrollment, now: datetime) -> Quota:
    """Count one person's practice runs of the last 24 hours; those that we lost use up nothing."""
    ours = Q(status=Status.FAILED, attempt__gte=MOST_ATTEMPTS)
    counted = PracticeRun.objects.filter(task=task, enrollment=enrollment, queued_at__gt=now - A_DAY).exclude(ours)
    times = sorted(counted.values_list("queued_at", flat=True))
    left = max(0, task.practice_per_day - len(times))
    if left or not task.practice_per_day:
        return Quota(left, None)
    # Where the limit was lowered meanwhile, as many have to be a day old as are over it.
    return Quota(0, times[len(times) - task.practice_per_day] + A_DAY)


def own_runs(*, task: Task, enrollment: Enrollment) -> QuerySet[PracticeRun]:
    """Return one person's practice runs of a task, newest first, without the traces."""
    return PracticeRun.objects.filter(task=task, enrollment=enrollment).defer("trace")


def practice_run_or_404(*, viewer: Enrollment, task: Task, run: int) -> PracticeRun:
    """Return a practice run of a task that a member of its course may see: an own one, for staff any of the task."""
    found = PracticeRun.objects.filter(pk=run, task=task).select_related("enrollment__user").first()
    if found is None or (found.enrollment_id != viewer.pk and not viewer.is_course_staff):
        raise Http404
    return found


def practice_place(run: PracticeRun) -> int:
    """Return the place of a queued practice run among the practice runs: 1 is the next once no hand-in waits."""
    earlier = Q(queued_at__lt=run.queued_at) | Q(queued_at=run.queued_at, pk__lt=run.pk)
    return PracticeRun.objects.filter(earlier, status=Status.QUEUED).count() + 1
