"""The pages of people and sections."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from coursework.models import Enrollment, Event, Role, Section, User
from coursework.services.courses import enroll
from coursework.services.people import change_person
from tests.world import World, hand_in, make_user, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def url(name: str, world: World, **more: Any) -> str:
    return reverse(name, kwargs={"course": world.course.slug} | more)


def names(response: Any) -> list[str]:
    return [one.user.username for one in response.context["page"]]


def listed(world: World, query: str = "", who: str = "ta") -> list[str]:
    return names(world.client(who).get(f"{url('people', world)}?{query}"))


def test_everybody_in_the_course_and_nobody_else(world: World) -> None:
    hand_in(world.task, world.owner)
    page = world.client("ta").get(url("people", world))
    assert sorted(names(page)) == ["classmate", "instructor", "owner", "ta"]
    assert {one.user.username: one.hand_ins for one in page.context["page"]}["owner"] == 1
    assert "Orla Owner" in page.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=ORLA", ["owner"]),
        ("q=orla+own", ["owner"]),
        ("q=24-911", ["owner"]),
        ("q=nobody", []),
        ("q=%25", []),
        ("q=%00", ["classmate", "instructor", "owner", "ta"]),
        ("role=ta", ["ta"]),
        ("role=dean", ["classmate", "instructor", "owner", "ta"]),
        ("section=none", ["classmate", "instructor", "ta"]),
        ("section=999999999999999999999", ["classmate", "instructor", "owner", "ta"]),
        ("section=99999999999999999", []),
        ("active=left", ["left"]),
        ("active=all", ["classmate", "instructor", "left", "owner", "ta"]),
        ("sort=username", ["classmate", "instructor", "owner", "ta"]),
        ("sort=--x", ["classmate", "instructor", "owner", "ta"]),
        ("page=nonsense", ["classmate", "instructor", "owner", "ta"]),
    ],
)
def test_search_and_filters(query: str, found: list[str], world: World) -> None:
    world.owner.section = Section.objects.create(course=world.course, name="Lab 1")
    world.owner.id_number = "24-911-001"
    world.owner.save()
    left = enroll(course=world.course, user=make_user("left"))
    Enrollment.objects.filter(pk=left.pk).update(active=False)
    assert sorted(listed(world, query)) == found
    assert sorted(listed(world, f"section={world.owner.section.pk}")) == ["owner"]


@pytest.mark.parametrize(
    "sort", ["name", "username", "email", "id_number", "role", "section", "joined", "last", "hand_ins"]
)
def test_every_column_sorts_both_ways(sort: str, world: World) -> None:
    hand_in(world.task, world.owner)
    up, down = listed(world, f"sort={sort}"), listed(world, f"sort=-{sort}")
    assert sorted(up) == sorted(down) == ["classmate", "instructor", "owner", "ta"]
    if sort == "username":
        assert up == down[::-1] == sorted(up)
    if sort in ("last", "hand_ins"):
        assert down[0] == "owner"


def test_a_thousand_people_by_pages_and_few_queries(world: World, django_assert_max_num_queries: Any) -> None:
    users = User.objects.bulk_create(User(username=f"u{n:04}", password="!") for n in range(1000))
    Enrollment.objects.bulk_create(
        Enrollment(course=world.course, user=user, pseudonym=user.username) for user in users
    )
    client = world.client("instructor")
    with django_assert_max_num_queries(12):
        page = client.get(f"{url('people', world)}?sort=username&page=3")
    assert names(page)[0] == "u0196" and len(names(page)) == 100
    assert [number for number, _ in page.context["pages"]] == [1, 2, 3, 4, 5, 11]
    with django_assert_max_num_queries(12):
        client.get(url("extension_new", world))
    with django_assert_max_num_queries(12):
        assert len(client.get(url("roster_download", world)).content.splitlines()) == 1005


def test_markup_in_a_name_is_text(world: World) -> None:
    User.objects.filter(pk=world.owner.user_id).update(first_name="<script>alert(1)</script>")
    for address in (url("people", world), url("person", world, enrollment=world.owner.pk)):
        assert "<script>alert" not in world.client("instructor").get(address).content.decode()


def test_a_person_of_another_course_is_not_there(world: World) -> None:
    address = url("person", world, enrollment=world.elsewhere.pk)
    assert world.client("instructor").get(address).status_code == 404


def test_an_instructor_changes_a_person(world: World) -> None:
    address = url("person", world, enrollment=world.owner.pk)
    values = {"role": "ta", "section": "", "id_number": " 24  911 ", "active": "on"}
    assert world.client("instructor").post(address, values).status_code == 302
    world.owner.refresh_from_db()
    assert (world.owner.role, world.owner.id_number) == ("ta", "24 911")


@pytest.mark.parametrize(
    "values",
    [
        {"role": "dean", "active": "on"},
        {"role": "student", "section": "999", "active": "on"},
        {"role": "student", "id_number": "x" * 61, "active": "on"},
        {"role": "student", "id_number": "a\0b", "active": "on"},
        {"role": "student", "section": "no\0ne", "active": "on"},
    ],
)
def test_what_is_not_allowed_is_said_and_changes_nothing(values: dict[str, str], world: World) -> None:
    response = world.client("instructor").post(url("person", world, enrollment=world.owner.pk), values)
    assert response.status_code == 422 and response.context["form"].errors
    assert not Event.objects.exists()


def test_a_section_of_another_course_is_no_choice(world: World) -> None:
    foreign = Section.objects.create(course=world.elsewhere.course, name="Theirs")
    values = {"role": "student", "section": foreign.pk, "active": "on"}
    response = world.client("instructor").post(url("person", world, enrollment=world.owner.pk), values)
    assert response.status_code == 422


def test_the_last_instructor_is_told_why_not(world: World) -> None:
    address = url("person", world, enrollment=world.instructor.pk)
    response = world.client("instructor").post(address, {"role": "instructor"})
    assert response.status_code == 422 and "only instructor" in response.content.decode()
    second = enroll(course=world.course, user=make_user("second"), role=Role.INSTRUCTOR)
    assert second.active
    response = world.client("instructor").post(address, {"role": "instructor"})
    assert response["Location"] == reverse("home")  # where they may be from now on


def test_the_password_link_is_shown_once_and_stored_nowhere(world: World) -> None:
    response = world.client("instructor").post(url("person_password", world, enrollment=world.owner.pk))
    link = response.context["link"]
    assert link.startswith("http://testserver/accounts/password/reset/key/") and link in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert Client().get(link).status_code == 302
    refused = world.client("instructor").post(url("person_password", world, enrollment=world.ta.pk), follow=True)
    assert "No password link: This account belongs to course staff" in refused.content.decode()


NEW = {"username": "n1", "email": "", "first_name": "Nia", "last_name": "New", "role": "student"}


def test_a_new_person_gets_an_account_and_a_link(world: World) -> None:
    response = world.client("instructor").post(url("person_new", world), NEW | {"id_number": "7"})
    person = Enrollment.objects.get(course=world.course, user__username="n1")
    assert "/password/reset/key/" in response.context["link"]
    assert (person.user.get_full_name(), person.id_number) == ("Nia New", "7")
    assert not person.user.has_usable_password()
    assert set(Event.objects.values_list("action", flat=True)) == {"person.added", "person.password_link"}


def test_new_staff_get_no_link(world: World) -> None:
    response = world.client("instructor").post(url("person_new", world), NEW | {"role": "ta"})
    person = Enrollment.objects.get(course=world.course, user__username="n1")
    assert response["Location"] == url("person", world, enrollment=person.pk)


def test_an_account_that_exists_is_said_before_it_is_added(world: World) -> None:
    client, address = world.client("instructor"), url("person_new", world)
    values = NEW | {"username": "ELSEWHERE"}
    asked = client.post(address, values)
    assert asked.status_code == 200 and "The account elsewhere exists already" in asked.content.decode()
    assert not Enrollment.objects.filter(course=world.course, user=world.elsewhere.user).exists()
    # What is sent with it belongs to that one account: changed values are asked about again.
    sent = {"previewed": asked.context["fingerprint"]}
    assert client.post(address, values | sent | {"username": "operator"}).status_code == 200
    assert client.post(address, values | sent).status_code == 302
    world.elsewhere.user.refresh_from_db()
    assert Enrollment.objects.filter(course=world.course, user=world.elsewhere.user).exists()
    assert world.elsewhere.user.first_name == ""


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"username": "owner"}, "__all__", "Orla Owner (owner) is in this course’s list already."),
        ({"username": ""}, "username", "Neither username nor e-mail"),
        ({"username": "a b"}, "username", "&#x27;a b&#x27; has characters"),
        ({"email": "nonsense"}, "email", "&#x27;nonsense&#x27; is no e-mail address"),
        ({"username": "x" * 151}, "username", "at most 150"),
        ({"first_name": "a\u202eb"}, "first_name", "line break"),
        ({"role": "dean"}, "role", "dean"),
    ],
)
def test_who_can_t_be_added(values: dict[str, str], field: str, words: str, world: World) -> None:
    response = world.client("instructor").post(url("person_new", world), NEW | values)
    assert response.status_code == 422
    assert words in str(response.context["form"].errors[field])
    assert world.course.enrollments.count() == 4


def test_sections_are_made_renamed_and_deleted(world: World) -> None:
    client = world.client("instructor")
    client.post(url("sections", world), {"name": " Lab  1 "})
    section = Section.objects.get()
    assert section.name == "Lab 1"
    change_person(
        enrollment=world.owner,
        actor=world.instructor.user,
        role=Role.STUDENT,
        section=section,
        id_number="",
        active=True,
    )
    assert client.get(url("sections", world)).context["sections"][0].students == 1
    client.post(url("section", world, section=section.pk), {"name": "Lab A"})
    section.refresh_from_db()
    assert section.name == "Lab A"
    assert "Its 1 student stays" in client.get(url("section_delete", world, section=section.pk)).content.decode()
    client.post(url("section_delete", world, section=section.pk))
    world.owner.refresh_from_db()
    assert world.owner.section is None and world.owner.active and not Section.objects.exists()
    actions = Event.objects.filter(action__startswith="section").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["section.made", "section.renamed", "section.deleted"]


def test_a_section_s_name_is_once_in_a_course(world: World) -> None:
    client = world.client("instructor")
    lab, other = (Section.objects.create(course=world.course, name=name) for name in ("Lab 1", "Lab 2"))
    Section.objects.create(course=world.elsewhere.course, name="Theirs")
    for address, name in (
        (url("sections", world), "LAB 1"),
        (url("section", world, section=other.pk), "lab 1"),
        (url("sections", world), ""),
        (url("sections", world), "x" * 61),
    ):
        assert client.post(address, {"name": name}).status_code == 422
    assert client.post(url("sections", world), {"name": "Theirs"}).status_code == 302
    assert client.post(url("section", world, section=lab.pk), {"name": "LAB 1"}).status_code == 302


def test_a_foreign_section_is_not_there(world: World) -> None:
    foreign = Section.objects.create(course=world.elsewhere.course, name="Theirs")
    for name in ("section", "section_delete"):
        assert world.client("instructor").post(url(name, world, section=foreign.pk)).status_code == 404
    assert Section.objects.filter(pk=foreign.pk).exists()
