"""Acts on a course's people: their role, section and place in it, and the link by which a student sets a password."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.db import transaction
from django.urls import reverse

from coursework.models import Course, Enrollment, Role, Section, User
from coursework.selectors.people import why_no_password_link
from coursework.services.events import record


class PersonRefused(Exception):
    """The act can't be done; the message says why, in words for the instructor."""


def lock_people(course: Course) -> None:
    """Let one change of a course's people through at a time (SQLite's transactions are exclusive anyway).

    The course's key stays free: rows that point to it, such as the event of a hand-in, don't wait for this. They would
    while they hold the student's row, for which a change of the people may be waiting in turn.
    """
    Course.objects.select_for_update(no_key=True).get(pk=course.pk)


@transaction.atomic
def change_person(
    *, enrollment: Enrollment, actor: User | None, role: Role, section: Section | None, id_number: str, active: bool
) -> Enrollment:
    """Change a person's place in the course; raises PersonRefused if nobody would be left to teach it.

    `actor` None: another system of the school, such as its LMS.
    """
    lock_people(enrollment.course)
    if section is not None and not Section.objects.filter(pk=section.pk, course=enrollment.course_id).exists():
        raise PersonRefused("This section was deleted meanwhile: choose another one.")
    person = Enrollment.objects.select_related("course").get(pk=enrollment.pk)
    if person.role == Role.INSTRUCTOR and person.active and not (role == Role.INSTRUCTOR and active):
        _refuse_without_instructor(person)
    changed = _set(person, role=role, section=section, id_number=id_number, active=active)
    if changed:
        person.save(update_fields=list(changed))
        record(
            action=_action(person, changed),
            actor=actor,
            course=person.course,
            subject=f"enrollment {person.pk}",
            about=[person],
            enrollment=person.pk,
            **{name: value for name, value in changed.items() if name != "id_number"},
        )
    return person


def _refuse_without_instructor(person: Enrollment) -> None:
    others = Enrollment.objects.filter(course=person.course_id, role=Role.INSTRUCTOR, active=True).exclude(pk=person.pk)
    if not others.filter(user__is_active=True).exists():
        raise PersonRefused("This is the course’s only instructor. Make somebody else instructor first.")


def _set(
    person: Enrollment, *, role: Role, section: Section | None, id_number: str, active: bool
) -> dict[str, list[object]]:
    """Set what differs and return it: field -> [before, after], rows by their keys."""
    section_pk = section.pk if section else None
    wanted = {"role": role.value, "section_id": section_pk, "id_number": id_number, "active": active}
    changed = {name: [getattr(person, name), value] for name, value in wanted.items() if getattr(person, name) != value}
    for name, (_, value) in changed.items():
        setattr(person, name, value)
    return changed


def _action(person: Enrollment, changed: dict[str, list[object]]) -> str:
    """Name the act by the weightiest part of it; the details have all of them."""
    if "active" in changed:
        return "person.reactivated" if person.active else "person.deactivated"
    return "person.role_changed" if "role" in changed else "person.changed"


@transaction.atomic
def make_password_link(*, enrollment: Enrollment, by: Enrollment) -> str:
    """Return the path of a page on which this student sets a new password.

    It works once, for as long as a link by mail would (PASSWORD_RESET_TIMEOUT), and until the next sign-in. The old
    password holds until then. Raises PersonRefused for an account that is more than a student's.
    """
    lock_people(enrollment.course)
    person = Enrollment.objects.select_related("user", "course").get(pk=enrollment.pk)
    reason = why_no_password_link(enrollment=person, by=by)
    if reason:
        raise PersonRefused(f"No password link: {reason} An operator can help.")
    key = default_token_generator.make_token(person.user)
    record(
        action="person.password_link",
        actor=by.user,
        course=person.course,
        subject=f"enrollment {person.pk}",
        about=[person],
        enrollment=person.pk,
    )
    uid = user_pk_to_url_str(person.user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})
