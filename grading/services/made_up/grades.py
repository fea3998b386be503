"""Grades by a person, made up."""

import random
from collections.abc import Sequence
from decimal import Decimal

from django.utils import timezone

from coursework.models import Enrollment, Task, User
from grading.grades.reading import grades_of
from grading.models import Grade, RubricItem, RubricMark


def grade_some(task: Task, students: Sequence[Enrollment], *, grader: User, source: random.Random) -> None:
    """Let a person have graded these students, with some rubric items and now and then an adjustment; not released."""
    rows = []
    for (_, _), found in grades_of([task], students).items():
        counting = found.result.counting
        if counting is None:
            continue
        adjusted = source.random() < 0.1
        rows.append(
            Grade(
                task=task,
                enrollment=found.enrollment,
                version=1,
                decided_at=timezone.now(),
                decided_by=grader,
                submission_id=counting.submission_id,
                verification_id=counting.verification_id,
                automatic=counting.automatic,
                adjustment=Decimal("-0.5") if adjusted else Decimal(0),
                adjustment_reason="The report came a day later." if adjusted else "",
                comment="A good idea, and **well explained**." if source.random() < 0.3 else "",
            )
        )
    items = list(RubricItem.objects.filter(task=task).order_by("position"))
    grouped, single = [one for one in items if one.group_id], [one for one in items if not one.group_id]
    RubricMark.objects.bulk_create(
        RubricMark(grade=grade, item=item)
        for grade in Grade.objects.bulk_create(rows)
        for item in (*source.sample(grouped, 1 if grouped else 0), *(one for one in single if source.random() < 0.2))
    )
