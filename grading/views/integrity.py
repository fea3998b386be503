"""The integrity view of a task, for its course's staff alone: what to look at together, notes, what was seen."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from coursework.access import staff_enrollment_or_404, task_or_404
from coursework.models import Enrollment, Task
from coursework.request import signed_in
from grading.integrity.listing import Listed, Listing, Show, listing_of, wanted_from
from grading.integrity.table import groups_csv
from grading.services.evidence.marks import LONGEST_NOTE, MarkRefused, mark_seen, write_note

PER_PAGE = 20
SEEN, NOT_SEEN, NOTE = "seen", "not_seen", "note"
CHANGED = "This group has changed since the page was opened, so it was not marked as seen. This is how it is now."
GONE = "The subject is no group of this task, or none any more. These are the groups that there are now."
UNKNOWN_ACT = f"act is none of {SEEN}, {NOT_SEEN}, {NOTE}."


@never_cache
@require_safe
def integrity(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """List the groups that were asked for, those first that nobody has seen."""
    viewer, found = _of_staff(request, course, assignment, task)
    return _page(request, viewer, found, listing_of(found, wanted_from(request.GET)))


@never_cache
@require_safe
def integrity_download(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Send what the page lists, on all its pages, as CSV."""
    viewer, found = _of_staff(request, course, assignment, task)
    listing = listing_of(found, wanted_from(request.GET))
    name = f"integrity-{course}-{assignment}-{task}-{timezone.now():%Y-%m-%d}.csv"
    return HttpResponse(
        groups_csv(listing.rows, zone=ZoneInfo(viewer.course.time_zone)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@never_cache
@require_POST
def integrity_mark(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Mark a group as seen or not, or write a note beside it, and go back to the list.

    Seen is what was on the page: where the group has other members by now, it is shown again instead.
    """
    viewer, found = _of_staff(request, course, assignment, task)
    listing = listing_of(found, wanted_from(request.POST))
    row, act = listing.find(request.POST.get("subject", "")), request.POST.get("act")
    if row is None:
        return _page(request, viewer, found, listing, error=GONE, status=422)
    if act not in (SEEN, NOT_SEEN, NOTE):
        return _page(request, viewer, found, listing, row=row, error=UNKNOWN_ACT, status=422)
    if act == SEEN and request.POST.get("digest") != row.digest:
        return _page(request, viewer, found, listing, row=row, error=CHANGED, status=409)
    try:
        _act(request, found, row, act)
    except MarkRefused as refusal:
        return _page(request, viewer, found, listing, row=row, error=str(refusal), status=422)
    return _back(found, listing, row, act)


def _act(request: HttpRequest, task: Task, row: Listed, act: str) -> None:
    actor = signed_in(request)
    if act == NOTE:
        write_note(task=task, subject=row.subject, note=request.POST.get("note", ""), actor=actor)
        messages.success(request, f"Note kept: {row.group.heading}.")
        return
    subjects = [row.subject] if act == SEEN else [mark.subject for mark in row.marks if mark.seen_at]
    for subject in subjects:
        mark_seen(task=task, subject=subject, members=row.group.keys, actor=actor, seen=act == SEEN)
    messages.success(request, f"Marked as {'seen' if act == SEEN else 'not seen'}: {row.group.heading}.")


def _back(task: Task, listing: Listing, row: Listed, act: str) -> HttpResponseRedirect:
    """Lead to the group, or where the list does not show it any more, to the list."""
    leaves = act != NOTE and listing.wanted.show is not Show.ALL
    place = "" if leaves else f"#{row.anchor}"
    return HttpResponseRedirect(
        f"{reverse('integrity', kwargs=task.url_arguments())}?{listing.wanted.query}{_page_of(listing, row)}{place}"
    )


def _page_of(listing: Listing, row: Listed) -> str:
    """Name the page on which a group stands, if it is not the first."""
    number = listing.rows.index(row) // PER_PAGE + 1 if row in listing.rows else 1
    return f"&page={number}" if number > 1 else ""


def _of_staff(request: HttpRequest, course: str, assignment: str, task: str) -> tuple[Enrollment, Task]:
    viewer = staff_enrollment_or_404(user=signed_in(request), course=course)
    return viewer, task_or_404(enrollment=viewer, assignment=assignment, task=task)


def _page(
    request: HttpRequest,
    viewer: Enrollment,
    task: Task,
    listing: Listing,
    *,
    row: Listed | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show the list; with an error of one group's form, on the page on which that group stands."""
    rows = listing.rows if row is None or row in listing.rows else (row, *listing.rows)
    number = rows.index(row) // PER_PAGE + 1 if row else request.GET.get("page")
    context = {
        "course": viewer.course,
        "task": task,
        "listing": listing,
        "page": Paginator(rows, PER_PAGE).get_page(number),
        "show_counts": [(show, count, listing.wanted.with_show(show)) for show, count in listing.show_counts],
        "kind_counts": [(kind, count, listing.wanted.with_kind(kind)) for kind, count in listing.kind_counts],
        "longest_note": LONGEST_NOTE,
        "refused": row,
        "error": error,
        "note": request.POST.get("note", ""),
    }
    return render(request, "grading/integrity.html", context, status=status)
