"""What Canvas does otherwise than Moodle, as its own code has it: launches, attempts, refusals, columns."""

from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from coursework.models import Enrollment, Role
from grading.lti.ags import CANVAS_SUBMISSION
from grading.models import DeliveryState, LineItem, LmsCourse, LmsLink, Score
from grading.services.lti.columns import create_line_item
from grading.services.lti.keys import public_jwks
from grading.services.lti.passback import mark_scores
from grading.services.lti.roster import apply_roster
from grading.services.lti.roster_reading import fetch_roster
from tests.grading.graded import settled
from tests.grading.lti.lms_rows import Connected, connect, later, only_score, send_all, use_one_key
from tests.lti_platform import words
from tests.lti_platform.fixtures import *  # noqa: F403
from tests.lti_platform.fixtures import OURS
from tests.lti_platform.platform import FakePlatform
from tests.lti_platform.records import Item, Link, LmsUser
from tests.lti_platform.registered import registered
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    use_one_key(monkeypatch)


def start(canvas: FakePlatform) -> tuple[World, Connected, Item]:
    """A score that is due."""
    world = make_world()
    found = connect(world, canvas)
    _, remote = found.column(world.task)
    settled(world.task, world.owner)
    return world, found, remote


def attempts(canvas: FakePlatform) -> list[bool]:
    """Which of the scores that we posted were to count as an attempt."""
    posted = [one.json() for one in canvas.requests if one.path.endswith("/scores")]
    return [score[CANVAS_SUBMISSION]["new_submission"] for score in posted]


def launched(canvas: FakePlatform, user: LmsUser, link: Link | None = None, browser: Client | None = None) -> Any:
    """Go the way of a launch, as a browser does."""
    browser = browser or Client()
    with override_settings(PUBLIC_URL=OURS):
        begun = canvas.login_parameters(user, link)
        asked = browser.post(reverse("lti_login"), begun, headers={"sec-fetch-dest": "document"})
        return browser.post(reverse("lti_launch"), canvas.answer_login(asked["Location"]))


def test_a_number_that_canvas_does_not_know_is_none(canvas: FakePlatform) -> None:
    """It sends the name of its variable instead; school and system give no place."""
    world = make_world()
    link = canvas.add_link()
    lms_course = LmsCourse.objects.create(deployment=registered(canvas), context_id="2", course=world.course)
    LmsLink.objects.create(lms_course=lms_course, resource_link_id=link.id, assignment=world.task.assignment)
    for number in ("", "18-123"):
        student = canvas.add_user(sourced_id=number)
        answer = launched(canvas, student, link)
        assert answer.status_code == 302, answer.content
        enrollment = Enrollment.objects.get(lms_places__account__subject=student.id)
        assert (enrollment.id_number, enrollment.role) == (number, Role.STUDENT)


def test_the_courses_menu_opens_what_was_chosen_for_it(canvas: FakePlatform) -> None:
    """A link in the menu has no id of its own but the course's, which stays apart from those of assignments."""
    world = make_world()
    lms_course = LmsCourse.objects.create(deployment=registered(canvas), context_id="2", course=world.course)
    ines, student = canvas.add_instructor(), canvas.add_user()
    about = {"course": world.course.slug, "assignment": world.task.assignment.slug, "task": world.task.slug}
    task = canvas.add_link(custom=about)
    assert reverse("lti_wait", kwargs={"key": "x"})[:-2] in launched(canvas, student)["Location"]
    teacher = Client()
    page = launched(canvas, ines, browser=teacher)["Location"]
    with override_settings(PUBLIC_URL=OURS):
        assert teacher.post(page, {"opens": "course"}).status_code == 302
    for _time in range(2):
        assert launched(canvas, student)["Location"] == reverse("home")
        assert launched(canvas, student, task)["Location"] == reverse("task", kwargs=world.task.url_arguments())
    found = LmsLink.objects.filter(lms_course=lms_course).order_by("pk")
    assert list(found.values_list("resource_link_id", flat=True)) == ["2", task.id]


def test_student_view_comes_in_by_a_click_and_by_no_roster(canvas: FakePlatform) -> None:
    """Canvas lists its Test Student among the learners as soon as a teacher has looked at the course that way."""
    world = make_world()
    canvas.tool_keys = public_jwks()["keys"]
    link, student = canvas.add_link(), canvas.add_user()
    test_student = canvas.add_user("Test", "Student", email="", roles=(words.LEARNER, words.TEST_USER))
    lms_course = LmsCourse.objects.create(
        deployment=registered(canvas),
        context_id="2",
        course=world.course,
        memberships_url=canvas.memberships_url(),
    )
    LmsLink.objects.create(lms_course=lms_course, resource_link_id=link.id, assignment=world.task.assignment)

    def read() -> list[str]:
        members = fetch_roster(lms_course=lms_course)
        apply_roster(lms_course=lms_course, members=members, actor=None, with_drops=True, asked_at=timezone.now())
        active = Enrollment.objects.filter(course=world.course, active=True, user__lms_accounts__isnull=False)
        return sorted(active.values_list("user__lms_accounts__subject", flat=True))

    assert read() == [student.id]
    for _time in range(2):
        assert launched(canvas, test_student, link).status_code == 302
        enrollment = Enrollment.objects.get(lms_places__account__subject=test_student.id)
        assert (enrollment.active, enrollment.role) == (True, Role.STUDENT)
        assert read() == [student.id]


def test_a_grade_arrives_where_the_attempts_are_used_up(canvas: FakePlatform) -> None:
    """Canvas counts what is new as an attempt, and refuses one too many; so the next try brings the points alone."""
    world, found, remote = start(canvas)
    remote.most_attempts = 0
    send_all()
    row = only_score()
    assert (row.state, row.status_code) == (DeliveryState.WAITING, 422) and "allowed attempts" in row.answer
    assert found.shown(world.owner, remote) is None and row.due_at is not None
    with later(of=row.due_at, seconds=1):
        send_all()
    assert (found.shown(world.owner, remote), only_score().state) == (10.0, DeliveryState.DELIVERED)
    assert attempts(canvas) == [True, False] and remote.attempts == {}


def test_who_is_no_student_there_needs_attention(canvas: FakePlatform) -> None:
    world, found, _ = start(canvas)
    canvas.change_user(found.users[world.owner.pk], roles=())
    send_all()
    row = only_score()
    assert (row.state, row.status_code) == (DeliveryState.NEEDS_ATTENTION, 422)
    assert row.answer == "User not found in course or is not a student"


def test_a_score_that_canvas_takes_for_old_is_sent_with_a_later_time(canvas: FakePlatform) -> None:
    world, found, remote = start(canvas)
    send_all()
    user = found.users[world.owner.pk]
    canvas.grade_by_hand(user, remote, 3.0, later=1.5)
    Score.objects.update(uncertain=True)
    mark_scores(task=world.task, enrollments=[world.owner])
    with later(1):
        send_all()
        assert found.shown(world.owner, remote) == 3.0 and "before last updated" in only_score().answer
    with later(10):
        send_all()
    assert found.shown(world.owner, remote) == 10.0 and only_score().state == DeliveryState.DELIVERED


def test_a_column_is_made_for_the_course_and_not_for_a_link(canvas: FakePlatform) -> None:
    """Links of modules are no assignments: for them Canvas knows no columns (404)."""
    world = make_world()
    found = connect(world, canvas)
    remote = canvas.add_link(maximum=None)
    link = LmsLink.objects.create(
        lms_course=found.course, resource_link_id=remote.id, assignment=world.task.assignment, task=world.task
    )
    made = create_line_item(
        lms_course=found.course, assignment=world.task.assignment, task=world.task, actor=None, link=link
    )
    assert (LineItem.objects.get(), made.link) == (made, link)
    assert [item.link for item in canvas.items.values()] == [None]
