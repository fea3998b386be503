"""The gradebook's page: who is listed, in which order, with which marks; and how much it asks of the database."""

import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coursework.models import Enrollment, Role, Section
from grading.gradebook.wanted import Wanted
from grading.grades.keys import grade_key
from grading.models import Grade
from grading.services.made_up.people import enroll_everybody
from tests.grading.gradebook.rows import by_hand, student
from tests.grading.graded import released, settled
from tests.world import World, make_assignment, make_course, make_task, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """A course of five: Orla Owner (10.0), Anna Alder (fewer, Lab 1), Bo Birch (Lab 2), Cy Cedar, and classmate."""
    world = make_world()
    labs = [Section.objects.create(course=world.course, name=f"Lab {number}") for number in (1, 2)]
    anna = student(world.course, "Anna Alder", labs[0])
    student(world.course, "Bo Birch", labs[1])
    student(world.course, "Cy Cedar")
    settled(world.task, world.owner, 100.0)
    settled(world.task, anna, 150.0)
    return world


def get(world: World, who: str = "instructor", **query: Any) -> Any:
    return world.client(who).get(reverse("gradebook", kwargs={"course": world.course.slug}), query)


def names(response: Any) -> list[str]:
    found = re.findall(r'<tr><th scope="row"><a href="[^"]*">([^<]*)</a>', response.content.decode())
    return [name.split()[0] for name in found]


def points(response: Any) -> list[str]:
    return re.findall(r'<span class="pts">([^<]*)</span>', response.content.decode())


def test_everybody_stands_there_by_name(world: World) -> None:
    response = get(world)
    assert names(response) == ["classmate", "Anna", "Bo", "Cy", "Orla"]
    found = points(response)
    assert (found[0], found[2:]) == ("–", ["–", "–", "10.0"]) and 6 < float(found[1]) < 10
    assert "5 students" in response.content.decode()


@pytest.mark.parametrize(
    ("sort", "first", "last"),
    [
        ("name", "classmate", "Orla"),
        ("-name", "Orla", "classmate"),
        ("section", "Anna", "Orla"),
        ("-section", "Bo", "Orla"),
        ("total", "Anna", "Cy"),
        ("-total", "Orla", "Cy"),
        ("task", "Anna", "Cy"),
        ("-task", "Orla", "Cy"),
        ("nonsense", "classmate", "Orla"),
        ("999999", "classmate", "Orla"),
    ],
)
def test_it_sorts_by_each_column_and_who_has_nothing_comes_last(world: World, sort: str, first: str, last: str) -> None:
    found = names(get(world, sort=sort.replace("task", str(world.task.pk))))
    assert (found[0], found[-1]) == (first, last)
    assert len(found) == 5


def test_the_head_says_how_it_is_sorted_and_turns_it_round(world: World) -> None:
    text = get(world, sort="-total").content.decode()
    assert (
        text.count("aria-sort=") == 1 and 'aria-sort="descending"><a href="/courses/ml-1/gradebook/?sort=total"' in text
    )


def test_it_is_searched_by_name_username_and_number(world: World) -> None:
    Enrollment.objects.filter(user__username="bo-birch").update(id_number="S-77")
    assert names(get(world, q="orla")) == ["Orla"]
    assert names(get(world, q="BO-B")) == ["Bo"]
    assert names(get(world, q="s-77")) == ["Bo"]
    assert "Nobody found" in get(world, q="nobody like that").content.decode()
    assert get(world, q="\0").status_code == 200


def test_it_is_filtered_by_section_and_by_mark(world: World) -> None:
    labs = {section.name: str(section.pk) for section in Section.objects.all()}
    assert names(get(world, section=labs["Lab 1"])) == ["Anna"]
    assert names(get(world, section="none")) == ["classmate", "Cy", "Orla"]
    Grade.objects.create(task=world.task, enrollment=world.classmate, excused=True, excused_reason="Ill.")
    assert names(get(world, state="excused")) == ["classmate"]
    assert names(get(world, state="nonsense", section="²")) == names(get(world))


def test_other_courses_staff_and_who_left_are_not_in_it(world: World) -> None:
    Enrollment.objects.filter(pk=world.classmate.pk).update(active=False)
    assert "classmate" not in names(get(world))
    assert not {"elsewhere", "ta", "instructor"} & set(names(get(world, "ta")))


def test_the_total_leaves_out_excused_tasks_and_counts_missing_ones_as_nothing(world: World) -> None:
    make_task(world.course, slug="second", title="Task B")
    third = make_task(world.course, slug="third", title="Task C")
    Grade.objects.create(task=third, enrollment=world.owner, excused=True, excused_reason="Ill.")
    text = get(world, q="orla").content.decode()
    assert '<b>10.0</b><span class="small"> of 20.0</span></td><td class="num">50.0</td>' in text


def test_tasks_stand_under_their_assignments_once_there_are_several(world: World) -> None:
    assert "colgroup" not in get(world).content.decode()
    later = make_assignment(world.course, slug="second", title="Second sheet")
    task = make_task(world.course, slug="other")
    task.assignment = later
    task.save()
    assert '<th scope="colgroup" colspan="1">Second sheet</th>' in get(world).content.decode()


def test_the_head_says_how_many_are_released(world: World) -> None:
    assert "of 10.0, all released" in get(world).content.decode()
    by_hand(world.task)
    assert "of 10.0, not released" in get(world).content.decode()
    released(world.task, world.owner, world.instructor)
    assert "of 10.0, 1 of 5 released" in get(world).content.decode()


def test_an_empty_course_says_what_will_be_here(world: World) -> None:
    empty = make_course("empty")
    Enrollment.objects.create(course=empty, user=world.instructor.user, role=Role.INSTRUCTOR, pseudonym="Plain Owl")
    text = world.client("instructor").get("/courses/empty/gradebook/").content.decode()
    assert "No tasks yet" in text
    make_task(empty)
    assert "No students yet" in world.client("instructor").get("/courses/empty/gradebook/").content.decode()


# --- Blind --------------------------------------------------------------------------------------------------------


def test_blind_points_are_in_no_cell_total_or_order(world: World) -> None:
    by_hand(world.task, blind=True)
    response = get(world, sort=f"-{world.task.pk}")
    assert set(points(response)) == {"–"}
    assert names(response) == ["classmate", "Anna", "Bo", "Cy", "Orla"]  # by name: nothing else is known
    assert response.content.decode().count("graded blind</span>") >= 5
    assert names(get(world, state="to_review")) == []
    assert "<b>–</b>" in response.content.decode()


def test_the_address_of_blind_work_does_not_stand_beside_a_name(world: World) -> None:
    assert grade_key(world.task.pk, world.owner.pk) in get(world).content.decode()
    by_hand(world.task, blind=True)
    assert grade_key(world.task.pk, world.owner.pk) not in get(world).content.decode()


# --- Many -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def many(world: World) -> Iterator[World]:
    crowd = make_course("crowd")
    make_task(crowd)
    enroll_everybody(crowd, students=120, password="x", source=random.Random(1))
    Enrollment.objects.create(course=crowd, user=world.instructor.user, role=Role.INSTRUCTOR, pseudonym="Plain Owl")
    yield world


def crowd(world: World, **query: Any) -> Any:
    return world.client("instructor").get("/courses/crowd/gradebook/", query)


def test_a_hundred_stand_on_a_page_or_all_at_once(many: World) -> None:
    first, second, everybody = crowd(many), crowd(many, page="2"), crowd(many, all="1")
    assert [len(names(one)) for one in (first, second, everybody)] == [100, 20, 120]
    assert "1 to 100 of 120 students" in first.content.decode()
    assert "all=1" in first.content.decode() and "Show a hundred at a time" in everybody.content.decode()
    assert len(names(crowd(many, page="nonsense"))) == 100
    assert len(names(crowd(many, page="99"))) == 20


def test_as_many_queries_for_a_crowd_as_for_a_few(many: World) -> None:
    get(many)  # signing in asks, too
    with CaptureQueriesContext(connection) as few:
        get(many)
    with CaptureQueriesContext(connection) as crowded:
        crowd(many, all="1")
    assert len(crowded) <= len(few) <= 20


# --- What stands in the address --------------------------------------------------------------------------------------


def test_what_is_wanted_goes_into_the_address_and_comes_back() -> None:
    wanted = Wanted("olive owner", "7", "late", "total", descending=True, everybody=True)
    assert Wanted.read(QueryDict(wanted.query())) == wanted
    assert Wanted.read(QueryDict("")) == Wanted() and Wanted().query() == ""
    assert Wanted.read(QueryDict("section=x&state=y&sort=-z&all=2")) == Wanted()
    assert Wanted.read(QueryDict(f"q={'a' * 500}")).search == "a" * 100
    assert wanted.narrows and not Wanted().narrows
    assert wanted.query(page=2).endswith("page=2")
