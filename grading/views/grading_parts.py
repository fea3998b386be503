"""What the views of the grading page share: whose work an address is about, and the page itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html

from coursework.access import staff_enrollment_or_404, task_or_404
from coursework.addresses import whole_number
from coursework.markdown import rendered_markdown
from coursework.models import Enrollment, Role, Task, User
from coursework.request import signed_in
from grading.evidence.retrained import retrained
from grading.forms_grading import GradingForm, in_view, shown_values
from grading.gradebook.excuse_box import excuse_box
from grading.grades.keys import grade_key, grading_url, with_key
from grading.grades.page import GradingPage, attempt_to_open, decided_by, grading_page, panel_of, staff_of
from grading.grades.permissions import may_edit_rubric, may_grade
from grading.grades.queue import Beside, GradingFilter, Queue, beside, grading_queue, students_of
from grading.grades.reading import StudentGrade, grade_of
from grading.models import ReleaseState
from grading.selectors import unfinished_rerun
from grading.services.grades.presence import others_at


@dataclass(frozen=True, slots=True)
class Place:
    """A student's work on a task, and the member of staff who looks at it."""

    viewer: Enrollment
    task: Task
    students: Sequence[Enrollment]
    student: Enrollment
    wanted: GradingFilter

    @property
    def user(self) -> User:
        """The person who looks."""
        return self.viewer.user

    def queue(self) -> Queue:
        """Read the queue that the address is about."""
        return grading_queue(self.task, self.students, self.wanted, self.user)

    def address(self, student: Enrollment | None = None) -> str:
        """Return the page's address, or that of another student of the same queue."""
        return grading_url(self.task, (student or self.student).pk) + self.wanted.query()


def task_of_staff_or_404(request: HttpRequest, course: str, assignment: str, task: str) -> tuple[Enrollment, Task]:
    """Return who looks and the task; Http404 for anybody who doesn't grade in the course."""
    viewer = staff_enrollment_or_404(user=signed_in(request), course=course)
    if not may_grade(viewer):
        raise Http404
    viewer.user = signed_in(request)
    return viewer, task_or_404(enrollment=viewer, assignment=assignment, task=task)


def place_or_404(request: HttpRequest, course: str, assignment: str, task: str, key: str) -> Place:
    """Return whose work an address is about; Http404 if it is nobody's in the course."""
    viewer, found = task_of_staff_or_404(request, course, assignment, task)
    students = students_of(found)
    student = with_key(found, students, key)
    if student is None:
        raise Http404
    return Place(viewer, found, students, student, GradingFilter.read(request.GET))


def attempt_number(request: HttpRequest) -> int | None:
    """Return the attempt that the address asks for; None for what can't be one."""
    return whole_number(request.GET.get("attempt", ""), digits=5)


def grade_in(queue: Queue, place: Place) -> StudentGrade:
    """Return the student's grade, from the queue where it stands there already."""
    own = (one for one in queue.order if one.enrollment.pk == place.student.pk)
    return next(own, None) or grade_of(place.task, place.student)


def show_page(
    request: HttpRequest,
    place: Place,
    *,
    form: GradingForm | None = None,
    status: int = 200,
    open_submission: int | None = None,
    **more: Any,
) -> HttpResponse:
    """Answer with the page, on what is stored now; a form that was refused keeps what was typed."""
    queue = place.queue()
    grade = grade_in(queue, place)
    attempt = next((one for one in grade.attempts if one.submission_id == open_submission), None)
    page = grading_page(
        grade, attempt or attempt_to_open(grade, attempt_number(request)), reader_on=settings.READ_SCREENSHOTS
    )
    shown = in_view(page.seen, page.attempt.receipt_number if page.attempt else "")
    points = panel(page, form)
    first = GradingForm(grade=grade, rubric=page.rubric, initial=shown_values(page.judgement))
    filled = again(form, shown) if form is not None else first
    context = {
        "course": place.task.assignment.course,
        "task": place.task,
        "viewer": place.viewer,
        "grading": page,
        "grade": page.grade,
        "row": grade.row,
        "names_hidden": page.names_hidden,
        "submission": page.submission,
        "page": page.evidence,
        "form": filled,
        "excuse": excuse_box(page.grade),
        "key": grade_key(place.task.pk, place.student.pk),
        "in_view": shown,
        "decided_by": decided_by(grade, place.user),
        "beside": _links(place, beside(queue, place.student)),
        "wanted": place.wanted,
        "here": place.address(),
        "others": others_at(task=place.task, enrollment=place.student, user=place.user),
        "staff": staff_of(place.task),
        "may_edit_rubric": may_edit_rubric(place.viewer),
        "may_rerun": place.viewer.role == Role.INSTRUCTOR,
        "unfinished_rerun": unfinished_rerun(page.submission) if page.submission else None,
        **points,
        **_words(page, filled),
        **(retrained(page.evidence, page.submission) if page.evidence and page.submission else {"loss": None}),
        **more,
    }
    return render(request, "grading/grading.html", context, status=status)


def again(form: GradingForm, shown: dict[str, str]) -> GradingForm:
    """Return the form as it was sent, about what is in view now: the next save knows of it."""
    data: Any = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict, since it was sent
    for name, value in shown.items():
        data[name] = value
    form.data = data
    return form


def panel(page: GradingPage, form: GradingForm | None) -> dict[str, Any]:
    """Return the points that the panel shows: of what is typed where that can be kept, else of what is stored."""
    typed = form.judgement if form is not None and form.is_valid() else page.judgement
    return {
        "panel": panel_of(page.grade, page.attempt, page.rubric, typed),
        "typed_wrong": form is not None and not form.is_valid(),
    }


def _words(page: GradingPage, form: GradingForm) -> dict[str, Any]:
    ticked, comment = form.ticked, page.judgement.comment
    return {
        "ticked": ticked,
        "without": {block.pk for block in page.rubric.blocks if not any(line.pk in ticked for line in block.lines)},
        "comment_label": _COMMENT_LABEL,
        "stored_comment": rendered_markdown(comment) if comment else "",
        "release_said": _release_said(page),
        "shows": _SHOWS,
    }


_COMMENT_LABEL = format_html('{} <kbd class="key-k" aria-hidden="true">C</kbd>', "Comment to the student")
_SHOWS = (("all", "All"), ("ungraded", "Ungraded"), ("review", "To review"), ("mine", "Passed on to me"))


def _release_said(page: GradingPage) -> str:
    if page.grade.is_released:
        return "It is released: the student sees a change at once."
    state = page.grade.row.release_state if page.grade.row is not None else ""
    return "It is held back." if state == ReleaseState.HIDDEN else "It is not released yet."


def _links(place: Place, found: Beside) -> dict[str, Any]:
    ways = {"previous": found.previous, "next": found.next, "next_ungraded": found.next_ungraded}
    links = {name: place.address(one.enrollment) if one else "" for name, one in ways.items()}
    return links | {"place": found.place, "total": found.total, "ungraded": found.ungraded}
