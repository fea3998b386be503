"""The pages between a launch and what it opens: which account, which course, what the link is for."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from coursework.models import Course, Enrollment, Role, User
from grading import pending_launches
from grading.lti.messages import LaunchMessage
from grading.models import Deployment, LmsAccount, LmsCourse, LmsLink, Platform
from tests.grading.lti.launches import (
    ADMINISTRATOR,
    INSTRUCTOR,
    deep_message,
    launch,
    make_lms_course,
    message,
    user_of,
)
from tests.world import World, make_user

pytestmark = pytest.mark.django_db

TASK = {"course": "ml-1", "assignment": "playground", "task": "circle"}


@pytest.fixture
def browser() -> Client:
    return Client()


def page_after(browser: Client, monkeypatch: pytest.MonkeyPatch, sent: LaunchMessage, name: str) -> str:
    """Launch, and return the address of the page that follows, which has to be this one."""
    answer = launch(browser, monkeypatch, sent)
    assert answer.status_code == 302
    url: str = answer["Location"]
    assert browser.get(url).resolver_match.url_name == name
    return url


def words(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_student_is_signed_in_at_the_task(
    world: World, platform: Platform, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_lms_course(platform, world.course)
    url = page_after(browser, monkeypatch, message(platform, custom=TASK), "task")
    assert url == reverse("task", kwargs=world.task.url_arguments())
    user = user_of(browser)
    assert user is not None and user.username == "ada"
    assert user.last_login is not None


def test_yes_that_is_me(world: World, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    make_lms_course(platform, world.course)
    browser = world.client("owner")
    url = page_after(browser, monkeypatch, message(platform, custom=TASK), "lti_account")
    shown = words(browser.get(url))
    assert "You are signed in here as Orla Owner. Is that you?" in shown and "Ada Ash" in shown
    assert browser.post(url, {"answer": "perhaps"}).status_code == 422
    answer = browser.post(url, {"answer": "mine"})
    assert answer["Location"] == reverse("task", kwargs=world.task.url_arguments())
    assert user_of(browser) == world.owner.user == LmsAccount.objects.get().user
    assert browser.get(url).status_code == 410  # answered


def test_no_that_is_somebody_else(world: World, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    make_lms_course(platform, world.course)
    browser = world.client("owner")
    url = page_after(browser, monkeypatch, message(platform, custom=TASK), "lti_account")
    answer = browser.post(url, {"answer": "new"})
    assert answer["Location"] == reverse("task", kwargs=world.task.url_arguments())
    user = user_of(browser)
    assert user is not None and user.username == "ada"
    assert not LmsAccount.objects.filter(user=world.owner.user).exists()


def test_somebody_with_the_same_address_is_told(
    world: World, platform: Platform, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_lms_course(platform, world.course)
    make_user("local", email="ada@example.edu")
    url = launch(browser, monkeypatch, message(platform, custom=TASK))["Location"]
    assert "Another account here has your e-mail address" in words(browser.get(url))


def test_an_instructor_connects_the_course_they_teach(
    world: World, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = world.client("instructor")
    sent = message(platform, "t1", (INSTRUCTOR,), custom=TASK)
    url = launch(browser, monkeypatch, sent)["Location"]
    url = browser.post(url, {"answer": "mine"})["Location"]
    shown = words(browser.get(url))
    assert "Connect Networks 101" in shown and world.course.title in shown and "Course ml-2" not in shown
    for course in (world.elsewhere.course.pk, "x", ""):
        assert browser.post(url, {"course": course, "title": "", "time_zone": ""}).status_code == 422
    answer = browser.post(url, {"course": world.course.pk, "title": "", "time_zone": ""})
    assert answer["Location"] == reverse("dashboard", kwargs=world.task.url_arguments())
    lms_course = LmsCourse.objects.get()
    assert (lms_course.course, lms_course.context_id, lms_course.title) == (world.course, "c7", "Networks 101")
    assert lms_course.connected_by == world.instructor.user
    assert words(browser.get(reverse("history", kwargs={"course": "ml-1"}))).count("Connected the course Networks 101")


def test_an_instructor_without_a_course_makes_one(
    platform: Platform, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = page_after(browser, monkeypatch, message(platform, "t1", (INSTRUCTOR,)), "lti_connect")
    assert browser.post(url, {"course": "new", "title": "", "time_zone": "Nowhere"}).status_code == 422
    answer = browser.post(url, {"course": "new", "title": "Networks 101", "time_zone": "Europe/Zurich"})
    course = Course.objects.get()
    assert (course.slug, course.title, course.time_zone) == ("networks-101", "Networks 101", "Europe/Zurich")
    assert Enrollment.objects.get().role == Role.INSTRUCTOR
    # The link doesn't say what it opens: that is the next question.
    page = browser.get(answer["Location"])
    assert page.resolver_match.url_name == "lti_choose" and "has no assignments yet" in words(page)


def test_somebody_else_connected_it_meanwhile(
    world: World, platform: Platform, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = page_after(browser, monkeypatch, message(platform, "t1", (INSTRUCTOR,), custom=TASK), "lti_connect")
    make_lms_course(platform, world.course)
    assert browser.get(url)["Location"] == reverse("dashboard", kwargs=world.task.url_arguments())


def test_a_student_waits_for_the_instructor(
    world: World, platform: Platform, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = page_after(browser, monkeypatch, message(platform, custom=TASK), "lti_wait")
    assert "Your instructor has to open this once" in words(browser.get(url))
    again = browser.post(url)["Location"]
    assert "Your instructor has to open this once" in words(browser.get(again))
    make_lms_course(platform, world.course)
    assert browser.post(again)["Location"] == reverse("task", kwargs=world.task.url_arguments())


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"context": ""}, "Open this from a course"),
        ({"roles": (ADMINISTRATOR,)}, "You have no place in this course"),
        ({}, "This link leads nowhere yet"),
    ],
)
def test_why_there_is_nothing_to_open(
    world: World,
    platform: Platform,
    browser: Client,
    monkeypatch: pytest.MonkeyPatch,
    fields: dict[str, Any],
    said: str,
) -> None:
    make_lms_course(platform, world.course)
    url = page_after(browser, monkeypatch, message(platform, **fields), "lti_wait")
    assert said in words(browser.get(url))


def test_closed_accounts_and_operators_stay_signed_out(
    world: World, platform: Platform, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    LmsAccount.objects.create(platform=platform, subject="u1", user=world.operator)
    url = page_after(browser, monkeypatch, message(platform), "lti_wait")
    assert "An operator’s account is not opened from an LMS" in words(browser.get(url))
    assert user_of(browser) is None
    LmsAccount.objects.update(user=world.owner.user)
    User.objects.filter(pk=world.owner.user_id).update(is_active=False)
    url = page_after(browser, monkeypatch, message(platform), "lti_wait")
    assert "Your account here is closed" in words(browser.get(url))


def test_staff_say_what_a_link_opens(
    world: World, platform: Platform, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_lms_course(platform, world.course)
    url = page_after(browser, monkeypatch, message(platform, "t1", (INSTRUCTOR,)), "lti_choose")
    assert browser.post(url, {"opens": "999"}).status_code == 422
    answer = browser.post(url, {"opens": str(world.task.assignment.pk)})
    assert answer["Location"] == reverse("assignment_dashboard", kwargs={"course": "ml-1", "assignment": "playground"})
    link = LmsLink.objects.get()
    assert (link.assignment, link.task, link.title) == (world.task.assignment, None, "A link")


@pytest.mark.parametrize("name", ["lti_connect", "lti_choose", "lti_deep_link"])
def test_a_students_launch_opens_no_page_of_staff(
    world: World, platform: Platform, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Also for somebody who is staff here: the LMS decides who connects its course, and who adds links to it."""
    if name != "lti_connect":
        make_lms_course(platform, world.course)
    browser = world.client("instructor")
    LmsAccount.objects.create(platform=platform, subject="u1", user=world.instructor.user)
    url = page_after(browser, monkeypatch, message(platform), "lti_wait")
    key = url.rstrip("/").rpartition("/")[2]
    staff_page = reverse(name, kwargs={"key": key})
    assert browser.get(staff_page).status_code == 410
    assert browser.post(staff_page, {"course": world.course.pk, "opens": "course"}).status_code == 410
    assert not LmsLink.objects.exists()


def test_a_page_is_of_the_one_who_launched_and_ends_after_an_hour(
    world: World, platform: Platform, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = page_after(browser, monkeypatch, message(platform, "t1", (INSTRUCTOR,)), "lti_connect")
    assert world.client("instructor").get(url).status_code == 410
    assert Client().get(url).status_code == 302
    monkeypatch.setattr(pending_launches, "KEPT_SECONDS", -1)
    url = launch(browser, monkeypatch, message(platform, "t1", (INSTRUCTOR,)))["Location"]
    assert "This page is over" in words(browser.get(url))


def test_a_platform_that_was_switched_off_goes_no_further(
    world: World, platform: Platform, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = page_after(browser, monkeypatch, message(platform, "t1", (INSTRUCTOR,)), "lti_connect")
    Platform.objects.update(active=False)
    assert browser.post(url, {"course": "new", "title": "X", "time_zone": "UTC"}).status_code == 410
    assert not Course.objects.filter(title="X").exists()


def test_a_deployment_that_was_removed_goes_no_further(
    world: World, platform: Platform, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = page_after(browser, monkeypatch, message(platform, "t1", (INSTRUCTOR,)), "lti_connect")
    Deployment.objects.all().delete()
    assert browser.post(url, {"course": "new", "title": "X", "time_zone": "UTC"}).status_code == 410
    assert not Course.objects.filter(title="X").exists()


def test_trying_again_makes_no_launch_last_longer(
    world: World, platform: Platform, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whom the LMS has dropped since would come back into the course for as long as they go on trying."""
    make_lms_course(platform, world.course)
    with time_machine.travel("2026-11-23T12:00:00Z", tick=False) as clock:
        url = page_after(browser, monkeypatch, message(platform, claims={"nonce": "n1"}), "lti_wait")
        for _ in range(3):
            clock.shift(timedelta(minutes=19))
            url = browser.post(url)["Location"]
        clock.shift(timedelta(minutes=4))
        assert browser.post(url).status_code == 410
        url = launch(browser, monkeypatch, message(platform, claims={"nonce": "n2"}))["Location"]
        assert browser.post(url).status_code == 302  # a new click is another launch


def test_deep_linking_connects_the_course_first(
    world: World, platform: Platform, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = page_after(browser, monkeypatch, deep_message(platform), "lti_connect")
    answer = browser.post(url, {"course": "new", "title": "Networks", "time_zone": "UTC"})
    page = browser.get(answer["Location"])
    assert page.resolver_match.url_name == "lti_deep_link" and "has nothing to link to so far" in words(page)
