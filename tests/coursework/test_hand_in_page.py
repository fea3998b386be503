"""The hand-in page as a student meets it."""

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
        "source": "link",
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
    assert "choose them again" in shown
    assert not Submission.objects.exists()


def test_two_clicks_are_one_submission(world: World) -> None:
    assert post(world)["Location"] == post(world, screenshots=[picture()])["Location"]
    assert Submission.objects.count() == 1


def test_the_same_form_with_other_content_is_told_apart(world: World) -> None:
    post(world)
    response = post(world, claimed_epochs="57", screenshots=[picture()])
    assert response.status_code == 409
    assert "handed in before" in text(response)


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
        for name in ("link", "claimed_epochs", "seed", "hidden_layers", "source", "idempotency_key", "features"):
            fields: dict[str, Any] = {"source": "fields", name: value}
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
