"""A person's decision keeps the result that it rests on, and is recorded in keys and numbers only."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from coursework.models import Event
from grading.grades.judgement import Judgement
from grading.grades.reading import grade_of
from grading.models import Grade, RubricGroup
from grading.services.grades.assigning import pass_on
from grading.services.grades.deciding import DecisionRefused, Seen, decide, undecide
from grading.services.grades.frozen import ResultChanged
from grading.services.grades.rows import GradeChanged
from grading.services.rerun import run_again
from tests.grading.graded import settle, settled
from tests.grading.grading_page.rows import item, rerun, seen
from tests.world import World, hand_in, make_task, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def total(world: World) -> Decimal | None:
    return grade_of(world.task, world.owner).result.total


def decided(world: World, judgement: Judgement | None = None, **said: object) -> Grade:
    return decide(
        task=world.task,
        enrollment=world.owner,
        actor=world.ta.user,
        seen=seen(world.task, world.owner),
        judgement=judgement or Judgement(**said),  # type: ignore[arg-type]
    )


def actions() -> list[str]:
    return list(Event.objects.filter(action__startswith="grade.").order_by("pk").values_list("action", flat=True))


def test_the_result_that_was_seen_is_kept_with_the_decision(world: World) -> None:
    submission = settled(world.task, world.owner, 100.0).submission
    good = item(world.task, "Explained", "-1.5")
    before = timezone.now()
    row = decided(world, items=frozenset({good.pk}), comment="Say why.")
    assert (row.submission, row.automatic, row.version) == (submission, Decimal("10.0"), 1)
    assert row.verification == submission.verifications.get() and row.decided_by == world.ta.user
    assert row.decided_at and row.decided_at >= before
    assert total(world) == Decimal("8.5")
    event = Event.objects.get(action="grade.decided")
    assert event.submission == submission and event.subject == f"submission {submission.receipt_number}"
    assert event.details == {
        "items": [good.pk],
        "characters": 8,
        "points_from": "10.0",
        "points_to": "8.5",
        "version": 1,
    }


def test_no_rerun_changes_what_was_decided(world: World) -> None:
    submission = settled(world.task, world.owner, 100.0).submission
    decided(world)
    rerun(submission, 400.0, world)
    grade = grade_of(world.task, world.owner)
    assert (grade.result.total, grade.result.points.automatic) == (Decimal("10.0"), Decimal("10.0"))
    assert grade.result.differs is not None


def test_saving_a_decision_again_after_a_rerun_keeps_what_it_rests_on(world: World) -> None:
    submission = settled(world.task, world.owner, 100.0).submission
    decided(world)
    rerun(submission, 400.0, world)
    row = decided(world, comment="Well done.")
    assert (row.automatic, row.comment) == (Decimal("10.0"), "Well done.")
    assert grade_of(world.task, world.owner).result.differs is not None


def test_adjustment_and_override_are_events_of_their_own_without_the_reasons(world: World) -> None:
    settled(world.task, world.owner, 100.0)
    row = decided(world, adjustment=Decimal("-2.0"), adjustment_reason="Orla came late to the talk.")
    assert total(world) == Decimal("8.0") and row.adjustment_reason == "Orla came late to the talk."
    decided(
        world,
        adjustment=Decimal("-2.0"),
        adjustment_reason="Orla came late to the talk.",
        override=Decimal("7.5"),
        override_reason="Agreed with Orla.",
    )
    assert total(world) == Decimal("7.5")
    assert actions() == ["grade.decided", "grade.adjusted", "grade.decided", "grade.overridden"]
    adjusted = Event.objects.get(action="grade.adjusted").details
    assert (adjusted["adjustment_from"], adjusted["adjustment_to"]) == ("0.0", "-2.0")
    overridden = Event.objects.get(action="grade.overridden").details
    assert (overridden["override_from"], overridden["override_to"], overridden["points_to"]) == (None, "7.5", "7.5")
    assert "Orla" not in str(list(Event.objects.values_list("details", flat=True)))


def test_deciding_what_stands_already_changes_and_records_nothing(world: World) -> None:
    settled(world.task, world.owner)
    first = decided(world, comment="Good.")
    again = decided(world, comment="Good.")
    assert (again.version, again.decided_at) == (first.version, first.decided_at)
    assert actions() == ["grade.decided"]


def test_ticks_are_added_and_taken_away(world: World) -> None:
    settled(world.task, world.owner)
    one, two = item(world.task, "One", "-1"), item(world.task, "Two", "-2", position=2)
    row = decided(world, items=frozenset({one.pk}))
    decided(world, items=frozenset({two.pk}))
    assert list(row.rubric_marks.values_list("item", flat=True)) == [two.pk]
    assert total(world) == Decimal("8.0")


def test_a_student_who_handed_in_nothing_can_be_given_points(world: World) -> None:
    row = decided(world, override=Decimal(4), override_reason="Shown in class.", comment="As we said.")
    assert (row.submission, row.verification, row.automatic) == (None, None, None)
    assert total(world) == Decimal("4.0")
    event = Event.objects.get(action="grade.decided")
    assert (event.subject, event.enrollment, event.task) == (f"enrollment {world.owner.pk}", world.owner, world.task)


def test_an_unfinished_result_is_not_kept_so_that_it_shows_once_it_is_there(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    row = decided(world, override=Decimal(5), override_reason="For now.")
    assert (row.submission, row.verification) == (submission, None)
    settle(submission.verifications.get(), 100.0)
    differs = grade_of(world.task, world.owner).result.differs
    assert differs is not None and differs.automatic == Decimal("10.0")


def test_grading_another_attempt_than_the_one_that_counts_is_no_difference_at_once(world: World) -> None:
    worse = settled(world.task, world.owner, 300.0).submission
    better = settled(world.task, world.owner, 100.0, claimed_epochs=100).submission
    view = seen(world.task, world.owner, attempt=0)
    row = decide(task=world.task, enrollment=world.owner, actor=world.ta.user, seen=view, judgement=Judgement())
    assert row.submission == worse and row.kept_against == better.verifications.get()
    assert grade_of(world.task, world.owner).result.differs is None
    settled(world.task, world.owner, 50.0, claimed_epochs=99)
    assert grade_of(world.task, world.owner).result.differs is None  # not better than the one that was passed over
    rerun(better, 390.0, world)
    assert grade_of(world.task, world.owner).result.differs is not None


def test_what_still_runs_while_another_attempt_is_graded_shows_later(world: World) -> None:
    worse = settled(world.task, world.owner, 300.0).submission
    running = run_again(submission=worse, actor=world.operator)
    settled(world.task, world.owner, 100.0, claimed_epochs=100)
    view = seen(world.task, world.owner, attempt=0)
    row = decide(task=world.task, enrollment=world.owner, actor=world.ta.user, seen=view, judgement=Judgement())
    assert row.kept_against is None
    settle(running, 200.0)
    assert grade_of(world.task, world.owner).result.differs is not None


def test_taking_a_decision_back_lets_the_automatic_points_follow_again(world: World) -> None:
    submission = settled(world.task, world.owner, 100.0).submission
    bad = item(world.task, "No report", "-3")
    row = decided(world, items=frozenset({bad.pk}), adjustment=Decimal(1), adjustment_reason="Nice.", comment="Hello.")
    row = undecide(task=world.task, enrollment=world.owner, actor=world.ta.user, version=row.version)
    assert row.decided_at is None and not row.adjustment
    assert (row.comment, row.version) == ("Hello.", 2)
    assert not row.rubric_marks.exists()
    rerun(submission, 400.0, world)
    now = total(world)
    assert now is not None and now < Decimal("10.0")
    assert actions()[-1] == "grade.undecided"
    undecide(task=world.task, enrollment=world.owner, actor=world.ta.user, version=row.version)
    assert actions().count("grade.undecided") == 1


def test_an_older_version_is_refused_and_nothing_is_stored(world: World) -> None:
    settled(world.task, world.owner)
    view = seen(world.task, world.owner)
    decided(world, comment="First.")
    with pytest.raises(GradeChanged):
        decide(
            task=world.task, enrollment=world.owner, actor=world.ta.user, seen=view, judgement=Judgement(comment="2nd")
        )
    assert Grade.objects.get().comment == "First."


def test_passing_on_is_recorded_and_counts_as_a_change(world: World) -> None:
    people: Any = {"task": world.task, "enrollment": world.owner, "actor": world.ta.user}
    assert pass_on(**people, version=0, reviewer=world.instructor.user) == 1
    row = Grade.objects.get()
    assert (row.assigned_to, row.version) == (world.instructor.user, 1)
    assert Event.objects.get(action="grade.assigned").details == {"reviewer": world.instructor.user.pk}
    assert pass_on(**people, version=1, reviewer=world.instructor.user) == 0
    assert pass_on(**people, version=1, reviewer=None) == 1
    with pytest.raises(GradeChanged):
        pass_on(**people, version=1, reviewer=None)


WRONG = [
    (Judgement(adjustment=Decimal("10.1"), adjustment_reason="x"), "10.1 is out of range: allowed are −10.0 to 10.0"),
    (Judgement(adjustment=Decimal("0.25"), adjustment_reason="x"), "0.25 can’t be stored"),
    (Judgement(adjustment=Decimal("NaN"), adjustment_reason="x"), "NaN can’t be stored"),
    (Judgement(adjustment=Decimal(1)), "Missing: say why"),
    (Judgement(override=Decimal(-1), override_reason="x"), "−1.0 is out of range: allowed are 0.0 to 10.0"),
    (Judgement(override=Decimal(3)), "Missing: say why"),
    (Judgement(override=Decimal(3), override_reason="x" * 301), "It has 301 characters; at most 300"),
    (Judgement(comment="x" * 10_001), "It has 10,001 characters; at most 10,000"),
    (Judgement(comment="a\0b"), "can’t be stored (NUL)"),
    (Judgement(items=frozenset({999_999})), "Item 999999 is not in this task’s rubric"),
]


@pytest.mark.parametrize(("judgement", "sentence"), WRONG)
def test_what_can_not_be_kept_is_refused_with_what_is_allowed(
    judgement: Judgement, sentence: str, world: World
) -> None:
    settled(world.task, world.owner)
    with pytest.raises(DecisionRefused) as refused:
        decided(world, judgement)
    assert sentence in str(refused.value)
    assert not Grade.objects.exists() and actions() == []


def test_items_of_other_tasks_and_two_of_one_group_are_refused(world: World) -> None:
    settled(world.task, world.owner)
    foreign = item(make_task(world.course, slug="other"), "Foreign", "1")
    group = RubricGroup.objects.create(task=world.task, title="Report", one_only=True)
    two = [item(world.task, title, "1", group).pk for title in ("Good", "Fair")]
    with pytest.raises(DecisionRefused, match=f"Item {foreign.pk} is not in this task’s rubric"):
        decided(world, items=frozenset({foreign.pk}))
    with pytest.raises(DecisionRefused, match="2 items of “Report” are ticked; at most one"):
        decided(world, items=frozenset(two))
    assert decided(world, items=frozenset(two[:1])).version == 1


def test_a_result_that_nobody_can_have_seen_is_refused(world: World) -> None:
    settled(world.task, world.owner)
    with pytest.raises(ResultChanged):
        decide(
            task=world.task,
            enrollment=world.owner,
            actor=world.ta.user,
            seen=Seen(0, 999_999, 1, Decimal(10)),
            judgement=Judgement(),
        )
    assert not Grade.objects.exists()
