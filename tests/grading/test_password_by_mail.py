"""New passwords by mail beside launches: the address of an account that a launch made is only the LMS's word."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from coursework.models import Course, User
from grading.models import Platform
from grading.services.lti.accounts import Answer
from grading.services.lti.arriving import arrive
from tests.grading.lti.launches import make_lms_course, make_platform, message
from tests.world import make_course, make_user

pytestmark = pytest.mark.django_db
ADDRESS = "ada@example.edu"


@pytest.fixture
def course() -> Course:
    return make_course()


@pytest.fixture
def platform(course: Course) -> Platform:
    platform = make_platform()
    make_lms_course(platform, course)
    return platform


@pytest.fixture
def made(platform: Platform) -> User:
    """The account of somebody whose LMS says that their address is Ada's."""
    user = arrive(message(platform, email=ADDRESS)).user
    assert user is not None and user.email == ADDRESS
    return user


def ask(client: Client) -> str:
    """Ask for a new password; returns the mail that comes of it."""
    mail.outbox.clear()
    assert client.post(reverse("account_reset_password"), {"email": ADDRESS}).status_code == 302
    (sent,) = mail.outbox
    assert sent.to == [ADDRESS]
    return str(sent.body)


def link_in(body: str) -> str:
    found = re.search(r"http://testserver(\S+)", body)
    return found[1] if found else ""


def test_an_address_that_only_an_lms_says_gets_no_link(client: Client, platform: Platform, made: User) -> None:
    body = ask(client)
    assert link_in(body) == ""
    assert f"A click in {platform.name} made this account" in body
    assert "open a link to this site in" in body and "somebody else's account has your address" in body


def test_nor_does_it_once_the_person_from_the_lms_has_set_a_password(client: Client, made: User) -> None:
    made.set_password("chosen by the other one")
    made.save()
    assert link_in(ask(client)) == ""


def test_the_owner_confirms_the_address_after_a_launch_and_gets_the_link(made: User) -> None:
    client = Client()
    client.force_login(made)
    page = client.get(reverse("account_email")).content.decode()
    assert f"<b>{ADDRESS} is not confirmed yet</b>" in page
    client.post(reverse("account_email"), {"email": ADDRESS, "action_send": "1"})
    client.post(link_in(str(mail.outbox[-1].body)))
    assert EmailAddress.objects.get(user=made).verified
    assert "/accounts/password/reset/key/" in link_in(ask(Client()))


def test_signing_up_with_the_address_says_how_to_come_in_and_makes_no_second_account(
    client: Client, course: Course, made: User
) -> None:
    course.join_code = "K7Q4-9XRB"
    course.save()
    client.get(reverse("join_course", kwargs={"code": course.join_code}))
    password = "a long phrase of mine"
    fields = {"first_name": "Ada", "last_name": "L", "email": ADDRESS, "password1": password, "password2": password}
    client.post(reverse("account_signup"), fields)
    (sent,) = mail.outbox
    assert "open a link in your LMS if that made it" in str(sent.body)
    assert User.objects.filter(email=ADDRESS).get() == made
    assert not Client().login(username=ADDRESS, password=password)


def test_who_connected_an_account_still_gets_a_link_and_hears_whom_the_lms_lets_in(
    client: Client, platform: Platform
) -> None:
    ada = make_user("ada", email=ADDRESS)
    assert "lets" not in ask(client)
    arrive(message(platform, email="other@example.edu"), signed_in=ada, answer=Answer.MINE)
    body = ask(client)
    assert "/accounts/password/reset/key/" in link_in(body)
    assert re.search(rf"{re.escape(platform.name)} lets .+ into this account as well", body)
