"""Practice runs by a program: started within the page's limits, with its words, and read once they are done."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from engine.link import write_link
from grading.models import PracticeRun, Status
from grading.services.practice import run_practice
from tests.grading.api.hand_ins import address
from tests.grading.api.matrix import client, token
from tests.world import QUICK_SPEC, World, make_world, settled_practice

pytestmark = pytest.mark.django_db
RUNS = "practice/runs/"


@pytest.fixture
def world() -> World:
    world = make_world()
    world.task.practice_seeds, world.task.practice_per_day = ["0.7"], 2
    world.task.save()
    return world


@pytest.fixture
def program(world: World) -> Client:
    return client(token(world.owner.user))


def start(program: Client, world: World, **body: Any) -> Any:
    sent = body or {"link": write_link(QUICK_SPEC)}
    return program.post(address(world, RUNS), sent, content_type="application/json")


def test_one_is_queued_runs_and_is_read(world: World, program: Client) -> None:
    response = start(program, world)
    assert response.status_code == 202 and response["Retry-After"] == "1"
    body, status = response.json(), response["Location"]
    assert (body["status"], body["place_in_queue"], body["url"]) == ("queued", 1, status)
    assert (body["trace_url"], body["practice_results"]) == (None, [])
    assert run_practice(practice_run_id=body["id"], worker="test")
    done = program.get(status)
    found = done.json()
    assert "Retry-After" not in done and found["status"] == "completed"
    assert found["heading"].startswith("Median epoch")
    assert (found["own_result"]["seed"], found["own_result"]["reached"]) == ("0.31415", 101)
    assert [one["seed"] for one in found["practice_results"]] == ["0.7"]
    assert found["median_epochs"] == found["practice_results"][0]["reached"]
    trace = program.get(f"{found['trace_url']}?points=3").json()
    assert (len(trace["epoch"]), trace["epochs_run"]) == (3, 101)
    assert [one["id"] for one in program.get(address(world, RUNS)).json()["results"]] == [found["id"]]


def test_settings_need_no_seed(world: World, program: Client) -> None:
    response = start(program, world, spec={"hidden_layers": [3]})
    assert response.status_code == 202 and response.json()["spec"]["seed"] is None


def test_what_the_page_refuses_is_refused_in_its_words(world: World, program: Client) -> None:
    page = reverse("practice", kwargs=world.task.url_arguments())
    for link in ("hello", "#learningRate=3&noise=50", "#networkShape=9"):
        response = start(program, world, link=link)
        said = world.client("owner").post(page, {"link": link}).context["form"].errors["link"]
        assert response.status_code == 422 and response.json()["errors"] == {"link": list(said)}
    response = start(program, world, spec={"noise": 50, "batch_size": "all"})
    assert list(response.json()["errors"]) == ["spec.batch_size"]
    assert list(start(program, world, spec={"noise": 50}).json()["errors"]) == ["spec.noise"]
    assert not PracticeRun.objects.exists()


def test_one_at_a_time_is_a_conflict(world: World, program: Client) -> None:
    start(program, world)
    response = start(program, world)
    assert response.status_code == 409
    assert response.json()["detail"] == "A practice run of yours is not done yet: start the next one when it is."


def test_the_days_runs_used_up_are_too_many_and_say_when_to_come_back(world: World, program: Client) -> None:
    for hours in (23, 2):
        settled_practice(world.task, world.owner, queued_at=timezone.now() - timedelta(hours=hours))
    offer = program.get(address(world, "practice/")).json()
    assert (offer["offered"], offer["seeds"], offer["per_day"], offer["left"]) == (True, ["0.7"], 2, 0)
    response = start(program, world)
    assert response.status_code == 429 and 3500 < int(response["Retry-After"]) <= 3600
    assert response.json()["detail"].startswith("All 2 practice runs of the last 24 hours are used.")


def test_a_task_without_practice_is_a_conflict(world: World, program: Client) -> None:
    world.task.practice_per_day = 0
    world.task.save()
    assert start(program, world).json()["detail"] == "This task has no practice runs."
    assert program.get(address(world, "practice/")).json()["offered"] is False


def test_others_runs_are_for_staff(world: World, program: Client) -> None:
    run = settled_practice(world.task, world.owner, status=Status.FAILED, attempt=3)
    url = address(world, f"{RUNS}{run.pk}/")
    assert program.get(url).json()["failed_by_us"] is True
    assert client(token(world.classmate.user)).get(url).status_code == 404
    staff = client(token(world.ta.user))
    assert staff.get(url).json()["student"]["name"] == "Orla Owner"
    assert staff.get(address(world, RUNS)).json()["results"] == []
