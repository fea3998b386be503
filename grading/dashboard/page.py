"""Everything that the overview of a task's class shows, gathered in a fixed number of queries."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.db.models import Q

from coursework.models import Course, Section, Task, User
from coursework.models.courses import STAFF_ROLES
from coursework.paging import linked_pages
from grading.dashboard.changes import Change, by_kind, changes_since, moment_of, seconds_of
from grading.dashboard.figures import epochs_chart, points_chart, times_chart
from grading.dashboard.filter import CHANGES, FLAGS, NEED, OUTCOMES, STATES, ClassFilter, matching
from grading.dashboard.lines import class_lines, need_lines
from grading.dashboard.numbers import numbers_of
from grading.dashboard.reads import read_for
from grading.dashboard.rows import ClassRow, class_of
from grading.dashboard.settings_used import SHOWN, settings_of, settings_used
from grading.grades.queue import ungraded_in

ON_A_PAGE = 100
FIRST_NEEDS = 7
ALL = "all"  # in place of a page's number


@dataclass(frozen=True, slots=True)
class Asked:
    """How somebody looks at a class: by which filter, at which page, and what changed since when."""

    wanted: ClassFilter
    page: str = ""
    before: datetime | None = None  # the end of the person's visit before this one


def dashboard_page(task: Task, asked: Asked, *, now: datetime) -> dict[str, Any]:
    """Gather the page."""
    rows = class_of(task, now=now)
    changes = changes_since(task, rows, asked.before) if asked.before else []
    found = _found(task, rows, asked, changes)
    needs = sorted((row for row in rows if row.reasons), key=lambda row: row.need)[:FIRST_NEEDS]
    page = Paginator(found, max(len(found), 1) if asked.page == ALL else ON_A_PAGE).get_page(asked.page)
    read = read_for(task, [*needs, *page.object_list])
    people = graders(task, rows)
    sections = dict(Section.objects.filter(course=course_of(task)).values_list("pk", "name"))
    return {
        "numbers": numbers_of(rows),
        "ungraded": len(ungraded_in(task, (row.grade for row in rows))),
        "needs": need_lines(task, needs, read),
        "changes": [(one, asked.wanted.query(**_address(one, asked.before))) for one in changes if one.count],
        "since": asked.before,
        "found": len(found),
        "lines": class_lines(task, page.object_list, read, people=people, sections=sections),
        "page": page,
        "pages": _pages(page, asked),
        "hidden": any(row.hidden for row in rows),
        "mails": any(row.grade.policy.mail_students for row in rows[:1]),
        "people": people,
        "sections": sections,
        **_figures(task, rows, now),
    }


def chosen_rows(task: Task, asked: Asked, keys: Collection[str] | None, *, now: datetime) -> list[ClassRow]:
    """Return the students with these keys; None: all whom the filter shows."""
    rows = class_of(task, now=now)
    if keys is not None:
        return [row for row in rows if row.key in keys]
    return _found(task, rows, asked, [])


def _found(task: Task, rows: Sequence[ClassRow], asked: Asked, known: Sequence[Change]) -> list[ClassRow]:
    since = moment_of(asked.wanted.since)
    if since is None:
        return matching(rows, asked.wanted)
    same = asked.before is not None and asked.wanted.since == seconds_of(asked.before)
    changes = known if same and known else changes_since(task, rows, since)
    return matching(rows, asked.wanted, by_kind(changes))


def _address(change: Change, before: datetime | None) -> dict[str, str]:
    return {"changed": change.kind, "since": seconds_of(before) if before else ""}


def course_of(task: Task) -> Course:
    """Return the course of a task that was fetched with it."""
    return task.assignment.course


def graders(task: Task, rows: Sequence[ClassRow]) -> dict[int, str]:
    """Return the names of those who grade: the course's staff, and whoever has graded or was to."""
    kept = [row.grade.row for row in rows if row.grade.row is not None]
    known = {pk for one in kept for pk in (one.assigned_to_id, one.decided_by_id) if pk is not None}
    staff = Q(enrollments__course=course_of(task), enrollments__role__in=STAFF_ROLES, enrollments__active=True)
    people = User.objects.filter(staff | Q(pk__in=known)).distinct()
    return {one.pk: one.display_name for one in people.order_by("last_name", "first_name", "username")}


def _figures(task: Task, rows: Sequence[ClassRow], now: datetime) -> dict[str, Any]:
    zone = ZoneInfo(course_of(task).time_zone)
    moments = [one.received_at for row in rows for one in row.grade.attempts]
    used = settings_used(rows, settings_of(task))
    return {
        "epochs": epochs_chart(rows),
        "points": points_chart(rows, task.points),
        "times": times_chart(moments, due_at=task.assignment.due_at, zone=zone, now=now),
        "settings": used[:SHOWN],
        "more_settings": used[SHOWN:],
        "seeds": task.course_seeds.all(),
    }


def _pages(page: "Page[ClassRow]", asked: Asked) -> list[tuple[int, str]]:
    """Return the pages to link to, with the filter kept."""
    return [(number, asked.wanted.query(page=number if number > 1 else "")) for number in linked_pages(page)]


def conditions(wanted: ClassFilter, *, people: Mapping[int, str], sections: Mapping[int, str]) -> list[tuple[str, str]]:
    """Return what narrows the list, each with the address without it."""
    said = {
        "q": f"“{wanted.q}”",
        "section": f"Section: {_named(wanted.section, sections)}",
        "outcome": OUTCOMES.get(wanted.outcome, ""),  # type: ignore[call-overload]  # a word is as good as its enum
        "state": STATES.get(wanted.state, ""),
        "flag": FLAGS.get(wanted.flag, ""),
        "reviewer": f"Reviewer: {_named(wanted.reviewer, people)}",
        "late": "Late" if wanted.late == "yes" else "On time",
        "released": "Released" if wanted.released == "yes" else "Not released",
    }
    found = [(words, wanted.without(name).query()) for name, words in said.items() if getattr(wanted, name)]
    if wanted.changed:
        found.append((CHANGES[wanted.changed], wanted.without("changed", "since").query()))
    return found


def _named(text: str, names: Mapping[int, str]) -> str:
    if text == "none":
        return "none"
    return names.get(int(text), "not of this course") if text else ""


COLUMNS = (  # name for sorting, head, class
    ("name", "Student", "c-name"),
    ("outcome", "Outcome", ""),
    ("", "Evidence", "c-evidence"),
    ("", "Claimed", "num c-claimed"),
    ("", "Retrained", "num c-retrained"),
    ("official", "Official", "num c-official"),
    ("points", "Points", "num"),
    ("attempts", "Attempts", "num c-attempts"),
    ("", "Reviewer", "c-reviewer"),
    ("received", "Received", "c-received"),
)


def heads(wanted: ClassFilter) -> list[dict[str, str]]:
    """Return the heads of the table; a link sorts by that column, a second time the other way round."""
    now = wanted.sort or NEED
    found = []
    for name, label, css in COLUMNS:
        following = f"-{name}" if now == name else NEED if now == f"-{name}" else name
        aria = {name: "ascending", f"-{name}": "descending"}.get(now, "") if name else ""
        query = wanted.query(sort="" if following == NEED else following) if name else ""
        found.append({"name": name, "label": label, "css": css, "aria": aria, "query": query})
    return found
