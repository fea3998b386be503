"""Handing in by a program: what is taken, and that what is not is refused in the page's own words."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coursework.models import Draft, DraftScreenshot, Submission
from engine.link import write_hash
from engine.spec import Spec
from grading.api.v1.designs import ONE_OF_TWO
from tests.grading.api.hand_ins import address, send_form, send_json
from tests.grading.api.matrix import client, token
from tests.grading.graded import settle
from tests.world import QUICK_SPEC, World, hand_in, make_world, picture, verification_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def program(world: World) -> Client:
    return client(token(world.owner.user))


def errors(response: Any) -> dict[str, str]:
    assert response.status_code == 422, response.content
    return {field: " ".join(messages) for field, messages in response.json()["errors"].items()}


def said_by_the_page(world: World, **fields: Any) -> str:
    data = {"link": "", "claimed_epochs": "101", "idempotency_key": "0" * 32, "screenshots": [picture()]} | fields
    response = world.client("owner").post(reverse("hand_in", kwargs=world.task.url_arguments()), data)
    assert response.status_code == 422
    return " ".join(str(message) for said in response.context["form"].errors.values() for message in said)


def test_a_form_is_received_and_its_status_asked_for_until_it_is_settled(world: World, program: Client) -> None:
    response = send_form(program, world)
    assert response.status_code == 202
    submission = Submission.objects.get()
    assert (submission.enrollment, submission.spec, submission.claimed_epochs) == (world.owner, QUICK_SPEC, 101)
    body, status = response.json(), response["Location"]
    assert body["receipt_number"] == submission.receipt_number and body["url"] == status
    assert (body["state"], body["outcome"], body["standing"]) == ("queued", None, "on_time")
    assert body["progress"]["place_in_queue"] == 1 and response["Retry-After"] == "1"
    assert Spec.from_dict(body["spec"]) == QUICK_SPEC
    waiting = program.get(status)
    assert waiting.json() == body and waiting["Retry-After"] == "1"
    settle(verification_of(submission), 100.0)
    done = program.get(status)
    assert "Retry-After" not in done
    assert (done.json()["state"], done.json()["outcome"], done.json()["progress"]) == ("completed", "verified", None)
    picture_url = done.json()["screenshots"][0]["url"]
    shown = program.get(picture_url, headers={"Accept": "image/*"})
    assert shown.getvalue().startswith(b"\x89PNG") and shown["Content-Type"] == "image/png"
    assert "ETag" not in shown


def test_json_hands_in_the_drafts_pictures(world: World, program: Client) -> None:
    pictures = address(world, "draft/screenshots/")
    for _ in range(2):  # what is there already is not kept twice
        added = program.post(pictures, {"screenshot": picture()})
        assert added.status_code == 201
    assert [one["url"] for one in program.get(pictures).json()] == [added["Location"]] == [added.json()["url"]]
    spare = program.post(pictures, {"screenshot": picture(size=(50, 50))}).json()
    assert program.delete(spare["url"]).status_code == 204
    assert program.get(spare["url"]).status_code == program.delete(spare["url"]).status_code == 404
    assert program.get(added["Location"]).getvalue().startswith(b"\x89PNG")
    spec = {"features": ["xSquared", "ySquared"], "hidden_layers": [3], "seed": "0.31415"}
    response = send_json(program, world, link=None, spec=spec)
    assert response.status_code == 202
    submission = Submission.objects.get()
    assert submission.spec == QUICK_SPEC, "what is left out is as the task starts"
    assert submission.screenshots.count() == 1
    assert not Draft.objects.exists()


def test_the_draft_of_the_page_is_left_alone_unless_asked_for(world: World, program: Client) -> None:
    program.post(address(world, "draft/screenshots/"), {"screenshot": picture(size=(50, 50))})
    assert send_form(program, world).status_code == 202
    assert DraftScreenshot.objects.count() == 1


def test_a_form_may_bring_the_settings_as_json_in_a_text(world: World, program: Client) -> None:
    spec = json.dumps(QUICK_SPEC.to_dict())
    assert send_form(program, world, link=None, spec=spec).status_code == 202
    assert Submission.objects.get().spec == QUICK_SPEC
    assert set(errors(send_form(program, world, link=None, spec="{"))) == {"spec"}


def test_a_field_of_a_form_that_is_left_empty_is_none(world: World, program: Client) -> None:
    for nothing in ({"link": ""}, {"link": " "}, {"link": "", "spec": ""}, {"link": None, "spec": ""}):
        assert errors(send_form(program, world, **nothing)) == {"link": ONE_OF_TWO}
    assert send_form(program, world, link="", spec=json.dumps(QUICK_SPEC.to_dict())).status_code == 202
    assert send_form(program, world, spec="").status_code == 202


@pytest.mark.parametrize(
    ("link", "claimed"),
    [
        ("hello", "101"),
        ("#learningRate=3&noise=50&seed=1", "101"),
        ("#networkShape=9,1,1,1,1,1,1&seed=1", "101"),
        ("#batchSize=many&learningRate=abc&seed=1", "101"),
        ("#dataset=xor&seed=1", "101"),
        ("https://playground.tensorflow.org/#networkShape=4,2", "101"),
        (write_hash(QUICK_SPEC), "0"),
        (write_hash(QUICK_SPEC), "401"),
        (write_hash(QUICK_SPEC), "soon"),
        (write_hash(QUICK_SPEC), ""),
    ],
)
def test_what_the_page_refuses_is_refused_in_its_words(link: str, claimed: str, world: World, program: Client) -> None:
    found = errors(send_form(program, world, link=link, claimed_epochs=claimed or None))
    assert len(found) == 1
    assert found == {
        ("claimed_epochs" if "xSquared" in link else "link"): said_by_the_page(world, link=link, claimed_epochs=claimed)
    }
    assert not Submission.objects.exists()


def test_settings_are_refused_each_at_its_own_field_all_at_once(world: World, program: Client) -> None:
    spec = {"learning_rate": 3, "noise": 50, "hidden_layers": [9], "features": [], "seed": "no seed!"}
    found = errors(send_json(program, world, link=None, spec=spec, claimed_epochs="101", accept_late="yes"))
    wrong = {"spec.learning_rate", "spec.noise", "spec.hidden_layers", "spec.features", "spec.seed"}
    assert set(found) == wrong | {"claimed_epochs", "accept_late", "screenshots"}
    assert found["spec.learning_rate"] == "Learning rate 3 is not allowed: 0.03."
    kinds = errors(send_json(program, world, link=None, spec={"noise": "much", "cosX": 1}))
    assert set(kinds) == {"spec", "spec.noise", "screenshots"}
    both_and_none: list[dict[str, Any]] = [{"spec": {}}, {"link": None}]
    for fields in both_and_none:
        assert "either link" in errors(send_json(program, world, **fields))["link"]
    assert "object" in errors(send_json(program, world, link=None, spec=[]))["spec"]


def test_a_target_that_is_impossible_on_the_seed_is_told_before_anything_is_used_up(
    world: World, program: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coursework.design.why_impossible", lambda _rules, _spec: "Two points lie on each other.")
    said = "Two points lie on each other. Take another seed: nothing was used up."
    assert errors(send_form(program, world)) == {"link": said}
    assert errors(send_form(program, world, link=None, spec='{"seed": "1"}')) == {"spec.seed": said}
    assert said in said_by_the_page(world, link=write_hash(QUICK_SPEC))


def test_pictures_are_refused_in_the_pages_words(world: World, program: Client) -> None:
    cases: list[list[Any]] = [
        [],
        [SimpleUploadedFile("bad.png", b"?")],
        [picture(size=(4, 4))],
        [picture(size=(20 + one, 20)) for one in range(4)],
    ]
    for files in cases:
        found = errors(send_form(program, world, screenshots=files))
        for file in files:
            file.seek(0)
        link = write_hash(QUICK_SPEC)
        assert found == {"screenshots": said_by_the_page(world, link=link, screenshots=files)}
        DraftScreenshot.objects.all().delete()
    refused = program.post(address(world, "draft/screenshots/"), {"screenshot": SimpleUploadedFile("bad.png", b"?")})
    assert "bad.png is not a picture" in errors(refused)["screenshot"]
    assert "Send one file" in errors(program.post(address(world, "draft/screenshots/"), {}))["screenshot"]


def test_late_is_asked_about_first(world: World, program: Client) -> None:
    assignment = world.task.assignment
    assignment.due_at, assignment.closes_at = (timezone.now() + timedelta(hours=one) for one in (-1, 1))
    assignment.save()
    assert errors(send_form(program, world)) == {
        "accept_late": "The due time has passed: send accept_late: true to hand in late."
    }
    response = send_form(program, world, accept_late="true")
    assert response.status_code == 202 and response.json()["standing"] == "late"


@pytest.mark.parametrize(("opens", "due", "words"), [(1, 2, "not open yet"), (-2, -1, "closed")])
def test_outside_the_window_it_is_a_conflict(opens: int, due: int, words: str, world: World, program: Client) -> None:
    assignment = world.task.assignment
    assignment.opens_at, assignment.due_at = (timezone.now() + timedelta(hours=one) for one in (opens, due))
    assignment.save()
    response = send_form(program, world)
    assert (response.status_code, response.json()["code"]) == (409, "not_open")
    assert words in response.json()["detail"]
    assert program.post(address(world, "draft/screenshots/"), {"screenshot": picture()}).status_code == 409


def test_used_up_attempts_are_a_conflict(world: World, program: Client) -> None:
    for _ in range(3):
        hand_in(world.task, world.owner)
    response = send_form(program, world)
    assert (response.status_code, response.json()["code"]) == (409, "attempts_used_up")
    assert response.json()["detail"] == "All 3 attempts at this task are used. What you handed in counts."


def test_storage_that_fails_is_our_fault_and_nothing_is_lost(
    world: World, program: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    program.post(address(world, "draft/screenshots/"), {"screenshot": picture(size=(50, 50))})
    with monkeypatch.context() as broken:
        broken.setattr(default_storage, "save", full)
        added = program.post(address(world, "draft/screenshots/"), {"screenshot": picture()})
        for response in (send_form(program, world, key="one", from_draft="true"), added):
            assert response.status_code == 503 and int(response["Retry-After"]) > 0
            assert "We could not store run.png just now; the fault is ours." in response.json()["detail"]
            assert "The rest is kept" not in response.json()["detail"], "there is no form that keeps anything"
    assert not Submission.objects.exists() and DraftScreenshot.objects.count() == 1
    assert send_form(program, world, key="one", from_draft="true").status_code == 202
    assert Submission.objects.get().screenshots.count() == 2


def test_what_can_not_be_read_is_refused_as_a_problem(world: World, program: Client) -> None:
    keyed = {"Idempotency-Key": "1"}
    bodies = [(b"{", "application/json", 400), (b"[]", "application/json", 422), (b"x", "text/plain", 415)]
    bodies += [(b"--x", "multipart/form-data", 400), (b"", "multipart/form-data; boundary=x", 422)]
    for body, kind, status in bodies:
        response = program.post(address(world), body, content_type=kind, headers=keyed)
        assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json"), body
    odd = errors(send_form(program, world, link=SimpleUploadedFile("a", b"b"), claimed_epochs="9" * 2000))
    assert set(odd) == {"link", "claimed_epochs"}
