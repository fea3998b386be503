"""A person's place in a course, as the LMS gives and takes it."""

from enum import StrEnum

from django.utils import timezone

from coursework.models import Enrollment, Role
from coursework.models.courses import STAFF_ROLES
from coursework.services.courses import enroll
from coursework.services.events import record
from coursework.services.people import PersonRefused, change_person, lock_people
from grading.lti.people import Person
from grading.models import LmsAccount, LmsCourse, LmsMember
from grading.services.lti.passback import compare_soon

_RANK = {Role.STUDENT: 0, Role.TEACHING_ASSISTANT: 1, Role.INSTRUCTOR: 2}


class Placed(StrEnum):
    """What a place given by the LMS did here."""

    ADDED = "added"
    BACK = "back"
    CHANGED = "changed"
    SAME = "same"
    STAYS_OUT = "stays_out"  # staff here took the person out: that holds


def place(*, person: Person, role: Role, account: LmsAccount, lms_course: LmsCourse) -> tuple[LmsMember, Placed]:
    """Give the person the place that the LMS says; called in a transaction.

    An enrollment that was made for the LMS follows its role, whenever the LMS itself changes it: what staff here change
    afterwards holds until then. Other enrollments keep theirs.
    """
    lock_people(lms_course.course)
    member = (
        LmsMember.objects.select_related("enrollment__course", "enrollment__section")
        .filter(lms_course=lms_course, account=account)
        .first()
    )
    if member is None:
        return _first_place(person, role, account, lms_course)
    was_dropped, was_role = not member.active, member.role
    if not member.enrollment.active and not _dropped(member.enrollment):
        return _seen(member, role), Placed.STAYS_OUT
    _seen(member, role)
    placed = Placed.SAME
    if not member.enrollment.active:
        _bring_back(member.enrollment)
        placed = Placed.BACK
    elif was_dropped:
        placed = Placed.BACK
    if placed is Placed.BACK:
        compare_soon(lms_course=lms_course)  # what changed meanwhile was not told
    if was_role != role and _follow_role(member.enrollment) and placed is Placed.SAME:
        placed = Placed.CHANGED
    _fill_in(member.enrollment, person)
    return member, placed


def _first_place(person: Person, role: Role, account: LmsAccount, lms_course: LmsCourse) -> tuple[LmsMember, Placed]:
    """Enroll the person, or take the enrollment that there is."""
    course = lms_course.course
    enrollment = Enrollment.objects.filter(course=course, user=account.user).select_related("course", "section").first()
    made = enrollment is None
    if enrollment is None:
        section = lms_course.section if role == Role.STUDENT else None
        enrollment = enroll(course=course, user=account.user, role=role, section=section)
        record(
            action="lti.joined",
            actor=account.user,
            course=course,
            subject=f"enrollment {enrollment.pk}",
            about=[enrollment],
            role=role.value,
        )
    dropped = not made and not enrollment.active and _dropped(enrollment)
    member = LmsMember.objects.create(
        lms_course=lms_course,
        account=account,
        enrollment=enrollment,
        role=role,
        made_enrollment=made,
        seen_at=timezone.now(),
    )
    if dropped:
        _bring_back(enrollment)
    _fill_in(enrollment, person)
    if made:
        return member, Placed.ADDED
    if not enrollment.active:
        return member, Placed.STAYS_OUT
    compare_soon(lms_course=lms_course)  # there may be grades that the LMS does not know
    # A second course of the LMS: its role counts as well.
    changed = _follow_role(enrollment)
    return member, Placed.BACK if dropped else Placed.CHANGED if changed else Placed.SAME


def came_from_lms(enrollment: Enrollment) -> bool:
    """True if the enrollment was made for a place in the LMS; others are this course's own affair."""
    return enrollment.lms_places.filter(made_enrollment=True).exists()


def would_end(member: LmsMember) -> bool:
    """True if the person's place here ends when this one in the LMS does: it came from there, and there is no other."""
    enrollment = member.enrollment
    if not enrollment.active or not came_from_lms(enrollment):
        return False
    return not enrollment.lms_places.filter(active=True).exclude(pk=member.pk).exists()


def drop(*, member: LmsMember) -> bool:
    """Take note that the LMS has the person no more; True if their place here ended with that.

    The course's last instructor stays, and so does everybody whose place did not come from the LMS.
    """
    enrollment = member.enrollment
    if not enrollment.active:  # taken out by staff here: that is remembered, whatever the LMS says next
        return False
    ended = would_end(member)
    if ended:
        try:
            change_person(
                enrollment=enrollment,
                actor=None,
                role=Role(enrollment.role),
                section=enrollment.section,
                id_number=enrollment.id_number,
                active=False,
            )
        except PersonRefused:
            return False
    LmsMember.objects.filter(pk=member.pk).update(active=False)
    return ended


def _dropped(enrollment: Enrollment) -> bool:
    """True if it was the LMS that ended this place: none in it is left. What staff here ended they alone renew."""
    places = enrollment.lms_places.all()
    return bool(places) and not any(one.active for one in places)


def _seen(member: LmsMember, role: Role) -> LmsMember:
    member.role, member.seen_at = role, timezone.now()
    # Whom staff took out is still in the LMS, and stays known as such.
    member.active = True
    member.save(update_fields=["role", "active", "seen_at"])
    return member


def _bring_back(enrollment: Enrollment) -> None:
    changed = change_person(
        enrollment=enrollment,
        actor=None,
        role=Role(enrollment.role),
        section=enrollment.section,
        id_number=enrollment.id_number,
        active=True,
    )
    enrollment.active = changed.active


def _follow_role(enrollment: Enrollment) -> bool:
    """Give the enrollment the highest role that the LMS gives it; True if that was another one."""
    if not came_from_lms(enrollment):
        return False
    roles = [Role(one.role) for one in enrollment.lms_places.filter(active=True)]
    wanted = max(roles, key=_RANK.__getitem__)
    if wanted == enrollment.role:
        return False
    try:
        changed = change_person(
            enrollment=enrollment,
            actor=None,
            role=wanted,
            section=None if wanted in STAFF_ROLES else enrollment.section,
            id_number=enrollment.id_number,
            active=enrollment.active,
        )
    except PersonRefused:  # the course's last instructor
        return False
    enrollment.role, enrollment.section = changed.role, changed.section
    return True


def _fill_in(enrollment: Enrollment, person: Person) -> None:
    """Take over the number at the school where none is known."""
    if person.number and not enrollment.id_number:
        enrollment.id_number = person.number
        enrollment.save(update_fields=["id_number"])
