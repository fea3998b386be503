"""Lists: pages by cursor, filters, and wrong parameters."""

from base64 import b64encode
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from coursework.models import Enrollment, Section
from coursework.services.courses import enroll
from tests.grading.api.matrix import client, token
from tests.world import World, make_assignment, make_user, make_world

PEOPLE = "/api/v1/courses/ml-1/enrollments/"


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def program(world: World) -> Client:
    return client(token(world.instructor.user))


def names(program: Client, address: str) -> list[str]:
    return [one["username"] for one in program.get(address).json()["results"]]


def test_pages_are_followed_to_the_end_and_back(world: World, program: Client) -> None:
    seen, address = [], f"{PEOPLE}?limit=2"
    while address:
        page = program.get(address).json()
        seen += [one["username"] for one in page["results"]]
        last, address = page, page["next"]
        if len(seen) == 2:
            enroll(course=world.course, user=make_user("late"))  # comes behind, and moves nobody
    assert seen == ["owner", "classmate", "ta", "instructor", "late"]
    assert names(program, last["previous"]) == ["ta", "instructor"]


def test_entries_that_are_due_at_once_come_one_by_one(world: World, program: Client) -> None:
    due = timezone.now() + timedelta(days=3)
    for number in range(5):
        make_assignment(world.course, slug=f"a{number}", due_at=due)
    seen, address = [], "/api/v1/courses/ml-1/assignments/?limit=2"
    while address:
        page = program.get(address).json()
        seen += [one["slug"] for one in page["results"]]
        address = page["next"]
    assert seen == ["playground", "a0", "a1", "a2", "a3", "a4"]


CURSORS = ("x", "%00", "ÿ", *(b64encode(text).decode() for text in (b"p=abc", b"o=-1", b"r=x", b"p=%00", b"\xff")))


@pytest.mark.parametrize("cursor", CURSORS)
def test_a_cursor_that_is_none_of_ours_is_refused_by_name(cursor: str, program: Client) -> None:
    for address in (PEOPLE, "/api/v1/courses/ml-1/assignments/"):
        response = program.get(f"{address}?cursor={cursor}")
        assert (response.status_code, list(response.json()["errors"])) == (422, ["cursor"])


@pytest.mark.parametrize("position", ["9" * 40, "-" + "9" * 40])
def test_a_cursor_beyond_all_numbers_finds_what_lies_there(position: str, program: Client) -> None:
    response = program.get(f"{PEOPLE}?cursor={b64encode(f'p={position}'.encode()).decode()}")
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("query", "field"),
    [
        *((f"limit={value}", "limit") for value in ("0", "-1", "201", "x", "1.5", "", "²", "9" * 5000)),
        ("role=king", "role"),
        ("active=maybe", "active"),
        *((f"section={value}", "section") for value in ("0", "x", "1e400", "9" * 30)),
        ("id_number=%00", "id_number"),
        ("rolle=student", "rolle"),
        ("limit=2&page=2", "page"),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(query: str, field: str, program: Client) -> None:
    response = program.get(f"{PEOPLE}?{query}")
    assert (response.status_code, list(response.json()["errors"])) == (422, [field]), response.content


def test_people_are_filtered(world: World, program: Client) -> None:
    section = Section.objects.create(course=world.course, name="Lab 1")
    Enrollment.objects.filter(pk=world.owner.pk).update(section=section, id_number="17")
    Enrollment.objects.filter(pk=world.classmate.pk).update(active=False)
    assert names(program, f"{PEOPLE}?role=student") == ["owner", "classmate"]
    assert names(program, f"{PEOPLE}?active=false") == ["classmate"]
    assert names(program, f"{PEOPLE}?active=true&role=student") == ["owner"]
    assert names(program, f"{PEOPLE}?section={section.pk}") == names(program, f"{PEOPLE}?id_number=17") == ["owner"]
    assert names(client(token(world.owner.user)), PEOPLE) == ["owner"]


def test_names_and_pseudonyms_stay_apart(world: World, program: Client) -> None:
    text = program.get(PEOPLE).content.decode()
    assert world.owner.user.username in text and world.owner.pseudonym not in text


def test_courses_are_filtered_by_ones_own_role(world: World) -> None:
    enroll(course=world.elsewhere.course, user=world.instructor.user)
    program = client(token(world.instructor.user))
    found = program.get("/api/v1/courses/?role=instructor").json()["results"]
    assert [one["slug"] for one in found] == ["ml-1"]
    assert len(program.get("/api/v1/courses/").json()["results"]) == 2
