"""Whether a leaderboard has changed since somebody saw it, told without ranking anybody.

A class of 300 asks every few seconds, and most of the time nothing has happened.
"""

import hashlib

from django.db.models import Count, Max, Q

from coursework.models import Enrollment, Extension, Task
from grading.models import Status, Verification
from grading.models.work import LIVE


def board_version(*, task: Task, viewer: Enrollment, over: bool) -> str:
    """Return a text that differs whenever the board of this person may look different, but for edited names.

    `over`: nobody can hand in any more, see `grading.visibility`.
    """
    verifications = Verification.objects.filter(submission__task=task).aggregate(
        completed=Count("pk", filter=Q(status=Status.COMPLETED)),
        live=Count("pk", filter=Q(status__in=LIVE)),
        newest=Max("finished_at"),
    )
    people = Enrollment.objects.filter(course=viewer.course_id).aggregate(
        active=Count("pk", filter=Q(active=True)), named=Count("pk", filter=Q(show_name=True))
    )
    time = Extension.objects.filter(assignment=task.assignment_id).aggregate(
        count=Count("pk"), due=Max("due_at"), closes=Max("closes_at")
    )
    board = (task.board_hidden, task.board_frozen_at, task.board_top, task.designs_shown, task.seeds_shown)
    assignment = task.assignment
    window = (assignment.due_at, assignment.closes_at, over)
    own = (viewer.pk, viewer.role, viewer.show_name)
    parts = (verifications, people, time, board, window, own)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
