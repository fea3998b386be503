"""Home, task page, leaderboard and dashboard: what they say, to whom, and with how many queries."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from coursework.models import Course, Enrollment
from coursework.services.courses import enroll
from engine.spec import Spec
from grading.services.verification import run_verification
from tests.world import World, hand_in, make_course, make_user, make_world, verification_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def verified(world: World, enrollment: Enrollment, **fields: Any) -> None:
    submission = hand_in(world.task, enrollment, **fields)
    run_verification(verification_id=verification_of(submission).pk, worker="test")


def get(world: World, who: str, name: str, **arguments: Any) -> str:
    response = world.client(who).get(reverse(name, kwargs=arguments))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def of_task(world: World, who: str, name: str) -> str:
    return get(world, who, name, **world.task.url_arguments())


def test_home_shows_own_courses_only(world: World) -> None:
    text = get(world, "owner", "home")
    assert "Course ml-1" in text and "Course ml-2" not in text
    assert world.owner.pseudonym in text
    assert "Nothing handed in yet" in text


def test_home_without_a_course_says_what_would_be_here(world: World) -> None:
    assert "No course yet" in get(world, "operator", "home")


def test_home_shows_where_a_task_stands(world: World) -> None:
    verified(world, world.owner)
    text = get(world, "owner", "home")
    assert "1 of 3 attempts used" in text and "Verified" in text


def test_the_task_page_lists_attempts_and_marks_the_one_that_counts(world: World) -> None:
    verified(world, world.owner, claimed_epochs=1)
    verified(world, world.owner)
    text = of_task(world, "owner", "task")
    assert "Attempt 1</a> </th>" not in text
    assert text.count('class="tag tag-ok">counts') == 1
    table = text[text.index("<tbody>") :]
    assert table.index("Attempt 2") < table.index(">counts<") < table.index("Attempt 1")
    assert "1 of 3 attempts left" in text


def test_the_task_page_renders_markdown_safely(world: World) -> None:
    world.task.instructions = "**Bold** <script>alert(1)</script> [link](javascript:alert(1))"
    world.task.save()
    text = of_task(world, "owner", "task")
    assert "<strong>Bold</strong>" in text
    assert "alert(1)</script>" not in text and 'href="javascript' not in text


def test_an_empty_leaderboard_says_so(world: World) -> None:
    assert "Nobody is on the board yet" in of_task(world, "owner", "leaderboard")


def test_the_leaderboard_ranks_under_pseudonyms_and_marks_the_own_row(world: World) -> None:
    verified(world, world.classmate)
    verified(world, world.owner, claimed_epochs=1)  # to review: not ranked
    text = of_task(world, "owner", "leaderboard")
    assert world.classmate.pseudonym in text and "classmate" not in text
    assert "You are not on the board yet" in text
    verified(world, world.owner)
    text = of_task(world, "owner", "leaderboard")
    assert "You are 2nd of 2" in text  # the same network, handed in later
    assert text.count('class="me"') == 1


def test_classmates_designs_stay_hidden_until_the_assignment_closes(world: World) -> None:
    verified(world, world.classmate)
    assert "net-mini" not in of_task(world, "owner", "leaderboard")
    assert "net-mini" in of_task(world, "classmate", "leaderboard")
    assert "net-mini" in of_task(world, "ta", "leaderboard")
    assignment = world.task.assignment
    assignment.due_at = timezone.now() + timedelta(microseconds=1)
    assignment.save()
    assert "net-mini" in of_task(world, "owner", "leaderboard")


def test_staff_who_try_the_task_are_not_ranked(world: World) -> None:
    verified(world, world.ta)
    assert "Nobody is on the board yet" in of_task(world, "owner", "leaderboard")


def test_a_rerun_that_finds_otherwise_takes_the_entry_off_the_board(world: World) -> None:
    verified(world, world.owner)
    earlier = verification_of(world.owner.submissions.get())
    type(earlier).objects.create(
        submission=earlier.submission,
        status="completed",
        outcome="target_not_reached",
        queued_at=timezone.now(),
        finished_at=timezone.now(),
    )
    assert "Nobody is on the board yet" in of_task(world, "owner", "leaderboard")


def test_the_dashboard_counts_and_puts_first_what_needs_a_person(world: World) -> None:
    verified(world, world.owner)
    verified(world, world.classmate, claimed_epochs=1)
    text = of_task(world, "ta", "dashboard")
    assert "2 students" in text and "<b>1</b> needs a person" in text
    assert '#students">verified</a>' in text and '#students">to review</a>' in text
    assert text.count('<span class="sw ') == 2 and "not handed in</a>" not in text
    rows = text[text.index('<table class="tbl class">') :]
    assert rows.index(">classmate</a>") < rows.index(">Orla Owner</a>")
    # Who is behind a pseudonym is shown on the leaderboard only, where looking is recorded.
    assert world.classmate.pseudonym not in text and world.owner.pseudonym not in text


def test_a_course_without_tasks_has_a_dashboard_that_says_so(world: World) -> None:
    empty = make_course("empty")
    enroll(course=empty, user=world.instructor.user, role=world.instructor.role)  # type: ignore[arg-type]
    assert "No tasks yet" in get(world, "instructor", "course_dashboard", course="empty")


def crowd(course: Course, world: World, count: int) -> None:
    for number in range(count):
        student = enroll(course=course, user=make_user(f"crowd{number}"))
        verified(world, student, spec=Spec(features=("xSquared", "ySquared"), hidden_layers=(3,), seed="0.31415"))


@pytest.mark.parametrize(("name", "most"), [("dashboard", 35), ("leaderboard", 19)])
def test_more_students_need_no_more_queries(
    name: str, most: int, world: World, django_assert_max_num_queries: Any
) -> None:
    crowd(world.course, world, 6)
    world.client("ta")  # signing in has queries of its own
    with django_assert_max_num_queries(most):
        of_task(world, "ta", name)


def test_help_is_there_for_everybody(world: World) -> None:
    assert "How verification works" in get(world, "anonymous", "help")
