"""Deep linking: what of a course can be put into the LMS's, and the signed answer that puts it there."""

from collections.abc import Iterable
from decimal import Decimal

from coursework.models import Course
from grading.lti.content_items import Choice, content_item, response_claims, takes_line_items
from grading.lti.messages import LaunchMessage
from grading.lti.our_addresses import our_addresses
from grading.models import PlatformKind
from grading.services.lti.keys import sign


def choices_in(course: Course) -> list[Choice]:
    """Return a course's assignments, each followed by its tasks if it has several."""
    found: list[Choice] = []
    for assignment in course.assignments.select_related("course").prefetch_related("tasks"):
        tasks = list(assignment.tasks.all())
        found.append(Choice(assignment, None, sum((task.points for task in tasks), start=Decimal(0))))
        found += [Choice(assignment, task, task.points) for task in tasks if len(tasks) > 1]
    return found


def deep_linking_response(*, message: LaunchMessage, chosen: Iterable[Choice]) -> str:
    """Return the signed token that carries the chosen links to the LMS."""
    url = our_addresses().launch
    lines, kind = takes_line_items(message), PlatformKind(message.platform.kind)
    items = [content_item(one, url=url, with_line_item=lines, kind=kind) for one in chosen]
    return sign(response_claims(message, items))
