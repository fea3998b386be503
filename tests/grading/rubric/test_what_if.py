"""What a change does to grades, in numbers and in one digest."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone

from grading.grades.what_if import Effect, Moved, effect_between, standing
from grading.models import Grade, GradingPolicy, RubricMark
from tests.grading.rubric.graded import another, graded, item
from tests.world import World, make_world

STAYS_HIDDEN = Moved(1, "A", Decimal("4.0"), Decimal("3.5"), seen_before=False, seen_after=False)


@pytest.fixture
def world(db: None) -> World:
    world = make_world()
    GradingPolicy.objects.update(release="manual")
    return world


@pytest.mark.parametrize(
    ("before", "after", "written"),
    [("4.0", "3.5", "−0.5"), ("3.5", "4.0", "+0.5"), ("4.0", "4.0", "0.0"), (None, "4.0", ""), ("4.0", None, "")],
)
def test_a_difference_is_written_with_its_sign(before: str | None, after: str | None, written: str) -> None:
    values = (None if value is None else Decimal(value) for value in (before, after))
    was, will = values
    assert replace(STAYS_HIDDEN, before=was, after=will).difference == written


def test_an_effect_counts_points_and_views_apart() -> None:
    told = replace(STAYS_HIDDEN, seen_before=True, seen_after=True)
    appears = replace(STAYS_HIDDEN, after=Decimal("4.0"), seen_after=True)
    goes = replace(STAYS_HIDDEN, after=Decimal("4.0"), seen_before=True)
    effect = Effect((STAYS_HIDDEN, told, appears, goes), "x")
    assert (effect.points, effect.told, effect.shown, effect.hidden) == (2, 1, 1, 1)
    assert effect and not Effect((), "")


def test_nothing_differs_from_itself(world: World) -> None:
    graded(world, world.owner)
    assert not effect_between(standing(world.task), standing(world.task))


def test_only_who_changes_is_kept_by_name(world: World) -> None:
    row = item(world.task)
    for person in (world.owner, world.classmate, another(world, "aaron")):
        graded(world, person)
    before = standing(world.task)
    for name in ("owner", "aaron"):
        RubricMark.objects.create(grade=Grade.objects.get(enrollment__user__username=name), item=row)
    effect = effect_between(before, standing(world.task))
    assert [moved.name for moved in effect.rows] == ["aaron", "Orla Owner"]
    assert [moved.difference for moved in effect.rows] == ["+2.0", "+2.0"]


def test_the_digest_is_another_one_as_soon_as_anything_is(world: World) -> None:
    row = item(world.task)
    grade = graded(world, world.owner, row)
    before = standing(world.task)
    digests = set()
    for points in ("1.0", "3.0"):
        type(row).objects.update(points=Decimal(points))
        digests.add(effect_between(before, standing(world.task)).digest)
        digests.add(effect_between(before, standing(world.task)).digest)
    Grade.objects.filter(pk=grade.pk).update(
        release_state="released", released_at=timezone.now(), released_by=world.ta.user
    )
    digests.add(effect_between(before, standing(world.task)).digest)
    assert len(digests) == 3


def test_in_a_blind_task_released_grades_have_names_and_others_pseudonyms(world: World) -> None:
    GradingPolicy.objects.update(blind=True)
    row = item(world.task)
    graded(world, world.owner, row, release_state="released", released_at=timezone.now(), released_by=world.ta.user)
    graded(world, world.classmate, row)
    before = standing(world.task)
    type(row).objects.update(points=Decimal(1))
    names = {moved.name for moved in effect_between(before, standing(world.task)).rows}
    assert names == {"Orla Owner", world.classmate.pseudonym}


def test_staff_are_no_students(world: World) -> None:
    assert set(standing(world.task)) == {world.owner.pk, world.classmate.pk}
