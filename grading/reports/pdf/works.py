"""Reads students' works for reports, some students at a time, in a fixed number of queries for each block."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from coursework.models import Enrollment, Submission
from grading.grades.reading import StudentGrade
from grading.models import RubricItem, RubricMark, RunKind, Verification, VerificationRun
from grading.reports.rubric import items_of
from grading.reports.scope import Scope

_AT_ONCE = 25  # students whose traces are in memory at once


@dataclass(frozen=True, slots=True)
class Work:
    """One student's work on one task. `is_hidden`: nothing of it may stand beside the name; `shows_points`: else."""

    grade: StudentGrade
    is_hidden: bool
    shows_points: bool
    verification: Verification | None = None
    own: VerificationRun | None = None
    seed_epochs: Sequence[int | None] = ()
    rubric: Sequence[tuple[RubricItem, bool]] = ()


def works_of(
    scope: Scope, students: Sequence[Enrollment], *, for_staff: bool
) -> Iterator[tuple[Enrollment, list[Work]]]:
    """Go through the students with their works in the order of the tasks.

    Students see points, rubric and comment of what is released; staff all but what is graded blind and not released.
    """
    items = items_of(scope)
    for start in range(0, len(students), _AT_ONCE):
        block = students[start : start + _AT_ONCE]
        grades = [scope.grades[task.pk, student.pk] for student in block for task in scope.tasks]
        found = _Found(grades)
        for student in block:
            yield (
                student,
                [
                    _work(scope, scope.grades[task.pk, student.pk], found, items, for_staff=for_staff)
                    for task in scope.tasks
                ],
            )


def _work(
    scope: Scope, grade: StudentGrade, found: "_Found", items: Mapping[int, Sequence[RubricItem]], *, for_staff: bool
) -> Work:
    if for_staff and scope.is_hidden(grade):
        return Work(grade, is_hidden=True, shows_points=False)
    counting = grade.result.counting or grade.newest
    verification = found.verifications.get(counting.verification_id or 0) if counting else None
    shows_points = for_staff or grade.is_released
    rubric = []
    if shows_points and grade.row is not None and grade.is_decided:
        ticked = found.ticked[grade.row.pk]
        rubric = [(item, item.pk in ticked) for item in items.get(grade.task.pk, ())]
    return Work(
        grade,
        is_hidden=False,
        shows_points=shows_points,
        verification=verification,
        own=found.own.get(verification.pk) if verification else None,
        seed_epochs=found.seeds.get(verification.pk, ()) if verification else (),
        rubric=rubric,
    )


class _Found:
    """Rows behind some grades, by their keys."""

    def __init__(self, grades: Sequence[StudentGrade]) -> None:
        chosen = [(grade, grade.result.counting or grade.newest) for grade in grades]
        attempts = [(grade, one) for grade, one in chosen if one is not None]
        keys = [one.verification_id for _, one in attempts if one.verification_id]
        submissions = Submission.objects.in_bulk([one.submission_id for _, one in attempts])
        tasks = {one.submission_id: grade.task for grade, one in attempts}
        self.verifications = Verification.objects.defer("live_trace").in_bulk(keys)
        for verification in self.verifications.values():
            submission = submissions[verification.submission_id]
            submission.task = tasks[submission.pk]
            verification.submission = submission
        self.own: dict[int, VerificationRun] = {}
        for run in VerificationRun.objects.filter(verification__in=keys, kind=RunKind.OWN).defer("weights"):
            run.verification = self.verifications[run.verification_id]
            self.own[run.verification_id] = run
        self.seeds: dict[int, list[int | None]] = defaultdict(list)
        seeds = VerificationRun.objects.filter(verification__in=keys, kind=RunKind.COURSE_SEED).order_by("position")
        for key, reached in seeds.values_list("verification", "reached"):
            self.seeds[key].append(reached)
        self.ticked: dict[int, set[int]] = defaultdict(set)
        rows = [grade.row.pk for grade in grades if grade.row is not None]
        for row, item in RubricMark.objects.filter(grade__in=rows).values_list("grade", "item"):
            self.ticked[row].add(item)
