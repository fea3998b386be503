"""The class at a glance, for teaching assistants and instructors."""

from collections import Counter
from collections.abc import Mapping

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from coursework.access import staff_enrollment_or_404, task_or_404
from coursework.models import Role, Submission, Task
from coursework.request import signed_in
from grading.attention import attention_key, needs_a_person
from grading.evidence.standing import Standing, standings
from grading.evidence.wording import evidence_mark
from grading.models import Outcome, Status
from grading.scoring import points_of
from grading.selectors import StudentRow, student_rows
from grading.wording import MARKS, Mark, mark

COUNTED = (
    Outcome.VERIFIED,
    Outcome.AFTER_RESETS,
    Outcome.INSIDE_BAND,
    Outcome.CLAIM_NOT_REPRODUCED,
    Status.RUNNING,
    Outcome.TARGET_NOT_REACHED,
    Outcome.DIVERGED,
    Outcome.SETTINGS_NOT_ALLOWED,
    Status.FAILED,
)
TONES: dict[Outcome | Status, str] = {
    Outcome.DIVERGED: "mid"
}  # in a bar, two parts of one grey could not be told apart
NOT_HANDED_IN = "Not handed in"


@require_safe
def course_dashboard(request: HttpRequest, *, course: str) -> HttpResponse:
    """Show the dashboard of the course's first task, or say that there is none yet."""
    enrollment = staff_enrollment_or_404(user=signed_in(request), course=course)
    first = _tasks(enrollment.course_id).first()
    if first is None:
        return render(
            request,
            "grading/dashboard_empty.html",
            {"course": enrollment.course, "is_instructor": enrollment.role == Role.INSTRUCTOR},
        )
    return dashboard(request, course=course, assignment=first.assignment.slug, task=first.slug)


@require_safe
def dashboard(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """List a task's students with what became of their newest submission; those that need a person come first."""
    enrollment = staff_enrollment_or_404(user=signed_in(request), course=course)
    found = task_or_404(enrollment=enrollment, assignment=assignment, task=task)
    rows = student_rows(found)
    known = standings(found, Submission.objects.filter(task=found))
    marked = [(row, mark(row.verification) if row.verification else None) for row in rows]
    context = {
        "course": enrollment.course,
        "is_instructor": enrollment.role == Role.INSTRUCTOR,
        "task": found,
        "tasks": _tasks(enrollment.course_id),
        "rows": [
            (row, look, points_of(row.verification, found) if row.verification else None, _evidence(row, known))
            for row, look in sorted(
                marked, key=lambda pair: attention_key(pair[0].verification, _standing(pair[0], known))
            )
        ],
        "counts": _counts(marked),
        "seeds": found.course_seeds.all(),
        "to_review": sum(needs_a_person(row.verification, _standing(row, known)) for row in rows),
    }
    return render(request, "grading/dashboard.html", context)


def _tasks(course_id: int) -> QuerySet[Task]:
    tasks = Task.objects.filter(assignment__course=course_id)
    return tasks.select_related("assignment__course").order_by("assignment__due_at", "position")


def _standing(row: StudentRow, known: Mapping[int, Standing]) -> Standing | None:
    return known.get(row.submission.pk) if row.submission else None


def _evidence(row: StudentRow, known: Mapping[int, Standing]) -> tuple[Mark | None, bool] | None:
    """Return the mark of the newest submission's evidence, and whether it was seen; None without a submission."""
    standing = _standing(row, known)
    return None if standing is None else (evidence_mark(standing), standing.seen)


def _counts(marked: list[tuple[StudentRow, Mark | None]]) -> list[tuple[str, int, str]]:
    """Count students by the mark of their newest submission: (tone, how many, word), leaving out what nobody has."""
    words = Counter(look.word if look else NOT_HANDED_IN for _, look in marked)
    running = MARKS[Status.RUNNING]
    words[running.word] += words.pop(MARKS[Status.QUEUED].word, 0)
    parts = [(TONES.get(state, MARKS[state].tone), words[MARKS[state].word], MARKS[state].word) for state in COUNTED]
    parts.append(("none", words[NOT_HANDED_IN], NOT_HANDED_IN))
    return [part for part in parts if part[1]]
