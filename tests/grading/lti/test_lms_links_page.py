"""The page of a course's connections with the LMS."""

import pytest
from django.urls import reverse
from django.utils import timezone

from coursework.models import Enrollment, Role, Section
from coursework.services.courses import enroll
from grading.models import LineItem, LmsAccount, LmsCourse, LmsLink, LmsMember, Platform
from grading.services.lti.arriving import arrive
from tests.grading.lti.launches import ITEM_URL, make_lms_course, message
from tests.world import World, make_task, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def lms_course(world: World, platform: Platform) -> LmsCourse:
    lms_course = make_lms_course(platform, world.course)
    arrive(message(platform, custom={"assignment": "playground", "task": "circle"}, item=ITEM_URL))
    return lms_course


def page(world: World, who: str = "instructor") -> str:
    return str(world.client(who).get(reverse("lms_links", kwargs={"course": "ml-1"})).content.decode())


def test_a_course_that_is_not_connected_is_told_how(world: World) -> None:
    assert "Not connected yet" in page(world)


def test_what_is_connected_is_shown(world: World, lms_course: LmsCourse) -> None:
    shown = page(world)
    assert "Networks 101" in shown and "Moodle of the school" in shown and "Task A: Circle" in shown
    assert "Read the roster now" in shown and "Disconnect" in shown
    assistants = page(world, "ta")
    assert "Networks 101" in assistants and "Disconnect" not in assistants and "Save" not in assistants
    Platform.objects.update(active=False)
    LmsCourse.objects.update(memberships_url="")
    shown = page(world)
    assert "is switched off here" in shown and "Read the roster now" not in shown and "names and roles" in shown
    assert "at the first click on a link of ours" in shown  # Moodle, where a deep link alone brings no roster


def test_students_whose_grades_go_nowhere_are_named(world: World, lms_course: LmsCourse) -> None:
    shown = page(world, "ta")
    assert "no grades of theirs are sent</b>classmate, Orla Owner. Each" in shown
    account = LmsAccount.objects.create(platform=Platform.objects.get(), subject="o", user=world.owner.user)
    place = {"account": account, "enrollment": world.owner, "seen_at": timezone.now()}
    member = LmsMember.objects.create(lms_course=lms_course, **place)
    assert "are sent</b>classmate. Each" in page(world)
    for number in range(22):
        enroll(course=world.course, user=make_user(f"s{number:02}"))
    assert "s17, s18 and 3 more. Each" in page(world)
    enrollments = Enrollment.objects.filter(lms_places=None, role=Role.STUDENT)
    enrollments.update(active=False)
    assert "no grades of theirs" not in page(world)
    member.delete()
    assert "are sent</b>Orla Owner. Each" in page(world)
    LmsCourse.objects.all().delete()
    assert "no grades of theirs" not in page(world)


def test_its_section_and_its_nightly_roster(world: World, platform: Platform, lms_course: LmsCourse) -> None:
    section = Section.objects.create(course=world.course, name="Lab 1")
    foreign = Section.objects.create(course=world.elsewhere.course, name="Lab 2")
    change = reverse("lms_course_change", kwargs={"course": "ml-1", "lms_course": lms_course.pk})
    prefix = f"lms{lms_course.pk}"
    browser = world.client("instructor")
    refused = browser.post(change, {f"{prefix}-section": foreign.pk})
    assert refused.status_code == 422 and "choose another one" in refused.content.decode()
    browser.post(change, {f"{prefix}-section": section.pk, f"{prefix}-roster_scheduled": "on"})
    lms_course.refresh_from_db()
    assert (lms_course.section, lms_course.roster_scheduled) == (section, True)
    assert lms_course.roster_due_at is not None
    arrive(message(platform, "u2"))
    assert lms_course.members.get(account__subject="u2").enrollment.section == section
    browser.post(change, {f"{prefix}-section": ""})
    lms_course.refresh_from_db()
    assert not (lms_course.section or lms_course.roster_scheduled or lms_course.roster_due_at)


def test_a_link_is_made_to_open_something_else(world: World, lms_course: LmsCourse) -> None:
    link = LmsLink.objects.get()
    other = make_task(world.course, slug="spiral", title="Task B")
    url = reverse("lms_link", kwargs={"course": "ml-1", "link": link.pk})
    browser = world.client("instructor")
    assert "checked" in browser.get(url).content.decode()
    assert browser.post(url, {"opens": "7.7"}).status_code == 422
    browser.post(url, {"opens": f"{other.assignment_id}.{other.pk}"})
    assert LmsLink.objects.get().task == other == LineItem.objects.get().task
    browser.post(url, {"opens": "course"})
    assert "All tasks of the course" in page(world)


def test_disconnecting_leaves_people_and_their_work(world: World, platform: Platform, lms_course: LmsCourse) -> None:
    url = reverse("lms_course_disconnect", kwargs={"course": "ml-1", "lms_course": lms_course.pk})
    browser = world.client("instructor")
    before = world.course.enrollments.filter(active=True).count()
    assert "Everybody stays in Course ml-1" in browser.get(url).content.decode()
    assert "is disconnected" in browser.post(url, follow=True).content.decode()
    assert not LmsCourse.objects.exists() and not LineItem.objects.exists()
    assert world.course.enrollments.filter(active=True).count() == before
    assert "Disconnected the course Networks 101 of Moodle of the school" in (
        browser.get(reverse("history", kwargs={"course": "ml-1"})).content.decode()
    )


def test_another_courses_connections_are_not_found(world: World, platform: Platform, lms_course: LmsCourse) -> None:
    browser = world.client("elsewhere_instructor")
    for name, about in [
        ("lms_course_disconnect", {"lms_course": lms_course.pk}),
        ("lms_roster", {"lms_course": lms_course.pk}),
        ("lms_link", {"link": LmsLink.objects.get().pk}),
    ]:
        assert browser.get(reverse(name, kwargs={"course": "ml-2"} | about)).status_code == 404


def test_an_assignments_tasks_in_a_list(world: World) -> None:
    make_task(world.course, slug="spiral", title="Task B")
    url = reverse("assignment", kwargs={"course": "ml-1", "assignment": "playground"})
    shown = world.client("owner").get(url).content.decode()
    assert "Task A: Circle" in shown and "Task B" in shown and "Hand in" in shown
    assert "Overview" in world.client("ta").get(url).content.decode()
    assert world.client("owner").get(url.replace("playground", "none")).status_code == 404
