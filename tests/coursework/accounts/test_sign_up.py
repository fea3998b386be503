import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from coursework.models import Course, Enrollment, Role, User
from tests.world import make_course, make_user

CODE = "K7Q4-9XRB"
FIELDS = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "email": "ada@example.edu",
    "password1": "a long passphrase",
    "password2": "a long passphrase",
}


@pytest.fixture
def course(db: None) -> Course:
    course = make_course()
    course.join_code = CODE
    course.save()
    return course


@pytest.fixture
def visitor(client: Client, course: Course) -> Client:
    client.get(f"/join/{CODE}/")
    return client


def sign_up(client: Client, **changed: str) -> bytes:
    return client.post(reverse("account_signup"), FIELDS | changed, follow=True).content


def link() -> str:
    found = re.search(r"http://testserver(\S+)", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


@pytest.mark.django_db
def test_without_a_code_nobody_makes_an_account(client: Client) -> None:
    assert b"An account begins with a course" in client.get(reverse("account_signup")).content
    sign_up(client)
    assert not User.objects.exists()


def test_a_wrong_code_opens_nothing(client: Client, course: Course) -> None:
    client.get("/join/2222-2222/")
    sign_up(client)
    assert not User.objects.exists()


def test_a_code_that_was_changed_in_between_no_longer_counts(visitor: Client, course: Course) -> None:
    Course.objects.update(join_code="2345-6789")
    sign_up(visitor)
    assert not User.objects.exists()


def test_with_a_code_one_makes_an_account_confirms_it_and_is_in_the_course(visitor: Client, course: Course) -> None:
    assert b"Look into your mail" in sign_up(visitor)
    assert not Enrollment.objects.exists()
    assert mail.outbox[0].subject == "Playground Coursework: Confirm your e-mail address"
    assert b"ada@example.edu" in visitor.get(link()).content
    response = visitor.post(link(), follow=True)
    assert response.redirect_chain[-1] == (reverse("home"), 302)
    assert b"You are in Course ml-1." in response.content
    enrollment = Enrollment.objects.get()
    assert (enrollment.course, enrollment.role) == (course, Role.STUDENT)
    user = enrollment.user
    assert (user.first_name, user.last_name, user.email) == ("Ada", "Lovelace", "ada@example.edu")
    assert "@" not in user.username


def test_a_link_opened_elsewhere_confirms_and_leads_to_the_course(visitor: Client, course: Course) -> None:
    sign_up(visitor)
    telephone = Client()
    assert telephone.get(link()).status_code == 200
    path, query = link().split("?")
    response = telephone.post(path, {"next": "/join/K7Q4-9XRB/"})
    assert query == "next=%2Fjoin%2FK7Q4-9XRB%2F"
    assert response["Location"] == "/join/K7Q4-9XRB/"
    assert EmailAddress.objects.get().verified
    assert "_auth_user_id" not in telephone.session  # the link alone signs nobody in
    assert Client().login(username=User.objects.get().username, password="a long passphrase")


def test_an_address_that_is_not_confirmed_opens_nothing(visitor: Client, course: Course) -> None:
    sign_up(visitor, email="somebody.else@example.edu")
    stranger = Client()
    fields = {"login": "somebody.else@example.edu", "password": "a long passphrase"}
    for login in (fields["login"], User.objects.get().username):
        response = stranger.post(reverse("account_login"), fields | {"login": login}, follow=True)
        assert "_auth_user_id" not in stranger.session
        assert b"Look into your mail" in response.content


def test_an_address_that_has_an_account_is_answered_like_any_other(visitor: Client, course: Course) -> None:
    make_user("grace", email="grace@example.edu")
    pages = []
    for client, email in ((visitor, "grace@example.edu"), (_other(), "new@example.edu")):
        page = sign_up(client, email=email).replace(email.encode(), b"")
        pages.append(re.sub(rb'"X-CSRFToken": "[^"]+"', b"", page))
    assert pages[0] == pages[1]
    assert [message.to for message in mail.outbox] == [["grace@example.edu"], ["new@example.edu"]]
    assert "You have one already" in str(mail.outbox[0].body)
    assert User.objects.filter(email="grace@example.edu").count() == 1


def _other() -> Client:
    client = Client()
    client.get(f"/join/{CODE}/")
    return client


def test_no_user_name_is_asked_for_so_none_can_be_probed(visitor: Client, course: Course) -> None:
    make_user("ada")
    assert b'name="username"' not in visitor.get(reverse("account_signup")).content
    sign_up(visitor)
    assert User.objects.count() == 2


def test_a_whole_class_makes_accounts_from_one_address(course: Course) -> None:
    for number in range(40):
        sign_up(_other(), email=f"s{number}@example.edu")
    assert User.objects.count() == 40


@pytest.mark.parametrize("missing", ["first_name", "last_name", "email", "password1"])
def test_what_is_missing_is_named_and_the_rest_is_kept(visitor: Client, missing: str) -> None:
    page = sign_up(visitor, **{missing: ""}).decode()
    assert f'href="#id_{missing}"' in page
    assert not User.objects.exists()
    assert ('value="Lovelace"' in page) is (missing != "last_name")


def test_a_new_address_holds_only_once_it_is_confirmed(visitor: Client, course: Course) -> None:
    sign_up(visitor)
    visitor.post(link())
    asked = visitor.post(reverse("account_email"), {"email": "ada@home.example", "action_add": "1"})
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert b"Is it you?" in visitor.get(asked["Location"]).content
    visitor.post(asked["Location"], {"password": "a long passphrase", "next": reverse("account_email")})
    user = User.objects.get()
    assert user.email == "ada@example.edu"
    assert mail.outbox[-1].to == ["ada@home.example"]
    visitor.post(link())
    user.refresh_from_db()
    assert user.email == "ada@home.example"
    assert mail.outbox[-1].to == ["ada@example.edu"]  # the old one is told
