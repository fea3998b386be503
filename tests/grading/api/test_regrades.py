"""Second looks by the API: a student asks, staff answer, the student closes."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from coursework.models import Section
from grading.models import Grade, RegradeRequest
from tests.grading.api.program import Program, task_path
from tests.grading.graded import by_hand, decided, settled
from tests.world import World, make_world, picture

pytestmark = pytest.mark.django_db

COURSE = "courses/ml-1/"
ASKED = {"part": "automatic", "reason": "The seed is another one."}


@pytest.fixture
def world() -> World:
    world = make_world()
    settled(world.task, world.owner)
    return world


def test_asked_answered_and_closed(world: World) -> None:
    student, staff = Program(world, "owner"), Program(world, "ta")
    path = f"{task_path(world.task)}regrades/"
    made = student.post(path, ASKED)
    assert made.status_code == 201
    number = made.json()["id"]
    assert (made.json()["state"], made.json()["answer"], made.json()["points_before"]) == ("open", None, 10.0)
    again = student.post(path, ASKED)
    assert again.status_code == 409 and "asked" in again.json()["detail"]
    [listed] = staff.get(f"{COURSE}regrades/?state=open").json()["results"]
    assert listed["student"]["name"] == "Orla Owner" and listed["reason"] == ASKED["reason"]
    assert student.post(f"{COURSE}regrades/{number}/close/").status_code == 409
    answered = staff.post(f"{COURSE}regrades/{number}/answer/", {"answer": "declined", "text": "It is *the* seed."})
    assert answered.json() == staff.get(f"{COURSE}regrades/{number}/").json()
    assert (answered.json()["state"], answered.json()["answered_by"]) == ("answered", world.ta.user.display_name)
    late = staff.post(f"{COURSE}regrades/{number}/answer/", {"answer": "granted", "text": "No, it is not."})
    assert late.status_code == 409
    [own] = student.get(f"{COURSE}regrades/own/").json()["results"]
    assert own["answer"] == "declined" and "answered_by" not in own
    assert student.get(f"{task_path(world.task)}grades/own/").json()["requests"] == [own]
    assert student.post(f"{COURSE}regrades/{number}/close/").json()["state"] == "closed"


def test_a_part_that_there_is_not_is_told_which_there_are(world: World) -> None:
    student, path = Program(world, "owner"), f"{task_path(world.task)}regrades/"
    refused = student.post(path, ASKED | {"part": "all", "picture": "run.png"})
    assert refused.json()["errors"] == {"picture": ["Must be a file, and the body multipart/form-data."]}
    refused = student.post(path, ASKED | {"part": "all"})
    assert refused.json()["errors"] == {"part": ['"all" is none of these: automatic.']}


def test_a_picture_comes_along_as_a_form(world: World) -> None:
    student = Program(world, "owner")
    no_picture = ASKED | {"picture": SimpleUploadedFile("x.png", b"MZ")}
    refused = student.client.post(f"/api/v1/{task_path(world.task)}regrades/", no_picture)
    assert refused.status_code == 422 and list(refused.json()["errors"]) == ["picture"]
    body = ASKED | {"picture": picture("why.png")}
    made = student.client.post(f"/api/v1/{task_path(world.task)}regrades/", body)
    assert made.status_code == 201, made.content
    for who in ("owner", "ta"):
        found = Program(world, who).get(made.json()["picture"], Accept="image/png")
        assert found["Content-Type"] == "image/png"
        assert Image.open(io.BytesIO(found.getvalue())).size == (64, 48)
    gone = Program(world, "classmate").get(made.json()["picture"], Accept="image/png")
    assert gone.status_code == 404 and gone["Content-Type"] == "application/problem+json"


def test_wrong_values_are_told_by_field(world: World) -> None:
    student, path = Program(world, "owner"), f"{task_path(world.task)}regrades/"
    for name, value in (("part", "nothing"), ("reason", " "), ("reason", "x" * 2001), ("part", 7)):
        assert list(student.post(path, ASKED | {name: value}).json()["errors"]) == [name]
    assert Program(world, "classmate").post(path, ASKED).status_code == 409  # nothing to ask about
    assert Program(world, "ta").post(path, ASKED).status_code == 404
    number = student.post(path, ASKED).json()["id"]
    staff = Program(world, "ta")
    for name, value in (("answer", "maybe"), ("text", ""), ("text", "x" * 5001)):
        body = {"answer": "granted", "text": "Yes."} | {name: value}
        assert list(staff.post(f"{COURSE}regrades/{number}/answer/", body).json()["errors"]) == [name]
    lab = Section.objects.create(course=world.course, name="Lab")
    for query, count in (("task=circle", 1), ("task=x", 0), (f"section={lab.pk}", 0), ("state=closed", 0)):
        assert len(staff.get(f"{COURSE}regrades/?{query}").json()["results"]) == count, query


def test_with_a_grade_that_is_taken_back_goes_what_was_asked_about_it() -> None:
    world = by_hand(blind=True)
    grade = decided(settled(world.task, world.owner), world.ta, comment="Good")
    student, staff = Program(world, "owner"), Program(world, "instructor")
    staff.post(f"{task_path(world.task)}grades/release/", {"everybody": True})
    number = student.post(f"{task_path(world.task)}regrades/", ASKED).json()["id"]
    assert staff.get(f"{COURSE}regrades/{number}/").json()["student"]["name"] == "Orla Owner"
    Grade.objects.filter(pk=grade.pk).update(release_state="hidden")
    hidden = staff.get(f"{COURSE}regrades/{number}/")
    assert hidden.json()["student"]["name"] == world.owner.pseudonym and "Orla" not in hidden.content.decode()
    assert "Orla" not in staff.get(f"{COURSE}regrades/").content.decode()
    assert student.get(f"{COURSE}regrades/own/").json()["results"] == []
    assert student.post(f"{COURSE}regrades/{number}/close/").status_code == 404
    assert RegradeRequest.objects.get().state == "open"
