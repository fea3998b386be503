"""Launches at the same time, of one person and of a class, and what the course's people do meanwhile.

On SQLite one transaction comes after the other anyway; what could go wrong is tried on PostgreSQL.
"""

from collections.abc import Callable, Iterator
from functools import partial
from threading import Event as Signal
from typing import Any

import pytest

from coursework.models import Enrollment, Submission, User
from coursework.services import joining
from coursework.services.courses import enroll
from grading.lti.arrival import Destination
from grading.lti.messages import LaunchMessage
from grading.lti.nrps import Member, Status
from grading.lti.people import person_of
from grading.models import LineItem, LmsAccount, LmsCourse, LmsLink, LmsMember, Platform
from grading.services.grades.releasing import hide_grades, release_grades
from grading.services.lti import accounts, arriving, contexts, merging, places, roster
from grading.services.lti.arriving import arrive
from grading.services.lti.columns import send_all_again
from grading.services.lti.contexts import disconnect_course
from grading.services.lti.merging import merge
from grading.services.lti.passback import compare_line_item, mark_scores
from grading.services.lti.roster import RosterChanged, apply_roster
from tests.beside import Begin, beside
from tests.drills.test_at_the_same_time import at_once
from tests.grading.lti.launches import ITEM_URL, make_lms_course, make_platform, message
from tests.world import World, hand_in, make_course, make_user, make_world

PEOPLE, CLICKS = 10, 2
A_MOMENT = 0.5  # seconds; whoever doesn't wait is through by then


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


@pytest.fixture
def platform(world: World) -> Platform:
    return make_platform()


@pytest.fixture
def begin() -> Iterator[Begin]:
    with beside() as found:
        yield found


def click(begin: Begin, sent: LaunchMessage) -> Callable[[], Any]:
    """Begin a launch beside what goes on here, which waits a moment for it; returns what waits for its end."""
    through = Signal()

    def do() -> Any:
        try:
            return arrive(sent)
        finally:
            through.set()

    result = begin(do)
    through.wait(A_MOMENT)
    return result


@pytest.mark.parametrize("shared", [True, False], ids=["with names", "without names"])
def test_a_class_comes_for_the_first_time(lms_course: LmsCourse, shared: bool) -> None:
    """All click twice within a moment. Without names all of them would get the same user name."""
    platform = lms_course.deployment.platform
    task = {"assignment": "playground", "task": "circle"}
    nameless: dict[str, Any] = {} if shared else dict.fromkeys(("name", "given", "family", "email"), "")
    sent = [message(platform, f"p{number}", custom=task, item=ITEM_URL, **nameless) for number in range(PEOPLE)]
    arrivals = at_once([partial(arrive, one) for one in sent * CLICKS])
    assert {one.destination for one in arrivals} == {Destination.OPEN}
    assert LmsAccount.objects.count() == LmsMember.objects.count() == len({one.user for one in arrivals}) == PEOPLE
    assert Enrollment.objects.filter(user__lms_accounts__isnull=False).count() == PEOPLE
    assert LmsLink.objects.count() == LineItem.objects.count() == 1


def test_somebody_comes_for_the_first_time_by_ten_tabs_into_a_course_that_is_not_connected(platform: Platform) -> None:
    arrivals = at_once([partial(arrive, message(platform))] * 10)
    assert len({one.user for one in arrivals}) == LmsAccount.objects.count() == 1
    assert User.objects.filter(username__startswith="ada").count() == 1


def test_a_class_without_names_comes_into_a_course_that_is_not_connected(platform: Platform) -> None:
    """Each would be called `user`, and nothing lets them through one at a time."""
    nameless: dict[str, Any] = dict.fromkeys(("name", "given", "family", "email"), "")
    arrivals = at_once([partial(arrive, message(platform, f"p{number}", **nameless)) for number in range(20)])
    assert len({one.user for one in arrivals}) == LmsAccount.objects.count() == 20
    assert User.objects.filter(username__startswith="user").count() == 20


def test_who_clicks_while_the_roster_takes_them_in_is_taken_in_once(
    lms_course: LmsCourse, monkeypatch: pytest.MonkeyPatch, begin: Begin
) -> None:
    """Both make the same person: neither may hold what the other one waits for."""
    sent = message(lms_course.deployment.platform, "p2", email="p2@example.edu")
    made = Signal()
    clicked: list[Any] = []
    really_made, really_placed = accounts._make, places.place

    def make_by_click(**fields: Any) -> LmsAccount:
        account = really_made(**fields)
        made.set()
        return account

    def place_first(**fields: Any) -> Any:
        placed = really_placed(**fields)
        if not clicked:
            monkeypatch.setattr(accounts, "_make", make_by_click)
            clicked.append(begin(partial(arrive, sent)))
            made.wait(A_MOMENT)
        return placed

    monkeypatch.setattr(roster, "place", place_first)
    first = person_of(message(lms_course.deployment.platform, "p1", email="p1@example.edu"))
    listed = [Member(person, Status.ACTIVE) for person in (first, person_of(sent))]
    apply_roster(lms_course=lms_course, members=listed, actor=None, with_drops=True)
    assert clicked[0]().user is not None and LmsMember.objects.count() == 2
    assert sorted(LmsAccount.objects.values_list("subject", flat=True)) == ["p1", "p2"]


def test_who_clicks_into_another_course_while_two_accounts_become_one_gets_a_place_with_the_one(
    platform: Platform, lms_course: LmsCourse, monkeypatch: pytest.MonkeyPatch, begin: Begin
) -> None:
    other = make_lms_course(platform, make_course("other"), context="c8")
    made, kept = arrive(message(platform)).user, make_user("before")
    assert made is not None
    really = merging.why_not
    clicked: list[Any] = []

    def asked(**users: User) -> str:
        clicked.append(click(begin, message(platform, context="c8")))
        return really(**users)

    monkeypatch.setattr(merging, "why_not", asked)
    merge(made=made, kept=kept)
    assert clicked[0]().user == kept
    assert Enrollment.objects.get(course=other.course).user == kept
    assert arrive(message(platform, context="c8")).user == kept


def test_who_joins_by_the_code_while_they_click_is_in_once(
    platform: Platform, lms_course: LmsCourse, monkeypatch: pytest.MonkeyPatch, begin: Begin
) -> None:
    make_lms_course(platform, make_course("other"), context="c8")
    user = arrive(message(platform, context="c8")).user  # so that the LMS's person has an account
    assert user is not None
    clicked: list[Any] = []

    def enroll_by_code(**fields: Any) -> Enrollment:
        clicked.append(click(begin, message(platform)))
        return enroll(**fields)

    monkeypatch.setattr(joining, "enroll", enroll_by_code)
    joined = joining.join_course(course=lms_course.course, user=user)
    assert joined is joining.Joining.JOINED and clicked[0]().user == user
    assert Enrollment.objects.filter(course=lms_course.course, user=user).count() == 1


def test_a_course_that_is_disconnected_meanwhile_is_not_connected(
    world: World, platform: Platform, lms_course: LmsCourse, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = contexts.find_lms_course

    def found_and_gone(*args: Any) -> LmsCourse | None:
        found = really(*args)
        if found is not None:
            disconnect_course(lms_course=found, actor=world.instructor.user)
        return found

    monkeypatch.setattr(arriving, "find_lms_course", found_and_gone)
    assert arrive(message(platform)).destination is Destination.NOT_READY
    assert not LmsMember.objects.exists()
    with pytest.raises(RosterChanged):
        person = person_of(message(platform))
        apply_roster(lms_course=lms_course, members=[Member(person, Status.ACTIVE)], actor=None, with_drops=True)


def test_rosters_clicks_hand_ins_and_releases_of_one_class_do_not_wait_for_each_other_in_a_circle(
    world: World, platform: Platform, lms_course: LmsCourse
) -> None:
    """Two rosters of the same people in opposite orders, and all that may happen to them in the same second."""
    other = make_lms_course(platform, world.course, context="c8")
    task = {"assignment": "playground", "task": "circle"}

    def sent(number: int, context: str) -> LaunchMessage:
        person: dict[str, Any] = {"email": f"p{number}@example.edu", "number": f"7{number}"}
        return message(platform, f"p{number}", context=context, custom=task, item=ITEM_URL + context, **person)

    for number in range(PEOPLE):
        arrive(sent(number, "c7"))
    Enrollment.objects.update(id_number="")  # the rosters fill it in
    people = list(Enrollment.objects.filter(lms_places__isnull=False))
    listed = [Member(person_of(sent(number, "c7")), Status("Active")) for number in range(2 * PEOPLE)]
    read = partial(apply_roster, actor=None, with_drops=True)
    about: dict[str, Any] = {"task": world.task, "actor": world.instructor.user}
    item = LineItem.objects.get()
    acts: list[Callable[[], Any]] = [
        partial(read, lms_course=lms_course, members=listed),
        partial(read, lms_course=other, members=listed[::-1]),
        *(partial(arrive, sent(number, "c8")) for number in range(0, 2 * PEOPLE, 3)),
        *(partial(hand_in, world.task, person) for person in people),
        partial(release_grades, enrollments=people, mail=False, **about),
        partial(hide_grades, enrollments=people[::-1], **about),
        partial(send_all_again, item=item, actor=world.instructor.user, everything=True),
        partial(compare_line_item, item.pk),
        partial(mark_scores, task=world.task, enrollments=people[::-1]),
    ]
    at_once(acts)
    assert Submission.objects.count() == PEOPLE
    assert LmsAccount.objects.count() == 2 * PEOPLE and LmsMember.objects.count() == 4 * PEOPLE
