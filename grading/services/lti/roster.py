"""The LMS's roster, applied: everybody in it gets their place, and the places of who is missing may end."""

from collections.abc import Sequence
from datetime import datetime

from django.core.cache import cache
from django.db import IntegrityError, transaction

from coursework.models import Enrollment, User
from coursework.services.events import record
from coursework.services.people import lock_people
from grading.lti.nrps import Member
from grading.models import LmsCourse, LmsMember
from grading.services.lti.accounts import account_of
from grading.services.lti.places import drop, place
from grading.services.lti.roster_plan import Comparison, RosterPlan, missing_in

KEPT_SECONDS = 3600
_AT_ONCE = 20  # people in one transaction
_TRIES = 3


class RosterChanged(Exception):
    """The course is no longer as it was at the preview: nothing was done."""


def apply_roster(
    *,
    lms_course: LmsCourse,
    members: Sequence[Member],
    actor: User | None,
    with_drops: bool,
    unless_many: bool = False,
    fingerprint: str | None = None,
    asked_at: datetime | None = None,
) -> RosterPlan:
    """Give everybody in a roster their place, and end the places of those who are missing if told so (`with_drops`).

    With `unless_many`, so many that a person should look first (`RosterPlan.drops_many`) stay for now.

    Raises RosterChanged if that is not what was previewed (`fingerprint`), or the courses are connected no more. Only
    who has a place by this course of the LMS is ever dropped, and nobody who came in after it was asked (`asked_at`).
    People are taken in a few at a time, so that a large class doesn't hold up everybody else's work; where it is
    interrupted, those so far are in, and the next reading goes on.
    """
    with transaction.atomic():
        _lock(lms_course)
        plan, taken = Comparison(lms_course, members, asked_at).plan()
        if fingerprint is not None and plan.fingerprint != fingerprint:
            raise RosterChanged
    for start in range(0, len(taken), _AT_ONCE):
        _take_in(lms_course, taken[start : start + _AT_ONCE])
    with transaction.atomic():
        _lock(lms_course)
        drops = with_drops and not (unless_many and plan.drops_many)
        dropped = _drop(lms_course, members, asked_at) if drops else 0
        if plan.changes_something:
            record(
                action="lti.roster_applied",
                actor=actor,
                course=lms_course.course,
                subject=f"LMS course {lms_course.pk}",
                name=lms_course.title,
                counts={
                    "added": len(plan.new),
                    "changed": len(plan.changed),
                    "back": len(plan.back),
                    "left": dropped,
                },
            )
    return plan


def _lock(lms_course: LmsCourse) -> None:
    """Lock the course's people before anything else, as launches do; raises RosterChanged if it was disconnected."""
    lock_people(lms_course.course)
    if not LmsCourse.objects.filter(pk=lms_course.pk).exists():
        raise RosterChanged


def _take_in(lms_course: LmsCourse, members: Sequence[Member]) -> None:
    """Give these people their places; if one of them comes in by a click meanwhile, begin anew with what is there."""
    for tries in range(1, _TRIES + 1):
        try:
            with transaction.atomic():
                _lock(lms_course)
                for member in members:
                    _take_one(lms_course, member)
        except IntegrityError:
            if tries == _TRIES:
                raise
        else:
            return


def _take_one(lms_course: LmsCourse, member: Member) -> None:
    platform = lms_course.deployment.platform
    account = account_of(person=member.person, platform=platform, course=lms_course.course)
    assert account is not None  # nobody is signed in who could be asked
    assert member.person.role is not None
    place(person=member.person, role=member.person.role, account=account, lms_course=lms_course)


def _drop(lms_course: LmsCourse, members: Sequence[Member], asked_at: datetime | None) -> int:
    """Note who is missing, also of those whose place here stays; returns how many places ended."""
    places = LmsMember.objects.filter(lms_course=lms_course).select_related(
        "account", "enrollment__course", "enrollment__section"
    )
    return sum(drop(member=one) for one in missing_in(places, members, asked_at))


# --- Between a preview and its application -------------------------------------------------------------------------


def keep_roster(*, lms_course: LmsCourse, by: Enrollment, members: Sequence[Member]) -> None:
    """Keep a roster between its preview and its application, for an hour."""
    cache.set(_key(lms_course, by), tuple(members), KEPT_SECONDS)


def kept_roster(*, lms_course: LmsCourse, by: Enrollment) -> Sequence[Member] | None:
    """Return the roster that was read for this instructor; None if there is none any more."""
    found: Sequence[Member] | None = cache.get(_key(lms_course, by))
    return found


def drop_kept(*, lms_course: LmsCourse, by: Enrollment) -> None:
    """Forget the roster: it holds people's names."""
    cache.delete(_key(lms_course, by))


def _key(lms_course: LmsCourse, by: Enrollment) -> str:
    return f"lms-roster-{lms_course.pk}-{by.pk}"
