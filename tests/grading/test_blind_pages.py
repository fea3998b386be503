"""Where a task is graded without names, no page about its work says whose it is, until that grade is released."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from coursework.models import Event, Screenshot
from grading.evidence.queue import QueueFilter, queue_rows, review_queue
from grading.grades.keys import grade_key
from grading.grades.names import hidden_names, names_hidden
from grading.grades.reading import grade_of
from grading.models import Outcome, Scope
from grading.services.board import UNTIL_RELEASED
from grading.services.rerun import start_batch
from tests.grading.dashboard.classes import settled
from tests.grading.evidence.rows import differing
from tests.grading.graded import make_blind, released
from tests.world import World, make_task, make_world, settled_practice

pytestmark = pytest.mark.django_db
TELLING = ("ottilie", "quandt", "oq-4711", "o.q@school.test", "31-415")


@pytest.fixture
def world() -> World:
    """Ottilie Quandt's claim is not reproduced, her pictures differ, and she shows her name to classmates."""
    world = make_world()
    person = world.owner
    person.user.email, person.id_number, person.show_name = "o.q@school.test", "31-415", True
    person.user.first_name, person.user.last_name, person.user.username = "Ottilie", "Quandt", "oq-4711"
    person.user.save()
    person.save()
    world.classmate.user.username = "cm-4712"
    world.classmate.user.save()
    first = settled(world.task, person, epochs=50.0)
    submission = settled(world.task, person, Outcome.CLAIM_NOT_REPRODUCED, claimed_epochs=61)
    twin = settled(world.task, world.classmate, Outcome.CLAIM_NOT_REPRODUCED, claimed_epochs=61)
    Screenshot.objects.update(original_name="quandt-run.png", upload_hash="a" * 64)
    for one in (first, submission, twin):
        differing(one, weight=0.9)
    make_blind(world.task)
    return world


def receipt(world: World) -> dict[str, str]:
    return {"receipt_number": world.owner.submissions.get(attempt=2).receipt_number}


def get(name: str, where: Callable[[World], dict[str, Any]], query: str = "") -> Callable[[World, Client], Any]:
    return lambda world, browser: browser.get(reverse(name, kwargs=where(world)) + query)


def of_task(world: World) -> dict[str, Any]:
    return world.task.url_arguments()


def practice(world: World) -> dict[str, Any]:
    return of_task(world) | {"run": settled_practice(world.task, world.owner).pk}


def batch(world: World) -> dict[str, Any]:
    return start_batch(task=world.task, actor=world.operator, scope=Scope.ALL, dry_run=True).url_arguments()


def selection(world: World, browser: Client) -> Any:
    url = reverse("rerun_selection", kwargs=of_task(world))
    return browser.post(url, {"key": grade_key(world.task.pk, world.owner.pk)})


NAMING = {
    "dashboard": get("dashboard", of_task),
    "dashboard_search": get("dashboard", of_task, "?q=quandx"),
    "evidence": get("evidence", receipt),
    "evidence_queue": get("evidence_queue", of_task),
    "integrity": get("integrity", of_task),
    "integrity_download": get("integrity_download", of_task),
    "submission": get("submission", receipt),
    "practice_run": get("practice_run", practice),
    "leaderboard": get("leaderboard", of_task),
    "board_rows": get("board_rows", of_task),
}
NAMELESS = {
    "rerun_batch": get("rerun_batch", batch),
    "rerun_selection": selection,
    "rerun_task": get("rerun_task", of_task),
    "assignment_dashboard": get(
        "assignment_dashboard", lambda world: {"course": world.course.slug, "assignment": "playground"}
    ),
}


@pytest.mark.parametrize("name", [*NAMING, *NAMELESS])
def test_no_page_says_whose_work_it_is(name: str, world: World) -> None:
    response = (NAMING | NAMELESS)[name](world, world.client("instructor"))
    assert response.status_code == 200
    text = response.content.decode().lower()
    assert [word for word in TELLING if word in text] == []


@pytest.mark.parametrize("name", [name for name in NAMING if name != "dashboard_search"])
def test_once_the_grade_is_released_they_do(name: str, world: World) -> None:
    released(world.task, world.owner, world.instructor)
    text = NAMING[name](world, world.client("instructor")).content.decode()
    assert "Ottilie Quandt" in text and "cm-4712" not in text


def test_the_student_sees_the_own_pages_as_ever(world: World) -> None:
    assert "quandt-run.png" in NAMING["submission"](world, world.client("owner")).content.decode()


def test_the_queue_finds_the_hidden_by_pseudonym_and_receipt_alone(world: World) -> None:
    def found(search: str) -> set[str]:
        wanted = QueueFilter(search=search)
        queue = review_queue(world.task, wanted)
        rows = queue_rows(queue, queue.submission_ids, hidden=hidden_names(world.task))
        return {row.name for row in rows}

    pseudonym = world.owner.pseudonym
    assert found("ottilie") == found("31-415") == set()
    assert found(pseudonym) == {pseudonym} == found(receipt(world)["receipt_number"])
    released(world.task, world.owner, world.instructor)
    assert found("ottilie") == {"Ottilie Quandt"} and found(pseudonym) == set()


def test_names_on_the_board_are_refused_until_all_are_released(world: World) -> None:
    browser, url = world.client("instructor"), reverse("board_reveal", kwargs=of_task(world))
    response = browser.post(url, follow=True)
    assert response.redirect_chain and UNTIL_RELEASED in response.content.decode()
    assert not Event.objects.filter(action="leaderboard.revealed").exists()
    for person in (world.owner, world.classmate):
        released(world.task, person, world.instructor)
    assert "Ottilie Quandt" in browser.post(url).content.decode()


def test_no_other_board_of_the_course_gives_the_names_away(world: World) -> None:
    """A student has one pseudonym in the course: a table of names and pseudonyms would do for the blind task, too."""
    by_name = make_task(world.course, slug="xor")
    settled(by_name, world.owner)
    browser = world.client("ta")
    url, board = (reverse(name, kwargs=by_name.url_arguments()) for name in ("board_reveal", "leaderboard"))
    assert UNTIL_RELEASED in browser.post(url, follow=True).content.decode()
    page = browser.get(board).content.decode()
    assert UNTIL_RELEASED in page and "Ottilie Quandt" in page, "she shows her name to classmates, for herself"
    assert not Event.objects.filter(action="leaderboard.revealed").exists()
    for person in (world.owner, world.classmate):
        released(world.task, person, world.instructor)
    assert browser.post(url).status_code == 200 and UNTIL_RELEASED not in browser.get(board).content.decode()
    assert Event.objects.filter(action="leaderboard.revealed").count() == 1


def test_both_ways_of_telling_whether_a_name_is_hidden_agree(world: World) -> None:
    released(world.task, world.owner, world.instructor)
    hidden = hidden_names(world.task)
    for person in (world.owner, world.classmate):
        assert hidden(person.pk) == names_hidden(grade_of(world.task, person))
    make_open = world.task.grading_policy
    make_open.blind = False
    make_open.save()
    assert not hidden_names(world.task)(world.classmate.pk)
