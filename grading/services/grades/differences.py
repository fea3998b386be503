"""Answering a result that is newer than the one a decision rests on: stay with the decision, or take it over."""

from django.db import transaction

from coursework.models import Enrollment, Task, User
from grading.grades.reading import StudentGrade, grade_of
from grading.grades.rule import AttemptResult
from grading.models import Grade
from grading.services.grades.frozen import (
    DECIDED,
    Frozen,
    ResultChanged,
    freeze,
    passed_over,
    record_act,
    runs_before,
    text_of,
    totals,
)
from grading.services.grades.rows import locked_grade
from grading.services.lti.passback import mark_scores
from grading.services.webhooks.telling import tell_decided


@transaction.atomic
def keep(*, task: Task, enrollment: Enrollment, actor: User, version: int | None, verification_id: int) -> Grade:
    """Stay with what was decided, having seen a newer result. Raises GradeChanged and ResultChanged.

    `version` as in `locked_grade`: None for whatever stands there.
    """
    row, grade, newer = _differing(task, enrollment, version, verification_id)
    row.kept_against_id = verification_id
    row.version += 1
    row.save(update_fields=["kept_against", "version"])
    record_act("grade.kept", row, grade, actor, verification=verification_id, automatic=text_of(newer.automatic))
    return row


@transaction.atomic
def take(*, task: Task, enrollment: Enrollment, actor: User, version: int | None, verification_id: int) -> Grade:
    """Let a decision rest on a newer result; rubric, adjustment and override stay. Raises as `keep` does."""
    row, grade, newer = _differing(task, enrollment, version, verification_id)
    freeze(row, Frozen(newer.submission_id, verification_id, newer.automatic, passed_over(grade, newer)), actor)
    row.save(update_fields=DECIDED)
    record_act("grade.taken", row, grade, actor, verification=verification_id, **totals(grade, row))
    tell_decided(task, enrollment)
    mark_scores(task=task, enrollments=[enrollment])
    return row


def _differing(
    task: Task, enrollment: Enrollment, version: int | None, verification_id: int
) -> tuple[Grade, StudentGrade, AttemptResult]:
    row = locked_grade(task=task, enrollment=enrollment, version=version)
    grade = grade_of(task, enrollment)
    newer = grade.result.differs
    if newer is None or newer.verification_id != verification_id:
        raise ResultChanged("Meanwhile there is another result than the one that you answered about: look again.")
    if runs_before(grade, verification_id):
        raise ResultChanged("Another run of this student’s work is not done yet: answer once it is.")
    return row, grade, newer
