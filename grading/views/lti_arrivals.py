"""The page that comes after a launch: what was clicked, or one that asks or explains first."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from coursework.models import User
from grading.lti.arrival import Arrival, Destination
from grading.lti.messages import LaunchMessage
from grading.pending_launches import keep_launch
from grading.services.lti.accounts import Answer
from grading.services.lti.arriving import arrive
from grading.views.lti_sign_in import note_launch, sign_in

PAGES = {
    Destination.LINK_ACCOUNT: "lti_account",
    Destination.CONNECT: "lti_connect",
    Destination.CHOOSE: "lti_choose",
    Destination.DEEP_LINK: "lti_deep_link",
    Destination.NOT_READY: "lti_wait",
}
_TWIN = (
    "Another account here has your e-mail address. If it is yours, too, you can connect the two on your account page, "
    "under LMS."
)


def go_on(
    request: HttpRequest, message: LaunchMessage, *, fresh: bool = False, answer: Answer | None = None
) -> HttpResponse:
    """Let the person of a checked launch in and lead them on.

    `fresh`: it comes right from the platform, so the session is marked by it, once nothing speaks against it any more.
    `answer` is what was said when somebody signed in was asked whether they are the person of the launch; until they
    are asked, the session stays whose it is.
    """
    arrival = arrive(message, signed_in=request.user if isinstance(request.user, User) else None, answer=answer)
    if fresh:
        note_launch(request, message)
    if arrival.user is None:
        return _next_page(request, message, arrival)
    return sign_in(request, arrival.user, lambda: _next_page(request, message, arrival))


def _next_page(request: HttpRequest, message: LaunchMessage, arrival: Arrival) -> HttpResponse:
    """Lead to what was clicked, or to the page that asks or explains first, with the launch kept for it."""
    if arrival.has_twin:
        messages.info(request, _TWIN)
    if arrival.destination is Destination.OPEN:
        return redirect(arrival.url)
    return redirect(PAGES[arrival.destination], key=keep_launch(request, message, arrival.reason))
