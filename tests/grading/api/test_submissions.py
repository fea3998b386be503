"""Submissions read by a program: lists with filters, and that nothing says whose blind work is."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from coursework.models import Screenshot, Submission
from grading.models import Outcome
from tests.grading.api.hand_ins import address
from tests.grading.api.matrix import client, token
from tests.grading.api.program import task_path
from tests.grading.dashboard.classes import failed, rerun, settled
from tests.grading.graded import make_blind, released
from tests.world import World, hand_in, make_task, make_world, settled_practice

pytestmark = pytest.mark.django_db
OF_COURSE = "/api/v1/courses/ml-1/submissions/"
TELLING = ("ottilie", "quandt", "oq-4711", "o.q@school.test", "31-415")


@pytest.fixture
def world() -> World:
    return make_world()


def program(world: World, who: str) -> Client:
    return client(token(getattr(world, who).user))


def receipts(asked: Client, query: str = "", where: str = OF_COURSE) -> list[str]:
    response = asked.get(f"{where}?{query}")
    assert response.status_code == 200, response.content
    return [one["receipt_number"] for one in response.json()["results"]]


def test_students_list_their_own_and_staff_all_the_newest_first(world: World) -> None:
    own, other = hand_in(world.task, world.owner), hand_in(world.task, world.classmate)
    assert receipts(program(world, "owner")) == [own.receipt_number]
    assert receipts(program(world, "ta")) == [other.receipt_number, own.receipt_number]
    assert receipts(program(world, "ta"), where=address(world)) == [other.receipt_number, own.receipt_number]
    assert receipts(program(world, "owner"), f"enrollment={world.classmate.pk}") == []


def test_they_are_filtered(world: World) -> None:
    second = make_task(world.course, slug="second")
    waiting, lost = hand_in(world.task, world.owner), failed(world.task, world.classmate)
    done, wrong = settled(second, world.owner), settled(second, world.owner, Outcome.CLAIM_NOT_REPRODUCED)
    again = settled(world.task, world.owner)
    rerun(again, Outcome.DIVERGED)
    then = timezone.now() - timedelta(days=2)
    Submission.objects.filter(pk=done.pk).update(received_at=then)
    names = {one.receipt_number: name for name, one in locals().items() if isinstance(one, Submission)}

    def found(query: str) -> set[str]:
        return {names[one] for one in receipts(program(world, "ta"), query)}

    assert found("state=queued") == {"waiting"}
    assert found("state=failed") == {"lost"}
    assert found("state=completed") == {"done", "wrong", "again"}
    assert found("outcome=claim_not_reproduced") == {"wrong"}
    assert found("outcome=diverged") == {"again"}, "the newest result speaks"
    assert found("task=second") == {"done", "wrong"}
    assert found("assignment=none") == set()
    assert found(f"enrollment={world.classmate.pk}") == {"lost"}
    middle = (then + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert found(f"received_before={middle}") == {"done"}
    assert found(f"received_after={middle}") == set(names.values()) - {"done"}
    for query in ("state=x", "enrollment=x", "received_after=x", "tasks=second"):
        response = program(world, "ta").get(f"{OF_COURSE}?{query}")
        assert response.status_code == 422 and list(response.json()["errors"]) == [query.partition("=")[0]]


def test_a_page_of_many_takes_as_few_queries_as_one_of_few(world: World, django_assert_max_num_queries: Any) -> None:
    asked = program(world, "ta")
    for person in (world.owner, world.classmate) * 3:
        settled(world.task, person)
    with django_assert_max_num_queries(16):
        assert len(receipts(asked)) == 6


@pytest.fixture
def blind(world: World) -> World:
    """Ottilie Quandt's work is graded blind; she shows her name to classmates."""
    person = world.owner
    person.user.email, person.id_number, person.show_name = "o.q@school.test", "31-415", True
    person.user.first_name, person.user.last_name, person.user.username = "Ottilie", "Quandt", "oq-4711"
    person.user.save()
    person.save()
    settled(world.task, person)
    Screenshot.objects.update(original_name="quandt-run.png")
    make_blind(world.task)
    return world


def everything(world: World, who: str) -> str:
    """All that a program can read about the task's work, by following addresses."""
    asked = program(world, who)
    run = settled_practice(world.task, world.owner)
    waiting = [OF_COURSE, address(world), f"/api/v1/{task_path(world.task)}leaderboard/"]
    waiting += [f"/api/v1/{task_path(world.task)}practice/runs/{run.pk}/"]
    seen: dict[str, str] = {}
    while waiting:
        one = waiting.pop()
        response = asked.get(one)
        assert response.status_code == 200, one
        if response.streaming:
            response.getvalue()
            continue
        seen[one] = response.content.decode()
        waiting += [url for url in addresses(response.json()) if url not in seen and "/api/v1/" in url]
    return " ".join(seen.values()).lower()


def addresses(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [found for one in value.values() for found in addresses(one)]
    if isinstance(value, list):
        return [found for one in value for found in addresses(one)]
    return [value] if isinstance(value, str) and value.startswith("http://testserver") else []


def test_nothing_says_whose_blind_work_it_is_until_the_grade_is_released(blind: World) -> None:
    text = everything(blind, "instructor")
    assert [word for word in TELLING if word in text] == []
    assert blind.owner.pseudonym.lower() in text
    assert f'"enrollment":{blind.owner.pk}' not in text
    released(blind.task, blind.owner, blind.instructor)
    text = everything(blind, "instructor")
    assert "ottilie quandt" in text and "oq-4711" in text and "quandt-run.png" in text
    work = program(blind, "instructor").get(address(blind)).content.decode()
    assert blind.owner.pseudonym not in work, "name and pseudonym never stand together"


def test_blind_work_is_not_found_by_who_did_it(blind: World) -> None:
    assert receipts(program(blind, "ta"), f"enrollment={blind.owner.pk}") == []
    assert len(receipts(program(blind, "owner"), f"enrollment={blind.owner.pk}")) == 1
    released(blind.task, blind.owner, blind.instructor)
    assert len(receipts(program(blind, "ta"), f"enrollment={blind.owner.pk}")) == 1


def test_students_see_their_own_as_ever_and_no_points_before_their_release(blind: World) -> None:
    assert "quandt-run.png" in everything(blind, "owner")
    detail = program(blind, "owner").get(f"/api/v1/submissions/{Submission.objects.get().receipt_number}/").json()
    verification = program(blind, "owner").get(detail["verifications_url"]).json()[0]
    keys = {*detail, *verification, *program(blind, "owner").get(verification["url"]).json()}
    assert [key for key in keys if "point" in key or "grade" in key or "comment" in key] == []


def test_a_screenshot_whose_file_is_gone_is_missing_not_an_error(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    default_storage.delete(str(submission.screenshots.get().picture.name))
    url = f"/api/v1/submissions/{submission.receipt_number}/screenshots/1/"
    assert program(world, "owner").get(url).status_code == 404
