"""What was read from a picture that waits to be handed in, and taking it over into the form. Its student's own."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_safe

from coursework.access import enrollment_or_404, task_or_404
from coursework.addresses import whole_number
from coursework.models import DraftScreenshot, Enrollment, Task
from coursework.request import signed_in
from coursework.selectors.drafts import draft_of, draft_picture
from grading.adoption import allowed, shown_names
from grading.models import PictureReading
from grading.picture_readings import reading_of, waiting
from grading.picture_seen import State, picture_seen
from grading.services.evidence.adopting import DraftForm, Fields, TakenOver, draft_form, take_back, take_over
from grading.views.polling import HTMX_STOP, sign_in_again

TAKEN_OVER = "hand_in_taken_over"  # in the session: the latest, so that it can be told and taken back
BACK = "back"
MISSING_SECONDS = 60  # a picture that nobody asked to read is looked for this long
ASK_FOR_MISSING_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Spot:
    """One picture of the student's own draft, with its reading, if there is one."""

    enrollment: Enrollment
    task: Task
    picture: DraftScreenshot
    row: PictureReading | None

    def url(self, name: str) -> str:
        """Give an address that is about this picture."""
        return reverse(name, kwargs=self.task.url_arguments() | {"picture": self.picture.pk})

    @property
    def fields(self) -> Fields:
        """What stands in the form, as far as it was saved."""
        draft = draft_of(task=self.task, enrollment=self.enrollment)
        return {} if draft is None else draft.fields


@login_not_required
@require_safe
def hand_in_picture_reading(
    request: HttpRequest, *, course: str, assignment: str, task: str, picture: int
) -> HttpResponseBase:
    """Say what was read from a picture of the draft: as a part of the hand-in page, or as a page of its own."""
    if not request.user.is_authenticated:
        return sign_in_again(request, note_at=f"#read-{picture}")
    spot = _spot(request, course, assignment, task, picture)
    if spot is None:
        return _gone(request)
    return _answer(request, spot)


@login_not_required
@require_http_methods(["POST"])
def hand_in_picture_adopt(
    request: HttpRequest, *, course: str, assignment: str, task: str, picture: int
) -> HttpResponseBase:
    """Take values of the picture over into the form, or take that back; `take` names them, with blanks between."""
    if not request.user.is_authenticated:
        if "HX-Request" in request.headers:
            return sign_in_again(request, note_at=f"#read-{picture}")
        return redirect_to_login(request.path.removesuffix("adopt/"))
    spot = _spot(request, course, assignment, task, picture)
    if spot is None:
        return _gone(request)
    taken = request.POST.get("take", "")
    if taken == BACK:
        return _take_back(request, spot)
    return _take_over(request, spot, taken.split())


def _spot(request: HttpRequest, course: str, assignment: str, task: str, picture: int) -> Spot | None:
    """Look a picture up; None where it is not in the student's draft. Raises Http404 for a foreign course or task."""
    enrollment = enrollment_or_404(user=signed_in(request), course=course)
    found = task_or_404(enrollment=enrollment, assignment=assignment, task=task)
    drafted = draft_picture(task=found, enrollment=enrollment, picture=picture)
    if drafted is None or not settings.READ_SCREENSHOTS:
        return None
    return Spot(enrollment, found, drafted, reading_of(str(drafted.picture.name)))


def _gone(request: HttpRequest) -> HttpResponse:
    """Answer for a picture that is not there (any more): a part of a page goes away and asks no more."""
    if "HX-Request" in request.headers:
        return HttpResponse(status=HTMX_STOP)
    raise Http404


# --- Taking over -------------------------------------------------------------------------------------------------


def _take_over(request: HttpRequest, spot: Spot, names: list[str]) -> HttpResponse:
    reading = spot.row.reading if spot.row else None
    if reading is None:
        return _answer(request, spot, problem="There is nothing to take over: this picture is not read.", status=409)
    sent = _sent(request, spot)
    rules = spot.task.rules
    form = draft_form(rules, sent)
    possible = allowed(reading, form.filled, rules, shown_names(reading, form.filled))
    wrong = [name for name in names if name not in possible]
    if wrong or not names:
        named, fine = " ".join(wrong)[:80] or "nothing", ", ".join(possible) or "nothing"
        problem = f"take: {named} can’t be taken over from this picture. Allowed: {fine}."
        return _answer(request, spot, problem=problem, status=422)
    taken = take_over(
        task=spot.task, enrollment=spot.enrollment, rules=rules, fields=sent, reading=reading, names=names
    )
    if taken.told:
        request.session[TAKEN_OVER] = {"picture": spot.picture.pk} | asdict(taken)
    return _changed(request, spot, taken.link, taken.claim)


def _take_back(request: HttpRequest, spot: Spot) -> HttpResponse:
    taken = _latest(request, spot, draft_form(spot.task.rules, _sent(request, spot)))
    if taken is None:
        problem = "There is nothing to take back: link or claim were changed since."
        return _answer(request, spot, problem=problem, status=409)
    take_back(task=spot.task, enrollment=spot.enrollment, rules=spot.task.rules, taken=taken)
    del request.session[TAKEN_OVER]
    return _changed(request, spot, taken.link_before, taken.claim_before)


def _sent(request: HttpRequest, spot: Spot) -> Fields:
    """Give the form's fields as they were sent along, else as they were saved."""
    if "link" not in request.POST:
        return spot.fields
    return {name: [str(value) for value in values] for name, values in request.POST.lists()}


def _changed(request: HttpRequest, spot: Spot, link: str, claim: str) -> HttpResponse:
    """Answer after the draft was changed; the hand-in page hears what its form shall hold now."""
    if "HX-Request" not in request.headers:
        return redirect(spot.url("hand_in_picture_reading"))
    response = _answer(request, spot)
    response["HX-Trigger"] = json.dumps({"hand-in:adopted": {"link": link, "claimed_epochs": claim}})
    return response


def _latest(request: HttpRequest, spot: Spot, form: DraftForm) -> TakenOver | None:
    """Return what was taken over last from this picture, while the form still holds just that."""
    kept = dict(request.session.get(TAKEN_OVER) or {})
    is_ours = kept.pop("picture", None) == spot.picture.pk
    if not is_ours or kept.keys() != {field.name for field in fields(TakenOver)}:  # or kept by an older version
        return None
    taken = TakenOver(**kept)
    return taken if (form.design.link, form.claim_text) == (taken.link, taken.claim) else None


# --- Answers -----------------------------------------------------------------------------------------------------


def _answer(request: HttpRequest, spot: Spot, *, problem: str = "", status: int = 200) -> HttpResponse:
    """Show the picture's reading beside what the draft holds, as a part of a page or as a whole one."""
    context = {
        "course": spot.enrollment.course,
        "task": spot.task,
        "picture": spot.picture,
        "reading_url": spot.url("hand_in_picture_reading"),
        "adopt_url": spot.url("hand_in_picture_adopt"),
        "problem": problem,
        **(_missing(request) if spot.row is None else _found(request, spot, spot.row)),
    }
    said = f"{spot.picture.original_name}: {context['seen'].said}" if context["seen"] and context["seen"].said else ""
    context["said"], context["said_mark"] = said, _mark(said)
    context["is_news"] = bool(said) and request.GET.get("said") != context["said_mark"]
    # Without the request: nothing is looked up for the head of a page.
    context["body"] = render_to_string("grading/_hand_in_reading_body.html", context)
    context["shown_mark"] = _mark(f"{context['body']} {context.get('ask_again')}")
    if "HX-Request" in request.headers:
        if request.method == "GET" and request.GET.get("shown") == context["shown_mark"]:
            # Put in anew it would take away what is just being clicked, and close what was opened.
            response = HttpResponse(status=HTTPStatus.NO_CONTENT)
        else:
            response = HttpResponse(render_to_string("grading/_hand_in_reading.html", context), status=status)
    else:
        response = render(request, "grading/hand_in_reading.html", context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    response["Cache-Control"] = "private, no-store"
    return response


def _found(request: HttpRequest, spot: Spot, row: PictureReading) -> dict[str, Any]:
    if row.is_live:  # asked for every second or two: no more is looked up than is shown
        moment = waiting(row, now=timezone.now())
        return {"seen": None, "waiting": moment, "ask_again": moment.ask_again_seconds}
    rules = spot.task.rules
    form = draft_form(rules, spot.fields)
    seen = picture_seen(row, filled=form.filled, rules=rules, has_link=form.has_link, editable=True)
    return {"seen": seen, "taken": _latest(request, spot, form) if seen.state == State.READ else None}


def _missing(request: HttpRequest) -> dict[str, Any]:
    """Wait a minute for the row of a picture that nobody asked to read, then no longer."""
    now = int(timezone.now().timestamp())
    asked = whole_number(request.GET.get("since", ""), digits=11)
    since = now if asked is None else asked
    goes_on = 0 <= now - since < MISSING_SECONDS
    return {"seen": None, "since": since, "ask_again": ASK_FOR_MISSING_SECONDS if goes_on else None}


def _mark(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()[:8] if said else ""
