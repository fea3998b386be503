"""The hand-in page and the preview of a design on it."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from coursework.addresses import whole_number
from coursework.deadlines import Standing
from coursework.design import Design
from coursework.forms import HandInForm
from coursework.models import Submission
from coursework.selectors.drafts import draft_of, draft_pictures
from coursework.selectors.places import Fields, Place
from coursework.selectors.submissions import form_was_handed_in, has_attempt_on_time
from coursework.services.drafts import (
    keep_pictures,
    prepare_pictures,
    remove_picture,
    save_draft,
)
from coursework.services.screenshots import NotStored, PreparedScreenshot
from coursework.services.submissions import HandInRefused, IdempotencyConflict, LateNotConfirmed, submit
from coursework.views.hand_in_place import (
    claimed_epoch,
    page_context,
    pictures_context,
    place_of,
)

Prepared = Sequence[PreparedScreenshot]


@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Show the hand-in form and take what is handed in; a refused form comes back as it was filled in, with 422.

    Without JavaScript the picture's buttons come here too: the page then shows what they changed, with 200.
    """
    place = place_of(request, course, assignment, task)
    if request.method != "POST":
        draft = draft_of(task=place.task, enrollment=place.enrollment)
        fields = draft.fields if draft is not None else {}
        link = request.GET.get("link", "")
        return _filled_page(request, place, {**fields, "link": [link], "drawn": []} if link else fields)
    prepared, refusals = prepare_pictures(request.FILES.getlist("screenshots") if place.is_open else ())
    if "hand_in" not in request.POST and request.POST.keys() & {"edit", "remove_picture"}:
        return _changed(request, place, prepared, refusals)
    return _handed_in(request, place, prepared, refusals)


@require_http_methods(["POST"])
def hand_in_design(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Answer with the parts of the page that show the design: picture, settings, and what stands against it."""
    place = place_of(request, course, assignment, task)
    context = page_context(place, place.design(_fields(request.POST))) | {
        "claimed": claimed_epoch(place, request.POST),
        "swapped": True,
    }
    return render(request, "coursework/_hand_in_design.html", context)


def _fields(sent: QueryDict) -> dict[str, list[str]]:
    return {name: [str(value) for value in values] for name, values in sent.lists()}


def _changed(request: HttpRequest, place: Place, prepared: Prepared, refusals: list[str]) -> HttpResponse:
    """Show the page after a button that changes the form and hands in nothing."""
    wanted = whole_number(request.POST.get("remove_picture", ""))
    if wanted is not None:
        remove_picture(task=place.task, enrollment=place.enrollment, picture=wanted)
    fields = _fields(request.POST)
    drawn = _as_drawn(fields, place.design(fields))
    more, status = _keep(place, drawn, prepared)
    return _filled_page(request, place, drawn, refusals=[*refusals, *more], status=status or 200)


def _as_drawn(fields: Fields, found: Design) -> Fields:
    """Give the fields as the page shows them once the design was drawn: nothing is left to be applied."""
    return {
        "link": [found.link],
        "drawn": [found.link],
        "features": found.spec.features,
        "seed": [found.seed],
        "claimed_epochs": fields.get("claimed_epochs", ()),
    }


def _keep(place: Place, fields: Fields, prepared: Prepared) -> tuple[list[str], int]:
    """Keep fields and pictures in the draft; return why some pictures are not kept, and 503 if that is our fault."""
    if not place.is_open:
        return [], 0
    save_draft(task=place.task, enrollment=place.enrollment, fields=fields)
    try:
        return keep_pictures(task=place.task, enrollment=place.enrollment, prepared=prepared), 0
    except NotStored as failure:
        return [str(failure)], 503


def _handed_in(request: HttpRequest, place: Place, prepared: Prepared, refusals: list[str]) -> HttpResponse:
    """Hand in, or show the form again with all that stands against it; what was fine in it is kept in the draft."""
    fields = _fields(request.POST)
    found = place.design(fields)
    form, status = _bound_form(request, place, found, prepared, refusals), 422
    try:
        if form.is_valid():
            submission = _submit(form, place, prepared)
            return redirect("submission", receipt_number=submission.receipt_number)
    except IdempotencyConflict as conflict:
        form.add_error(None, str(conflict))
        form.data = {**form.data, "idempotency_key": place.form_key}
        status = 409
    except LateNotConfirmed as refusal:
        form.late = True
        form.add_error("confirm_late", str(refusal))
    except HandInRefused as refusal:
        form.add_error(None, str(refusal))
    except NotStored as failure:
        form.add_error("screenshots", str(failure))
        prepared, status = (), 503
    _, failed = _keep(place, _as_drawn(fields, found), prepared)
    return _page(request, place, form, status=failed or status)


def _bound_form(
    request: HttpRequest, place: Place, found: Design, prepared: Prepared, refusals: list[str]
) -> HandInForm:
    drafted = draft_pictures(task=place.task, enrollment=place.enrollment)
    pictures = {one.upload_hash for one in drafted} | {one.upload_hash for one in prepared}
    sent_before = form_was_handed_in(
        enrollment=place.enrollment, idempotency_key=request.POST.get("idempotency_key", "")
    )
    return HandInForm(
        request.POST.dict() | {"link": found.link},
        task=place.task,
        rules=place.rules,
        design=found,
        # A form that is sent again after it was handed in has given its pictures away, and was asked about being late.
        # Where nothing is taken any more, no pictures are, and the reason for that is what counts.
        pictures=len(pictures) or int(sent_before or not place.is_open),
        picture_refusals=refusals,
        late=place.standing is Standing.LATE and not sent_before,
    )


def _submit(form: HandInForm, place: Place, prepared: Prepared) -> Submission:
    return submit(
        task=place.task,
        enrollment=place.enrollment,
        spec=form.design.spec,
        claimed_epochs=form.cleaned_data["claimed_epochs"],
        screenshots=prepared,
        from_draft=True,
        idempotency_key=form.cleaned_data["idempotency_key"],
        link=form.design.link,
        accept_late=form.cleaned_data["confirm_late"],
    )


# --- Pages -------------------------------------------------------------------------------------------------------


def _filled_page(
    request: HttpRequest, place: Place, fields: Fields, *, refusals: Sequence[str] = (), status: int = 200
) -> HttpResponse:
    """Show the form filled in, without judging it."""
    found = place.design(fields)
    form = HandInForm(
        initial={
            "link": found.link,
            "claimed_epochs": (fields.get("claimed_epochs") or [""])[-1],
            "idempotency_key": place.form_key,
        },
        task=place.task,
        rules=place.rules,
        design=found,
        late=place.standing is Standing.LATE,
    )
    return _page(request, place, form, status=status, refusals=refusals)


def _page(
    request: HttpRequest, place: Place, form: HandInForm, *, status: int, refusals: Sequence[str] = ()
) -> HttpResponse:
    context = page_context(place, form.design) | {
        "form": form,
        "claimed": claimed_epoch(place, {"claimed_epochs": form["claimed_epochs"].value()}),
        "refusals": form.errors.get("screenshots", []) if form.is_bound else refusals,
        "has_on_time": form.late
        and has_attempt_on_time(task=place.task, enrollment=place.enrollment, due_at=place.window.due_at),
    }
    return render(request, "coursework/hand_in.html", context | pictures_context(place), status=status)
