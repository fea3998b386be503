"""Running a selection again: which students were ticked in the overview, then how, then the batch's page."""

from collections.abc import Iterable, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from coursework.models import Enrollment, Task, User
from coursework.request import signed_in
from grading.forms_rerun import DRY, SelectionForm
from grading.grades.keys import grade_key
from grading.grades.reading import StudentGrade, grades_of
from grading.grades.rule import AttemptResult
from grading.models import BatchState, RerunBatch, Scope
from grading.services.rerun import BatchRunning, RerunRefused, start_batch
from grading.views.dashboard_acts import Refused, chosen
from grading.views.reruns import hint_at_items, managed_task_or_404, to_batch


@never_cache
@require_POST
def rerun_selection(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Ask how the chosen students' attempts are to be run again; with `confirmed`, start it.

    A second click leads to the batch that the first one started.
    """
    actor = signed_in(request)
    found = managed_task_or_404(actor, course, assignment, task)
    try:
        students, error = chosen(request.POST, found), ""
    except Refused as why:
        students, error = [], str(why)
    grades = list(grades_of([found], students).values())
    is_sent = bool(students) and request.POST.get("confirmed") == "1"
    counts = {name: len(attempts) for name, attempts in _attempts(grades).items()}
    form = SelectionForm(request.POST if is_sent else None, counts=counts)
    if is_sent and form.is_valid():
        try:
            return _started(form, found, actor, grades)
        except BatchRunning as refusal:
            messages.info(request, str(refusal))
            return to_batch(refusal.batch)
        except RerunRefused as refusal:
            form.add_error("attempts", str(refusal))
    context = {
        "course": found.assignment.course,
        "task": found,
        "form": form,
        "error": error,
        "students": len(students),
        "graded": sum(grade.is_decided for grade in grades),
        "keys": _keys(found, students),
        "running": RerunBatch.objects.filter(task=found, state=BatchState.RUNNING).first(),
    }
    return render(request, "grading/rerun_selection.html", context, status=422 if error or form.errors else 200)


def _started(form: SelectionForm, task: Task, actor: User, grades: Sequence[StudentGrade]) -> HttpResponse:
    wanted = form.cleaned_data
    batch = start_batch(
        task=task,
        actor=actor,
        scope=Scope.SELECTION,
        dry_run=wanted["how"] == DRY,
        reason=wanted["reason"],
        submissions=[one.submission_id for one in _attempts(grades)[wanted["attempts"]]],
    )
    hint_at_items(batch)
    return to_batch(batch)


def _attempts(grades: Iterable[StudentGrade]) -> dict[str, list[AttemptResult]]:
    grades = list(grades)
    return {
        "counting": [grade.result.counting for grade in grades if grade.result.counting is not None],
        "newest": [grade.newest for grade in grades if grade.newest is not None],
        "all": [attempt for grade in grades for attempt in grade.attempts],
    }


def _keys(task: Task, students: Iterable[Enrollment]) -> str:
    """Write the students as one field: a thousand fields are more than a form should have."""
    return ",".join(grade_key(task.pk, student.pk) for student in students)
