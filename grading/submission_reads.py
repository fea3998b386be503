"""Which submissions of a course somebody may list, how they stand, and which verifications of one may be told."""

from datetime import datetime

from django.db.models import Case, CharField, Exists, OuterRef, QuerySet, Subquery, Value, When

from coursework.models import Enrollment, Submission
from grading.grades.names import graded_blind
from grading.models import Status, Verification
from grading.selectors import latest_verification, unfinished_rerun


def listed_submissions(viewer: Enrollment) -> QuerySet[Submission]:
    """Return the submissions that a member of a course may list: staff all of the course, students their own.

    Each has `state` and `outcome` of the verification that speaks for it, as `latest_verification` finds it.
    """
    rows = Submission.objects.filter(task__assignment__course=viewer.course_id)
    if not viewer.is_course_staff:
        rows = rows.filter(enrollment=viewer)
    of_it = Verification.objects.filter(submission=OuterRef("pk")).order_by("-queued_at", "-pk")
    completed = of_it.filter(status=Status.COMPLETED)
    newest = Subquery(of_it.values("status")[:1], output_field=CharField())
    state = Case(When(Exists(completed), then=Value(Status.COMPLETED.value)), default=newest)
    outcome = Subquery(completed.values("outcome")[:1], output_field=CharField())
    return rows.annotate(state=state, outcome=outcome)


def named_submissions(rows: QuerySet[Submission], *, viewer: Enrollment, enrollment: int) -> QuerySet[Submission]:
    """Return those of one person. For others than the person without work that is graded blind and not released.

    Asked for by who it is, that would no longer be without a name.
    """
    rows = rows.filter(enrollment=enrollment)
    if viewer.pk == enrollment:
        return rows
    return rows.exclude(graded_blind())


def shown_verifications(submission: Submission, viewer: Enrollment) -> list[Verification]:
    """Return the verifications that a person may see, the newest first.

    Staff see them all. The student sees the one that speaks for the submission, and that it is being run again; not
    what earlier ones found, nor a rerun that failed by us.
    """
    everything = sorted(submission.verifications.all(), key=_age, reverse=True)
    if viewer.is_course_staff:
        return everything
    rerun = unfinished_rerun(submission)
    shown = {latest_verification(submission), rerun if rerun is not None and rerun.is_live else None}
    return [one for one in everything if one in shown]


def _age(verification: Verification) -> tuple[datetime, int]:
    return verification.queued_at, verification.pk
