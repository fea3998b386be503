"""The gradebook: of a course, of one student for staff, and a student's own grades."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from coursework.access import enrollment_or_404, staff_enrollment_or_404
from coursework.models import Assignment, Course, Enrollment, Role, Section
from coursework.paging import linked_pages
from coursework.request import signed_in
from grading.gradebook.book import Book, Row, gradebook, row_of
from grading.gradebook.cells import KINDS, Cell
from grading.gradebook.own import own_grades
from grading.gradebook.student import cell_url, student_tasks
from grading.gradebook.wanted import BY_NAME, BY_SECTION, BY_TOTAL, Wanted
from grading.grades.permissions import may_grade
from grading.lti_scores import sent_to_lms
from grading.selectors import students

ON_A_PAGE = 100


@require_safe
def gradebook_page(request: HttpRequest, *, course: str) -> HttpResponse:
    """Show students by tasks: searched, filtered, sorted, a hundred to a page or all at once."""
    viewer = staff_enrollment_or_404(user=signed_in(request), course=course)
    wanted = Wanted.read(request.GET)
    book = gradebook(viewer.course, wanted)
    size = max(len(book.rows), 1) if wanted.everybody else ON_A_PAGE
    page = Paginator(book.rows, size).get_page(request.GET.get("page"))
    context = {
        "course": viewer.course,
        "viewer": viewer,
        "wanted": wanted,
        "book": book,
        "page": page,
        "rows": [_shown(row, course) for row in page],
        "heads": _heads(wanted, book),
        "by": {name: _way(wanted, name) for name in (BY_NAME, BY_SECTION, BY_TOTAL)},
        "pages": [(number, wanted.query(page=number)) for number in linked_pages(page)],
        "all_query": wanted.query(everybody=True),
        "paged_query": wanted.query(everybody=False),
        "sections": Section.objects.filter(course=viewer.course),
        "states": [(kind, look.word) for kind, look in KINDS.items()],
    }
    return render(request, "grading/gradebook.html", context)


@require_safe
def gradebook_student(request: HttpRequest, *, course: str, enrollment: int) -> HttpResponse:
    """Show one student's row in full: of each task the parts of the points, the attempts, and what staff may do."""
    viewer = staff_enrollment_or_404(user=signed_in(request), course=course)
    student = student_or_404(viewer.course, enrollment)
    row = row_of(student)
    context = {
        "course": viewer.course,
        "viewer": viewer,
        "student": student,
        "row": row,
        "tasks": student_tasks(row),
        "may_grade": may_grade(viewer),
    }
    return render(request, "grading/gradebook_student.html", context)


@require_safe
def my_grades(request: HttpRequest, *, course: str) -> HttpResponse:
    """Show a student the own grades, as far as they are released; staff are led to the gradebook."""
    viewer = enrollment_or_404(user=signed_in(request), course=course)
    if viewer.role != Role.STUDENT:
        return redirect("gradebook", course=course)
    own = own_grades(viewer)
    sent = sent_to_lms(viewer, [one.grade.task for one in own.tasks if one.shows_points])
    context = {
        "course": viewer.course,
        "enrollment": viewer,
        "own": own,
        "rows": [(one, sent.get(one.grade.task.pk, ())) for one in own.tasks],
        "assignments": Assignment.objects.filter(course=viewer.course, tasks__isnull=False).distinct(),
    }
    return render(request, "grading/my_grades.html", context)


def student_or_404(course: Course, enrollment: int) -> Enrollment:
    """Return a student of the course; raise Http404 for anybody else."""
    found = students(course).select_related("user", "section", "course").filter(pk=enrollment).first()
    if found is None:
        raise Http404
    return found


def _shown(row: Row, course: str) -> tuple[Row, str, list[tuple[Cell, str]]]:
    """Return a row with its address, and its cells with theirs: the grading page, or the place in the student's row."""
    url = reverse("gradebook_student", kwargs={"course": course, "enrollment": row.enrollment.pk})
    return row, url, [(cell, cell_url(cell) or f"{url}#task-{cell.grade.task.pk}") for cell in row.cells]


def _heads(wanted: Wanted, book: Book) -> list[dict[str, object]]:
    """Describe the columns of the tasks."""
    return [
        {"task": task, "released": book.released[task.pk], **_way(wanted, str(task.pk), best_first=True)}
        for task in book.tasks
    ]


def _way(wanted: Wanted, name: str, *, best_first: bool = False) -> dict[str, object]:
    """Say where a click on a column's head leads, and how the column is sorted now; points start with the most."""
    sorted_now = "" if wanted.sort != name else "descending" if wanted.descending else "ascending"
    first = f"-{name}" if best_first or name == BY_TOTAL else name
    other = {"ascending": f"-{name}", "descending": name}.get(sorted_now, first)
    return {"query": wanted.query(sort=other), "sorted": sorted_now}
