"""A launch's person in the course: their enrollment, and what of it follows the LMS."""

import pytest
from django.utils import timezone

from coursework.models import Enrollment, Event, Role, Section
from coursework.services.people import change_person
from grading.lti.arrival import Arrival, Destination, Reason
from grading.models import LmsCourse, LmsMember, Platform
from grading.services.lti.accounts import Answer
from grading.services.lti.arriving import arrive
from grading.services.lti.places import drop
from tests.grading.lti.launches import (
    ADMINISTRATOR,
    ASSISTANT,
    INSTRUCTOR,
    LEARNER,
    make_lms_course,
    message,
)
from tests.world import World, make_user

pytestmark = pytest.mark.django_db


def enrollment_of(arrival: Arrival, world: World) -> Enrollment:
    return Enrollment.objects.get(course=world.course, user=arrival.user)


def is_in(enrollment: Enrollment) -> bool:
    """Whether the enrollment is active by now."""
    return Enrollment.objects.filter(pk=enrollment.pk, active=True).exists()


def out(enrollment: Enrollment, world: World) -> None:
    """Staff here take somebody out of the course."""
    change_person(
        enrollment=enrollment,
        actor=world.instructor.user,
        role=Role(enrollment.role),
        section=None,
        id_number="",
        active=False,
    )


@pytest.mark.parametrize(
    ("roles", "place"),
    [((LEARNER,), Role.STUDENT), ((INSTRUCTOR, ASSISTANT), Role.TEACHING_ASSISTANT), ((INSTRUCTOR,), Role.INSTRUCTOR)],
)
def test_a_launch_enrolls_by_the_role(
    world: World, platform: Platform, lms_course: LmsCourse, roles: tuple[str, ...], place: Role
) -> None:
    lms_course.section = Section.objects.create(course=world.course, name="Lab 1")
    lms_course.save()
    enrollment = enrollment_of(arrive(message(platform, roles=roles, number="18-123")), world)
    assert (enrollment.role, enrollment.active, enrollment.id_number) == (place, True, "18-123")
    assert (enrollment.section is not None) == (place == Role.STUDENT)
    assert enrollment.pseudonym
    member = LmsMember.objects.get()
    assert (member.enrollment, member.lms_course, member.made_enrollment) == (enrollment, lms_course, True)
    assert Event.objects.get(action="lti.joined").enrollment == enrollment
    lms_course.refresh_from_db()
    assert lms_course.last_launch_at is not None


@pytest.mark.parametrize("roles", [(ADMINISTRATOR,), ()])
def test_who_has_no_role_in_the_course_gets_no_place(
    world: World, platform: Platform, lms_course: LmsCourse, roles: tuple[str, ...]
) -> None:
    found = arrive(message(platform, roles=roles))
    assert (found.destination, found.reason) == (Destination.NOT_READY, Reason.NO_PLACE)
    assert not Enrollment.objects.filter(user=found.user).exists()


def test_an_enrollment_that_is_there_stays_as_it_is(world: World, platform: Platform, lms_course: LmsCourse) -> None:
    world.owner.id_number = "7"
    world.owner.save()
    arrive(message(platform, roles=(INSTRUCTOR,), number="18"), signed_in=world.owner.user, answer=Answer.MINE)
    world.owner.refresh_from_db()
    assert (world.owner.role, world.owner.id_number) == (Role.STUDENT, "7")
    assert not LmsMember.objects.get().made_enrollment
    arrive(message(platform, roles=(LEARNER,)))
    arrive(message(platform, roles=(INSTRUCTOR,)))
    world.owner.refresh_from_db()
    assert world.owner.role == Role.STUDENT


def test_a_role_follows_the_lms_up_and_down_when_the_lms_changes_it(
    world: World, platform: Platform, lms_course: LmsCourse
) -> None:
    enrollment = enrollment_of(arrive(message(platform)), world)
    for roles, place in [((INSTRUCTOR,), Role.INSTRUCTOR), ((ASSISTANT,), Role.TEACHING_ASSISTANT)]:
        arrive(message(platform, roles=roles))
        enrollment.refresh_from_db()
        assert enrollment.role == place
    # Staff here decide otherwise: that holds as long as the LMS says nothing new.
    Enrollment.objects.filter(pk=enrollment.pk).update(role=Role.INSTRUCTOR)
    arrive(message(platform, roles=(ASSISTANT,)))
    enrollment.refresh_from_db()
    assert enrollment.role == Role.INSTRUCTOR
    arrive(message(platform, roles=(LEARNER,)))
    enrollment.refresh_from_db()
    assert enrollment.role == Role.STUDENT


def test_the_last_instructor_is_never_lost(world: World, platform: Platform, lms_course: LmsCourse) -> None:
    enrollment = enrollment_of(arrive(message(platform, roles=(INSTRUCTOR,))), world)
    Enrollment.objects.filter(pk=world.instructor.pk).update(active=False)
    arrive(message(platform, roles=(LEARNER,)))
    assert not drop(member=LmsMember.objects.get())
    enrollment.refresh_from_db()
    assert (enrollment.role, enrollment.active) == (Role.INSTRUCTOR, True)


def test_whom_the_lms_dropped_comes_back_and_whom_staff_took_out_does_not(
    world: World, platform: Platform, lms_course: LmsCourse
) -> None:
    enrollment = enrollment_of(arrive(message(platform)), world)
    assert drop(member=LmsMember.objects.get())
    assert not is_in(enrollment)
    arrive(message(platform))
    assert is_in(enrollment) and LmsMember.objects.get().active
    out(enrollment, world)
    assert not drop(member=LmsMember.objects.get())  # nothing to end, and what staff did is not forgotten
    found = arrive(message(platform))
    assert (found.destination, found.reason) == (Destination.NOT_READY, Reason.LEFT)
    assert not is_in(enrollment)


def test_who_left_before_the_course_was_connected_stays_out(
    world: World, platform: Platform, lms_course: LmsCourse
) -> None:
    Enrollment.objects.filter(pk=world.owner.pk).update(active=False)
    found = arrive(message(platform), signed_in=world.owner.user, answer=Answer.MINE)
    assert found.reason is Reason.LEFT


def test_a_place_that_did_not_come_from_the_lms_does_not_end_with_it(
    world: World, platform: Platform, lms_course: LmsCourse
) -> None:
    arrive(message(platform), signed_in=world.owner.user, answer=Answer.MINE)
    assert not drop(member=LmsMember.objects.get())
    world.owner.refresh_from_db()
    assert world.owner.active and not LmsMember.objects.get().active


def test_two_courses_of_the_lms_make_one_class(world: World, platform: Platform, lms_course: LmsCourse) -> None:
    """A person in both keeps the place until the last of them drops it, and has the higher of two roles."""
    second = make_lms_course(
        platform, world.course, "c8", section=Section.objects.create(course=world.course, name="B")
    )
    in_b = enrollment_of(arrive(message(platform, "u2", context="c8")), world)
    assert in_b.section == second.section
    enrollment = enrollment_of(arrive(message(platform)), world)
    arrive(message(platform, roles=(ASSISTANT,), context="c8"))
    enrollment.refresh_from_db()
    assert enrollment.role == Role.TEACHING_ASSISTANT
    first_place, second_place = LmsMember.objects.filter(enrollment=enrollment).order_by("pk")
    assert not drop(member=first_place)
    assert is_in(enrollment)
    assert drop(member=second_place)
    assert not is_in(enrollment)
    arrive(message(platform, context="c8"))
    assert is_in(enrollment)


def test_a_launch_refreshes_the_services_that_it_names(world: World, platform: Platform, lms_course: LmsCourse) -> None:
    before = timezone.now()
    arrive(message(platform, item="https://lms.example.edu/i/1"))
    lms_course.refresh_from_db()
    assert lms_course.lineitems_url.endswith("s") and lms_course.scopes
    assert lms_course.last_launch_at is not None and lms_course.last_launch_at >= before
    arrive(message(platform))  # without AGS: what was known stays
    lms_course.refresh_from_db()
    assert lms_course.lineitems_url


def test_outside_of_a_course_there_is_nothing(world: World, platform: Platform) -> None:
    assert arrive(message(platform, context="")).reason is Reason.NO_CONTEXT
    make_user("x")
