"""The first half of a launch, as the browser sees it.

Inside a frame a browser may keep no cookies for us. That has to be known before the platform is asked: Moodle takes its
hints once only. So a cookie is set and the browser sent here again; if it comes without, the platform's own storage is
tried where it offers one, and else the person opens the same launch in a new window, with the hints unspent.
"""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from grading.frames import is_in_frame
from grading.lti.origins import origin_of
from grading.services.lti.logins import Login, LoginRefused, LoginRequest, begin_login, read_login, short_name
from grading.views.lti_parts import COOKIE, keep_in_browser, own_origin, page, secret_cookie

_TRIED = "cookies"  # in the address: we set a cookie and sent the browser here again
_LONGEST_ADDRESS = 7500  # characters; servers in front of us refuse longer ones


# A platform begins a launch from its own page; it changes nothing of the person's.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def lti_login(request: HttpRequest) -> HttpResponse:
    """Send the browser to the platform's sign-in, with what its answer has to bring."""
    fields = request.POST if request.method == "POST" else request.GET
    again = _address(fields)
    try:
        asked = read_login(fields.dict())
        in_frame = is_in_frame(request)
        keeps_cookies = COOKIE in request.COOKIES
        if in_frame and not keeps_cookies and len(again) < _LONGEST_ADDRESS:
            if _TRIED not in fields:
                return _try_cookies(again)
            if not asked.storage_target:
                return page(request, "lti/new_window.html", {"url": again})
        login = begin_login(asked=asked, own_origin=own_origin(request))
    except LoginRefused as refusal:
        return page(request, "lti/login_refused.html", {"words": str(refusal)}, status=400)
    if asked.storage_target and not keeps_cookies and in_frame is not False:
        response = _keep_at_platform(request, asked, login, again)
    else:
        response = HttpResponseRedirect(login.authorization_url)
    keep_in_browser(response, secret_cookie(login.state), login.browser_secret)
    response["Cache-Control"] = "no-store"
    return response


def _address(fields: QueryDict) -> str:
    """Return the address of this same launch, for another try."""
    sent = {name: value for name, value in fields.dict().items() if name != _TRIED}
    return f"{reverse('lti_login')}?{urlencode(sent, errors='replace')}"


def _try_cookies(again: str) -> HttpResponse:
    response = HttpResponseRedirect(f"{again}&{_TRIED}=tried")
    keep_in_browser(response, COOKIE, "kept")
    response["Cache-Control"] = "no-store"
    return response


def _keep_at_platform(request: HttpRequest, asked: LoginRequest, login: Login, again: str) -> HttpResponse:
    """Let a script ask the platform to keep the browser's secret, then go on."""
    context = {
        "origin": origin_of(login.platform.authorization_url),
        "frame": asked.storage_target,
        "key": f"{COOKIE}_{short_name(login.state)}",
        "value": login.browser_secret,
        "next": login.authorization_url,
        "new_window": again,
    }
    return page(request, "lti/keep.html", context)
