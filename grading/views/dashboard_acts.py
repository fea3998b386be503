"""What staff do with many students at once in a task's overview: assign, release, hold back."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from coursework.addresses import whole_number
from coursework.drawing.labels import count_of
from coursework.models import Enrollment, Task, User
from grading.dashboard.filter import ClassFilter
from grading.dashboard.page import Asked, chosen_rows
from grading.grades.permissions import may_grade, may_release
from grading.grades.reading import policy_of
from grading.services.grades.assigning import AssigningRefused, assign
from grading.services.grades.releasing import Released, hide_grades, release_grades
from grading.views.dashboard import of_staff, refused

ASSIGN, RELEASE, HIDE = "assign", "release", "hide"
MOST_KEYS = 5000
UNKNOWN_ACT = f"act: choose one of {ASSIGN}, {RELEASE}, {HIDE}."
NOBODY = "No student is chosen: tick some, or choose all that the list shows."


class Refused(Exception):
    """The act is not done; the message names field, value and what is allowed."""


@require_POST
def dashboard_act(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Do something with the chosen students and go back to the list as it was."""
    viewer, found = of_staff(request, course, assignment, task)
    query = QueryDict(request.POST.get("filter", "")[:2000])
    try:
        act = _act_of(request.POST.get("act", ""), viewer)
        messages.success(request, act(request.POST, viewer, found, chosen(request.POST, found)))
    except (Refused, AssigningRefused) as why:
        picked = request.POST.getlist("key")
        return refused(request, viewer, found, query, error=str(why), picked=picked)
    return HttpResponseRedirect(f"{reverse('dashboard', kwargs=found.url_arguments())}?{query.urlencode()}")


def chosen(data: QueryDict, task: Task) -> list[Enrollment]:
    """Return the students whom a form names: those that were ticked, or all that its filter shows.

    Raises Refused where that is nobody.
    """
    everybody = data.get("which") == "all"
    asked = Asked(ClassFilter.read(QueryDict(data.get("filter", "")[:2000])))
    keys = None if everybody else {key for text in data.getlist("key") for key in text.split(",")}
    rows = chosen_rows(task, asked, keys, now=timezone.now()) if everybody or keys else []
    if not rows:
        raise Refused(NOBODY)
    return [row.grade.enrollment for row in rows]


Act = Callable[[QueryDict, Enrollment, Task, Sequence[Enrollment]], str]


def _act_of(name: str, viewer: Enrollment) -> Act:
    """Return the act of this name; Http404 for one that is not the person's."""
    if name not in _ACTS:
        raise Refused(UNKNOWN_ACT)
    act, is_allowed = _ACTS[name]
    if not is_allowed(viewer):
        raise Http404
    return act


def _assign(data: QueryDict, viewer: Enrollment, task: Task, students: Sequence[Enrollment]) -> str:
    reviewer = _reviewer(data.get("reviewer", ""))
    count = assign(task=task, enrollments=students, reviewer=reviewer, actor=viewer.user)
    whose = f"given to {reviewer.display_name}" if reviewer else "given to nobody"
    rest = len(students) - count
    return f"{count_of(count, 'student')} {whose}{f'; {rest:,} were already' if rest else ''}."


def _reviewer(text: str) -> User | None:
    if text == "none":
        return None
    key = whole_number(text)
    found = User.objects.filter(pk=key).first() if key is not None else None
    if found is None:
        raise Refused("reviewer: choose one of the course’s staff, or nobody.")
    return found


def _release(_data: QueryDict, viewer: Enrollment, task: Task, students: Sequence[Enrollment]) -> str:
    mail = policy_of(task).mail_students
    found = release_grades(task=task, enrollments=students, actor=viewer.user, mail=mail)
    return f"{count_of(found.count, 'grade')} released{_left_out(found)}."


def _hide(_data: QueryDict, viewer: Enrollment, task: Task, students: Sequence[Enrollment]) -> str:
    found = hide_grades(task=task, enrollments=students, actor=viewer.user)
    return f"{count_of(found.count, 'grade')} held back{_left_out(found)}."


def _left_out(found: Released) -> str:
    return "".join(f"; {count:,} left as they are: {reason.value}" for reason, count in found.reasons)


_ACTS: dict[str, tuple[Act, Callable[[Enrollment], bool]]] = {
    ASSIGN: (_assign, may_grade),
    RELEASE: (_release, may_release),
    HIDE: (_hide, may_release),
}
