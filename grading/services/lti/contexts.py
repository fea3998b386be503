"""Which course here a course of the LMS is, and what its links open."""

from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.urls import Resolver404, resolve
from django.utils import timezone

from coursework.models import Assignment, Course, Enrollment, Role, Section, Task, User
from coursework.services.courses import create_course
from coursework.services.events import record
from coursework.services.people import lock_people
from grading.lti.messages import LaunchMessage
from grading.lti.roles import place_of
from grading.models import Deployment, LineItem, LmsCourse, LmsLink
from grading.services.lti.passback import compare_soon

_LONGEST = 255


class NotYours(Exception):
    """Only an instructor, there and here, connects two courses."""


class AlreadyConnected(Exception):
    """Somebody connected the course of the LMS a moment ago."""


def find_lms_course(message: LaunchMessage) -> LmsCourse | None:
    """Return the course of the LMS that the launch comes from, if it is connected."""
    if message.context is None:
        return None
    return (
        LmsCourse.objects.select_related("course", "section", "deployment__platform")
        .filter(
            deployment__platform=message.platform,
            deployment__deployment_id=message.deployment_id,
            context_id=message.context.id,
        )
        .first()
    )


def heard_from(*, lms_course: LmsCourse, message: LaunchMessage) -> None:
    """Take over the services and the title as this launch names them: platforms move and rename."""
    values = _services(message) | {"last_launch_at": timezone.now()}
    if message.context is not None:
        values["title"] = title_of(message) or lms_course.title
    for name, value in values.items():
        setattr(lms_course, name, value)
    lms_course.save(update_fields=list(values))


def _services(message: LaunchMessage) -> dict[str, object]:
    """Name the services of which the launch speaks; a service that it doesn't name keeps the address it had."""
    found: dict[str, object] = {}
    if message.nrps is not None:
        found["memberships_url"] = message.nrps.context_memberships_url
    if message.ags is not None:
        found |= {"lineitems_url": message.ags.lineitems, "scopes": list(message.ags.scopes)}
    return found


def title_of(message: LaunchMessage) -> str:
    """Return what the course of the LMS is called."""
    context = message.context
    return (context.title or context.label)[:_LONGEST] if context is not None else ""


def connect_course(*, message: LaunchMessage, actor: User, course: Course) -> LmsCourse:
    """Let the launch's course of the LMS belong to a course here; the actor is an instructor of both.

    Raises NotYours for anybody else here, and AlreadyConnected if somebody was faster.
    """
    teaches_here = Enrollment.objects.filter(user=actor, course=course, role=Role.INSTRUCTOR, active=True).exists()
    if not teaches_here or place_of(message.roles) is not Role.INSTRUCTOR or message.context is None:
        raise NotYours
    deployment = Deployment.objects.get(platform=message.platform, deployment_id=message.deployment_id)
    try:
        with transaction.atomic():
            lms_course = LmsCourse.objects.create(
                deployment=deployment,
                context_id=message.context.id,
                title=title_of(message),
                course=course,
                connected_by=actor,
                last_launch_at=timezone.now(),
                **_services(message),
            )
            record(
                action="lti.connected",
                actor=actor,
                course=course,
                subject=f"LMS course {lms_course.pk}",
                name=lms_course.title,
                platform=deployment.platform.name,
            )
    except IntegrityError:
        raise AlreadyConnected from None
    return lms_course


@transaction.atomic
def connect_new_course(*, message: LaunchMessage, actor: User, title: str, slug: str, time_zone: str) -> LmsCourse:
    """Make a course for that of the LMS, with the actor as its instructor. Raises SlugTaken, too."""
    course = create_course(actor=actor, title=title, slug=slug, time_zone=time_zone)
    return connect_course(message=message, actor=actor, course=course)


@transaction.atomic
def disconnect_course(*, lms_course: LmsCourse, actor: User) -> None:
    """Forget the course of the LMS with its links, places and scores; people and their work stay."""
    lock_people(lms_course.course)  # launches and rosters that are under way end first
    record(
        action="lti.disconnected",
        actor=actor,
        course=lms_course.course,
        subject=f"LMS course {lms_course.pk}",
        name=lms_course.title,
        platform=lms_course.deployment.platform.name,
    )
    lms_course.delete()


@transaction.atomic
def change_lms_course(*, lms_course: LmsCourse, section: Section | None, roster_scheduled: bool) -> None:
    """Set whose section new students from there get, and whether its roster is read every night."""
    if roster_scheduled and not lms_course.roster_scheduled:
        lms_course.roster_due_at = timezone.now()
    if not roster_scheduled:
        lms_course.roster_due_at = None
    lms_course.section, lms_course.roster_scheduled = section, roster_scheduled
    lms_course.save(update_fields=["section", "roster_scheduled", "roster_due_at"])


def link_of(*, message: LaunchMessage, lms_course: LmsCourse) -> LmsLink | None:
    """Return where the clicked link leads, if the launch or an earlier choice says so.

    Slugs are looked up in the connected course, whatever course the link was made for: a copy of a course for the next
    term, there and here, keeps working. What staff here let the link open holds until its teacher chooses content for
    it anew, in the LMS.
    """
    if message.resource_link is None:
        return None
    link = (
        LmsLink.objects.select_related("assignment__course", "task__assignment__course")
        .filter(lms_course=lms_course, resource_link_id=message.resource_link.id)
        .first()
    )
    if link is None:
        target = target_of(message, lms_course.course)
        return choose(message=message, lms_course=lms_course, assignment=target[0], task=target[1]) if target else None
    named = _named(message)
    if link.named != named and (target := target_of(message, lms_course.course)) is not None:
        link.named = named
        change_link(link=link, assignment=target[0], task=target[1])
    link.title = message.resource_link.title or link.title
    link.last_launch_at = timezone.now()
    link.save(update_fields=["named", "title", "last_launch_at"])
    _note_line_item(message, link)
    return link


def choose(
    *, message: LaunchMessage, lms_course: LmsCourse, assignment: Assignment | None, task: Task | None
) -> LmsLink:
    """Let the clicked link open an assignment, one task of it, or (None) the course."""
    assert message.resource_link is not None
    link, _ = LmsLink.objects.update_or_create(
        lms_course=lms_course,
        resource_link_id=message.resource_link.id,
        defaults={
            "title": message.resource_link.title,
            "assignment": assignment,
            "task": task,
            "named": _named(message),
            "last_launch_at": timezone.now(),
        },
    )
    _note_line_item(message, link)
    return link


@transaction.atomic
def change_link(*, link: LmsLink, assignment: Assignment | None, task: Task | None) -> None:
    """Let a link open something else. Its column of the LMS's gradebook goes along; the course as a whole has none."""
    was_off = link.assignment is None
    link.assignment, link.task = assignment, task
    link.save(update_fields=["assignment", "task"])
    items = LineItem.objects.filter(link=link)
    if assignment is None:
        items.update(active=False)
    else:
        items.update(assignment=assignment, task=task, **({"active": True} if was_off else {}))
    compare_soon(lms_course=link.lms_course)  # last: only columns that are on are compared


def target_of(message: LaunchMessage, course: Course) -> tuple[Assignment, Task | None] | None:
    """Return what the launch itself names: by our deep link's parameters, or by the address of one of our pages."""
    found = _slugs(message)
    if found is None:
        return None
    assignment_slug, task_slug = found
    assignment = Assignment.objects.filter(course=course, slug=assignment_slug).select_related("course").first()
    if assignment is None:
        return None
    task = assignment.tasks.filter(slug=task_slug).first() if task_slug else None
    # A task that was deleted: better its assignment than a question that a student can't answer.
    return assignment, task


def _slugs(message: LaunchMessage) -> tuple[str, str] | None:
    return _named_by_custom(message) or _named_by_address(message.target_link_uri)


def _named(message: LaunchMessage) -> str:
    """Write what the launch names, to be compared with what an earlier one did."""
    return "/".join(_slugs(message) or ())[:_LONGEST]


def _named_by_custom(message: LaunchMessage) -> tuple[str, str] | None:
    assignment = message.custom.get("assignment", "")
    return (assignment, message.custom.get("task", "")) if assignment else None


def _named_by_address(url: str) -> tuple[str, str] | None:
    """Read the slugs out of an address that a teacher has copied from here; a launch to another host is refused."""
    try:
        found = resolve(urlsplit(url).path).kwargs
    except Resolver404:
        return None
    return (found["assignment"], found.get("task", "")) if "course" in found and "assignment" in found else None


def _note_line_item(message: LaunchMessage, link: LmsLink) -> None:
    """Remember the column of the LMS's gradebook that belongs to this link."""
    if message.ags is None or not message.ags.lineitem or link.assignment is None:
        return
    target = {"link": link, "assignment": link.assignment, "task": link.task, "checked_at": None}
    item, made = LineItem.objects.get_or_create(
        lms_course=link.lms_course, url=message.ags.lineitem, defaults=target | {"label": link.title}
    )
    if not made and (item.link_id, item.assignment_id, item.task_id) != (link.pk, link.assignment_id, link.task_id):
        for name, value in target.items():
            setattr(item, name, value)
        item.save(update_fields=list(target))
