"""The pages of practice runs: what they offer, refuse, show and lead to."""

from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from engine.link import read_link, write_link
from engine.spec import Spec
from grading.models import PracticeRun, Status
from grading.services.practice import run_practice
from tests.world import QUICK_SPEC, World, make_task, make_world, settled_practice

pytestmark = pytest.mark.django_db
SEEDS = ["0.7", "0.8", "0.9"]


@pytest.fixture
def world() -> World:
    world = make_world()
    world.task.practice_seeds = SEEDS
    world.task.practice_per_day = 3
    world.task.save()
    return world


def address(world: World, name: str = "practice", **more: Any) -> str:
    return reverse(name, kwargs=world.task.url_arguments() | more)


def page(world: World, who: str = "owner", query: str = "") -> str:
    response = world.client(who).get(address(world) + query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def post(world: World, link: str, who: str = "owner") -> Any:
    return world.client(who).post(address(world), {"link": link})


def shown(world: World, run: PracticeRun, who: str = "owner") -> str:
    response = world.client(who).get(address(world, "practice_run", run=run.pk))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_a_link_starts_a_run_and_leads_to_its_page(world: World) -> None:
    response = post(world, write_link(QUICK_SPEC))
    run = PracticeRun.objects.get()
    assert response.status_code == 302 and response["Location"] == address(world, "practice_run", run=run.pk)
    assert (run.spec, run.enrollment, run.task) == (QUICK_SPEC, world.owner, world.task)
    assert "Next, once no hand-in waits" in shown(world, run)
    run_practice(practice_run_id=run.pk, worker="one")
    text = shown(world, run)
    assert "Median epoch" in text and "your own" in text and ">101<" in text
    assert "Loss on your own seed" in text
    assert all(seed in text for seed in SEEDS)


def test_hand_this_in_brings_the_link_along(world: World) -> None:
    run = PracticeRun.objects.get(pk=start_and_run(world).pk)
    text = shown(world, run)
    hand_in = text[text.index(reverse("hand_in", kwargs=world.task.url_arguments())) :].split('"')[0]
    link = parse_qs(urlsplit(hand_in.replace("&amp;", "&")).query)["link"][0]
    assert read_link(link).spec == QUICK_SPEC
    assert "Hand this in" not in shown(world, run, "ta")


def start_and_run(world: World, spec: Spec = QUICK_SPEC) -> PracticeRun:
    post(world, write_link(spec))
    run = PracticeRun.objects.get(status=Status.QUEUED)
    run_practice(practice_run_id=run.pk, worker="one")
    return run


def test_without_a_seed_of_its_own_the_design_runs_and_the_page_says_what_hand_in_needs(world: World) -> None:
    run = start_and_run(world, QUICK_SPEC.with_seed(None))
    text = shown(world, run)
    assert "Your link has no seed" in text and "Loss on the first practice seed" in text


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("", "Paste the address from your browser."),
        ("hello", ""),
        ("#learningRate=3&seed=0.5", "Learning rate 3 is not allowed: 0.03."),
        ("#dataset=spiral", "spiral is not allowed"),
        ("x" * 30_000, ""),
    ],
)
def test_what_the_hand_in_would_refuse_is_refused_and_kept(world: World, link: str, why: str) -> None:
    response = post(world, link)
    text = unescape(response.content.decode())
    assert response.status_code == 422
    assert "This practice run was not started" in text and why in text and link[:100] in text
    assert not PracticeRun.objects.exists()


def test_the_limits_are_told_by_status_and_words(world: World) -> None:
    post(world, write_link(QUICK_SPEC))
    response = post(world, write_link(QUICK_SPEC))
    assert response.status_code == 409
    assert "not done yet" in response.content.decode() and "0.31415" in response.content.decode()
    PracticeRun.objects.update(status=Status.COMPLETED)
    for _ in range(2):
        settled_practice(world.task, world.owner)
    assert post(world, write_link(QUICK_SPEC)).status_code == 422
    assert "No practice runs left for now" in page(world)


def test_the_page_tells_what_is_left_and_lists_the_own_runs_only(world: World) -> None:
    start_and_run(world)
    text = page(world)
    assert "2 <small" in text and text.count("seeddots") == 1
    other = page(world, "classmate")
    assert "3 <small" in other and "None yet." in other


def test_a_task_without_practice_seeds_says_so(world: World) -> None:
    world.task.practice_seeds = []
    world.task.save()
    assert "No practice runs" in page(world) and "<textarea" not in page(world)
    assert post(world, write_link(QUICK_SPEC)).status_code == 422


def test_before_and_after_the_assignment_the_page_says_so(world: World) -> None:
    assignment = world.task.assignment
    assignment.opens_at = timezone.now() + timedelta(hours=1)
    assignment.save()
    assert "Not open yet" in page(world) and "<textarea" in page(world, "ta")
    assignment.opens_at, assignment.due_at = (timezone.now() - timedelta(hours=hours) for hours in (2, 1))
    assignment.save()
    assert "Closed" in page(world)


def test_a_link_in_the_address_fills_the_field(world: World) -> None:
    assert "seed=0.31415" in page(world, query="?link=%23seed%3D0.31415")


def test_others_runs_are_not_there(world: World) -> None:
    run = settled_practice(world.task, world.owner)
    for name in ("practice_run", "practice_progress"):
        for who, status in {"classmate": 404, "elsewhere": 404, "operator": 404}.items():
            assert world.client(who).get(address(world, name, run=run.pk)).status_code == status
    assert world.client("owner").get(address(world, "practice_run", run=99_999)).status_code == 404


def test_a_run_of_another_task_is_not_found_under_this_one(world: World) -> None:
    run = settled_practice(make_task(world.course, slug="other"), world.owner)
    assert world.client("owner").get(address(world, "practice_run", run=run.pk)).status_code == 404


def test_progress_follows_and_then_asks_for_the_page(world: World) -> None:
    run = settled_practice(world.task, world.owner, status=Status.QUEUED, finished_at=None)
    link = address(world, "practice_progress", run=run.pk)
    assert "Waiting for a worker" in world.client("owner").get(link).content.decode()
    now = timezone.now()
    values = {"status": Status.RUNNING, "lease_expires_at": now, "started_at": now, "epochs_done": 1234}
    PracticeRun.objects.update(**values)
    assert "epoch 1,234" in world.client("owner").get(link).content.decode()
    PracticeRun.objects.update(status=Status.COMPLETED)
    response = world.client("owner").get(link)
    assert (response.status_code, response["HX-Refresh"]) == (286, "true")


def test_progress_without_a_session_ends_with_a_note(world: World) -> None:
    run = settled_practice(world.task, world.owner, status=Status.QUEUED, finished_at=None)
    link = address(world, "practice_progress", run=run.pk)
    response = world.client("anonymous").get(link, headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Retarget"]) == (286, "#progress")


def result(reached: int | None, diverged_at: int | None = None) -> dict[str, Any]:
    run = reached or 400
    return {
        "seed": "0.7", "reached": reached, "epochs_run": run,
        "best_epoch": 1, "best_loss": 0.1, "diverged_at": diverged_at,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "heading"),
    [
        ({"results": [result(90), result(110), result(None)]}, "Median epoch 110 on 3 practice seeds"),
        ({"results": [result(90), result(None), result(None)]}, "Target reached on 1 of 3 practice seeds within 400"),
        ({"results": [result(None, 12), result(None, 9)]}, "Diverged on 2 practice seeds"),
        ({"results": []}, "This task has no practice seeds any more"),
        ({"status": Status.FAILED, "attempt": 1}, "Too long: this design could not be tried to its end"),
        ({"status": Status.FAILED, "attempt": 3}, "Our fault: we could not finish this practice run"),
    ],
)
def test_every_end_has_its_sentence(world: World, fields: dict[str, Any], heading: str) -> None:
    run = settled_practice(world.task, world.owner, spec=QUICK_SPEC.with_seed(None), **fields)
    assert heading in shown(world, run)
    assert page(world)
