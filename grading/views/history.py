"""The history of a course, for its staff: who did what when, to look through and to download."""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from coursework.access import staff_enrollment_or_404
from coursework.formulas import guarded
from coursework.models import Enrollment, Event, Task
from coursework.request import signed_in
from coursework.selectors.tasks import tasks_of
from grading.history import Entry, entries
from grading.history_filter import HistoryFilter
from grading.history_wording import GROUPS
from grading.models import GradingPolicy
from grading.reports.cells import clean

ON_A_PAGE = 100
_AT_ONCE = 2000  # rows read from the database
COLUMNS = ("Time (UTC)", "Time ({zone})", "Who", "What", "Task", "Student", "Receipt", "Action", "About", "Details")


@never_cache
@require_safe
def history(request: HttpRequest, *, course: str) -> HttpResponse:
    """List the course's events, a hundred to a page."""
    viewer = staff_enrollment_or_404(user=signed_in(request), course=course)
    tasks = tasks_of(viewer.course)
    return _page(request, viewer, tasks, HistoryFilter.read(request.GET, viewer.course, tasks))


@never_cache
@require_safe
def history_download(request: HttpRequest, *, course: str) -> HttpResponseBase:
    """Send all events that match as CSV, row by row; where the filter can't be understood, the page says why."""
    viewer = staff_enrollment_or_404(user=signed_in(request), course=course)
    tasks = tasks_of(viewer.course)
    wanted = HistoryFilter.read(request.GET, viewer.course, tasks)
    if wanted.problems:
        return _page(request, viewer, tasks, wanted)
    rows = _rows(wanted.events(viewer.course).iterator(chunk_size=_AT_ONCE), ZoneInfo(viewer.course.time_zone))
    name = f"history-{viewer.course.slug}-{timezone.now():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        _lines(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _page(request: HttpRequest, viewer: Enrollment, tasks: list[Task], wanted: HistoryFilter) -> HttpResponse:
    course = viewer.course
    events = Event.objects.none() if wanted.problems else wanted.events(course)
    page = Paginator(events, ON_A_PAGE).get_page(request.GET.get("page"))
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    context = {
        "course": course,
        "wanted": wanted,
        "groups": [(name, label) for name, (label, _starts) in GROUPS.items()],
        "tasks": [(str(task.pk), task.title) for task in tasks],
        "page": page,
        "history": list(entries(page.object_list, zone=ZoneInfo(course.time_zone))),
        "pages": [(number, wanted.query(page=number) if isinstance(number, int) else "") for number in numbers],
        "query": wanted.query(),
        "blind": (wanted.search or wanted.person) and GradingPolicy.objects.filter(task__in=tasks, blind=True).exists(),
    }
    return render(request, "grading/history.html", context, status=422 if wanted.problems else 200)


def _rows(events: Iterable[Event], zone: ZoneInfo) -> Iterator[tuple[str, ...]]:
    yield tuple(name.format(zone=zone.key) for name in COLUMNS)
    for entry in entries(events, zone=zone):
        yield _row(entry, zone)


def _row(entry: Entry, zone: ZoneInfo) -> tuple[str, ...]:
    return (
        entry.at.astimezone(UTC).isoformat(timespec="seconds"),
        f"{entry.at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
        entry.who,
        entry.says,
        entry.task,
        entry.student,
        entry.receipt_number,
        entry.action,
        entry.subject,
        json.dumps(entry.raw, ensure_ascii=False),
    )


class _Echo:
    """Gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


def _lines(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    writer: Any = csv.writer(_Echo())
    yield "\ufeff"  # so that spreadsheets read it as UTF-8
    for row in rows:
        yield writer.writerow([guarded(clean(cell)) for cell in row])
