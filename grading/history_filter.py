"""What of a course's history is wanted, as an address has it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from coursework.addresses import MOST_SEARCHED, whole_number
from coursework.models import Course, Enrollment, Event, Task
from grading.history import by_person, by_word, course_history
from grading.history_wording import GROUPS


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """`problems` tells by field what can't be understood; then nothing is shown until it is put right."""

    search: str = ""
    group: str = ""
    task: str = ""
    first: str = ""
    last: str = ""
    person: Enrollment | None = None
    problems: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, query: Mapping[str, str], course: Course, tasks: list[Task]) -> "HistoryFilter":
        """Read the part of an address after the question mark; `tasks` are the course's."""
        given = {name: query.get(name, "").replace("\0", "").strip() for name in ("q", "group", "task", "from", "to")}
        problems = {}
        if given["group"] and given["group"] not in GROUPS:
            problems["group"] = f"“{given['group'][:40]}” is none of these: {', '.join(GROUPS)}."
        if given["task"] and given["task"] not in {str(task.pk) for task in tasks}:
            problems["task"] = f"“{given['task'][:40]}” is no task of this course: choose one from the list."
        for name in ("from", "to"):
            if given[name] and _day(given[name]) is None:
                problems[name] = f"“{given[name][:40]}” is no date: write it as in 2026-11-23."
        key = query.get("enrollment", "").strip()
        person = _member(course, key) if key else None
        if key and person is None:
            problems["enrollment"] = f"“{key[:40]}” is nobody of this course: follow a link from a person’s page."
        first, last = _day(given["from"]), _day(given["to"])
        if first and last and last < first:
            problems["to"] = f"{last} is before {first}: choose a later day."
        return cls(
            given["q"][:MOST_SEARCHED], given["group"], given["task"], given["from"], given["to"], person, problems
        )

    @property
    def narrows(self) -> bool:
        """True if it may leave events out."""
        return bool(self.search or self.group or self.task or self.first or self.last or self.person)

    def query(self, *, page: int | None = None) -> str:
        """Write it as an address has it."""
        parts = {"q": self.search, "group": self.group, "task": self.task, "from": self.first, "to": self.last}
        more = {"enrollment": self.person.pk if self.person else "", "page": page or ""}
        return urlencode({name: value for name, value in (parts | more).items() if value})

    def events(self, course: Course) -> QuerySet[Event]:
        """Return the course's events that are wanted, newest first; days are those of the course's zone, whole ones."""
        found = course_history(course)
        for word in self.search.split():
            found = found.filter(by_word(word))
        if self.person is not None:
            found = found.filter(by_person(self.person))
        if self.group:
            starts = Q()
            for start in GROUPS[self.group][1]:
                starts |= Q(action__startswith=start)
            found = found.filter(starts)
        if self.task:
            found = found.filter(task=int(self.task))
        zone = ZoneInfo(course.time_zone)
        first, last = _day(self.first), _day(self.last)
        if first:
            found = found.filter(at__gte=_midnight(first, zone))
        if last:
            found = found.filter(at__lt=_midnight(last + timedelta(days=1), zone))
        return found


def _member(course: Course, key: str) -> Enrollment | None:
    number = whole_number(key)
    if number is None:
        return None
    return Enrollment.objects.select_related("user").filter(course=course, pk=number).first()


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None  # beyond lie typing errors, and the ends of time


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
