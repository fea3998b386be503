"""Connecting the account that a launch made with the one that the person had before."""

import pytest
from django.test import Client
from django.urls import reverse

from coursework.models import Enrollment, Event, Role, Submission, User
from grading.models import LmsAccount, LmsMember, Platform
from grading.services.lti.accounts import Answer
from grading.services.lti.arriving import arrive
from grading.services.lti.merging import MergeRefused, merge
from tests.grading.lti.launches import INSTRUCTOR, launch, make_lms_course, make_platform, message, user_of
from tests.world import PASSWORD, World, hand_in, make_user

pytestmark = pytest.mark.django_db

TASK = {"assignment": "playground", "task": "circle"}


@pytest.fixture
def platform(world: World) -> Platform:
    platform = make_platform()
    make_lms_course(platform, world.course)
    return platform


def made_by_launch(platform: Platform, *roles: str) -> User:
    user = arrive(message(platform, roles=roles or ("Learner",), custom=TASK)).user
    assert user is not None
    return user


def test_the_place_and_the_work_come_along(world: World, platform: Platform) -> None:
    made, kept = made_by_launch(platform), make_user("before")
    enrollment = Enrollment.objects.get(user=made)
    submission = hand_in(world.task, enrollment)
    merge(made=made, kept=kept)
    assert Submission.objects.get().enrollment.user == kept and Submission.objects.get() == submission
    made.refresh_from_db()
    assert made.username.startswith("erased-") and not made.is_active and made.email == ""
    account = LmsAccount.objects.get()
    assert account.user == kept and not account.made_user
    assert arrive(message(platform, custom=TASK)).user == kept
    assert Event.objects.get(action="lti.accounts_merged").enrollment == enrollment


@pytest.mark.parametrize("worker", ["made", "kept", "nobody"])
def test_of_two_places_in_a_course_the_one_with_work_stays(world: World, platform: Platform, worker: str) -> None:
    made, kept = made_by_launch(platform, INSTRUCTOR), world.classmate.user
    new, old = Enrollment.objects.get(user=made), world.classmate
    if worker != "nobody":
        hand_in(world.task, new if worker == "made" else old)
    merge(made=made, kept=kept)
    stays = Enrollment.objects.get(course=world.course, user=kept)
    assert stays.pk == (new if worker == "made" else old).pk
    assert (stays.role, stays.active) == (Role.INSTRUCTOR, True)  # the higher of the two
    assert LmsMember.objects.get().enrollment == stays
    assert not Enrollment.objects.filter(user=made).exists()


@pytest.mark.parametrize("ended", ["new", "old"])
def test_a_place_that_has_ended_gives_no_role(world: World, platform: Platform, ended: str) -> None:
    """Staff took an assistant out: who is a student by another account does not get the role back by connecting."""
    made, kept = made_by_launch(platform), world.classmate.user
    places = Enrollment.objects.filter(user=made if ended == "new" else kept)
    places.update(role=Role.TEACHING_ASSISTANT, active=False)
    merge(made=made, kept=kept)
    stays = Enrollment.objects.get(course=world.course, user=kept)
    assert (stays.role, stays.active) == (Role.STUDENT, True)


def test_what_can_not_be_one_account(world: World, platform: Platform) -> None:
    made = made_by_launch(platform)
    with pytest.raises(MergeRefused, match="the same account"):
        merge(made=made, kept=made)
    with pytest.raises(MergeRefused, match="operator"):
        merge(made=made, kept=world.operator)
    hand_in(world.task, Enrollment.objects.get(user=made))
    hand_in(world.task, world.classmate)
    with pytest.raises(MergeRefused, match="with both accounts in Course ml-1"):
        merge(made=made, kept=world.classmate.user)
    other = arrive(message(platform, "u2"), signed_in=world.owner.user, answer=Answer.MINE).user
    assert other == world.owner.user
    with pytest.raises(MergeRefused, match="another person of this LMS"):
        merge(made=made, kept=world.owner.user)
    with pytest.raises(MergeRefused, match="no longer"):
        merge(made=world.owner.user, kept=make_user("x"))  # one that was there before
    made.set_password("a password of its own")
    made.save()
    with pytest.raises(MergeRefused, match="no longer"):
        merge(made=made, kept=make_user("y"))


def test_by_the_pages(world: World, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """Out of the one account, into the other, and a last question: only a browser that was in both can do it."""
    kept = make_user("before")
    browser = Client()
    launch(browser, monkeypatch, message(platform, custom=TASK))
    made = user_of(browser)
    assert "Connect with an existing account" in browser.get(reverse("lms_accounts")).content.decode()
    sign_in = browser.post(reverse("lms_account_connect"))["Location"]
    assert user_of(browser) is None
    confirm = browser.post(sign_in, {"login": "before", "password": PASSWORD})["Location"]
    assert confirm == reverse("lms_account_confirm")
    shown = browser.get(confirm).content.decode()
    assert "Connect Ada Ash with before?" in shown and platform.name in shown
    done = browser.post(confirm, follow=True).content.decode()
    assert "links in the LMS lead to this account" in done and "Connect with an existing" not in done
    assert LmsAccount.objects.get().user == kept != made
    assert browser.get(confirm).status_code == 302


def test_nobody_is_led_into_giving_their_account_away(world: World, platform: Platform) -> None:
    """The address of the last page alone does nothing: what it would connect stands in the session."""
    made_by_launch(platform)
    browser = world.client("owner")
    assert browser.post(reverse("lms_account_confirm")).status_code == 302
    assert browser.post(reverse("lms_account_connect")).status_code == 302  # a local account has nothing to connect
    assert user_of(browser) == world.owner.user
    assert "No LMS is connected" in browser.get(reverse("lms_accounts")).content.decode()


def test_a_refusal_is_said(world: World, platform: Platform) -> None:
    made = made_by_launch(platform)
    browser = world.client("operator")
    session = browser.session
    session["lms_account_to_connect"] = made.pk
    session.save()
    assert "An operator’s account is never opened" in browser.get(reverse("lms_account_confirm")).content.decode()
    assert browser.post(reverse("lms_account_confirm")).status_code == 409


def test_a_connection_can_be_taken_back(world: World, platform: Platform) -> None:
    """Somebody said yes on another one's computer: the place and the work stay where they are."""
    arrive(message(platform, custom=TASK), signed_in=world.owner.user, answer=Answer.MINE)
    browser = world.client("owner")
    url = reverse("lms_account_disconnect", kwargs={"account": LmsAccount.objects.get().pk})
    assert world.client("classmate").post(url).status_code == 404
    assert "is disconnected" in browser.post(url, follow=True).content.decode()
    assert not LmsAccount.objects.exists()
    assert Enrollment.objects.filter(pk=world.owner.pk, active=True).exists()
    made = made_by_launch(platform)
    assert made != world.owner.user
    client = Client()
    client.force_login(made)  # who came by a launch alone could never come back
    url = reverse("lms_account_disconnect", kwargs={"account": LmsAccount.objects.get().pk})
    assert client.post(url).status_code == 404
