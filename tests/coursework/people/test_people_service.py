"""Changing a person's place in a course, and the link by which a student sets a password."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from coursework.models import Course, Enrollment, Event, Role, Section, User
from coursework.selectors.people import why_no_password_link
from coursework.services.courses import enroll
from coursework.services.people import PersonRefused, change_person, make_password_link
from coursework.services.sections import SectionRefused, delete_section, rename_section
from tests.world import PASSWORD, World, hand_in, make_course, make_user, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def change(enrollment: Enrollment, actor: Enrollment, **values: Any) -> Enrollment:
    kept = {
        "role": Role(enrollment.role),
        "section": enrollment.section,
        "id_number": enrollment.id_number,
        "active": enrollment.active,
    }
    return change_person(enrollment=enrollment, actor=actor.user, **(kept | values))


def test_role_section_and_number_change_with_one_event(world: World) -> None:
    section = Section.objects.create(course=world.course, name="Lab 1")
    change(world.owner, world.instructor, role=Role.TEACHING_ASSISTANT, section=section, id_number="7")
    world.owner.refresh_from_db()
    assert (world.owner.role, world.owner.section, world.owner.id_number) == ("ta", section, "7")
    event = Event.objects.get()
    assert (event.action, event.subject) == ("person.role_changed", f"enrollment {world.owner.pk}")
    assert event.details["role"] == ["student", "ta"] and event.details["section_id"] == [None, section.pk]


def test_nothing_changed_is_no_event(world: World) -> None:
    change(world.owner, world.instructor)
    assert not Event.objects.exists()


def test_who_is_deactivated_sees_the_course_no_more_and_work_stays(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    change(world.owner, world.instructor, active=False)
    assert world.client("owner").get(f"/submissions/{submission.receipt_number}/").status_code == 404
    assert world.client("instructor").get(f"/submissions/{submission.receipt_number}/").status_code == 200
    world.owner.refresh_from_db()
    change(world.owner, world.instructor, active=True)
    assert world.client("owner").get(f"/submissions/{submission.receipt_number}/").status_code == 200
    actions = Event.objects.filter(action__startswith="person.").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["person.deactivated", "person.reactivated"]


@pytest.mark.parametrize("values", [{"active": False}, {"role": Role.STUDENT}])
def test_the_last_instructor_stays(values: dict[str, Any], world: World) -> None:
    with pytest.raises(PersonRefused, match="only instructor"):
        change(world.instructor, world.instructor, **values)
    second = enroll(course=world.course, user=make_user("second"), role=Role.INSTRUCTOR)
    change(second, world.instructor, active=False)
    with pytest.raises(PersonRefused):  # an inactive one does not count
        change(world.instructor, world.instructor, **values)
    second.refresh_from_db()
    change(second, world.instructor, active=True)
    change(world.instructor, world.instructor, **values)


def test_a_section_that_was_deleted_meanwhile(world: World) -> None:
    section = Section.objects.create(course=world.course, name="Lab 1")
    Section.objects.all().delete()
    with pytest.raises(PersonRefused, match="deleted meanwhile"):
        change(world.owner, world.instructor, section=section)
    with pytest.raises(SectionRefused, match="deleted meanwhile"):
        rename_section(section=section, actor=world.instructor.user, name="Lab 2")
    delete_section(section=section, actor=world.instructor.user)
    assert not Event.objects.exists()


def set_password(client: Client, path: str, password: str) -> Any:
    page = client.get(path, follow=True)
    if page.context.get("token_fail"):
        return None
    return client.post(page.request["PATH_INFO"], {"password1": password, "password2": password})


def test_the_link_sets_a_password_once(world: World) -> None:
    path = make_password_link(enrollment=world.owner, by=world.instructor)
    assert Client().login(username="owner", password=PASSWORD)  # the old one holds until then
    assert set_password(Client(), path, "an entirely new one") is None  # and signing in with it ends the link
    path = make_password_link(enrollment=world.owner, by=world.instructor)
    assert set_password(Client(), path, "an entirely new one").status_code == 302
    assert Client().login(username="owner", password="an entirely new one")
    assert set_password(Client(), path, "a second new one") is None
    assert not Client().login(username="owner", password="a second new one")
    assert set(Event.objects.values_list("action", "actor")) == {("person.password_link", world.instructor.user_id)}
    assert not any(path.split("-")[-1].strip("/") in str(event.details) for event in Event.objects.all())


def test_the_link_ends_after_three_days(world: World) -> None:
    path = make_password_link(enrollment=world.owner, by=world.instructor)
    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1), tick=False):
        assert set_password(Client(), path, "an entirely new one") is None


def as_operator(user: User, _: Course) -> None:
    user.is_staff = True


def as_superuser(user: User, _: Course) -> None:
    user.is_superuser = True


def as_staff_elsewhere(user: User, other: Course) -> None:
    enroll(course=other, user=user, role=Role.TEACHING_ASSISTANT)


def as_former_staff_elsewhere(user: User, other: Course) -> None:
    enroll(course=other, user=user, role=Role.INSTRUCTOR)
    Enrollment.objects.filter(course=other, user=user).update(active=False)


def as_student_elsewhere(user: User, other: Course) -> None:
    enroll(course=other, user=user)


def as_signed_in_by_the_school(user: User, _: Course) -> None:
    user.set_unusable_password()
    user.last_login = timezone.now()


def as_closed(user: User, _: Course) -> None:
    user.is_active = False


@pytest.mark.parametrize(
    "become",
    [
        as_operator,
        as_superuser,
        as_staff_elsewhere,
        as_former_staff_elsewhere,
        as_student_elsewhere,
        as_signed_in_by_the_school,
        as_closed,
    ],
)
def test_no_link_for_an_account_that_is_more_than_this_student_s(become: Any, world: World) -> None:
    become(world.owner.user, make_course("other"))
    world.owner.user.save()
    with pytest.raises(PersonRefused, match="operator can help"):
        make_password_link(enrollment=world.owner, by=world.instructor)
    assert not Event.objects.exists()


def test_no_link_for_staff_of_the_course_or_who_left(world: World) -> None:
    for enrollment in (world.ta, world.instructor):
        assert "course staff" in why_no_password_link(enrollment=enrollment, by=world.instructor)
    change(world.owner, world.instructor, active=False)
    world.owner.refresh_from_db()
    assert "left" in why_no_password_link(enrollment=world.owner, by=world.instructor)


def test_a_student_of_two_courses_of_the_same_instructor_gets_one(world: World) -> None:
    other = make_course("next")
    enroll(course=other, user=world.owner.user)
    assert why_no_password_link(enrollment=world.owner, by=world.instructor)
    enroll(course=other, user=world.instructor.user, role=Role.INSTRUCTOR)
    assert not why_no_password_link(enrollment=world.owner, by=world.instructor)
