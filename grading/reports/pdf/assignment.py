"""An assignment on paper: when it was due, how far the class is, distributions, course seeds and rubric items."""

from collections import Counter
from collections.abc import Sequence
from statistics import mean, median

from coursework.models import Assignment, Task
from grading.grades.reading import StudentGrade
from grading.models import RubricItem
from grading.reports.attempts import outcome_word
from grading.reports.cells import LeftOut
from grading.reports.pdf.charts import bars, histogram
from grading.reports.pdf.paper import Paper
from grading.reports.rubric import items_of, ticked_of
from grading.reports.scope import STATES, Scope

_CHART = 46.0


def assignment_pages(paper: Paper, scope: Scope, assignment: Assignment, left_out: Sequence[LeftOut]) -> None:
    """Add the pages of one assignment; `scope` may have others' tasks, too."""
    paper.add_page()  # which writes the foot of the page before
    paper.running_head = f"{scope.course.title} · {assignment.title}"
    paper.heading(assignment.title, size=18)
    paper.small(_times(scope, assignment))
    works = [(task, grades) for task, grades in scope.by_task() if task.assignment_id == assignment.pk]
    paper.table(
        ("Task", "Points", "Handed in", "With points", "Late", "To review", "Median points", "Median epochs"),
        [_summary(task, grades) for task, grades in works],
        widths=(3, 1.1, 1.6, 1.9, 0.8, 1.6, 2.2, 2.3),
        numbers=7,
    )
    items = items_of(scope)
    for task, grades in works:
        _task(paper, task, grades, items.get(task.pk, ()))
    if left_out:
        paper.heading("Left out", size=10.5)
        for what, why in left_out:
            paper.small(f"{what}: {why}.")


def _times(scope: Scope, assignment: Assignment) -> str:
    due, closes = scope.local(assignment.due_at), scope.local(assignment.closes_at)
    made = scope.local(scope.now)
    late = f", late hand-ins until {closes:%d %b %Y, %H:%M}" if closes else ""
    section = f" · section {scope.section.name}" if scope.section else ""
    students = f"{len(scope.students):,} student{'s' * (len(scope.students) != 1)}"
    return (
        f"{scope.course.title}{section} · {students} · due {due:%d %b %Y, %H:%M}{late} "
        f"({scope.course.time_zone}) · as of {made:%d %b %Y, %H:%M}"
    )


def epochs_of(grades: Sequence[StudentGrade]) -> list[float]:
    """Return the official epochs of the attempts that count."""
    counting = [grade.result.counting for grade in grades]
    return [one.official_epochs for one in counting if one is not None and one.official_epochs is not None]


def totals_of(grades: Sequence[StudentGrade]) -> list[float]:
    """Return the totals that there are."""
    return [float(grade.result.total) for grade in grades if grade.result.total is not None]


def _summary(task: Task, grades: Sequence[StudentGrade]) -> tuple[object, ...]:
    epochs, totals = epochs_of(grades), totals_of(grades)
    return (
        task.title,
        task.points,
        sum(bool(grade.attempts) for grade in grades),
        len(totals),
        sum(grade.is_late for grade in grades),
        sum(grade.result.to_review for grade in grades),
        f"{median(totals):.1f}" if totals else None,
        f"{median(epochs):,.0f}" if epochs else None,
    )


def _task(paper: Paper, task: Task, grades: Sequence[StudentGrade], items: Sequence[RubricItem]) -> None:
    paper.heading(task.title)
    states = Counter(grade.result.state for grade in grades)
    words = [f"{states[state]:,} {word}" for state, word in STATES.items() if states[state]]
    paper.paragraph(" · ".join(words) or "No students.")
    _charts(paper, grades)
    outcomes = Counter(outcome_word(grade.result.counting) for grade in grades if grade.result.counting)
    if outcomes:
        paper.table(
            ("Outcome of the attempt that counts", "Students"), outcomes.most_common(), widths=(5, 1), numbers=1
        )
    _seeds(paper, task)
    _rubric(paper, task, grades, items)


def _charts(paper: Paper, grades: Sequence[StudentGrade]) -> None:
    epochs, totals = epochs_of(grades), totals_of(grades)
    if not epochs and not totals:
        paper.small("No epochs and no points to show yet.")
        return
    if paper.will_page_break(_CHART + 6):
        paper.add_page()
    top, half = paper.get_y() + 1, paper.epw / 2 - 4
    left = paper.l_margin
    unit = f"official epochs, from; mean {mean(epochs):,.0f}" if epochs else ""
    bars(paper, (left, top, half, _CHART), title="Official epochs", unit=unit, counts=histogram(epochs))
    unit = f"points, from; mean {mean(totals):.1f}" if totals else ""
    bars(paper, (left + half + 8, top, half, _CHART), title="Points", unit=unit, counts=histogram(totals))
    paper.set_xy(left, top + _CHART + 4)


def _seeds(paper: Paper, task: Task) -> None:
    rows = [(seed.position, seed.seed, seed.reference_epochs) for seed in task.course_seeds.all()]
    if rows:
        paper.table(("", "Course seed", "Reference epochs"), rows, widths=(0.5, 3, 2), numbers=1)


def _rubric(paper: Paper, task: Task, grades: Sequence[StudentGrade], items: Sequence[RubricItem]) -> None:
    if not items:
        return
    rows = {grade.row.pk for grade in grades if grade.row is not None and grade.is_decided}
    ticks = Counter(item for row, ticked in ticked_of(task).items() if row in rows for item in ticked)
    share = len(rows) or 1
    paper.table(
        ("Rubric item", "Points", "Ticked", "Of those graded"),
        [(item.title, item.points, ticks[item.pk], f"{ticks[item.pk] / share:.0%}") for item in items],
        widths=(6, 1, 1, 1.6),
        numbers=3,
    )
