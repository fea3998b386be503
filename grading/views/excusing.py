"""Excusing a student from a task, from the gradebook or from the grading page."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from coursework.access import staff_enrollment_or_404, task_or_404
from coursework.models import Enrollment
from coursework.request import signed_in
from grading.forms_excuse import EXCUSE, ExcuseForm
from grading.gradebook.excuse_box import BACK_TO_STUDENT, excuse_box
from grading.grades.keys import grading_url, with_key
from grading.grades.names import names_hidden, staff_name
from grading.grades.permissions import may_grade
from grading.grades.reading import StudentGrade, grade_of
from grading.selectors import students
from grading.services.grades import excusing
from grading.services.grades.rows import GradeChanged

CHANGED = "Somebody else changed this grade meanwhile. Look at how it stands now, then decide again."


@require_http_methods(["GET", "HEAD", "POST"])
def excuse(request: HttpRequest, *, course: str, assignment: str, task: str, key: str) -> HttpResponse:
    """Excuse a student from the task, or let it count again."""
    viewer = staff_enrollment_or_404(user=signed_in(request), course=course)
    found = task_or_404(enrollment=viewer, assignment=assignment, task=task)
    student = with_key(found, students(viewer.course), key)
    if student is None or not may_grade(viewer):
        raise Http404
    grade = grade_of(found, student)
    if request.method != "POST":
        return _page(
            request, viewer, grade, ExcuseForm(initial={"reason": grade.row.excused_reason if grade.row else ""})
        )
    form = ExcuseForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, grade, form, status=422)
    try:
        _act(form, grade, viewer)
    except GradeChanged:
        form.add_error(None, CHANGED)
        return _page(request, viewer, grade_of(found, student), form, status=409)
    name = staff_name(student, hidden=names_hidden(grade))
    did = "is excused from" if form.cleaned_data["act"] == EXCUSE else "is not excused any more from"
    messages.success(request, f"Saved: {name} {did} {found.title}.")
    if form.cleaned_data["back"] == BACK_TO_STUDENT:
        return redirect("gradebook_student", course=course, enrollment=student.pk)
    return redirect(grading_url(found, student.pk))


def _act(form: ExcuseForm, grade: StudentGrade, viewer: Enrollment) -> None:
    """Do what the form says; raises GradeChanged."""
    what = {
        "task": grade.task,
        "enrollment": grade.enrollment,
        "actor": viewer.user,
        "version": form.cleaned_data["version"],
    }
    if form.cleaned_data["act"] == EXCUSE:
        excusing.excuse(**what, reason=form.cleaned_data["reason"])
    else:
        excusing.unexcuse(**what)


def _page(
    request: HttpRequest, viewer: Enrollment, grade: StudentGrade, form: ExcuseForm, *, status: int = 200
) -> HttpResponse:
    back = form["back"].value() or BACK_TO_STUDENT
    hidden = names_hidden(grade)
    context = {
        "course": viewer.course,
        "task": grade.task,
        "student": grade.enrollment,
        "name": staff_name(grade.enrollment, hidden=hidden),
        "hidden": hidden,
        "form": form,
        "box": excuse_box(grade, back=back),
    }
    return render(request, "grading/excuse.html", context, status=status)
