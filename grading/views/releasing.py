"""Releasing a task's grades to students, and taking that back: first what it does, then doing it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from coursework.access import staff_enrollment_or_404, task_or_404
from coursework.addresses import section_in
from coursework.models import Enrollment, Section, Task
from coursework.request import signed_in
from grading.forms_release import RELEASE, ReleaseForm
from grading.grades.permissions import may_release
from grading.grades.reading import policy_of
from grading.grades.releases import HELD, PARTS, READY, SHOWN, ReleaseLine, reasons_of, release_lines, students_of
from grading.models import ReleaseMode
from grading.services.grades.mails import mail_is_set_up
from grading.services.grades.releasing import Released, hide_grades, release_grades

ON_A_PAGE = 200
_LABELS = {"ready": "Can be released", "held": "Held back", "waits": "Wait", "released": "Released"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def release_page(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Show who sees a grade and who doesn't yet; ask back before anything changes, then change it."""
    viewer = staff_enrollment_or_404(user=signed_in(request), course=course)
    if not may_release(viewer):
        raise Http404
    found = task_or_404(enrollment=viewer, assignment=assignment, task=task)
    section = section_in(request.GET)
    lines = release_lines(found, students_of(found, section=section))
    if request.method != "POST":
        return _page(request, viewer, found, lines)
    form = ReleaseForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, found, lines, problems=[*form.errors.get("act", ["The form can’t be read."])])
    chosen = _chosen(form, lines)
    if not chosen:
        return _page(request, viewer, found, lines, problems=[_nobody(form)])
    if not form.cleaned_data["confirmed"]:
        return _asked_back(request, viewer, found, form, chosen)
    _tell(request, form, _done(found, viewer, form, chosen))
    return redirect(_address(found, section=section))


def _chosen(form: ReleaseForm, lines: list[ReleaseLine]) -> list[ReleaseLine]:
    """Return the lines that are meant; of all only those that the act changes, and none that was held back."""
    if form.is_for_all:
        return [line for line in lines if line.part == (READY if form.does == RELEASE else SHOWN)]
    keys = form.keys
    return [line for line in lines if line.key in keys]


def _nobody(form: ReleaseForm) -> str:
    if not form.is_for_all:
        return "Nobody is ticked. Tick the students that are meant, or choose all."
    return "There is nobody to release to just now." if form.does == RELEASE else "No grade is released here."


def _done(task: Task, viewer: Enrollment, form: ReleaseForm, chosen: list[ReleaseLine]) -> Released:
    students = [line.grade.enrollment for line in chosen]
    if form.does == RELEASE:
        mail = form.cleaned_data["mail"] and mail_is_set_up()
        return release_grades(task=task, enrollments=students, actor=viewer.user, mail=mail)
    return hide_grades(task=task, enrollments=students, actor=viewer.user)


def _tell(request: HttpRequest, form: ReleaseForm, done: Released) -> None:
    count = f"{done.count} grade{'' if done.count == 1 else 's'}"
    verb = "Released" if form.does == RELEASE else "Taken back"
    left = "".join(f" Left out: {number} ({reason.value})." for reason, number in done.reasons)
    if done.count:
        messages.success(request, f"{verb}: {count}.{left}")
    else:
        messages.warning(request, f"Nothing changed.{left}")


def _address(task: Task, **query: str) -> str:
    said = urlencode({name: value for name, value in query.items() if value})
    return reverse("release", kwargs=task.url_arguments()) + (f"?{said}" if said else "")


def _page(
    request: HttpRequest,
    viewer: Enrollment,
    task: Task,
    lines: list[ReleaseLine],
    *,
    problems: list[str] | None = None,
) -> HttpResponse:
    wanted, section = request.GET.get("show", ""), section_in(request.GET)
    wanted = wanted if wanted in PARTS else ""
    shown = [line for line in lines if not wanted or line.part == wanted]
    page = Paginator(shown, ON_A_PAGE).get_page(request.GET.get("page"))
    counts = {part: sum(line.part == part for line in lines) for part in PARTS}
    policy = policy_of(task)
    parts = [("All", len(lines), _address(task, section=section), not wanted)]
    parts += [
        (_LABELS[part], counts[part], _address(task, section=section, show=part), part == wanted) for part in PARTS
    ]
    context: dict[str, Any] = {
        "course": viewer.course,
        "viewer": viewer,
        "task": task,
        "policy": policy,
        "is_automatic": policy.release == ReleaseMode.AUTOMATIC,
        "lines": list(page.object_list),
        "page": page,
        "pages": [
            (number, _address(task, section=section, show=wanted, page=str(number)))
            for number in page.paginator.page_range
        ],
        "counts": counts,
        "waiting": reasons_of(lines),
        "parts": parts,
        "wanted": wanted,
        "section": section,
        "sections": Section.objects.filter(course=viewer.course),
        "here": _address(task, section=section),
        "problems": problems,
        "mail_works": mail_is_set_up(),
    }
    return render(request, "grading/release.html", context, status=422 if problems else 200)


def _asked_back(
    request: HttpRequest, viewer: Enrollment, task: Task, form: ReleaseForm, chosen: list[ReleaseLine]
) -> HttpResponse:
    """Say what the act does to whom, and ask."""
    releasing = form.does == RELEASE
    changed = [line for line in chosen if line.part in (READY, HELD) and line.waits is None]
    if not releasing:
        changed = [line for line in chosen if line.part == SHOWN]
    left = [line for line in chosen if line not in changed]
    policy = policy_of(task)
    context = {
        "course": viewer.course,
        "viewer": viewer,
        "task": task,
        "policy": policy,
        "is_automatic": policy.release == ReleaseMode.AUTOMATIC,
        "releasing": releasing,
        "act": form.does,
        "changed": changed,
        "left": left,
        "reasons": reasons_of(left),
        "fixed": sum(line.is_fixed_by_it for line in changed),
        "differing": sum(line.grade.result.differs is not None for line in changed),
        "without_address": sum(not line.grade.enrollment.user.email for line in changed),
        "keys": ",".join(line.key for line in chosen),
        "mail_works": mail_is_set_up(),
        "here": _address(task, section=section_in(request.GET)),
    }
    return render(request, "grading/release_confirm.html", context)
