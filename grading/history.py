"""Reading the record of events: of one submission, or of a course by what is wanted of it. For staff."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from coursework.models import Course, Enrollment, Event, Submission, Task
from grading.history_wording import readable, sentence
from grading.models import Grade, GradingPolicy, ReleaseState, RerunItem

US = "We"
# About a task as a whole, and so about everything that was handed in to it.
_WHOLE_TASK = ("rubric.changed", "policy.changed", "leaderboard.revealed", "task.changed", "seeds.drawn")
MOST_OF_ONE = 300
_BY_KEY = "enrollment "  # so a subject starts that names a person by the key of a row


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as staff read it. `student` is whom it is about, under the name that staff may see."""

    at: datetime
    action: str
    who: str
    says: str
    details: list[tuple[str, str]]
    task: str
    student: str
    subject: str
    receipt_number: str
    raw: dict[str, Any]


def history_of(submission: Submission) -> list[Entry]:
    """Return what happened to a submission, newest first: its own events, and those of the student's work on the task.

    Extensions are among them, reruns in batches, and changes of how the task is graded. The submission comes with task
    and assignment, its student with the section's key.
    """
    own = Q(submission=submission) | _in_batches(submission)
    return _newest(own | _of_work(submission.task, submission.enrollment), submission.task)


def history_of_work(*, task: Task, enrollment: Enrollment) -> list[Entry]:
    """Return the same of a student's work on a task where there may be no submission."""
    return _newest(_of_work(task, enrollment), task)


def _newest(wanted: Q, task: Task) -> list[Entry]:
    course_id = task.assignment.course_id
    found = _with_names(Event.objects.filter(wanted, course=course_id)).order_by("-at", "-pk")[:MOST_OF_ONE]
    return list(entries(found, zone=ZoneInfo(task.assignment.course.time_zone)))


def _of_work(task: Task, enrollment: Enrollment) -> Q:
    extensions = Q(action__startswith="extension.", details__assignment=task.assignment_id)
    of_student = Q(enrollment=enrollment)
    if enrollment.section_id is not None:
        of_student |= Q(details__section=enrollment.section_id)
    whole_task = Q(task=task, enrollment__isnull=True, action__in=_WHOLE_TASK)
    return Q(task=task, enrollment=enrollment) | (extensions & of_student) | whole_task


def _in_batches(submission: Submission) -> Q:
    batches = list(RerunItem.objects.filter(submission=submission).values_list("batch", flat=True))
    return Q(task=submission.task_id, action__startswith="rerun.", details__batch__in=batches)


def course_history(course: Course) -> QuerySet[Event]:
    """Return a course's events, newest first, ready for `entries`; `is_hidden` says whose name staff may not see."""
    return _with_names(Event.objects.filter(course=course)).order_by("-at", "-pk")


def by_word(word: str) -> Q:
    """Return the condition that an event was done by somebody, is about somebody, or names a receipt, like this word.

    Of work that is graded blind nothing is found by the student's name, only by pseudonym and receipt.
    """
    own_act = Q(actor_id=F("enrollment__user_id"), enrollment__isnull=False)
    by = _named("actor", word) & ~(Q(is_hidden=True) & own_act)
    about = _named("enrollment__user", word) & Q(is_hidden=False)
    subject = Q(subject__icontains=word) & ~Q(is_hidden=True, subject__startswith=_BY_KEY)
    return by | about | subject | Q(enrollment__pseudonym__icontains=word, is_hidden=True)


def by_person(person: Enrollment) -> Q:
    """Return the condition that an event was done by a member of the course, or is about them.

    Their own work that is graded blind is left out: being found here would tell whose it is.
    """
    about = Q(enrollment=person)
    return (about | Q(actor=person.user_id)) & ~(about & Q(is_hidden=True))


def _named(user: str, word: str) -> Q:
    found = Q()
    for column in ("username", "first_name", "last_name"):
        found |= Q(**{f"{user}__{column}__icontains": word})
    return found


def _with_names(events: QuerySet[Event]) -> QuerySet[Event]:
    """Fetch names along, and say of which events the student's has to stay hidden: as `grades.names` has it."""
    blind = GradingPolicy.objects.filter(task=OuterRef("task_id"), blind=True)
    released = Grade.objects.filter(
        task=OuterRef("task_id"), enrollment=OuterRef("enrollment_id"), release_state=ReleaseState.RELEASED
    )
    hidden = Q(Exists(blind), ~Exists(released), enrollment__isnull=False)
    return events.annotate(is_hidden=ExpressionWrapper(hidden, output_field=BooleanField())).select_related(
        "actor", "task", "enrollment__user", "submission"
    )


def entries(events: Iterable[Event], *, zone: ZoneInfo) -> Iterator[Entry]:
    """Put events of `course_history` into words, times by the course's clock."""
    for event in events:
        yield _entry(event, zone, is_hidden=event.is_hidden)  # type: ignore[attr-defined]  # annotated above


def _entry(event: Event, zone: ZoneInfo, *, is_hidden: bool) -> Entry:
    person = event.enrollment
    student = "" if person is None else person.pseudonym if is_hidden else person.user.display_name
    subject, details = event.subject, event.details
    if is_hidden:  # a person's page is found by the key of the enrollment
        details = {name: value for name, value in details.items() if name != "enrollment"}
        subject = student if subject.startswith(_BY_KEY) else subject
    task = event.task.title if event.task is not None else ""
    return Entry(
        at=event.at,
        action=event.action,
        who=_who(event, person, student),
        says=sentence(event.action, subject=_spoken(event), task=task, student=student, details=details),
        details=readable(event.action, details, zone=zone),
        task=task,
        student=student,
        subject=subject,
        receipt_number=event.submission.receipt_number if event.submission is not None else "",
        raw=details,
    )


def _who(event: Event, person: Enrollment | None, student: str) -> str:
    if event.actor is None:
        return US
    if person is not None and person.user_id == event.actor_id:
        return student
    return event.actor.display_name


def _spoken(event: Event) -> str:
    """Name what the event is about in a sentence."""
    if event.submission is not None:
        return f"attempt {event.submission.attempt}"
    return "a group in the integrity view" if event.action.startswith("evidence.") else event.subject
