"""The school's sign-in beside other ways in: accounts that launches made, and tokens from before."""

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from coursework.models import Role, User
from coursework.services.courses import enroll
from grading.services.api_tokens import live_tokens, make_token
from grading.services.lti.arriving import arrive
from tests.coursework.accounts.school import School
from tests.coursework.accounts.test_school_sign_in import go, heading, school, signed_in_as  # noqa: F401  a fixture
from tests.grading.lti.launches import make_lms_course, make_platform, message
from tests.world import make_course, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> User:
    """The account of somebody whose LMS says that their address is Ada's."""
    platform = make_platform()
    make_lms_course(platform, make_course())
    user = arrive(message(platform, email="ada@example.edu")).user
    assert user is not None and user.email == "ada@example.edu"
    return user


def test_an_address_that_only_an_lms_says_opens_nothing(client: Client, school: School, made: User) -> None:  # noqa: F811
    response = go(client)
    assert (response.status_code, heading(response)) == (403, "This account was made by your LMS")
    assert signed_in_as(client) is None
    assert not SocialAccount.objects.exists()


def test_staff_are_told_what_helps_them(client: Client, school: School, made: User) -> None:  # noqa: F811
    """They have no password to sign in with first."""
    enroll(course=make_course("ml-2"), user=made, role=Role.TEACHING_ASSISTANT)
    assert heading(go(client)) == "This account was made by your LMS"


def test_the_owner_connects_the_two_after_a_launch(client: Client, school: School, made: User) -> None:  # noqa: F811
    client.force_login(made)
    go(client, process="connect")
    assert SocialAccount.objects.get().user == made
    again = Client()
    go(again)
    assert signed_in_as(again) == made.username


def test_an_address_that_was_confirmed_here_is_as_good_as_any(client: Client, school: School, made: User) -> None:  # noqa: F811
    EmailAddress.objects.create(user=made, email="ada@example.edu", verified=True, primary=True)
    go(client)
    assert signed_in_as(client) == made.username


@pytest.mark.parametrize("confirmed", [False, True])
def test_tokens_end_with_the_password_that_somebody_else_may_know(
    client: Client,
    school: School,  # noqa: F811
    confirmed: bool,
) -> None:
    """Such as an instructor who has made a password link for the student, and used it."""
    user = make_user("ada", email="ada@example.edu")
    if confirmed:
        EmailAddress.objects.create(user=user, email="ada@example.edu", verified=True, primary=True)
    make_token(user=user, name="Kept for later", scopes=["submissions:read"], days=366)
    go(client)
    assert signed_in_as(client) == "ada"
    assert live_tokens(user).exists() == confirmed
