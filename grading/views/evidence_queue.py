"""The review queue of a task, for course staff: whose evidence needs a person, the most needing first."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from coursework.access import staff_enrollment_or_404, task_or_404
from coursework.models import Section, Submission
from coursework.paging import linked_pages
from coursework.request import signed_in
from grading.evidence.queue import SHOWN, Queue, QueueFilter, queue_rows, review_queue
from grading.evidence.wording import evidence_mark
from grading.grades.names import HiddenNames, hidden_names
from grading.views.evidence import reader_is_on
from grading.wording import mark

ON_A_PAGE = 50
_LABELS = {
    "all": "All",
    "look": "Needs a look",
    "unreadable": "Could not be read",
    "agree": "Agrees",
    "seen": "Seen",
}


@never_cache
@require_safe
def evidence_queue(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """List the task's submissions: unseen differences by weight, what can't be read, what agrees, what was seen."""
    viewer = staff_enrollment_or_404(user=signed_in(request), course=course)
    found = task_or_404(enrollment=viewer, assignment=assignment, task=task)
    wanted = QueueFilter.read(request.GET)
    queue = review_queue(found, wanted)
    page = Paginator(queue.submission_ids, ON_A_PAGE).get_page(request.GET.get("page"))
    hidden = hidden_names(found)
    context = {
        "course": viewer.course,
        "task": found,
        "viewer": viewer,
        "wanted": wanted,
        "parts": _parts(queue, wanted),
        "total": queue.counts["all"],
        "rows": _rows(queue, list(page.object_list), hidden),
        "page": page,
        "pages": [(number, wanted.query(page=number)) for number in linked_pages(page)],
        "query": wanted.query(),
        "sections": Section.objects.filter(course=viewer.course),
        "is_blind": hidden.is_blind,
        "reader_on": reader_is_on(),
        "nothing_handed_in": not queue.counts["all"] and not Submission.objects.filter(task=found).exists(),
    }
    return render(request, "grading/evidence_queue.html", context)


def _parts(queue: Queue, wanted: QueueFilter) -> list[dict[str, Any]]:
    return [
        {
            "label": _LABELS[part],
            "count": queue.counts[part],
            "query": wanted.showing(part).query(),
            "current": part == wanted.show,
        }
        for part in SHOWN
    ]


def _rows(queue: Queue, submission_ids: list[int], hidden: HiddenNames) -> list[dict[str, Any]]:
    return [
        {
            "row": row,
            "outcome": mark(row.verification) if row.verification else None,
            "evidence": evidence_mark(row.standing),
        }
        for row in queue_rows(queue, submission_ids, hidden=hidden)
    ]
