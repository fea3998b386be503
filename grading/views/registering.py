"""The page that an LMS opens to register us, most often in a frame of its own page for administrators.

No cookie comes along there, so that what was shown goes into the form signed: what the button registers is what the
page said, for this link. Whoever has the link may register; the page tells nobody else anything.
"""

from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from grading.frames import may_be_framed, origins_of_platforms
from grading.lti.origins import origin_of
from grading.lti.our_addresses import our_addresses
from grading.lti.registration import CLAIMS, TOOL_NAME, in_canvas_cloud
from grading.models import RegistrationLink
from grading.outbound.addresses import AddressRefused, Party, check_url
from grading.services.lti.registering import Registered, RegistrationRefused, register, usable_link

_SALT = "lti-registration"
_SHOWN_FOR_SECONDS = 3600
_LONGEST = {"openid_configuration": 1000, "registration_token": 8000}


@csrf_exempt  # no cookie in a frame of another site: the signed field stands in for it
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lti_register(request: HttpRequest, *, token: str) -> HttpResponse:
    """Show with which LMS we would be registered, and do it by the button."""
    link = usable_link(token)
    if link is None:
        gone = _page(request, "gone", status=404)
        may_be_framed(gone, origins_of_platforms())  # an LMS that we know pastes a link for the second time
        return gone
    if request.method == "POST":
        return _registered(request, link)
    asked = {name: request.GET.get(name, "") for name in _LONGEST}
    seen = asked | {"link": link.pk, "framed_by": origin_of(request.headers.get("Referer", ""))}
    problem = _problem(asked)
    if problem:
        return _framed(_page(request, "gone", status=400, problem=problem), seen)
    return _framed(_page(request, "ask", **_shown(seen), seen=signing.dumps(seen, salt=_SALT)), seen)


def _problem(asked: dict[str, str]) -> str:
    """Say why an address was not opened by an LMS, or by one that we may not ask."""
    url = asked["openid_configuration"]
    if not url:
        return (
            "This page is opened by an LMS: paste its address there, where tools are registered. "
            "The LMS adds openid_configuration to it, which is missing here."
        )
    if any(len(asked[name]) > most for name, most in _LONGEST.items()):
        return "What the LMS added to the address is too long."
    token = asked["registration_token"]
    if not (token.isascii() and token.isprintable()):  # it goes into a header
        return "The registration_token that the LMS added to the address has characters that can’t be in one."
    try:
        check_url(url, Party.LMS)
    except (AddressRefused, ValueError) as refused:
        return f"openid_configuration: {refused}"
    return ""


def _registered(request: HttpRequest, link: RegistrationLink) -> HttpResponse:
    """Register as the page said. What fails is shown with the button, to be tried again."""
    signed = request.POST.get("seen", "")
    try:
        seen = signing.loads(signed, salt=_SALT, max_age=_SHOWN_FOR_SECONDS)
        if seen["link"] != link.pk:
            raise signing.BadSignature
    except signing.BadSignature:
        problem = "The page was open for too long. Start the registration again in the LMS."
        return _page(request, "gone", status=400, problem=problem)
    try:
        done = register(
            link=link,
            configuration_url=seen["openid_configuration"],
            registration_token=seen["registration_token"],
            framed_by=seen["framed_by"],
        )
    except RegistrationRefused as refused:
        return _framed(_page(request, "ask", status=422, **_shown(seen), seen=signed, refused=refused), seen)
    return _framed(_page(request, "done", **_shown(seen), **_outcome(done)), seen)


def _shown(seen: dict[str, Any]) -> dict[str, Any]:
    host = urlsplit(seen["openid_configuration"]).netloc
    configuration = seen["openid_configuration"].partition("?")[0]  # Canvas's has its token in the query
    return {"host": host, "configuration": configuration, "framed_by": seen["framed_by"]}


def _outcome(done: Registered) -> dict[str, Any]:
    missing = [scope.rpartition("/")[2] for scope in done.missing_scopes]
    return {"platform": done.platform, "deployment_id": done.deployment_id, "missing": missing}


def _page(request: HttpRequest, state: str, *, status: int = 200, **context: Any) -> HttpResponse:
    known = {"state": state, "ours": our_addresses(), "tool": TOOL_NAME, "claims": CLAIMS}
    return render(request, "grading/platforms/register.html", known | context, status=status)


def _framed(response: HttpResponse, seen: dict[str, Any]) -> HttpResponse:
    """Let the LMS show the page in its own: only with a link that holds does anybody get here.

    The LMS's pages may be at another site than its configuration (each school's Canvas is), so the site that opened
    this one counts as well: to name it, one has to have the link.
    """
    configured_at = origin_of(seen["openid_configuration"])
    origins = [configured_at, seen["framed_by"]]
    if in_canvas_cloud(urlsplit(configured_at).hostname or ""):
        origins.append("https://*.instructure.com")
    may_be_framed(response, [origin for origin in dict.fromkeys(origins) if origin])
    return response
