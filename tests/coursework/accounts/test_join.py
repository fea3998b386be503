import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from coursework.models import Course, Enrollment, Event, Role, User
from coursework.services.courses import enroll
from coursework.services.joining import Joining, join_course
from tests.world import make_course, make_user

CODE = "K7Q4-9XRB"
PAGE = f"/join/{CODE}/"


@pytest.fixture
def course(db: None) -> Course:
    course = make_course()
    course.join_code = CODE
    course.save()
    return course


@pytest.fixture
def ada(db: None) -> User:
    return make_user("ada")


@pytest.fixture
def signed_in(client: Client, ada: User) -> Client:
    client.force_login(ada)
    return client


def heading(content: bytes) -> str:
    found = re.search(r"<h1>(.*?)</h1>", content.decode())
    assert found is not None
    return found[1]


@pytest.mark.parametrize("typed", ["k7q4-9xrb", "K7Q49XRB", " k7q4 9xrb"])
def test_the_form_leads_to_the_course(signed_in: Client, course: Course, typed: str) -> None:
    assert signed_in.post(reverse("join"), {"code": typed})["Location"] == PAGE


def test_the_course_is_named_and_joined_by_a_button_not_by_the_link(signed_in: Client, course: Course) -> None:
    assert heading(signed_in.get("/join/k7q49xrb/").content) == "Join Course ml-1"
    assert not Enrollment.objects.exists()
    response = signed_in.post(PAGE, follow=True)
    assert response.redirect_chain == [(reverse("home"), 302)]
    assert b"You are in Course ml-1." in response.content
    enrollment = Enrollment.objects.get()
    assert (enrollment.user.username, enrollment.role, enrollment.active) == ("ada", Role.STUDENT, True)


def test_joining_is_remembered_without_the_name(ada: User, course: Course) -> None:
    join_course(course=course, user=ada)
    event = Event.objects.get(action="course.joined")
    assert (event.actor, event.course) == (ada, course)
    assert "ada" not in f"{event.subject} {event.details}"


def test_who_is_in_already_is_told_so(signed_in: Client, ada: User, course: Course) -> None:
    enroll(course=course, user=ada, role=Role.TEACHING_ASSISTANT)
    assert heading(signed_in.get(PAGE).content) == "You are in this course already"
    response = signed_in.post(PAGE)
    assert (response.status_code, heading(response.content)) == (409, "You are in this course already")
    assert Enrollment.objects.get().role == Role.TEACHING_ASSISTANT


def test_a_code_does_not_bring_back_who_was_taken_out(signed_in: Client, ada: User, course: Course) -> None:
    enroll(course=course, user=ada)
    Enrollment.objects.update(active=False)
    response = signed_in.post(PAGE)
    assert (response.status_code, heading(response.content)) == (409, "A code does not bring you back here")
    assert not Enrollment.objects.get().active
    assert join_course(course=course, user=ada) is Joining.LEFT_BEFORE


def test_a_visitor_is_told_the_course_and_both_ways_in(client: Client, course: Course) -> None:
    page = client.get(PAGE).content.decode()
    assert "Join Course ml-1" in page
    assert f"{reverse('account_signup')}?next={PAGE}" in page
    assert f"{reverse('account_login')}?next={PAGE}" in page


def test_a_visitor_who_signs_in_comes_back_to_the_button(client: Client, ada: User, course: Course) -> None:
    client.get(PAGE)
    fields = {"login": "ada", "password": "correct horse battery", "next": PAGE}
    response = client.post(reverse("account_login"), fields, follow=True)
    assert heading(response.content) == "Join Course ml-1"
    assert not Enrollment.objects.exists()


@pytest.mark.parametrize("code", ["2222-2222", "not-a-code", "x" * 300, "%00", "..%2f", "💥"])
def test_a_wrong_code_in_the_address_is_answered_by_the_form(client: Client, course: Course, code: str) -> None:
    response = client.get(f"/join/{code}/")
    assert response.status_code == 404


def test_a_wrong_code_is_named_and_kept_in_the_form(client: Client, course: Course) -> None:
    response = client.post(reverse("join"), {"code": "2222-<b>"})
    assert response.status_code == 422
    assert "No course has the code 2222-&lt;b&gt;." in response.content.decode()
    assert 'value="2222-&lt;b&gt;"' in response.content.decode()


def test_no_code_is_no_course_with_an_empty_one(client: Client, db: None) -> None:
    make_course()  # has none
    assert client.post(reverse("join"), {"code": "----"}).status_code == 422
    assert client.get("/join/None/").status_code == 404


def test_a_person_s_guessing_ends_after_ten_wrong_codes_even_with_the_right_one(
    signed_in: Client, course: Course
) -> None:
    assert [signed_in.get("/join/2222-2222/").status_code for _ in range(5)] == [404] * 5
    assert [signed_in.post(reverse("join"), {"code": "2222-2222"}).status_code for _ in range(5)] == [422] * 5
    for response in (signed_in.get(PAGE), signed_in.post(PAGE), signed_in.post(reverse("join"), {"code": CODE})):
        assert response.status_code == 429
        assert b"Too many wrong codes" in response.content
    assert not Enrollment.objects.exists()


def test_one_person_s_guessing_does_not_keep_the_class_out(signed_in: Client, course: Course) -> None:
    for _ in range(11):
        signed_in.get("/join/2222-2222/")
    neighbour = Client()
    assert neighbour.get(PAGE).status_code == 200
    neighbour.force_login(make_user("grace"))
    assert neighbour.post(PAGE).status_code == 302


def test_an_address_s_guessing_ends_after_sixty(course: Course) -> None:
    assert {Client().get("/join/2222-2222/").status_code for _ in range(60)} == {404}
    assert Client().get(PAGE).status_code == 429


def test_right_codes_are_not_counted(course: Course) -> None:
    assert {Client().get(PAGE).status_code for _ in range(80)} == {200}


@pytest.mark.django_db(transaction=True)
def test_many_clicks_at_once_join_once() -> None:
    course, user = make_course(), make_user("ada")

    def click(_: int) -> Joining:
        try:
            return join_course(course=course, user=user)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as clicks:
        outcomes = list(clicks.map(click, range(8)))
    assert sorted(outcome.name for outcome in outcomes) == ["ALREADY_IN"] * 7 + ["JOINED"]
    assert Enrollment.objects.count() == Event.objects.count() == 1
