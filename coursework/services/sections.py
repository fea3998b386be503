"""Acts on a course's sections."""

from typing import Any

from django.db import transaction

from coursework.models import Course, Section, User
from coursework.roster.text import key
from coursework.services.events import record
from coursework.services.people import lock_people


class SectionRefused(Exception):
    """The act can't be done; the message says why."""


@transaction.atomic
def make_section(*, course: Course, actor: User, name: str) -> Section:
    """Make a section; raises SectionRefused for a name that another one has."""
    lock_people(course)
    _refuse_taken(course, name)
    section = Section.objects.create(course=course, name=name)
    record(action="section.made", actor=actor, course=course, subject=f"section {section.pk}", name=name)
    return section


@transaction.atomic
def rename_section(*, section: Section, actor: User, name: str) -> Section:
    """Give a section another name; raises SectionRefused for one that another section has, and for one deleted."""
    lock_people(section.course)
    if not Section.objects.filter(pk=section.pk).exists():
        raise SectionRefused("This section was deleted meanwhile.")
    _refuse_taken(section.course, name, besides=section)
    before, section.name = section.name, name
    if before != name:
        section.save(update_fields=["name"])
        record(
            action="section.renamed",
            actor=actor,
            course=section.course,
            subject=f"section {section.pk}",
            name=[before, name],
        )
    return section


@transaction.atomic
def delete_section(*, section: Section, actor: User) -> None:
    """Delete a section. Its students stay in the course; extensions of the section end with it."""
    lock_people(section.course)
    pk = section.pk
    if not Section.objects.filter(pk=pk).exists():
        return  # somebody else did
    details: dict[str, Any] = {
        "name": section.name,
        "enrollments": list(section.enrollments.values_list("pk", flat=True)),
        "extensions": list(section.extensions.values_list("pk", flat=True)),
    }
    section.delete()
    record(action="section.deleted", actor=actor, course=section.course, subject=f"section {pk}", **details)


def _refuse_taken(course: Course, name: str, *, besides: Section | None = None) -> None:
    """Refuse a name that differs from another section's by capital letters only: a roster takes them for the same."""
    for other in Section.objects.filter(course=course):
        if key(other.name) == key(name) and (besides is None or other.pk != besides.pk):
            raise SectionRefused(f"There is a section {other.name} already.")
