"""The documents that can be downloaded: an assignment with its class, all its students, one student."""

from coursework.models import Enrollment
from grading.reports.cells import Row, Table
from grading.reports.pdf.assignment import assignment_pages
from grading.reports.pdf.paper import Paper
from grading.reports.pdf.student import student_pages
from grading.reports.pdf.works import works_of
from grading.reports.scope import STUDENT_COLUMNS, Scope


def students_table(scope: Scope) -> Table:
    """List whom the pages of students are about."""
    rows: list[Row] = [scope.who(student) for student in scope.students]
    return Table("Students", STUDENT_COLUMNS, rows, [*scope.absent, *scope.blind_points, *scope.unfinished])


def assignments_table(scope: Scope) -> Table:
    """List which tasks the pages of assignments are about."""
    rows: list[Row] = [(task.assignment.title, task.title, task.assignment.due_at) for task in scope.tasks]
    return Table("Assignments", ("assignment", "task", "due (UTC)"), rows, [*scope.absent, *scope.unfinished])


def assignments_pdf(scope: Scope) -> bytes:
    """Make the report of each assignment of the scope."""
    titles = ", ".join(assignment.title for assignment in scope.assignments) or scope.course.title
    with Paper(title=f"{titles}, {scope.course.title}", made_at=scope.now) as paper:
        left_out = assignments_table(scope).left_out
        for assignment in scope.assignments:
            assignment_pages(paper, scope, assignment, left_out)
        return _finished(paper)


def students_pdf(scope: Scope) -> bytes:
    """Make the report of every student of the scope, in the order of their names."""
    with Paper(title=f"Students of {scope.course.title}", made_at=scope.now) as paper:
        for student, works in works_of(scope, scope.students, for_staff=True):
            student_pages(paper, scope, student, works, for_staff=True)
        return _finished(paper)


def student_pdf(scope: Scope, student: Enrollment, *, for_staff: bool) -> bytes:
    """Make one student's report: for staff, or as the student may see it. The scope has that student."""
    with Paper(title=f"{student.user.display_name}, {scope.course.title}", made_at=scope.now) as paper:
        for _student, works in works_of(scope, [student], for_staff=for_staff):
            student_pages(paper, scope, student, works, for_staff=for_staff)
        return _finished(paper)


def _finished(paper: Paper) -> bytes:
    if not paper.page:
        paper.add_page()
        paper.paragraph("There is nothing to report.")
    return paper.contents()
