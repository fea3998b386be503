"""The second half of a launch, as the browser sees it: the platform's answer, posted by the browser."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from grading.lti.origins import origin_of
from grading.lti.refusals import LaunchRefused
from grading.services.lti.launching import finish_launch, login_of, note_refusal
from grading.services.lti.logins import is_ours, short_name, storage_target
from grading.views.lti_arrivals import go_on
from grading.views.lti_parts import COOKIE, forget_in_browser, own_origin, page, refused, secret_cookie

# Platforms' own codes for somebody whom they don't know any more (OpenID Connect Core 3.1.2.6).
_SIGNED_OUT = frozenset({"login_required", "interaction_required", "account_selection_required"})
_MOST_WORDS = 300


# Its state, bound to the browser, takes the place of the token that our own forms carry.
@csrf_exempt
@login_not_required
@sensitive_post_parameters("id_token", "state", "browser")
@require_http_methods(["GET", "HEAD", "POST"])
def lti_launch(request: HttpRequest) -> HttpResponse:
    """Check the platform's message, sign the person in and lead to what they clicked.

    Who opens the address by itself is told from where it is to be opened.
    """
    if request.method != "POST":
        return page(request, "lti/from_course.html", {})
    state = request.POST.get("state", "")
    secret = _browser_secret(request, state)
    if "error" in request.POST:
        return _platform_error(request, state, secret)
    if not secret and "browser" not in request.POST and storage_target(state):
        found = _find_at_platform(request, state)
        if found is not None:
            return found
    try:
        message = finish_launch(
            state=state,
            id_token=request.POST.get("id_token", ""),
            browser_secret=secret,
            own_origin=own_origin(request),
        )
    except LaunchRefused as refusal:
        return refused(request, refusal)
    try:
        response = go_on(request, message, fresh=True)
    except LaunchRefused as refusal:
        note_refusal(refusal, message.platform)
        return refused(request, refusal)
    forget_in_browser(request, response, secret_cookie(state))
    response["Cache-Control"] = "no-store"
    return response


def _browser_secret(request: HttpRequest, state: str) -> str:
    """Return what the browser kept: in a cookie, or in the platform's storage, read by a page of ours.

    Anybody may begin a launch, and then knows its secret. That it is in this browser is proven by a cookie, or by the
    page of ours that found it at the platform. So a secret in a form counts only if the form was on a page of ours.
    """
    kept = request.COOKIES.get(secret_cookie(state), "")
    if kept or not is_ours(request.headers.get("Origin", ""), own_origin(request)):
        return kept
    return request.POST.get("browser", "")


def _find_at_platform(request: HttpRequest, state: str) -> HttpResponse | None:
    """Let a script ask the platform for what it keeps; None if no such launch waits."""
    login = login_of(state)
    if login is None:
        return None
    context = {
        "origin": origin_of(login.platform.authorization_url),
        "frame": storage_target(state),
        "key": f"{COOKIE}_{short_name(state)}",
        "state": state,
        "id_token": request.POST.get("id_token", ""),
    }
    return page(request, "lti/find.html", context)


def _platform_error(request: HttpRequest, state: str, secret: str) -> HttpResponse:
    """Show what the platform says went wrong; its words only if this browser's launch is what they are about."""
    login = login_of(state, secret)
    note_refusal(LaunchRefused(f"The LMS answered: {_words(request)}"), login.platform if login else None)
    context = {
        "signed_out": request.POST.get("error", "") in _SIGNED_OUT,
        "words": _words(request) if login else "",
    }
    return page(request, "lti/platform_error.html", context, status=401)


def _words(request: HttpRequest) -> str:
    said = ": ".join(filter(None, (request.POST.get("error", ""), request.POST.get("error_description", ""))))
    return "".join(each for each in said if each.isprintable())[:_MOST_WORDS]
