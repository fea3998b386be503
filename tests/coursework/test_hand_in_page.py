"""The hand-in page as a student meets it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coursework.models import Submission
from engine.link import write_link
from tests.world import QUICK_SPEC, World, hand_in, make_world, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def url(world: World) -> str:
    return reverse("hand_in", kwargs=world.task.url_arguments())


def post(world: World, client: Client | None = None, **fields: Any) -> Any:
    data = {
        "link": write_link(QUICK_SPEC),
        "claimed_epochs": "101",
        "idempotency_key": "0" * 32,
        "screenshots": [picture()],
    }
    return (client or world.client("owner")).post(url(world), data | fields)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_handing_in_leads_to_the_receipt(world: World) -> None:
    response = post(world)
    submission = Submission.objects.get()
    assert response.status_code == 302
    assert response["Location"] == reverse("submission", kwargs={"receipt_number": submission.receipt_number})
    assert (submission.enrollment, submission.spec, submission.link) == (
        world.owner,
        QUICK_SPEC,
        write_link(QUICK_SPEC),
    )


def test_a_refused_form_comes_back_as_it_was_filled_in(world: World) -> None:
    response = post(world, link="#learningRate=3&seed=0.5", claimed_epochs="77")
    shown = text(response)
    assert response.status_code == 422
    assert "Learning rate 3 is not allowed: 0.03." in shown
    assert "#learningRate=3&amp;seed=0.5" in shown
    assert 'value="77"' in shown
    assert "run.png" in shown, "the picture was fine and stays"
    assert not Submission.objects.exists()


def test_two_clicks_are_one_submission(world: World) -> None:
    assert post(world)["Location"] == post(world, screenshots=[picture()])["Location"]
    assert Submission.objects.count() == 1


def test_the_same_form_with_other_content_is_told_apart(world: World) -> None:
    post(world)
    response = post(world, claimed_epochs="57", screenshots=[picture()])
    assert response.status_code == 409
    assert "handed in before" in text(response)


def test_what_a_conflict_leaves_can_be_handed_in_as_another_attempt(world: World) -> None:
    post(world)
    conflict = post(world, claimed_epochs="57")
    key = re.search(r'name="idempotency_key" value="([0-9a-f]{32})"', text(conflict))
    assert key is not None
    assert post(world, claimed_epochs="57", idempotency_key=key[1]).status_code == 302
    assert Submission.objects.count() == 2


def test_a_form_loaded_again_is_the_same_form_until_it_is_handed_in(world: World) -> None:
    def key() -> str:
        return str(world.client("owner").get(url(world)).context["form"]["idempotency_key"].value())

    first = key()
    assert first == key()
    assert post(world, idempotency_key=first).status_code == 302
    assert key() != first


def test_a_form_sent_again_without_its_pictures_is_the_same_form(world: World) -> None:
    """With JavaScript the pictures are on the server before the form is sent, and gone when it is sent again."""
    first = post(world)
    again = post(world, screenshots=[])
    assert (again.status_code, again["Location"]) == (302, first["Location"])
    assert post(world, screenshots=[], claimed_epochs="57").status_code == 409


def test_no_attempts_left_is_said_before_and_after(world: World) -> None:
    for _ in range(3):
        hand_in(world.task, world.owner)
    response = world.client("owner").get(url(world))
    assert "All 3 attempts are used" in text(response)
    assert '<form method="post" enctype' not in text(response)
    refused = post(world)
    assert refused.status_code == 422
    assert "All 3 attempts at this task are used" in text(refused)


def test_the_page_counts_the_attempt(world: World) -> None:
    hand_in(world.task, world.owner)
    assert "Attempt 2 of 3" in text(world.client("owner").get(url(world)))


@pytest.mark.parametrize(
    ("opens", "due", "words"), [(1, 2, "You can hand in from"), (-2, -1, "Hand-ins were accepted")]
)
def test_outside_the_window_there_is_no_form(world: World, opens: int, due: int, words: str) -> None:
    assignment = world.task.assignment
    assignment.opens_at = timezone.now() + timedelta(hours=opens)
    assignment.due_at = timezone.now() + timedelta(hours=due)
    assignment.save()
    shown = text(world.client("owner").get(url(world)))
    assert words in shown
    assert 'enctype="multipart/form-data"' not in shown
    assert post(world).status_code == 422
    assert not Submission.objects.exists()


def test_hostile_fields_are_refused_or_taken_but_never_break(world: World) -> None:
    for value in ("\x00", "<script>alert(1)</script>", "9" * 10_000, "💥" * 500, "%00", "constructor"):
        for name in ("link", "claimed_epochs", "seed", "drawn", "idempotency_key", "features", "learning_rate"):
            fields: dict[str, Any] = {"drawn": write_link(QUICK_SPEC), name: value}
            response = post(world, **fields)
            assert response.status_code in (302, 422)
            assert "<script>alert" not in text(response)


def test_a_form_without_our_token_is_refused(world: World) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.owner.user)
    assert post(world, strict).status_code == 403
    assert not Submission.objects.exists()


def test_nothing_runs_in_the_page_but_our_own_files(world: World) -> None:
    response = world.client("owner").get(url(world))
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert " style=" not in text(response)
    assert " onclick=" not in text(response)
