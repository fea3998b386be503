"""The LMS's roster and the course: who comes, who goes, and who must never go."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from coursework.models import Enrollment, Event, Role, User
from grading import courier
from grading.lti.nrps import Member, read_page
from grading.models import LmsAccount, LmsCourse, LmsMember, Platform
from grading.outbound.fetching import Answer, NotReached
from grading.services.lti import roster_reading
from grading.services.lti.accounts import Answer as Reply
from grading.services.lti.arriving import arrive
from grading.services.lti.roster import RosterChanged, apply_roster
from grading.services.lti.roster_plan import RosterPlan, plan_roster
from grading.services.lti.roster_reading import RosterFailed, fetch_roster, read_due_roster, rosters_due
from tests.grading.lti.launches import INSTRUCTOR, MEMBERS_URL, make_lms_course, message
from tests.world import World, make_user

pytestmark = pytest.mark.django_db


def body(*people: str, **fields: Any) -> bytes:
    """Lines such as 'u1', 'u2 Instructor' or 'u3 Learner Inactive'."""
    lines = []
    for text in people:
        subject, role, status = (text.split() + ["Learner", "Active"][len(text.split()) - 1 :])[:3]
        email = f"{subject}@example.edu"
        lines.append({"user_id": subject, "roles": [role], "status": status, "name": f"N {subject}", "email": email})
    return json.dumps({"members": [line | fields for line in lines]}).encode()


def members(*people: str, **fields: Any) -> list[Member]:
    return read_page(body(*people, **fields))


def apply(lms_course: LmsCourse, *people: str, with_drops: bool = True) -> RosterPlan:
    return apply_roster(lms_course=lms_course, members=members(*people), actor=None, with_drops=with_drops)


def active(world: World) -> set[str]:
    found = Enrollment.objects.filter(course=world.course, active=True, user__lms_accounts__isnull=False)
    return set(found.values_list("user__lms_accounts__subject", flat=True))


def test_people_known_by_the_roster_alone_get_a_place(world: World, lms_course: LmsCourse) -> None:
    people = ("u1", "u2 Instructor", "u3 Mentor", "u4 Learner Inactive")
    plan = plan_roster(lms_course=lms_course, members=members(*people))
    assert [(line.name, line.then) for line in plan.new] == [("N u1", "Student"), ("N u2", "Instructor")]
    assert not LmsAccount.objects.exists()  # a preview changes nothing
    apply(lms_course, *people)
    assert active(world) == {"u1", "u2"}
    event = Event.objects.get(action="lti.roster_applied")
    assert event.details["counts"] == {"added": 2, "changed": 0, "back": 0, "left": 0}
    # A click then leads to the same account.
    user = arrive(message(lms_course.deployment.platform, "u1")).user
    assert user == LmsAccount.objects.get(subject="u1").user
    again = apply(lms_course, "u1", "u2 Instructor")
    assert not again.changes_something and again.unchanged == 2
    assert Event.objects.filter(action="lti.roster_applied").count() == 1


def test_who_is_missing_goes_and_comes_back_with_their_place(world: World, lms_course: LmsCourse) -> None:
    apply(lms_course, "u1", "u2", "u3 Instructor")
    plan = plan_roster(lms_course=lms_course, members=members("u1", "u2 Learner Inactive", "u3 Learner"))
    assert [line.name for _, line in plan.dropped] == ["N u2"] and [line.then for line in plan.changed] == ["Student"]
    apply(lms_course, "u1", "u3 Learner", with_drops=False)
    assert active(world) == {"u1", "u2", "u3"}
    apply(lms_course, "u1", "u3 Learner")
    assert active(world) == {"u1", "u3"}
    assert Enrollment.objects.get(user__lms_accounts__subject="u3").role == Role.STUDENT
    enrollment = Enrollment.objects.get(user__lms_accounts__subject="u2")
    plan = apply(lms_course, "u1", "u2", "u3 Learner")
    assert [line.name for line in plan.back] == ["N u2"]
    enrollment.refresh_from_db()
    assert enrollment.active


def test_who_teaches_without_editing_stays_a_teacher(world: World, platform: Platform, lms_course: LmsCourse) -> None:
    """Moodle's roster calls them learners, its launches instructors."""
    arrive(message(platform, "t1", (INSTRUCTOR,)))
    plan = apply(lms_course, "t1 Learner", "u2")
    assert (len(plan.new), plan.changed, plan.dropped) == (1, (), ())
    assert Enrollment.objects.get(user__lms_accounts__subject="t1").role == Role.INSTRUCTOR
    arrive(message(platform, "t1"))  # a click says that they are a learner now
    assert Enrollment.objects.get(user__lms_accounts__subject="t1").role == Role.STUDENT
    arrive(message(platform, "t1", (INSTRUCTOR,)))
    Platform.objects.update(kind="canvas")
    lms_course.refresh_from_db()
    assert [line.then for line in apply(lms_course, "t1 Learner", "u2").changed] == ["Student"]


def test_nobody_goes_who_came_otherwise(world: World, platform: Platform, lms_course: LmsCourse) -> None:
    """By a code, by hand, or from another course of the LMS."""
    apply(make_lms_course(platform, world.course, "c8"), "u8")
    arrive(message(platform, "u1"), signed_in=world.owner.user, answer=Reply.MINE)
    apply(lms_course, "u2", "u3")
    plan = apply(lms_course, "u3")
    assert [line.name for _, line in plan.dropped] == ["N u2"]
    assert active(world) == {"u1", "u3", "u8"}
    assert Enrollment.objects.filter(course=world.course, active=True, user__lms_accounts=None).count() == 3
    assert not LmsMember.objects.get(account__subject="u1").active  # noted all the same


def test_staff_decide_who_stays_out(world: World, lms_course: LmsCourse) -> None:
    apply(lms_course, "u1", "u2")
    Enrollment.objects.filter(user__lms_accounts__subject="u1").update(active=False)
    plan = apply(lms_course, "u1", "u2")
    assert [(line.name, line.then) for line in plan.left_out] == [
        ("N u1", "Was taken out of the course here: that holds.")
    ]
    apply(lms_course, "u2")  # dropped in the LMS as well
    apply(lms_course, "u1", "u2")
    assert active(world) == {"u2"}


def test_somebody_who_is_here_already_does_not_appear_twice(world: World, lms_course: LmsCourse) -> None:
    User.objects.filter(pk=world.owner.user_id).update(email="U1@example.edu")
    plan = apply(lms_course, "u1", "u2")
    assert [line.name for line in plan.left_out] == ["N u1"] and "in the course already" in plan.left_out[0].then
    assert active(world) == {"u2"}


def test_operators_and_closed_accounts_are_left_out(world: World, platform: Platform, lms_course: LmsCourse) -> None:
    LmsAccount.objects.create(platform=platform, subject="u1", user=world.operator)
    LmsAccount.objects.create(platform=platform, subject="u2", user=make_user("closed", is_active=False))
    plan = apply(lms_course, "u1", "u2")
    assert [line.then for line in plan.left_out] == [
        "The account here belongs to an operator.",
        "The account here is closed.",
    ]
    assert not LmsMember.objects.exists()


def test_what_was_shown_is_what_is_done(world: World, lms_course: LmsCourse) -> None:
    shown = plan_roster(lms_course=lms_course, members=members("u1")).fingerprint
    apply(lms_course, "u1")
    with pytest.raises(RosterChanged):
        apply_roster(lms_course=lms_course, members=members("u1"), actor=None, with_drops=True, fingerprint=shown)


def test_the_last_instructor_stays_whatever_the_list_says(world: World, lms_course: LmsCourse) -> None:
    apply(lms_course, "t1 Instructor", "u1")
    Enrollment.objects.filter(pk=world.instructor.pk).update(active=False)
    apply(lms_course, "u1")
    assert "t1" in active(world)


# --- From the LMS ---------------------------------------------------------------------------------------------------

Serve = Callable[[Answer | Exception], list[str]]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Serve:
    """Let the LMS answer; returns the addresses that were asked."""
    asked: list[str] = []

    def serving(answer: Answer | Exception) -> list[str]:
        def ask(platform: Platform, method: str, url: str, **kwargs: Any) -> Answer:
            assert kwargs["accept"] == "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
            assert [scope.rpartition("/")[2] for scope in kwargs["scopes"]] == ["contextmembership.readonly"]
            assert kwargs["seconds"] == 20  # Moodle works out a whole course before it answers
            asked.append(f"{method} {url}")
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(roster_reading, "lti_request", ask)
        return asked

    return serving


def due(lms_course: LmsCourse) -> None:
    LmsCourse.objects.filter(pk=lms_course.pk).update(roster_scheduled=True, roster_due_at=timezone.now())


def test_the_roster_is_read_every_night(world: World, lms_course: LmsCourse, serve: Serve) -> None:
    asked = serve(Answer(200, {}, body("u1", "u2")))
    read_due_roster(lms_course.pk)
    assert not rosters_due(timezone.now(), 5) and not asked  # not wanted
    due(lms_course)
    assert rosters_due(timezone.now(), 5) == [lms_course.pk]
    read_due_roster(lms_course.pk)
    assert asked == [f"GET {MEMBERS_URL}"] and active(world) == {"u1", "u2"}
    lms_course.refresh_from_db()
    assert lms_course.roster_read_at is not None and lms_course.roster_due_at is not None
    night = lms_course.roster_due_at.astimezone(ZoneInfo(world.course.time_zone))
    assert night.hour == 3 and timezone.now() < night < timezone.now() + timedelta(hours=25)
    read_due_roster(lms_course.pk)  # a second courier comes late
    assert len(asked) == 1
    LmsCourse.objects.update(roster_due_at=timezone.now() + timedelta(days=900))  # by a clock that was wrong
    assert rosters_due(timezone.now(), 5) == [lms_course.pk]
    read_due_roster(lms_course.pk)
    assert len(asked) == 2 and not rosters_due(timezone.now(), 5)
    assert "rosters" in {one.name for one in courier.ROUNDS}


def test_many_drops_wait_for_a_person_and_few_do_not(world: World, lms_course: LmsCourse, serve: Serve) -> None:
    everybody = [f"u{number}" for number in range(30)]
    apply(lms_course, *everybody)
    serve(Answer(200, {}, body(*everybody[3:])))
    due(lms_course)
    read_due_roster(lms_course.pk)
    assert active(world) == set(everybody[3:])
    serve(Answer(200, {}, body(*everybody[13:], "new")))
    due(lms_course)
    read_due_roster(lms_course.pk)
    assert active(world) == {*everybody[3:], "new"}
    lms_course.refresh_from_db()
    assert lms_course.roster_error.startswith("10 of 27 people are missing in the LMS’s list.")
    serve(Answer(200, {}, body(*everybody[3:], "new")))
    due(lms_course)
    read_due_roster(lms_course.pk)
    lms_course.refresh_from_db()
    assert lms_course.roster_error == ""


def test_who_comes_in_while_the_list_is_read_is_not_taken_out(
    world: World, lms_course: LmsCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list was put together before they were in the LMS's course; the next one has them."""
    apply(lms_course, "u1", "gone")

    def ask(*_args: Any, **_more: Any) -> Answer:
        arrive(message(lms_course.deployment.platform, "late"))
        return Answer(200, {}, body("u1"))

    monkeypatch.setattr(roster_reading, "lti_request", ask)
    due(lms_course)
    read_due_roster(lms_course.pk)
    assert active(world) == {"u1", "late"}


def test_courses_that_are_disconnected_meanwhile_are_left_alone(
    world: World, lms_course: LmsCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(*_args: Any, **_more: Any) -> Answer:
        LmsCourse.objects.all().delete()
        return Answer(200, {}, body("u1"))

    monkeypatch.setattr(roster_reading, "lti_request", ask)
    due(lms_course)
    read_due_roster(lms_course.pk)
    assert active(world) == set()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (NotReached("lms.example.edu did not answer: Timeout."), "did not answer"),
        (Answer(403), "Moodle of the school answered 403 where we asked for its list of people."),
        (
            Answer(400, {}, b'{"status": 400, "reason": "No handler found for  application/json"}'),
            "list of people. It said: No handler found for application/json",
        ),
        (Answer(200, {}, b"<html>"), "no JSON"),
        (Answer(200, {}, body("u1 Learner Inactive")), "nobody in it"),
    ],
)
def test_what_goes_wrong_is_said_and_tried_again(
    world: World, lms_course: LmsCourse, serve: Serve, answer: Answer | Exception, said: str
) -> None:
    apply(lms_course, "u1")
    serve(answer)
    due(lms_course)
    read_due_roster(lms_course.pk)
    lms_course.refresh_from_db()
    assert said in lms_course.roster_error and active(world) == {"u1"}
    assert lms_course.roster_due_at is not None
    assert timezone.now() < lms_course.roster_due_at < timezone.now() + timedelta(hours=2)
    page = world.client("ta").get(reverse("lms_links", kwargs={"course": "ml-1"}))
    assert said in page.content.decode()


def test_an_lms_without_a_list_is_said_and_one_that_is_switched_off(world: World, lms_course: LmsCourse) -> None:
    lms_course.deployment.platform.active = False
    with pytest.raises(RosterFailed, match="is switched off here"):
        fetch_roster(lms_course=lms_course)
    lms_course.memberships_url = ""
    with pytest.raises(RosterFailed, match="Moodle tells it then"):
        fetch_roster(lms_course=lms_course)


# --- By hand --------------------------------------------------------------------------------------------------------


def test_an_instructor_reads_looks_and_applies(world: World, lms_course: LmsCourse, serve: Serve) -> None:
    apply(lms_course, "u1", "u2")
    serve(Answer(200, {}, body("u2", "u3")))
    browser = world.client("instructor")
    where = {"course": "ml-1", "lms_course": lms_course.pk}
    preview = reverse("lms_roster", kwargs=where)
    assert browser.get(preview)["Location"] == reverse("lms_links", kwargs={"course": "ml-1"})
    assert browser.post(reverse("lms_roster_read", kwargs=where))["Location"] == preview
    page = browser.get(preview)
    shown, plan = page.content.decode(), page.context["plan"]
    assert "What the roster would change" in shown and "N u1" in shown and "N u3" in shown
    assert active(world) == {"u1", "u2"}
    stale = browser.post(preview, {"previewed": "x", "drop": "1"})
    assert stale.status_code == 409 and "nothing was done" in stale.content.decode()
    done = browser.post(preview, {"previewed": plan.fingerprint, "drop": "1"}, follow=True)
    assert "Roster applied: 1 added, 1 taken out." in done.content.decode()
    assert active(world) == {"u2", "u3"}
    assert Event.objects.filter(action="lti.roster_applied").first().actor == world.instructor.user  # type: ignore[union-attr]
    assert browser.get(preview).status_code == 302  # forgotten: it has people's names


def test_many_are_taken_out_only_by_a_tick_of_ones_own(world: World, lms_course: LmsCourse, serve: Serve) -> None:
    apply(lms_course, "u1", "u2", "u3", "u4")
    serve(Answer(200, {}, body("u4")))
    browser = world.client("instructor")
    where = {"course": "ml-1", "lms_course": lms_course.pk}
    browser.post(reverse("lms_roster_read", kwargs=where))
    page = browser.get(reverse("lms_roster", kwargs=where))
    shown = page.content.decode()
    assert "3 of 4 people are missing in the list" in shown
    assert "checked" not in shown.partition('id="drop"')[2].partition(">")[0]
    browser.post(reverse("lms_roster", kwargs=where), {"previewed": page.context["plan"].fingerprint})
    assert active(world) == {"u1", "u2", "u3", "u4"}


def test_an_lms_that_does_not_answer_is_said_at_once(world: World, lms_course: LmsCourse, serve: Serve) -> None:
    serve(NotReached("lms.example.edu did not answer: Timeout."))
    where = {"course": "ml-1", "lms_course": lms_course.pk}
    answer = world.client("instructor").post(reverse("lms_roster_read", kwargs=where), follow=True)
    assert "The roster could not be read. lms.example.edu did not answer" in answer.content.decode()


def test_a_quiet_night_costs_no_query_per_person(
    world: World, lms_course: LmsCourse, django_assert_max_num_queries: Any
) -> None:
    everybody = [f"u{number}" for number in range(40)]
    apply(lms_course, *everybody)
    with django_assert_max_num_queries(15):
        apply(lms_course, *everybody)


def test_what_the_lms_says_anew_of_somebody_is_taken_over(world: World, lms_course: LmsCourse) -> None:
    apply(lms_course, "u1")
    again = members("u1", name="Nora Novak", lis_person_sourcedid="18-7")
    apply_roster(lms_course=lms_course, members=again, actor=None, with_drops=True)
    enrollment = Enrollment.objects.get(user__lms_accounts__subject="u1")
    assert (enrollment.user.get_full_name(), enrollment.id_number) == ("Nora Novak", "18-7")
