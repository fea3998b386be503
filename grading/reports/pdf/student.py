"""One student's part of a report: the outcome, the points in their parts, the curve, and what somebody wrote."""

from collections.abc import Sequence
from decimal import Decimal

from coursework.models import Enrollment
from grading.grades.rule import Points, State, course_total
from grading.models import Status, Verification
from grading.reports.pdf.charts import loss_curve
from grading.reports.pdf.paper import BLUE, Paper
from grading.reports.pdf.prose import plain_paragraphs
from grading.reports.pdf.works import Work
from grading.reports.scope import STATES, Scope
from grading.wording import outcome_wording

_CHART = 52.0
_NOT_RELEASED = "Points and feedback have not been released yet."
_BLIND = "This task is graded blind. Nothing of it stands beside a name until the grade is released."


def student_pages(paper: Paper, scope: Scope, student: Enrollment, works: Sequence[Work], *, for_staff: bool) -> None:
    """Add a student's pages."""
    user = student.user
    paper.add_page()  # which writes the foot of the page before
    paper.running_head = f"{scope.course.title} · {user.display_name}"
    paper.heading(user.display_name, size=16)
    section = f" · {student.section.name}" if student.section else ""
    number = f" · {student.id_number}" if student.id_number else ""
    paper.small(f"{user.username}{number}{section} · {scope.course.title}")
    shown = [work for work in works if work.shows_points]
    total, most = course_total((work.grade.rule, work.grade.result) for work in shown)
    if total is not None:
        paper.paragraph(f"Together: {total} of {most} points.", size=11)
    for work in works:
        _work(paper, scope, work, for_staff=for_staff)
    if paper.lacking:
        paper.small("□ stands for a character that the font of this document lacks.")
        paper.lacking = False


def _work(paper: Paper, scope: Scope, work: Work, *, for_staff: bool) -> None:
    task = work.grade.task
    paper.heading(f"{task.assignment.title}: {task.title}" if len(scope.assignments) > 1 else task.title)
    if work.is_hidden:
        paper.small(_BLIND)
        return
    _points(paper, work)
    _outcome(paper, scope, work, for_staff=for_staff)
    _numbers(paper, work)
    _curve(paper, work)
    _rubric(paper, work)
    _words(paper, work)


def _points(paper: Paper, work: Work) -> None:
    grade = work.grade
    if not work.shows_points:
        paper.small(_NOT_RELEASED)
        return
    result = grade.result
    if result.state is State.EXCUSED:
        paper.paragraph("Excused: this task does not count.", size=11)
        return
    total = "no points yet" if result.total is None else f"{result.total} of {grade.rule.most} points"
    paper.paragraph(f"{total[0].upper()}{total[1:]} ({STATES[result.state]})", size=11, color=BLUE)
    rows = point_rows(result.points)
    if rows:
        paper.table(("Part", "Points"), rows, widths=(5, 1), numbers=1)


def point_rows(points: Points) -> list[tuple[str, str]]:
    """List the parts of a grade that there are, in the order in which they are added up."""
    parts: list[tuple[str, Decimal | None]] = [
        ("Automatic, from the outcome", points.automatic),
        ("Rubric", points.rubric),
        ("Taken off for lateness", -points.late if points.late else None),
        ("Adjustment", points.adjustment or None),
        ("Set by a person in place of all that", points.override),
        ("Total", points.total),
    ]
    return [(name, f"{value}".replace("-", "−")) for name, value in parts if value is not None]


def _outcome(paper: Paper, scope: Scope, work: Work, *, for_staff: bool) -> None:
    grade, verification = work.grade, work.verification
    attempt = grade.result.counting or grade.newest
    if attempt is None:
        if not work.shows_points:  # else it stands beside the points
            paper.paragraph(f"{STATES[grade.result.state].capitalize()}.")
        return
    received = scope.local(attempt.received_at)
    late = f", late ({attempt.late_percent} %)" if attempt.is_late else ""
    paper.small(
        f"Attempt {attempt.attempt} of {len(grade.attempts)} handed in, receipt {attempt.receipt_number}, "
        f"received {received:%d %b %Y, %H:%M} ({scope.course.time_zone}){late}"
    )
    if verification is None or verification.status not in (Status.COMPLETED, Status.FAILED):
        paper.paragraph("Being checked: there is no result yet.")
        return
    wording = outcome_wording(verification, own_run=work.own, for_staff=for_staff)
    paper.paragraph(wording.heading, size=10.5)
    paper.paragraph(wording.text)


def _numbers(paper: Paper, work: Work) -> None:
    rows = number_rows(work.verification, work.seed_epochs)
    if rows:
        paper.table(("Measured", ""), rows, widths=(2, 3))


def number_rows(verification: Verification | None, seed_epochs: Sequence[int | None]) -> list[tuple[str, str]]:
    """List what a verification measured."""
    if verification is None or verification.status != Status.COMPLETED:
        return []
    band, official = verification.band, verification.official_epochs
    rows = [
        ("Claimed epochs", f"{verification.submission.claimed_epochs:,}"),
        ("Retrained epochs", _epochs(verification.retrained_epochs)),
        ("Band", f"{band[0]:,} to {band[1]:,}" if band else ""),
        ("Resets", "" if verification.resets is None else f"{verification.resets}"),
        ("Official epochs (median over the course seeds)", _epochs(official)),
        ("Epochs by course seed", ", ".join(_epochs(one) for one in seed_epochs)),
        ("Parameters", "" if verification.parameters is None else f"{verification.parameters:,}"),
        ("Engine", verification.engine_version),
    ]
    return [row for row in rows if row[1]]


def _epochs(value: float | None) -> str:
    return "never" if value is None else f"{value:,g}" if value < 1e6 else f"{value:,.0f}"


def _curve(paper: Paper, work: Work) -> None:
    if work.own is None or not len(work.own.losses):
        return
    if paper.will_page_break(_CHART + 4):
        paper.add_page()
    box = (paper.l_margin, paper.get_y() + 1, paper.epw, _CHART)
    target = work.grade.task.rules.loss_threshold
    loss_curve(paper, box, work.own.losses, target=target, reached=work.own.reached)
    paper.set_xy(paper.l_margin, box[1] + _CHART + 2)


def _rubric(paper: Paper, work: Work) -> None:
    if not work.rubric:
        return
    rows = [
        ("✓" if ticked else "", f"{item.group.title}: {item.title}" if item.group else item.title, item.points)
        for item, ticked in work.rubric
    ]
    paper.table(("", "Rubric", "Points"), rows, widths=(0.5, 8, 1), numbers=1)


def _words(paper: Paper, work: Work) -> None:
    row = work.grade.row
    if row is None or not work.shows_points:
        return
    for what, reason in (
        ("Adjustment", row.adjustment_reason if row.adjustment else ""),
        ("Set by a person", row.override_reason if row.override is not None else ""),
    ):
        if reason:
            paper.paragraph(f"{what}: {reason}")
    if row.comment:
        paper.heading("Feedback", size=10.5)
        for paragraph in plain_paragraphs(row.comment):
            paper.paragraph(paragraph)
