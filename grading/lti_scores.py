"""Reads of grades on their way to an LMS: a column's page for staff, "sent at" for the student."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from coursework.models import Course, Enrollment, Task
from grading.grades.names import HiddenNames, hidden_names
from grading.lti.claims import SCOPE_LINE_ITEM
from grading.lti.columns import graded_members, people_excused
from grading.models import DeliveryState, LineItem, LmsCourse, LmsLink, Score

MOST_SHOWN = 50  # scores in trouble of one column; beyond that it is the column that is in trouble

IN_TROUBLE = Q(state=DeliveryState.NEEDS_ATTENTION) | Q(
    state=DeliveryState.WAITING, due_at__isnull=False, attempts__gt=0
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A score that did not arrive. Under a pseudonym it has no button of its own: its number would tell who it is."""

    score: Score
    name: str
    is_hidden: bool

    @property
    def is_over(self) -> bool:
        """Whether nothing more is tried by itself."""
        return bool(self.score.state == DeliveryState.NEEDS_ATTENTION)


@dataclass(slots=True)
class Column:
    """A column of the LMS's gradebook and how far its scores are."""

    item: LineItem
    sent: int = 0
    waiting: int = 0
    needs_attention: int = 0
    excused: int = 0
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def title(self) -> str:
        """What of ours goes into it."""
        return self.item.task.title if self.item.task is not None else self.item.assignment.title

    @property
    def shown(self) -> list[Trouble]:
        """The first of what is in trouble."""
        return self.troubles[:MOST_SHOWN]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return len(self.troubles) - len(self.shown)

    @property
    def tried_in_vain(self) -> int:
        """How many scores did not arrive so far, whether they are tried again or not."""
        return len(self.troubles)


@dataclass(frozen=True, slots=True)
class Queue:
    """How many scores there are of each kind: what the LMS was told, what is on its way, what needs a person."""

    sent: int
    waiting: int
    needs_attention: int


@dataclass(frozen=True, slots=True)
class SentTo:
    """When a student's points last went to an LMS."""

    platform: str
    at: datetime
    with_others: bool  # as a part of the assignment's


def counts() -> dict[str, Count]:
    """Return what to count of scores. One that had nothing to tell so far is none of the three."""
    return {
        "sent": Count("pk", filter=Q(state=DeliveryState.DELIVERED, sent__isnull=False)),
        "waiting": Count("pk", filter=Q(state=DeliveryState.WAITING, due_at__isnull=False)),
        "needs_attention": Count("pk", filter=Q(state=DeliveryState.NEEDS_ATTENTION)),
    }


def queue_of(scores: QuerySet[Score]) -> Queue:
    """Count scores by how far they are, those of people who have left the LMS's course apart."""
    return Queue(**scores.filter(member__in=graded_members()).aggregate(**counts()))


def in_need_of_a_person(course: Course) -> int:
    """Count the scores of a course that did not arrive in an LMS, and of which nothing more is tried by itself."""
    waiting = Score.objects.filter(line_item__lms_course__course=course, member__in=graded_members())
    return waiting.filter(state=DeliveryState.NEEDS_ATTENTION).count()


def columns_of(courses: Iterable[LmsCourse]) -> dict[int, list[Column]]:
    """Read the columns of these courses of the LMS, by course, with what of them is in trouble."""
    items = LineItem.objects.filter(lms_course__in=list(courses)).select_related("assignment", "task")
    found = {item.pk: Column(item) for item in items.order_by("assignment__due_at", "task__position", "pk")}
    scores = Score.objects.filter(line_item__in=list(found), member__in=graded_members())
    rows = scores.order_by().values_list("line_item").annotate(**counts())
    for pk, sent, waiting, needs_attention in rows:
        column = found[pk]
        column.sent, column.waiting, column.needs_attention = sent, waiting, needs_attention
    _add_troubles(found, scores)
    for pk, number in people_excused([column.item for column in found.values()]).items():
        found[pk].excused = number
    by_course: dict[int, list[Column]] = defaultdict(list)
    for column in found.values():
        by_course[column.item.lms_course_id].append(column)
    return by_course


def links_without_column(course: LmsCourse, columns: Sequence[Column], links: Iterable[LmsLink]) -> list[LmsLink]:
    """Return the links whose points have no column, where the LMS lets us make one."""
    if not course.lineitems_url or SCOPE_LINE_ITEM not in course.scopes:
        return []
    taken = {(column.item.assignment_id, column.item.task_id) for column in columns}
    missing: dict[tuple[int, int | None], LmsLink] = {}
    for link in links:
        if link.assignment_id is not None and (link.assignment_id, link.task_id) not in taken:
            missing.setdefault((link.assignment_id, link.task_id), link)
    return list(missing.values())


def sent_to_lms(enrollment: Enrollment, tasks: Iterable[Task]) -> dict[int, list[SentTo]]:
    """Say when a student's points on these tasks last went to which LMS, by the task's key; one query."""
    by_key = {task.pk: task for task in tasks}
    rows = Score.objects.filter(
        member__enrollment=enrollment,
        delivered_at__isnull=False,
        sent__isnull=False,
        line_item__assignment__in={task.assignment_id for task in by_key.values()},
    )
    found: dict[int, list[SentTo]] = defaultdict(list)
    for row in rows.select_related("line_item__lms_course__deployment__platform").order_by("delivered_at", "pk"):
        item = row.line_item
        if row.delivered_at is None or "scoreGiven" not in (row.sent or {}):
            continue  # nothing, or what was there was taken back
        sent = SentTo(item.lms_course.deployment.platform.name, row.delivered_at, with_others=item.task_id is None)
        for key, task in by_key.items():
            if item.task_id == key or (item.task_id is None and item.assignment_id == task.assignment_id):
                found[key].append(sent)
    return found


def _add_troubles(columns: dict[int, Column], scores: QuerySet[Score]) -> None:
    rows = scores.filter(IN_TROUBLE).exclude(answer="", status_code=None)
    troubled: dict[int, list[Score]] = defaultdict(list)
    for row in rows.select_related("member__enrollment__user").order_by("-state", "pk"):
        troubled[row.line_item_id].append(row)
    for pk, found in troubled.items():
        column = columns[pk]
        hidden = _hidden(column.item)
        for row in found:
            person = row.member.enrollment
            is_hidden = any(each(person.pk) for each in hidden)
            name = person.pseudonym if is_hidden else person.user.display_name
            column.troubles.append(Trouble(row, name, is_hidden))
        # By name and not by number, so that the order of a blind list says nothing.
        column.troubles.sort(key=lambda one: (not one.is_over, one.name.casefold()))


def is_hidden(score: Score) -> bool:
    """Whether staff may not see whose score this is."""
    return any(hidden(score.member.enrollment_id) for hidden in _hidden(score.line_item))


def _hidden(item: LineItem) -> list[HiddenNames]:
    tasks = [item.task] if item.task is not None else list(item.assignment.tasks.all())
    return [hidden_names(task) for task in tasks]
