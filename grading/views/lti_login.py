"""The first half of a launch, as the browser sees it.

Inside a frame a browser may keep no cookies for us. That has to be known before the platform is asked: Moodle takes its
hints once only. So a cookie is set and the browser sent here again; if it comes without, the platform's own storage is
tried where it offers one, and else, or where it does not answer, the person opens the same launch in a new window,
with the hints unspent.
"""

from math import ceil
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from coursework.runtime.rates import seconds_to_wait
from coursework.runtime.requests import visitor_network
from grading.frames import is_in_frame, may_be_in_frame
from grading.lti.origins import origin_of
from grading.services.lti.logins import Login, LoginRefused, LoginRequest, begin_login, read_login, short_name
from grading.views.lti_parts import COOKIE, keep_in_browser, own_origin, page, secret_cookie

_TRIED = "cookies"  # in the address: we set a cookie and sent the browser here again
# Of launches that begin behind one address: a class of 300, each with a second click, a tab and another try.
MOST_A_MINUTE = 1200
_LONGEST_ADDRESS = 7500  # characters; servers in front of us refuse longer ones


# A platform begins a launch from its own page; it changes nothing of the person's.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def lti_login(request: HttpRequest) -> HttpResponse:
    """Send the browser to the platform's sign-in, with what its answer has to bring."""
    fields = request.POST if request.method == "POST" else request.GET
    again = _address(fields, without=_TRIED)
    try:
        asked = read_login(fields.dict())
        keeps_cookies = COOKIE in request.COOKIES
        if may_be_in_frame(request) and not keeps_cookies and len(again) < _LONGEST_ADDRESS:
            if _TRIED not in fields:
                return _try_cookies(request, again)
            if not asked.storage_target:
                return page(request, "lti/new_window.html", {"url": again})
        wait = seconds_to_wait(f"lti-login:{visitor_network(request)}", most=MOST_A_MINUTE)
        if wait:
            return _too_many(request, wait)
        login = begin_login(asked=asked, own_origin=own_origin(request))
    except LoginRefused as refusal:
        return page(request, "lti/login_refused.html", {"words": str(refusal)}, status=400)
    if asked.storage_target and not keeps_cookies and is_in_frame(request) is not False:
        response = _keep_at_platform(request, asked, login, fields)
    else:
        response = HttpResponseRedirect(login.authorization_url)
    keep_in_browser(request, response, secret_cookie(login.state), login.browser_secret)
    response["Cache-Control"] = "no-store"
    return response


def _address(fields: QueryDict, *, without: str) -> str:
    """Return the address of this same launch, for another try."""
    sent = {name: value for name, value in fields.dict().items() if name != without}
    return f"{reverse('lti_login')}?{urlencode(sent, errors='replace')}"


def _too_many(request: HttpRequest, wait: float) -> HttpResponse:
    """Begin none: each is a row that stays for more than an hour, and anybody may ask."""
    seconds = ceil(wait)
    response = page(request, "lti/too_many.html", {"seconds": seconds}, status=429)
    response["Retry-After"] = str(seconds)
    return response


def _try_cookies(request: HttpRequest, again: str) -> HttpResponse:
    response = HttpResponseRedirect(f"{again}&{_TRIED}=tried")
    # SameSite as the session's: over http some browsers keep cookies without it in frames, and would refuse that one
    keep_in_browser(request, response, COOKIE, "kept", samesite="Lax")
    response["Cache-Control"] = "no-store"
    return response


def _keep_at_platform(request: HttpRequest, asked: LoginRequest, login: Login, fields: QueryDict) -> HttpResponse:
    """Let a script ask the platform to keep the browser's secret, then go on; else as if there were no storage."""
    without = _address(fields, without="lti_storage_target")
    context = {
        "origin": origin_of(login.platform.authorization_url),
        "frame": asked.storage_target,
        "key": f"{COOKIE}_{short_name(login.state)}",
        "value": login.browser_secret,
        "next": login.authorization_url,
        "otherwise": without if len(without) < _LONGEST_ADDRESS else login.authorization_url,
        "new_window": _address(fields, without=_TRIED),
    }
    return page(request, "lti/keep.html", context)
