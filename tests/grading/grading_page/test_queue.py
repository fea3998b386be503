"""The order in which students are graded stays the same; the filter says whom one meets."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coursework.models import Enrollment, Section, User
from coursework.services.courses import enroll
from grading.grades.keys import grade_key, grading_url
from grading.grades.queue import GradingFilter, beside, grading_queue, students_of
from grading.models import Grade, GradingPolicy, ReleaseMode
from tests.grading.graded import settled
from tests.grading.grading_page.rows import item, opened
from tests.world import World, hand_in, make_task, make_user, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def three(world: World) -> list[Enrollment]:
    """Three students by name, besides the two of the world, who come before and after them."""
    names = (("Zoe", "Alder"), ("Ada", "birch"), ("Ann", "Cedar"))
    users = [make_user(f"s{n}", first_name=first, last_name=last) for n, (first, last) in enumerate(names)]
    return [enroll(course=world.course, user=user) for user in users]


def wanted(query: str = "") -> GradingFilter:
    return GradingFilter.read(QueryDict(query))


def order(world: World, query: str = "") -> list[str]:
    queue = grading_queue(world.task, students_of(world.task), wanted(query), world.ta.user)
    return [one.enrollment.user.username for one in queue.order if one.enrollment.pk in queue.shown]


def test_students_stand_by_last_name_whatever_its_capitals(world: World, three: list[Enrollment]) -> None:
    assert order(world) == ["classmate", "s0", "s1", "s2", "owner"]


def test_a_blind_task_has_an_order_of_its_own_that_says_nothing(world: World, three: list[Enrollment]) -> None:
    GradingPolicy.objects.filter(task=world.task).update(blind=True, release=ReleaseMode.MANUAL)
    people = {grade_key(world.task.pk, one.pk): one.user.username for one in (*three, world.owner, world.classmate)}
    assert order(world) == [people[key] for key in sorted(people)]


def test_ungraded_is_what_a_person_has_to_look_at(world: World, three: list[Enrollment]) -> None:
    settled(world.task, three[0])
    settled(world.task, three[1], None)  # left to a person
    hand_in(world.task, three[2])  # still being checked
    assert order(world, "show=ungraded") == order(world, "show=review") == ["s1"]
    item(world.task, "Report", "1")
    assert order(world, "show=ungraded") == ["s0", "s1"]
    assert order(world, "show=review") == ["s1"]
    with opened(world.client("ta"), world.task, three[0]) as (url, form):
        world.client("ta").post(url, form | {"act": "save"})
    assert order(world, "show=ungraded") == ["s1"]
    Grade.objects.create(task=world.task, enrollment=three[1], excused=True, excused_reason="Ill.")
    assert order(world, "show=ungraded") == []


def test_mine_are_those_passed_on_to_me_and_sections_narrow(world: World, three: list[Enrollment]) -> None:
    lab = Section.objects.create(course=world.course, name="Lab 1")
    Enrollment.objects.filter(pk=three[1].pk).update(section=lab)
    Grade.objects.create(task=world.task, enrollment=three[2], assigned_to=world.ta.user)
    Grade.objects.create(task=world.task, enrollment=three[0], assigned_to=world.instructor.user)
    assert order(world, "show=mine") == ["s2"]
    assert order(world, f"section={lab.pk}") == ["s1"]
    assert "s1" not in order(world, "section=none") and len(order(world, "section=none")) == 4
    assert order(world, "section=999999") == []


@pytest.mark.parametrize("query", ["show=nothing", "section=x", "section=%00", "show=&section=", "section=" + "9" * 40])
def test_what_an_address_can_not_mean_is_left_out(query: str, world: World) -> None:
    assert wanted(query) == GradingFilter() and wanted(query).query() == ""


def test_who_has_left_is_not_met_and_has_a_page_still(world: World, three: list[Enrollment]) -> None:
    Enrollment.objects.filter(pk=three[1].pk).update(active=False)
    assert "s1" not in order(world)
    page = world.client("ta").get(grading_url(world.task, three[1].pk)).content.decode()
    assert "Not in this list of 4" in page


def test_neighbours_are_found_from_where_one_stands_even_if_that_is_done(world: World, three: list[Enrollment]) -> None:
    for one in three:
        settled(world.task, one, None)
    queue = grading_queue(world.task, students_of(world.task), wanted("show=review"), world.ta.user)
    found = beside(queue, three[1])
    assert (found.place, found.total, found.ungraded) == (2, 3, 3)
    assert found.previous and found.previous.enrollment == three[0]
    assert found.next and found.next.enrollment == three[2]
    last = beside(queue, three[2])
    assert last.next is None and last.next_ungraded and last.next_ungraded.enrollment == three[0]
    outside = beside(queue, world.owner)
    assert (outside.place, outside.next) == (0, None)
    assert outside.previous and outside.previous.enrollment == three[2]


def test_save_and_next_walks_through_and_ends_with_all_graded(world: World, three: list[Enrollment]) -> None:
    for one in three[:2]:
        settled(world.task, one, None)
    client = world.client("ta")
    start = reverse("grading_start", kwargs=world.task.url_arguments())
    first = client.get(f"{start}?show=ungraded")
    assert first["Location"] == f"{grading_url(world.task, three[0].pk)}?show=ungraded"
    for one, following in ((three[0], grading_url(world.task, three[1].pk)), (three[1], start)):
        with opened(client, world.task, one, "?show=ungraded") as (url, form):
            sent = form | {"override": "5", "override_reason": "Talked about it.", "act": "save_next"}
            response = client.post(f"{url}?show=ungraded", sent)
        assert response["Location"] == f"{following}?show=ungraded"
    page = client.get(start).content.decode()
    assert "All graded" in page and "<dt>Graded by a person</dt><dd>2</dd>" in page
    assert "<dt>Nothing handed in</dt><dd>3</dd>" in page


def test_the_start_leads_to_the_courses_other_tasks(world: World) -> None:
    other = make_task(world.course, slug="spiral", title="Task B: Spiral")
    start = reverse("grading_start", kwargs=world.task.url_arguments())
    page = world.client("ta").get(start).content.decode()
    assert reverse("grading_start", kwargs=other.url_arguments()) in page


def test_the_page_takes_as_many_queries_for_a_class_of_200(world: World) -> None:
    settled(world.task, world.owner)
    url = grading_url(world.task, world.owner.pk)
    client = world.client("ta")
    client.get(url)
    few = queries(client, url)
    users = User.objects.bulk_create(User(username=f"u{n}", last_name=f"N{n}") for n in range(200))
    Enrollment.objects.bulk_create(
        Enrollment(course=world.course, user=user, pseudonym=f"P {user.username}") for user in users
    )
    assert queries(client, url) == few <= 60


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_the_overview_counts_what_review_leads_through(world: World, three: list[Enrollment]) -> None:
    settled(world.task, three[0])
    settled(world.task, three[1], None)
    url = reverse("dashboard", kwargs=world.task.url_arguments())
    assert "Review 1</a>" in world.client("ta").get(url).content.decode()
    item(world.task, "Report", "1")
    assert "Review 2</a>" in world.client("ta").get(url).content.decode()
