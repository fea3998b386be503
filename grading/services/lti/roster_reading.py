"""Reading the LMS's roster: asked for by a button, or every night."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from django.db.models import Q
from django.utils import timezone

from grading.lti.access import lti_request
from grading.lti.ags import words_of
from grading.lti.claims import SCOPE_MEMBERS_READ
from grading.lti.nrps import CONTENT_TYPE, Member, RosterUnreadable, read_roster
from grading.models import LmsCourse
from grading.outbound.fetching import NotReached
from grading.services.lti.roster import RosterChanged, apply_roster
from grading.services.lti.roster_plan import RosterPlan

log = structlog.get_logger(__name__)

HOUR = 3  # of the course's clock, when nobody is likely to look
NIGHTLY = timedelta(days=1)
AGAIN = timedelta(hours=1)  # after an error
MOST_BYTES = 4_000_000  # of one page
SECONDS = 20.0  # for one page: Moodle gives a whole course in one, and works each person's role out for it


class RosterFailed(Exception):
    """The roster can't be read; the message says why, for an instructor."""


def fetch_roster(*, lms_course: LmsCourse) -> list[Member]:
    """Read the roster from the LMS; raises RosterFailed. Slow: outside any transaction."""
    if not lms_course.memberships_url:
        raise RosterFailed(
            "The LMS did not tell us where its list of people is. Open a link of ours in its course: Moodle tells it "
            "then. If that changes nothing, the LMS’s administrator can allow it."
        )
    platform = lms_course.deployment.platform
    if not platform.active:
        raise RosterFailed(f"{platform.name} is switched off here: nothing is asked of it.")

    def fetch(url: str) -> tuple[bytes, Mapping[str, str]]:
        answer = lti_request(
            platform,
            "GET",
            url,
            scopes=(SCOPE_MEMBERS_READ,),
            accept=CONTENT_TYPE,
            most_bytes=MOST_BYTES,
            seconds=SECONDS,
        )
        if answer.status != 200:
            said = words_of(answer)
            raise RosterFailed(
                f"{platform.name} answered {answer.status} where we asked for its list of people."
                + (f" It said: {said}" if said else "")
            )
        return answer.body, answer.headers

    try:
        members = read_roster(lms_course.memberships_url, fetch)
    except (NotReached, RosterUnreadable) as error:
        raise RosterFailed(str(error)) from None
    if not any(member.is_in for member in members):
        raise RosterFailed("The LMS sent a list with nobody in it, so nothing is taken from it.")
    return members


def roster_was_read(*, lms_course: LmsCourse, problem: str = "") -> None:
    """Note when the roster was read, and what was the matter."""
    values: dict[str, object] = {"roster_error": problem[:1000]}
    if not problem:
        values["roster_read_at"] = timezone.now()
    LmsCourse.objects.filter(pk=lms_course.pk).update(**values)


# --- Every night ---------------------------------------------------------------------------------------------------


def rosters_due(now: datetime, most: int) -> list[int]:
    """Return the LMS courses whose roster is to be read, the oldest first."""
    active = LmsCourse.objects.filter(_is_due(now), deployment__platform__active=True)
    return list(active.order_by("roster_due_at").values_list("pk", flat=True)[:most])


def _is_due(now: datetime) -> Q:
    """Say whose roster is to be read; also where a clock that was ahead would let it wait for more than one night."""
    return Q(roster_scheduled=True) & (Q(roster_due_at__lte=now) | Q(roster_due_at__gt=now + 2 * NIGHTLY))


def read_due_roster(pk: int) -> None:
    """Read one roster that is due, and take from it what needs no person: all but many drops.

    Whoever moves the due time has it to do. It is moved by an hour first, so that a courier that is killed meanwhile,
    or an LMS that doesn't answer, means another try by then.
    """
    now = timezone.now()
    taken = LmsCourse.objects.filter(_is_due(now), pk=pk)
    if not taken.update(roster_due_at=now + AGAIN):
        return
    lms_course = LmsCourse.objects.select_related("course", "section", "deployment__platform").get(pk=pk)
    try:
        members = fetch_roster(lms_course=lms_course)
    except RosterFailed as error:
        log.warning("lti_roster_failed", lms_course=pk, reason=str(error))
        roster_was_read(lms_course=lms_course, problem=str(error))
        return
    try:
        plan = apply_roster(
            lms_course=lms_course, members=members, actor=None, with_drops=True, unless_many=True, asked_at=now
        )
    except RosterChanged:
        return  # somebody has disconnected the courses meanwhile
    roster_was_read(lms_course=lms_course)
    note = _waiting(plan) if plan.drops_many else ""
    LmsCourse.objects.filter(pk=pk, roster_scheduled=True).update(
        roster_due_at=next_night(lms_course, now), roster_error=note
    )


def next_night(lms_course: LmsCourse, now: datetime) -> datetime:
    """Return the next time to read a roster: in the coming night, not all courses of an LMS in the same minute."""
    local = now.astimezone(ZoneInfo(lms_course.course.time_zone))
    night = local.replace(hour=HOUR, minute=lms_course.pk % 60, second=0, microsecond=0)
    return night if night > local else night + NIGHTLY


def _waiting(plan: RosterPlan) -> str:
    return (
        f"{len(plan.dropped)} of {plan.active} people are missing in the LMS’s list. So many are not taken out of the "
        "course by themselves: read the roster by hand and look who they are."
    )
