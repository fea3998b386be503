"""Fields that there are not are refused: a typing error in a name would otherwise do something else."""

from typing import Any

import pytest

from coursework.models import Submission
from grading.models import Grade
from tests.grading.api.hand_ins import send_form, send_json
from tests.grading.api.matrix import client, token
from tests.grading.api.program import Program, task_path, work_path
from tests.grading.graded import by_hand, settled
from tests.world import World, make_world, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def errors(response: Any) -> dict[str, str]:
    assert response.status_code == 422, response.content
    return {field: " ".join(messages) for field, messages in response.json()["errors"].items()}


def test_a_hand_in_names_each_field_that_there_is_not_and_those_that_there_are(world: World) -> None:
    program = client(token(world.owner.user))
    said = "There is no such field. Known: link, spec, claimed_epochs, accept_late, from_draft"
    found = errors(send_form(program, world, screenshots=None, screenshot=picture(), claim="101"))
    assert found["screenshot"] == found["claim"] == f"{said}, screenshots."
    assert set(found) == {"screenshot", "claim", "screenshots"}
    found = errors(send_json(program, world, screenshots=["run.png"], claimed_epochs="soon"))
    assert found["screenshots"].startswith(f"{said}. Add at least one")
    assert "whole number" in found["claimed_epochs"], "everything that is wrong is told at once"
    assert not Submission.objects.exists()


def test_a_form_of_a_signed_in_browser_may_bring_its_own_token_along(world: World) -> None:
    program = client(token(world.owner.user))
    assert send_form(program, world, csrfmiddlewaretoken="x" * 64).status_code == 202
    assert "csrfmiddlewaretoken" in errors(send_json(program, world, csrfmiddlewaretoken="x"))


def test_only_so_many_are_named_and_none_at_length(world: World) -> None:
    program = client(token(world.owner.user))
    many: Any = {f"{number:03}{'x' * 200}": 1 for number in range(100)}
    found = errors(send_json(program, world, **many))
    unknown = {field: said for field, said in found.items() if "no such field" in said}
    assert len(unknown) == 20 and max(map(len, unknown)) == 80


def test_a_review_is_sent_back_as_it_was_read_and_a_typing_error_decides_nothing() -> None:
    world = by_hand()
    settled(world.task, world.owner)
    staff, path = Program(world, "ta"), f"{work_path(world.task, world.owner.pk)}review/"
    read = staff.get(path)
    found = errors(staff("put", path, {"coment": "Good."}, If_Match=read["ETag"]))
    assert "Known: items, adjustment," in found["coment"]
    assert not Grade.objects.filter(decided_at__isnull=False).exists()
    done = staff("put", path, read.json() | {"comment": "Good."}, If_Match=read["ETag"])
    assert (done.status_code, done.json()["comment"]) == (200, "Good.")


def test_a_release_with_a_typing_error_releases_nothing() -> None:
    world = by_hand()
    settled(world.task, world.owner)
    release = f"{task_path(world.task)}grades/release/"
    found = errors(Program(world, "instructor").post(release, {"everybody": True, "mails": True}))
    assert set(found) == {"mails"}
    assert not Grade.objects.filter(released_at__isnull=False).exists()
