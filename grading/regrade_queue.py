"""The queue of second looks of a course, for its staff."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.http import QueryDict

from coursework.addresses import section_in, whole_number
from coursework.models import Course, Enrollment, Task
from grading.grades.names import staff_name
from grading.grades.reading import is_shown
from grading.models import GradingPolicy, RegradeRequest, RegradeState, ReleaseMode, ReleaseState

STATES = ("open", "answered", "closed", "all")
_ORDER = Case(
    When(state=RegradeState.OPEN, then=Value(0)),
    When(state=RegradeState.ANSWERED, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


@dataclass(frozen=True, slots=True)
class RegradeFilter:
    """Which requests are wanted, as the address says it. What can't be read stands for no filter."""

    state: str = "open"
    task: str = ""
    section: str = ""

    @classmethod
    def read(cls, values: QueryDict) -> "RegradeFilter":
        """Read the filter from an address."""
        state = values.get("state", "open")
        task = values.get("task", "")
        return cls(
            state if state in STATES else "open",
            task if whole_number(task) is not None else "",
            section_in(values),
        )

    def query(self, **more: object) -> str:
        """Write the filter for an address."""
        values = {"state": self.state if self.state != "open" else "", "task": self.task, "section": self.section}
        return urlencode({name: value for name, value in (values | more).items() if value})

    def showing(self, state: str) -> "RegradeFilter":
        """Return the same filter for requests in another state."""
        return replace(self, state=state)


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One request; `name` is what staff may see of whose it is."""

    request: RegradeRequest
    name: str
    hidden: bool


def requests_of(course: Course) -> QuerySet[RegradeRequest]:
    """Return the course's requests with all that pages show of them."""
    return RegradeRequest.objects.filter(grade__task__assignment__course=course).select_related(
        "grade__task__assignment__course", "grade__enrollment__user", "grade__enrollment__section", "answered_by"
    )


def own_requests(student: Enrollment) -> QuerySet[RegradeRequest]:
    """Return the student's requests about grades that are released: with a grade goes what was said about it."""
    shown = Q(grade__release_state=ReleaseState.RELEASED) | Q(
        grade__release_state="", grade__task__grading_policy__release=ReleaseMode.AUTOMATIC
    )
    return requests_of(student.course).filter(shown, grade__enrollment=student)


def found_requests(course: Course, wanted: RegradeFilter) -> QuerySet[RegradeRequest]:
    """Return the wanted requests: open ones first, of equals the one that waits longest."""
    found = _narrowed(requests_of(course), wanted)
    if wanted.state != "all":
        found = found.filter(state=wanted.state)
    return found.order_by(_ORDER, "asked_at", "pk")


def counts_by_state(course: Course, wanted: RegradeFilter) -> dict[str, int]:
    """Count the requests in each state, of the wanted task and section."""
    found = _narrowed(RegradeRequest.objects.filter(grade__task__assignment__course=course), wanted)
    counts = dict(found.order_by().values_list("state").annotate(Count("pk")))
    return {state: counts.get(state, 0) for state in STATES[:-1]} | {"all": sum(counts.values())}


def _narrowed(found: QuerySet[RegradeRequest], wanted: RegradeFilter) -> QuerySet[RegradeRequest]:
    if wanted.task:
        found = found.filter(grade__task=int(wanted.task))
    if wanted.section == "none":
        return found.filter(grade__enrollment__section=None)
    return found.filter(grade__enrollment__section=int(wanted.section)) if wanted.section else found


def queue_lines(requests: Sequence[RegradeRequest]) -> list[QueueLine]:
    """Put the name that staff may see beside each request: of a blind task the pseudonym while it is taken back."""
    tasks = {one.grade.task_id for one in requests}
    blind = {policy.task_id: policy for policy in GradingPolicy.objects.filter(blind=True, task__in=tasks)}
    return [_line(one, blind.get(one.grade.task_id)) for one in requests]


def _line(request: RegradeRequest, blind: GradingPolicy | None) -> QueueLine:
    hidden = blind is not None and not is_shown(blind, request.grade)
    return QueueLine(request, staff_name(request.grade.enrollment, hidden=hidden), hidden)


def waited(request: RegradeRequest, *, now: datetime) -> str:
    """Say how long an open request has waited, in whole days."""
    days = (now - request.asked_at).days
    return "less than a day" if days < 1 else f"{days} day{'s' if days > 1 else ''}"


def tasks_asked_about(course: Course) -> QuerySet[Task]:
    """Return the course's tasks, to choose one from."""
    return Task.objects.filter(assignment__course=course).select_related("assignment")
