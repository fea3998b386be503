"""What a student sees of a grade: before the release nothing, in pages and files; after it every part."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from coursework.models import Assignment, Submission
from grading.grades.shown import GradeShown, shown_grade, signed
from grading.models import Counts, Grade, GradingPolicy, ReleaseMode, RubricGroup, RubricItem, RubricMark, RubricUse
from grading.services.grades.releasing import hide_grades, release_grades
from grading.services.verification import run_verification
from tests.grading.graded import by_hand, decided, settled
from tests.world import World, hand_in, verification_of

pytestmark = pytest.mark.django_db
SECRETS = (">7.3", ">9.9", "weak plot", "Two days in hospital")


@pytest.fixture
def world() -> World:
    return by_hand()


def automatic(world: World) -> None:
    GradingPolicy.objects.update(release=ReleaseMode.AUTOMATIC)


def release(world: World) -> None:
    release_grades(task=world.task, enrollments=[world.owner], actor=world.instructor.user, mail=False)


def text_of(world: World, url: str, who: str = "owner") -> str:
    response = world.client(who).get(url)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def addresses(world: World, submission: Submission) -> list[str]:
    receipt = {"receipt_number": submission.receipt_number}
    return [
        reverse("home"),
        reverse("task", kwargs=world.task.url_arguments()),
        reverse("submission", kwargs=receipt),
        reverse("regrade_ask", kwargs=world.task.url_arguments()),
        reverse("leaderboard", kwargs=world.task.url_arguments()),
    ]


def graded(world: World) -> Submission:
    """Really trained, so that the page is complete; then graded in every way."""
    submission = hand_in(world.task, world.owner)
    run_verification(verification_id=verification_of(submission).pk, worker="test")
    decided(
        verification_of(submission),
        world.ta,
        automatic=Decimal("9.9"),
        adjustment=Decimal("-2.6"),
        adjustment_reason="Two days in hospital",
        comment="Good **title, weak plot**<script>alert(1)</script>",
    )
    return submission


def lines(shown: GradeShown) -> list[tuple[str, str]]:
    return [(line.label, line.points) for line in shown.lines]


def test_before_the_release_no_page_holds_points_or_comment(world: World) -> None:
    submission = graded(world)
    for address in addresses(world, submission):
        text = text_of(world, address)
        assert not any(secret in text for secret in SECRETS), address
    assert "Points are not released yet" in text_of(world, addresses(world, submission)[1])
    page = text_of(world, addresses(world, submission)[2])
    assert "not released yet" in page and "Verified: your network reaches" in page  # the outcome stays
    chart = {"receipt_number": submission.receipt_number, "name": "loss", "kind": "csv"}
    assert "9.9\n" not in text_of(world, reverse("submission_chart", kwargs=chart))


def test_after_it_both_pages_show_every_part(world: World) -> None:
    submission = graded(world)
    release(world)
    for address in addresses(world, submission)[1:3]:
        text = text_of(world, address)
        assert "<strong>7.3</strong> of 10.0 points" in text
        assert "−2.6" in text and "Two days in hospital" in text and "9.9" in text
        assert "<strong>title, weak plot</strong>" in text and "alert(1)" not in text
        assert "Attempt 1 was graded" in text
    hide_grades(task=world.task, enrollments=[world.owner], actor=world.instructor.user)
    assert ">7.3" not in text_of(world, addresses(world, submission)[1])


def test_staff_see_it_before_and_are_told_that_the_student_does_not(world: World) -> None:
    submission = graded(world)
    text = text_of(world, addresses(world, submission)[2], "ta")
    assert "<strong>7.3</strong> of 10.0" in text and "not released: the student does not see this" in text
    assert "Ask for a second look" not in text
    release(world)
    assert "does not see this" not in text_of(world, addresses(world, submission)[2], "ta")


def test_rubric_items_that_hold_stand_with_points_and_explanation(world: World) -> None:
    grade = decided(settled(world.task, world.owner), world.ta)
    group = RubricGroup.objects.create(task=world.task, title="Report")
    item = RubricItem.objects.create(
        task=world.task, group=group, title="No axes", points=Decimal("-1.5"), explanation="See *page 3*"
    )
    RubricItem.objects.create(task=world.task, title="Neat", points=Decimal("0.5"))
    RubricMark.objects.create(grade=grade, item=item)
    release(world)
    shown = shown_grade(world.task, world.owner)
    assert lines(shown) == [("Automatic points", "10.0"), ("Report: No axes", "−1.5")]
    assert shown.lines[1].explanation == "<p>See <em>page 3</em></p>\n"
    assert shown.total == Decimal("8.5")


def test_where_the_rubric_replaces_the_automatic_points_that_is_said(world: World) -> None:
    GradingPolicy.objects.update(rubric_use=RubricUse.INSTEAD)
    world.task.grading_policy.refresh_from_db()
    grade = decided(settled(world.task, world.owner), world.ta)
    item = RubricItem.objects.create(task=world.task, title="Solved", points=Decimal("14.0"))
    RubricMark.objects.create(grade=grade, item=item)
    release(world)
    shown = shown_grade(world.task, world.owner)
    assert "the rubric stands in their place" in shown.lines[0].text
    assert lines(shown)[1:] == [("Solved", "+14.0"), ("Limit", "10.0")]


def test_an_override_comes_with_its_reason_and_an_excuse_without(world: World) -> None:
    decided(settled(world.task, world.owner), world.ta, override=Decimal("4.5"), override_reason="Agreed on Monday")
    release(world)
    shown = shown_grade(world.task, world.owner)
    assert lines(shown)[-1] == ("Set by a person", "4.5") and "Agreed on Monday" in shown.lines[-1].text
    Grade.objects.update(excused=True, excused_reason="Ill")
    shown = shown_grade(world.task, world.owner)
    assert shown.total is None
    assert shown.sentence == "Excused: this task does not count."
    page = world.client("owner").get(f"/courses/{world.course.slug}/playground/circle/").content.decode()
    assert "does not count" in page and "Ill" not in page


def test_lateness_says_how_much_it_takes(world: World) -> None:
    automatic(world)
    now = timezone.now()
    Assignment.objects.filter(pk=world.task.assignment_id).update(
        due_at=now - timedelta(hours=1), closes_at=now + timedelta(days=1), late_percent_per_day=20
    )
    world.task.assignment.refresh_from_db()
    settled(world.task, world.owner, accept_late=True)
    shown = shown_grade(world.task, world.owner)
    assert lines(shown) == [("Automatic points", "10.0"), ("Late", "−2.0")]
    assert (shown.lines[1].text, shown.total) == ("20 % is taken off.", Decimal("8.0"))


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (Counts.BEST, "Attempt 1 makes the points: of all attempts, the one worth most counts."),
        (Counts.LAST, "Attempt 2 makes the points: the last attempt counts."),
    ],
)
def test_which_attempt_counts_and_by_which_rule(world: World, counts: Counts, said: str) -> None:
    automatic(world)
    GradingPolicy.objects.update(counts=counts)
    first, second = settled(world.task, world.owner, 100.0), settled(world.task, world.owner, 300.0, claimed_epochs=90)
    assert shown_grade(world.task, world.owner).counting == said
    assert first.submission.attempt == 1 and second.submission.attempt == 2


def test_what_waits_is_said_without_points(world: World) -> None:
    automatic(world)
    shown = shown_grade(world.task, world.owner)
    assert shown.is_empty and shown.sentence == "Nothing was handed in yet."
    hand_in(world.task, world.owner)
    assert shown_grade(world.task, world.owner).sentence == "The points come with the result of the check."
    settled_one = hand_in(world.task, world.classmate)
    assert settled_one.attempt == 1


def test_a_classmate_sees_nothing_of_it(world: World) -> None:
    submission = graded(world)
    release(world)
    assert world.client("classmate").get(addresses(world, submission)[2]).status_code == 404
    assert ">7.3" not in text_of(world, addresses(world, submission)[1], "classmate")


def test_points_are_written_with_their_sign() -> None:
    assert [signed(Decimal(one)) for one in ("2.0", "-2.5", "0.0")] == ["+2.0", "−2.5", "+0.0"]


def test_the_task_page_of_somebody_without_work_has_no_section(world: World) -> None:
    context: Any = text_of(world, reverse("task", kwargs=world.task.url_arguments()), "classmate")
    assert "Your grade" not in context and "not released" not in context
