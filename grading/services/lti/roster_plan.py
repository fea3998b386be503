"""The LMS's roster beside the course as it is now: what applying it would do."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from coursework.models import Enrollment, Role
from coursework.models.courses import STAFF_ROLES
from grading.lti.nrps import Member
from grading.models import LmsAccount, LmsCourse, LmsMember, PlatformKind
from grading.services.lti.accounts import entered_for, is_operators
from grading.services.lti.places import Placed, came_from_lms, would_end

# So many of a course's people may be missing in a roster without a person having looked at it.
FEW_SHARE = 0.10
FEW_AT_LEAST = 2
_HERE_ALREADY = (
    "Somebody with this address is in the course already. To go on with that account, they sign in here and then open "
    "a link in the LMS."
)


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


def plan_roster(*, lms_course: LmsCourse, members: Sequence[Member], asked_at: datetime | None = None) -> RosterPlan:
    """Compare a roster with the course as it is now; who came in after `asked_at` may be too new for it."""
    return Comparison(lms_course, members, asked_at).plan()[0]


class Comparison:
    """A roster beside the course's rows, read once."""

    def __init__(self, lms_course: LmsCourse, members: Sequence[Member], asked_at: datetime | None) -> None:
        self.lms_course, self.asked_at = lms_course, asked_at
        places = LmsMember.objects.filter(lms_course=lms_course).select_related("account", "enrollment__user")
        self.places = {one.account.subject: one for one in places}
        self.members = [self._as_clicked(each) for each in members]
        accounts = LmsAccount.objects.filter(platform=lms_course.deployment.platform).select_related("user")
        self.accounts = {one.subject: one for one in accounts}
        enrollments = Enrollment.objects.filter(course=lms_course.course)
        self.enrollments = {one.user_id: one for one in enrollments}
        here = enrollments.filter(active=True).exclude(user__email="")
        self.addresses = {address.lower() for address in here.values_list("user__email", flat=True)}

    def _as_clicked(self, member: Member) -> Member:
        """Keep the place of a teacher whom Moodle's roster lists as a learner.

        That is what it calls non-editing teachers, while their clicks say Instructor: without this they would lose
        their place every night. So who has clicked stays staff until a click, or this course's staff, says otherwise.
        """
        known = self.places.get(member.person.subject)
        if self.lms_course.deployment.platform.kind != PlatformKind.MOODLE or member.person.role is not Role.STUDENT:
            return member
        if known is None or not known.active or known.role not in STAFF_ROLES or known.account.last_launch_at is None:
            return member
        return replace(member, person=replace(member.person, role=Role(known.role)))

    def plan(self) -> tuple[RosterPlan, list[Member]]:
        """Return what would be done, and the members about whom something has to be done."""
        lines: dict[Placed | str, list[Line]] = {each: [] for each in (*Placed, "left_out")}
        taken: list[Member] = []
        for member in self.members:
            if member.is_in:
                kind, line = self._line(member)
                lines[kind].append(line)
                taken += [member] if kind != "left_out" and not self._is_settled(member) else []
        missing = missing_in(self.places.values(), self.members, self.asked_at)
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
        # In one order, so that rosters of two courses with the same people don't wait for each other.
        return plan, sorted(taken, key=lambda member: member.person.subject)

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


def missing_in(places: Iterable[LmsMember], members: Sequence[Member], asked_at: datetime | None) -> list[LmsMember]:
    """Return the places that a roster knows no more; not those of people who came in after it was asked for."""
    present = {member.person.subject for member in members if member.is_in}
    gone = [one for one in places if one.active and one.account.subject not in present]
    return [one for one in gone if asked_at is None or one.seen_at < asked_at]
