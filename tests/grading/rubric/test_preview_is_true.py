"""What a preview says is what happens: every total that moves is in it with its new value, and no other."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from coursework.models import Enrollment
from grading.grades.reading import grades_of
from grading.models import GradingPolicy, RubricItem
from grading.services.grades.asking_first import GradesWouldChange
from grading.services.grades.policy import change_policy
from grading.services.grades.rubric import change_item, delete_item
from tests.grading.rubric.graded import another, graded, item
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
TENTHS = st.integers(-60, 60).map(lambda number: Decimal(number) / 10)
TICKS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=3, max_size=3)


def totals(world: World) -> dict[int, Decimal | None]:
    people = Enrollment.objects.filter(course=world.course, role="student")
    return {key: grade.result.total for (_, key), grade in grades_of([world.task], people).items()}


def change(world: World, kind: str, row: RubricItem, points: Decimal, confirmed: str = "") -> None:
    actor = world.instructor.user
    if kind == "points":
        change_item(item=row, actor=actor, values={"points": points}, confirmed=confirmed)
    elif kind == "delete":
        delete_item(item=row, actor=actor, confirmed=confirmed)
    else:
        change_policy(task=world.task, actor=actor, values={"rubric_use": "instead"}, confirmed=confirmed)


class PreviewIsTrue(TestCase):
    @settings(max_examples=12)
    @given(TICKS, TENTHS, TENTHS, TENTHS, st.sampled_from(["points", "delete", "policy"]), st.booleans())
    def test_it(
        self, ticks: list[tuple[bool, bool]], one: Decimal, two: Decimal, to: Decimal, kind: str, automatic: bool
    ) -> None:
        world = make_world()
        GradingPolicy.objects.filter(task=world.task).update(release="automatic" if automatic else "manual")
        rows = [item(world.task, "One", str(one)), item(world.task, "Two", str(two))]
        for person, ticked in zip((world.owner, world.classmate, another(world, "third")), ticks, strict=True):
            graded(world, person, *(row for row, yes in zip(rows, ticked, strict=True) if yes))
        before = totals(world)
        try:
            change(world, kind, rows[0], to)
        except GradesWouldChange as asked:
            assert totals(world) == before  # nothing was stored
            said = {row.enrollment_id: row.after for row in asked.effect.rows}
            assert {row.enrollment_id: row.before for row in asked.effect.rows} == {key: before[key] for key in said}
            assert asked.effect.told == (len(said) if automatic else 0)
            change(world, kind, rows[0], to, asked.effect.digest)
            assert totals(world) == before | said and all(before[key] != said[key] for key in said)
        else:
            assert totals(world) == before
