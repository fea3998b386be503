"""What the hand-in page keeps while it is being filled in: fields and pictures."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from coursework.picture_files import picture_file
from coursework.selectors.drafts import draft_picture
from coursework.selectors.places import Place
from coursework.services.drafts import add_pictures, remove_picture, save_draft, throw_away
from coursework.services.screenshots import NotStored
from coursework.views.hand_in_place import pictures_context, place_of


@require_http_methods(["POST"])
def hand_in_draft(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Keep the form's fields and say since when, or throw the draft away and show an empty form."""
    place = place_of(request, course, assignment, task)
    if "throw_away" in request.POST:
        throw_away(task=place.task, enrollment=place.enrollment)
        return redirect(reverse("hand_in", kwargs=place.task.url_arguments()))
    if request.POST.get("idempotency_key") not in (None, place.form_key):
        return HttpResponse("Not saved: this form was handed in meanwhile. Open the page again.", status=409)
    save_draft(task=place.task, enrollment=place.enrollment, fields=dict(request.POST.lists()))
    return render(request, "coursework/_draft_saved.html", {"course": place.enrollment.course, "now": timezone.now()})


@require_http_methods(["POST"])
def hand_in_pictures(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Take pictures into the draft and answer with all that are there; 422 with the reasons if some are not taken."""
    place = place_of(request, course, assignment, task)
    if not place.is_open:
        return _pictures(request, place, ["Nothing can be handed in now, so no pictures are taken."], status=422)
    uploads = request.FILES.getlist("screenshots")
    try:
        refusals = add_pictures(task=place.task, enrollment=place.enrollment, uploads=uploads)
    except NotStored as failure:
        return _pictures(request, place, [str(failure)], status=503)
    return _pictures(request, place, refusals, status=422 if refusals else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_in_picture(request: HttpRequest, *, course: str, assignment: str, task: str, picture: int) -> HttpResponseBase:
    """Hand out one picture of the student's own draft; POST removes it and answers with those that stay."""
    place = place_of(request, course, assignment, task)
    if request.method == "POST":
        if not remove_picture(task=place.task, enrollment=place.enrollment, picture=picture):
            raise Http404
        return _pictures(request, place, [])
    found = draft_picture(task=place.task, enrollment=place.enrollment, picture=picture)
    if found is None:
        raise Http404
    return picture_file(found.picture, cache="private, max-age=3600")


def _pictures(request: HttpRequest, place: Place, refusals: list[str], *, status: int = 200) -> HttpResponse:
    context = pictures_context(place) | {"refusals": refusals}
    return render(request, "coursework/_hand_in_pictures.html", context, status=status)
