"""What a launch does here: it finds or makes the person, their place and the link, and says which page comes next."""

from dataclasses import replace

from django.db import IntegrityError, transaction
from django.urls import reverse

from coursework.models import Enrollment, Role, User
from coursework.services.people import lock_people
from grading.lti.arrival import Arrival, Destination, Reason
from grading.lti.messages import LaunchMessage, MessageType
from grading.lti.people import Person, person_of
from grading.models import LmsAccount, LmsCourse, LmsLink, LmsMember
from grading.services.lti.accounts import Answer, account_of, address_is_taken, is_operators, launched
from grading.services.lti.contexts import find_lms_course, heard_from, link_of
from grading.services.lti.places import Placed, place

_TRIES = 3


def arrive(message: LaunchMessage, *, signed_in: User | None = None, answer: Answer | None = None) -> Arrival:
    """Find or make the person and their place, and say which page comes next.

    `signed_in` is who is signed in in the browser already; `answer` is what that person said when asked whether the
    account is theirs. Two first launches of one person at once: the slower one starts again and finds what was made.
    """
    for tries in range(1, _TRIES + 1):
        try:
            with transaction.atomic():
                return _arrive(message, signed_in, answer)
        except IntegrityError:
            if tries == _TRIES:
                raise
    raise AssertionError("unreachable")


def _arrive(message: LaunchMessage, signed_in: User | None, answer: Answer | None) -> Arrival:
    person = person_of(message)
    lms_course = _locked_course(message)
    account = account_of(
        person=person,
        platform=message.platform,
        course=lms_course.course if lms_course else None,
        signed_in=signed_in,
        answer=answer,
    )
    if account is None:
        return Arrival(None, Destination.LINK_ACCOUNT)
    arrival = _arrived(message, person, account, lms_course)
    # Somebody new whose address another account has: perhaps the same person, who can connect the two.
    twin = (
        account.made_user
        and account.last_launch_at is None
        and address_is_taken(person.address, apart_from=account.user)
    )
    launched(account=account)
    return replace(arrival, has_twin=twin)


def _locked_course(message: LaunchMessage) -> LmsCourse | None:
    """Return the course of the LMS, if it is connected; that here is locked before anything is made.

    A reading of the roster does the same, so that it and the launches of those whom it lists wait for each other at
    this one place only: both may make the same person.
    """
    found = find_lms_course(message)
    if found is None:
        return None
    lock_people(found.course)
    return find_lms_course(message)  # it may have been disconnected before the lock was ours


def _arrived(message: LaunchMessage, person: Person, account: LmsAccount, lms_course: LmsCourse | None) -> Arrival:
    user = account.user
    if not user.is_active or is_operators(user):
        reason = Reason.OPERATOR if user.is_active else Reason.CLOSED_ACCOUNT
        return Arrival(None, Destination.NOT_READY, reason=reason)
    if message.context is None:
        return _not_ready(user, Reason.NO_CONTEXT)
    if lms_course is None:
        return _unconnected(user, person)
    heard_from(lms_course=lms_course, message=message)
    if person.role is None:
        return _not_ready(user, Reason.NO_PLACE)
    member, placed = place(person=person, role=person.role, account=account, lms_course=lms_course)
    if placed is Placed.STAYS_OUT:
        return _not_ready(user, Reason.LEFT)
    return _opened(message, user, person, member.enrollment, lms_course)


def _unconnected(user: User, person: Person) -> Arrival:
    if person.role is Role.INSTRUCTOR:
        return Arrival(user, Destination.CONNECT)
    return _not_ready(user, Reason.NO_PLACE if person.role is None else Reason.NOT_CONNECTED)


def _opened(
    message: LaunchMessage, user: User, person: Person, enrollment: Enrollment, lms_course: LmsCourse
) -> Arrival:
    if message.message_type is MessageType.DEEP_LINKING:
        if not enrollment.is_course_staff:
            return _not_ready(user, Reason.STAFF_ONLY)
        return Arrival(user, Destination.DEEP_LINK)
    link = link_of(message=message, lms_course=lms_course)
    if link is None and enrollment.is_course_staff and person.role in (Role.INSTRUCTOR, Role.TEACHING_ASSISTANT):
        return Arrival(user, Destination.CHOOSE)
    if link is None:
        return _not_ready(user, Reason.NO_LINK)
    return Arrival(user, Destination.OPEN, url=_row_of(message, enrollment, lms_course) or page_of(link, enrollment))


def _row_of(message: LaunchMessage, enrollment: Enrollment, lms_course: LmsCourse) -> str:
    """Return the page of the student whose grade staff have clicked in the LMS; "" if it is nobody's whom we know."""
    if not message.for_user or not enrollment.is_course_staff:
        return ""
    found = LmsMember.objects.filter(
        lms_course=lms_course, account__subject=message.for_user, enrollment__role=Role.STUDENT
    ).first()
    if found is None:
        return ""
    about = {"course": enrollment.course.slug, "enrollment": found.enrollment_id}
    return reverse("gradebook_student", kwargs=about)


def _not_ready(user: User, reason: Reason) -> Arrival:
    return Arrival(user, Destination.NOT_READY, reason=reason)


def page_of(link: LmsLink, enrollment: Enrollment) -> str:
    """Return the page that a link opens for this person: the work for students, its overview for staff."""
    course = {"course": enrollment.course.slug}
    staff = enrollment.is_course_staff
    if link.assignment is None:
        return reverse("course_dashboard", kwargs=course) if staff else reverse("home")
    if link.task is not None:
        return reverse("dashboard" if staff else "task", kwargs=link.task.url_arguments())
    about = course | {"assignment": link.assignment.slug}
    if staff:
        return reverse("assignment_dashboard", kwargs=about)
    tasks = list(link.assignment.tasks.select_related("assignment__course")[:2])
    return reverse("task", kwargs=tasks[0].url_arguments()) if len(tasks) == 1 else reverse("assignment", kwargs=about)
