"""What a link of the LMS opens, and for whom."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from coursework.models import Task
from grading.lti import claims as names
from grading.lti.arrival import Arrival, Destination, Reason
from grading.models import LineItem, LmsCourse, LmsLink, Platform
from grading.services.lti.arriving import arrive
from grading.services.lti.contexts import change_link, choose
from tests.grading.lti.launches import INSTRUCTOR, ITEM_URL, make_lms_course, message
from tests.world import World, make_task

pytestmark = pytest.mark.django_db


def url(name: str, task: Task) -> str:
    return reverse(name, kwargs=task.url_arguments())


def of_assignment(name: str, task: Task) -> str:
    return reverse(name, kwargs={"course": task.assignment.course.slug, "assignment": task.assignment.slug})


TASK = {"course": "ml-1", "assignment": "playground", "task": "circle"}


def test_our_own_deep_link_opens_its_task(world: World, platform: Platform, lms_course: LmsCourse) -> None:
    """The first click may be a student's: the parameters come from the LMS, signed, and not from the browser."""
    assert arrive(message(platform, custom=TASK)) == Arrival(
        LmsLink.objects.get().lms_course.members.get().account.user, Destination.OPEN, url("task", world.task)
    )
    link = LmsLink.objects.get()
    assert (link.resource_link_id, link.assignment, link.task) == ("r1", world.task.assignment, world.task)
    assert arrive(message(platform, "t1", (INSTRUCTOR,), custom=TASK)).url == url("dashboard", world.task)
    assert LmsLink.objects.count() == 1


def review(of: str = "") -> dict[str, Any]:
    return {names.MESSAGE_TYPE: names.SUBMISSION_REVIEW_REQUEST} | ({names.FOR_USER: {"user_id": of}} if of else {})


def test_what_is_clicked_in_the_gradebook_of_the_lms_opens_the_students_row_for_staff(
    world: World, platform: Platform, lms_course: LmsCourse
) -> None:
    own = arrive(message(platform, "u1", custom=TASK, claims=review("u1")))
    assert own.url == url("task", world.task) and own.user is not None
    assert arrive(message(platform, "u2", custom=TASK, claims=review("u1"))).url == own.url  # nobody else's
    student = lms_course.members.get(account__subject="u1").enrollment
    for of, page in (
        ("u1", reverse("gradebook_student", kwargs={"course": "ml-1", "enrollment": student.pk})),
        ("", url("dashboard", world.task)),
        ("t1", url("dashboard", world.task)),  # staff have no row
        ("a stranger", url("dashboard", world.task)),
    ):
        assert arrive(message(platform, "t1", (INSTRUCTOR,), custom=TASK, claims=review(of))).url == page


def test_an_assignments_link_opens_its_only_task_or_the_list(
    world: World, platform: Platform, lms_course: LmsCourse
) -> None:
    custom = {"assignment": "playground"}
    assert arrive(message(platform, custom=custom)).url == url("task", world.task)
    assert arrive(message(platform, "t1", (INSTRUCTOR,), custom=custom)).url == of_assignment(
        "assignment_dashboard", world.task
    )
    make_task(world.course, slug="spiral", title="Task B")
    assert arrive(message(platform, custom=custom)).url == of_assignment("assignment", world.task)


@pytest.mark.parametrize("page", ["task", "hand_in", "leaderboard", "dashboard"])
def test_an_address_that_a_teacher_pasted_is_understood(
    world: World, platform: Platform, lms_course: LmsCourse, page: str
) -> None:
    target = f"http://127.0.0.1:8000{url(page, world.task)}"
    assert arrive(message(platform, target=target)).url == url("task", world.task)


def test_a_copied_course_finds_its_own_assignment(world: World, platform: Platform) -> None:
    """The copy's links in the LMS still name the old course; its slugs are looked up in the connected one."""
    make_lms_course(platform, world.elsewhere.course)
    found = arrive(message(platform, custom=TASK))
    assert found.url == url("task", Task.objects.get(assignment__course=world.elsewhere.course))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"custom": {"assignment": "gone"}},
        {"custom": {"task": "circle"}},
        {"target": "http://127.0.0.1:8000/courses/ml-1/gradebook/"},
        {"target": "http://127.0.0.1:8000/nowhere/"},
        {"target": "http://127.0.0.1:8000"},
    ],
)
def test_a_link_that_says_nothing_is_asked_about(
    world: World, platform: Platform, lms_course: LmsCourse, fields: dict[str, Any]
) -> None:
    student = arrive(message(platform, **fields))
    assert (student.destination, student.reason) == (Destination.NOT_READY, Reason.NO_LINK)
    assert arrive(message(platform, "t1", (INSTRUCTOR,), **fields)).destination is Destination.CHOOSE
    sent = message(platform, item=ITEM_URL, **fields)
    choose(message=sent, lms_course=lms_course, assignment=world.task.assignment, task=world.task)
    assert arrive(sent).url == url("task", world.task)
    assert LineItem.objects.get().task == world.task


def test_a_task_that_is_gone_leaves_its_assignment(world: World, platform: Platform, lms_course: LmsCourse) -> None:
    assert arrive(message(platform, custom=TASK | {"task": "gone"})).url == url("task", world.task)


def test_a_link_to_the_course_as_a_whole(world: World, platform: Platform, lms_course: LmsCourse) -> None:
    sent = message(platform, item=ITEM_URL)
    choose(message=sent, lms_course=lms_course, assignment=None, task=None)
    assert arrive(sent).url == reverse("home")
    assert arrive(message(platform, "t1", (INSTRUCTOR,))).url == reverse("course_dashboard", kwargs={"course": "ml-1"})
    assert not LineItem.objects.exists()


def test_the_column_of_the_gradebook_is_remembered_with_the_link(
    world: World, platform: Platform, lms_course: LmsCourse
) -> None:
    arrive(message(platform, custom=TASK, item=ITEM_URL))
    item = LineItem.objects.get()
    assert (item.url, item.assignment, item.task) == (ITEM_URL, world.task.assignment, world.task)
    assert item.link == LmsLink.objects.get() and item.lms_course == lms_course
    arrive(message(platform, "u2", custom=TASK, item=ITEM_URL))
    assert LineItem.objects.count() == 1


def test_content_that_is_chosen_anew_in_the_lms_is_what_opens(
    world: World, platform: Platform, lms_course: LmsCourse
) -> None:
    other = make_task(world.course, slug="spiral", title="Task B")
    arrive(message(platform, custom=TASK, item=ITEM_URL))
    LineItem.objects.create(  # one that we had made, too
        lms_course=lms_course, link=LmsLink.objects.get(), url="own", assignment=world.task.assignment, task=world.task
    )
    anew = TASK | {"task": "spiral"}
    assert arrive(message(platform, custom=anew, item=ITEM_URL)).url == url("task", other)
    assert {LmsLink.objects.get().task, *(item.task for item in LineItem.objects.all())} == {other}
    assert arrive(message(platform, custom=TASK | {"assignment": "gone"}, item=ITEM_URL)).url == url("task", other)
    # What staff here say holds for as long as the LMS says nothing new
    change_link(link=LmsLink.objects.get(), assignment=world.task.assignment, task=world.task)
    assert arrive(message(platform, custom=anew, item=ITEM_URL)).url == url("task", world.task)
    assert arrive(message(platform, item=ITEM_URL)).url == url("task", world.task)


def test_a_link_can_be_made_to_open_something_else(world: World, platform: Platform, lms_course: LmsCourse) -> None:
    sent = message(platform, custom=TASK, item=ITEM_URL)
    arrive(sent)
    other = make_task(world.course, slug="spiral", title="Task B")
    change_link(link=LmsLink.objects.get(), assignment=other.assignment, task=other)
    assert arrive(sent).url == url("task", other)  # whatever its parameters said at first
    assert LineItem.objects.get().task == other
    change_link(link=LmsLink.objects.get(), assignment=None, task=None)
    assert not LineItem.objects.get().active
    LineItem.objects.update(checked_at=timezone.now())
    change_link(link=LmsLink.objects.get(), assignment=other.assignment, task=None)
    item = LineItem.objects.get()
    assert item.active and item.task is None and item.checked_at is None  # so its scores are compared at once
