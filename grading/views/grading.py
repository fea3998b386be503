"""The grading page: one student's work on a task, with evidence, rubric, points and comment in one view."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from coursework.addresses import whole_number
from coursework.models import Task, User
from grading.forms_grading import ACTS, ASSIGN, INSERT, NEXT, PREVIEW, SAVE, UNDECIDE, GradingForm, PassOnForm
from grading.grades.judgement import Judgement, written
from grading.grades.keys import grading_url
from grading.grades.names import names_hidden, staff_name
from grading.grades.page import last_change, panel_of, staff_of
from grading.grades.permissions import may_release
from grading.grades.queue import GradingFilter, beside, grading_queue, students_of
from grading.grades.reading import grade_of
from grading.grades.rubric import rubric_of
from grading.grades.rule import State
from grading.models import SavedComment
from grading.services.grades.assigning import pass_on
from grading.services.grades.deciding import DecisionRefused, decide, undecide
from grading.services.grades.frozen import ResultChanged
from grading.services.grades.rows import GradeChanged
from grading.views.grading_parts import Place, place_or_404, show_page, task_of_staff_or_404

_UNKNOWN_ACT = f"What to do is missing or unknown: allowed are {', '.join(ACTS)}."


@never_cache
@require_safe
def grading_start(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Lead to the first student whose work waits for a person; where nobody's does, say so with counts."""
    viewer, found = task_of_staff_or_404(request, course, assignment, task)
    wanted = GradingFilter.read(request.GET)
    queue = grading_queue(found, students_of(found), wanted, viewer.user)
    waiting = queue.first_ungraded
    if waiting is not None:
        return redirect(grading_url(found, waiting.enrollment.pk) + wanted.query())
    first = queue.first
    context = {
        "course": viewer.course,
        "task": found,
        "wanted": wanted,
        "queue": queue,
        "may_release": may_release(viewer),
        "other_tasks": _other_tasks(found),
        "first": grading_url(found, first.enrollment.pk) + wanted.query() if first else "",
        "facts": [
            ("Students", len(queue.order)),
            ("Graded by a person", queue.count(State.GRADED)),
            ("Settled by itself", queue.count(State.SETTLED)),
            ("Being checked", queue.count(State.WAITING)),
            ("Nothing handed in", queue.count(State.MISSING, State.NOT_YET)),
            ("Excused", queue.count(State.EXCUSED)),
        ],
    }
    return render(request, "grading/grading_done.html", context)


def _other_tasks(task: Task) -> list[tuple[Task, str]]:
    others = Task.objects.filter(assignment__course=task.assignment.course_id).exclude(pk=task.pk)
    found = others.select_related("assignment__course")
    return [(one, reverse("grading_start", kwargs=one.url_arguments())) for one in found]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def grading(request: HttpRequest, *, course: str, assignment: str, task: str, key: str) -> HttpResponse:
    """Show a student's work; on POST keep what was decided, pass it on, or show what it would come to."""
    place = place_or_404(request, course, assignment, task, key)
    if request.method != "POST":
        return show_page(request, place)
    act = request.POST.get("act", SAVE)
    if act == ASSIGN:
        return _pass_on(request, place)
    grade = grade_of(place.task, place.student)
    form = GradingForm(request.POST, grade=grade, rubric=rubric_of(place.task))
    seen = form.seen
    attempt = seen.submission_id if seen else None
    if act == PREVIEW:
        return _preview(request, place, form)
    if act == INSERT:
        return show_page(request, place, form=_inserted(request, place, form), open_submission=attempt)
    if act not in ACTS:
        form.add_error(None, _UNKNOWN_ACT)
    if act == UNDECIDE and seen is not None:
        return _undecide(request, place, form, seen.version)
    if not form.is_valid() or seen is None:
        return show_page(request, place, form=form, status=422, open_submission=attempt)
    following = beside(place.queue(), place.student).next if act == NEXT else None
    try:
        decide(task=place.task, enrollment=place.student, actor=place.user, seen=seen, judgement=form.judgement)
    except GradeChanged:
        return _conflict(request, place, form, attempt)
    except ResultChanged as changed:
        more = {"result_changed": str(changed)}
        return show_page(request, place, form=form, status=409, open_submission=attempt, **more)
    except DecisionRefused as refused:  # the rubric changed since the form was looked at
        for field, sentence in refused.problems:
            form.add_error(field, sentence)
        return show_page(request, place, form=form, status=422, open_submission=attempt)
    _say_saved(request, place)
    if act == NEXT:
        return _go_on(request, place, following.enrollment.pk if following else None)
    return redirect(place.address())


def _conflict(request: HttpRequest, place: Place, form: GradingForm, attempt: int | None) -> HttpResponse:
    """Show what somebody else saved beside what was typed here; saving once more is then done knowingly."""
    change = last_change(place.task, place.student)
    more = {
        "conflict": True,
        "changed_by": change.actor if change else None,
        "changed_at": change.at if change else None,
    }
    return show_page(request, place, form=form, status=409, open_submission=attempt, **more)


def _undecide(request: HttpRequest, place: Place, form: GradingForm, version: int) -> HttpResponse:
    try:
        undecide(task=place.task, enrollment=place.student, actor=place.user, version=version)
    except GradeChanged:
        return _conflict(request, place, form, None)
    messages.success(request, "The decision is taken back: the automatic points count again.")
    return redirect(place.address())


def _pass_on(request: HttpRequest, place: Place) -> HttpResponse:
    form = PassOnForm(request.POST, staff=staff_of(place.task))
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return show_page(request, place, status=422)
    to = User.objects.filter(pk=form.cleaned_data["to"]).first() if form.cleaned_data["to"] else None
    version = form.cleaned_data["version"]
    try:
        pass_on(task=place.task, enrollment=place.student, version=version, reviewer=to, actor=place.user)
    except GradeChanged:
        messages.warning(request, "Not passed on: somebody else changed this grade meanwhile. Please look again.")
        return show_page(request, place, status=409)
    messages.success(request, f"Passed on to {to.display_name}." if to else "Passed on to nobody in particular.")
    return redirect(place.address())


def _preview(request: HttpRequest, place: Place, form: GradingForm) -> HttpResponse:
    """Answer with the points that saving would give; nothing is stored."""
    is_valid, seen = form.is_valid(), form.seen
    grade, rubric = form.grade, form.rubric
    opened = next((one for one in grade.attempts if seen and one.submission_id == seen.submission_id), None)
    found = panel_of(grade, opened, rubric, form.judgement if is_valid else Judgement())
    context = {"panel": found, "grade": grade, "task": place.task, "typed_wrong": not is_valid}
    return render(request, "grading/_grading_total.html", context)


def _inserted(request: HttpRequest, place: Place, form: GradingForm) -> GradingForm:
    """Put a saved comment below what is typed; nothing is stored."""
    key = whole_number(request.POST.get("saved", ""))
    saved = SavedComment.objects.filter(task=place.task, pk=key or 0).first()
    data = request.POST.copy()
    if saved is not None:
        data["comment"] = "\n\n".join(filter(None, (data.get("comment", "").strip(), saved.text)))
    return GradingForm(data, grade=form.grade, rubric=form.rubric)


def _say_saved(request: HttpRequest, place: Place) -> None:
    grade = grade_of(place.task, place.student)
    name = staff_name(place.student, hidden=names_hidden(grade))
    total = grade.result.total
    said = "no points yet" if total is None else f"{written(total)} of {written(place.task.points)}"
    messages.success(request, f"{name}: saved, {said}.")


def _go_on(request: HttpRequest, place: Place, following: int | None) -> HttpResponseRedirect:
    if following is not None:
        return redirect(grading_url(place.task, following) + place.wanted.query())
    messages.info(request, "That was the last one here.")
    return redirect(reverse("grading_start", kwargs=place.task.url_arguments()) + place.wanted.query())
