"""The LMS's roster: read, compared with the course, shown, applied by a button or every night."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone

from coursework.models import Enrollment, Role, User
from coursework.services.events import record
from coursework.services.people import lock_people
from grading.lti.access import lti_request
from grading.lti.claims import SCOPE_MEMBERS_READ
from grading.lti.nrps import CONTENT_TYPE, Member, RosterUnreadable, read_roster
from grading.models import LmsAccount, LmsCourse, LmsMember
from grading.outbound.fetching import NotReached
from grading.services.lti.accounts import account_of, entered_for, is_operators
from grading.services.lti.places import Placed, came_from_lms, drop, place, would_end

log = structlog.get_logger(__name__)

HOUR = 3  # of the course's clock, when nobody is likely to look
AGAIN = timedelta(hours=1)  # after an error
KEPT_SECONDS = 3600
MOST_BYTES = 4_000_000  # of one page
# So many of a course's people may be missing in a roster without a person having looked at it.
FEW_SHARE = 0.10
FEW_AT_LEAST = 2
_AT_ONCE = 20  # people in one transaction
_TRIES = 3
_HERE_ALREADY = (
    "Somebody with this address is in the course already. To go on with that account, they sign in here and then open "
    "a link in the LMS."
)


class RosterChanged(Exception):
    """The course is no longer as it was at the preview: nothing was done."""


class RosterFailed(Exception):
    """The roster can't be read; the message says why, for an instructor."""


@dataclass(frozen=True, slots=True)
class Line:
    """A person in a preview, and what would happen to them."""

    name: str
    email: str
    now: str = ""
    then: str = ""


@dataclass(frozen=True, slots=True)
class RosterPlan:
    """What applying a roster would do."""

    new: tuple[Line, ...]
    changed: tuple[Line, ...]
    back: tuple[Line, ...]
    dropped: tuple[tuple[int, Line], ...]  # with the key of their LmsMember
    unchanged: int
    left_out: tuple[Line, ...]  # stand in the roster, and get no place here; `then` says why
    active: int  # people whose place here came from this course of the LMS

    @property
    def changes_something(self) -> bool:
        """True if applying it would do anything."""
        return bool(self.new or self.changed or self.back or self.dropped)

    @property
    def drops_many(self) -> bool:
        """True if so many are missing that a person should look first: an LMS may have sent half of its list."""
        return len(self.dropped) > max(FEW_AT_LEAST, int(FEW_SHARE * self.active))

    @property
    def fingerprint(self) -> str:
        """Names what was shown, so that just that is done."""
        shown = repr((self.new, self.changed, self.back, self.dropped, self.left_out))
        return hashlib.sha256(shown.encode()).hexdigest()[:32]


def fetch_roster(*, lms_course: LmsCourse) -> list[Member]:
    """Read the roster from the LMS; raises RosterFailed. Slow: outside any transaction."""
    if not lms_course.memberships_url:
        raise RosterFailed("The LMS did not tell us where its list of people is. Its administrator can allow it.")
    platform = lms_course.deployment.platform
    if not platform.active:
        raise RosterFailed(f"{platform.name} is switched off here: nothing is asked of it.")

    def fetch(url: str) -> tuple[bytes, Mapping[str, str]]:
        answer = lti_request(
            platform, "GET", url, scopes=(SCOPE_MEMBERS_READ,), accept=CONTENT_TYPE, most_bytes=MOST_BYTES
        )
        if answer.status != 200:
            raise RosterFailed(f"{platform.name} answered {answer.status} where we asked for its list of people.")
        return answer.body, answer.headers

    try:
        members = read_roster(lms_course.memberships_url, fetch)
    except (NotReached, RosterUnreadable) as error:
        raise RosterFailed(str(error)) from None
    if not any(member.is_in for member in members):
        raise RosterFailed("The LMS sent a list with nobody in it, so nothing is taken from it.")
    return members


def plan_roster(*, lms_course: LmsCourse, members: Sequence[Member]) -> RosterPlan:
    """Compare a roster with the course as it is now."""
    return _Comparison(lms_course, members).plan()[0]


class _Comparison:
    """A roster beside the course's rows, read once."""

    def __init__(self, lms_course: LmsCourse, members: Sequence[Member]) -> None:
        self.lms_course, self.members = lms_course, members
        places = LmsMember.objects.filter(lms_course=lms_course).select_related("account", "enrollment__user")
        self.places = {one.account.subject: one for one in places}
        accounts = LmsAccount.objects.filter(platform=lms_course.deployment.platform).select_related("user")
        self.accounts = {one.subject: one for one in accounts}
        enrollments = Enrollment.objects.filter(course=lms_course.course)
        self.enrollments = {one.user_id: one for one in enrollments}
        here = enrollments.filter(active=True).exclude(user__email="")
        self.addresses = {address.lower() for address in here.values_list("user__email", flat=True)}

    def plan(self) -> tuple[RosterPlan, list[Member]]:
        """Return what would be done, and the members about whom something has to be done."""
        lines: dict[Placed | str, list[Line]] = {each: [] for each in (*Placed, "left_out")}
        taken: list[Member] = []
        for member in self.members:
            if member.is_in:
                kind, line = self._line(member)
                lines[kind].append(line)
                taken += [member] if kind != "left_out" and not self._is_settled(member) else []
        present = {member.person.subject for member in self.members if member.is_in}
        missing = [one for subject, one in self.places.items() if subject not in present and one.active]
        active = [one for one in self.places.values() if one.active and one.enrollment.active]
        plan = RosterPlan(
            new=tuple(lines[Placed.ADDED]),
            changed=tuple(lines[Placed.CHANGED]),
            back=tuple(lines[Placed.BACK]),
            dropped=tuple((one.pk, _member_line(one)) for one in missing if would_end(one)),
            unchanged=len(lines[Placed.SAME]),
            left_out=(*lines["left_out"], *lines[Placed.STAYS_OUT]),
            active=len(active),
        )
        return plan, taken

    def _is_settled(self, member: Member) -> bool:
        """True for somebody of whom the LMS says just what it said before: most of a class, on most nights."""
        person, known = member.person, self.places.get(member.person.subject)
        if known is None:
            return False
        told = (person.full_name or known.account.name, person.address or known.account.email)
        return (
            (known.active, known.role) == (True, person.role)
            and told == (known.account.name, known.account.email)
            and not (person.number and not known.enrollment.id_number)
        )

    def _line(self, member: Member) -> tuple[Placed | str, Line]:
        person, role = member.person, member.person.role
        assert role is not None
        account, known = self.accounts.get(person.subject), self.places.get(person.subject)
        name, email = person.full_name or person.address or person.subject, person.address
        user = account.user if account else None
        if user is not None and (is_operators(user) or not user.is_active):
            why = "belongs to an operator" if user.is_active else "is closed"
            return "left_out", Line(name, email, then=f"The account here {why}.")
        enrollment = known.enrollment if known else self.enrollments.get(user.pk) if user else None
        if enrollment is None and user is None:
            entered = entered_for(person=person, course=self.lms_course.course)
            enrollment = self.enrollments.get(entered.pk) if entered else None
        if enrollment is None and user is None and email.lower() in self.addresses:
            return "left_out", Line(name, email, then=_HERE_ALREADY)
        if enrollment is None:
            return Placed.ADDED, Line(name, email, then=role.label)
        now = Role(enrollment.role).label
        if not enrollment.active:
            places = list(enrollment.lms_places.all())
            if not places or any(one.active for one in places):
                return Placed.STAYS_OUT, Line(name, email, now, "Was taken out of the course here: that holds.")
            return Placed.BACK, Line(name, email, now, role.label)
        if known is not None and known.role != role and came_from_lms(enrollment):
            return Placed.CHANGED, Line(name, email, now, role.label)
        return Placed.SAME, Line(name, email, now, now)


def _member_line(member: LmsMember) -> Line:
    user = member.enrollment.user
    return Line(user.display_name, user.email, Role(member.enrollment.role).label)


def apply_roster(
    *,
    lms_course: LmsCourse,
    members: Sequence[Member],
    actor: User | None,
    with_drops: bool,
    fingerprint: str | None = None,
) -> RosterPlan:
    """Give everybody in a roster their place, and end the places of those who are missing if told so.

    Raises RosterChanged if that is not what was previewed (`fingerprint`). Only who has a place by this course of the
    LMS is ever dropped. People are taken in a few at a time, so that a large class doesn't hold up everybody else's
    work; where it is interrupted, those so far are in, and the next reading goes on.
    """
    with transaction.atomic():
        lock_people(lms_course.course)
        plan, taken = _Comparison(lms_course, members).plan()
        if fingerprint is not None and plan.fingerprint != fingerprint:
            raise RosterChanged
    for start in range(0, len(taken), _AT_ONCE):
        _take_in(lms_course, taken[start : start + _AT_ONCE])
    with transaction.atomic():
        lock_people(lms_course.course)
        dropped = _drop(lms_course, members) if with_drops else 0
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


def _take_in(lms_course: LmsCourse, members: Sequence[Member]) -> None:
    """Give these people their places; if one of them comes in by a click meanwhile, begin anew with what is there."""
    for tries in range(1, _TRIES + 1):
        try:
            with transaction.atomic():
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


def _drop(lms_course: LmsCourse, members: Sequence[Member]) -> int:
    """Note who is missing, also of those whose place here stays; returns how many places ended."""
    present = {member.person.subject for member in members if member.is_in}
    missing = LmsMember.objects.filter(lms_course=lms_course, active=True).select_related(
        "account", "enrollment__course", "enrollment__section"
    )
    return sum(drop(member=one) for one in missing if one.account.subject not in present)


# --- By hand: read, preview, apply ---------------------------------------------------------------------------------


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


def roster_was_read(*, lms_course: LmsCourse, problem: str = "") -> None:
    """Note when the roster was read, and what was the matter."""
    values: dict[str, object] = {"roster_error": problem[:1000]}
    if not problem:
        values["roster_read_at"] = timezone.now()
    LmsCourse.objects.filter(pk=lms_course.pk).update(**values)


# --- Every night ---------------------------------------------------------------------------------------------------


def rosters_due(now: datetime, most: int) -> list[int]:
    """Return the LMS courses whose roster is to be read, the oldest first."""
    found = LmsCourse.objects.filter(roster_scheduled=True, roster_due_at__lte=now)
    active = found.filter(deployment__platform__active=True)
    return list(active.order_by("roster_due_at").values_list("pk", flat=True)[:most])


def read_due_roster(pk: int) -> None:
    """Read one roster that is due, and take from it what needs no person: all but many drops.

    Whoever moves the due time has it to do. It is moved by an hour first, so that a courier that is killed meanwhile,
    or an LMS that doesn't answer, means another try by then.
    """
    now = timezone.now()
    taken = LmsCourse.objects.filter(pk=pk, roster_scheduled=True, roster_due_at__lte=now)
    if not taken.update(roster_due_at=now + AGAIN):
        return
    lms_course = LmsCourse.objects.select_related("course", "section", "deployment__platform").get(pk=pk)
    try:
        members = fetch_roster(lms_course=lms_course)
    except RosterFailed as error:
        log.warning("lti_roster_failed", lms_course=pk, reason=str(error))
        roster_was_read(lms_course=lms_course, problem=str(error))
        return
    plan = plan_roster(lms_course=lms_course, members=members)
    apply_roster(lms_course=lms_course, members=members, actor=None, with_drops=not plan.drops_many)
    roster_was_read(lms_course=lms_course)
    note = _waiting(plan) if plan.drops_many else ""
    LmsCourse.objects.filter(pk=pk, roster_scheduled=True).update(
        roster_due_at=next_night(lms_course, now), roster_error=note
    )


def next_night(lms_course: LmsCourse, now: datetime) -> datetime:
    """Return the next time to read a roster: in the coming night, not all courses of an LMS in the same minute."""
    local = now.astimezone(ZoneInfo(lms_course.course.time_zone))
    night = local.replace(hour=HOUR, minute=lms_course.pk % 60, second=0, microsecond=0)
    return night if night > local else night + timedelta(days=1)


def _waiting(plan: RosterPlan) -> str:
    return (
        f"{len(plan.dropped)} of {plan.active} people are missing in the LMS’s list. So many are not taken out of the "
        "course by themselves: read the roster by hand and look who they are."
    )
