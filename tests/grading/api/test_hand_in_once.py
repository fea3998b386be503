"""One Idempotency-Key, one submission, however often and from how many sides it is sent."""

import pytest
from django.test import Client
from django.utils import timezone

from coursework.models import Submission
from grading.models import Verification
from tests.grading.api.hand_ins import address, send_form, send_json
from tests.grading.api.matrix import client, token
from tests.grading.graded import settle
from tests.grading.test_practice_limits import in_parallel
from tests.world import World, make_task, make_world, picture, verification_of


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def program(world: World) -> Client:
    return client(token(world.owner.user))


@pytest.mark.parametrize("key", [None, "", " ", "ä" * 10, "x" * 256])
def test_without_a_key_nothing_is_taken(key: str | None, world: World, program: Client) -> None:
    headers = {} if key is None else {"Idempotency-Key": key}
    response = program.post(address(world), {"claimed_epochs": 1}, content_type="application/json", headers=headers)
    assert response.status_code == 400 and "Idempotency-Key" in response.json()["detail"]


@pytest.mark.parametrize(
    "key", ["1", "8f3e0b3c-7f5b-4d0e-9a55-0c2a1d1f2b3c", '"quoted"', "two words", "x" * 255, "0" * 32]
)
def test_sent_again_it_is_the_same_submission(key: str, world: World, program: Client) -> None:
    first, again = (send_form(program, world, key=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json() and first["Location"] == again["Location"]
    assert Submission.objects.count() == Verification.objects.count() == 1


def test_once_it_is_settled_the_answer_says_so(world: World, program: Client) -> None:
    program.post(address(world, "draft/screenshots/"), {"screenshot": picture()})
    first = send_json(program, world, key="one")
    settle(verification_of(Submission.objects.get()), 100.0)
    again = send_json(program, world, key="one")
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json()["receipt_number"] == first.json()["receipt_number"]
    assert again.json()["outcome"] == "verified" and "Retry-After" not in again


def test_other_content_or_another_task_under_the_same_key_is_a_conflict(world: World, program: Client) -> None:
    receipt = send_form(program, world, key="one").json()["receipt_number"]
    other = make_task(world.course, slug="other")
    answers = [send_form(program, world, key="one", claimed_epochs="57")]
    answers.append(send_form(program, world, key="one", screenshots=[picture(size=(50, 50))]))
    world.task = other
    answers.append(send_form(program, world, key="one"))
    for response in answers:
        body = response.json()
        assert (response.status_code, body["code"], body["receipt_number"]) == (409, "other_content", receipt)
    assert Submission.objects.count() == 1


def test_after_the_last_attempt_and_the_closing_time_it_is_still_the_same(world: World, program: Client) -> None:
    world.task.attempts = 1
    world.task.save()
    first = send_form(program, world, key="one")
    world.task.assignment.due_at = timezone.now()
    world.task.assignment.save()
    again = send_form(program, world, key="one")
    assert again.status_code == 202 and again.json()["url"] == first.json()["url"]
    assert send_form(program, world, key="one", screenshots=[picture(size=(50, 50))]).status_code == 409


def test_two_students_may_have_the_same_key(world: World, program: Client) -> None:
    other = client(token(world.classmate.user))
    assert {send_form(one, world, key="one").status_code for one in (program, other)} == {202}
    assert Submission.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_parallel_posts_are_one_submission() -> None:
    world = make_world()
    text = token(world.owner.user)
    answers = in_parallel(lambda: send_form(client(text), world, key="one"), 2)
    assert [one.status_code for one in answers] == [202, 202]
    assert len({one["Location"] for one in answers}) == 1
    assert Submission.objects.count() == Verification.objects.count() == 1
