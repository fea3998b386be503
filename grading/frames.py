"""Pages inside an LMS: who may show them in a frame, and cookies that browsers keep there.

Nothing of ours is shown in frames but what is asked for here: answers that a view marks (`may_be_framed`), and all
pages of a session that came by a launch in a frame. Their cookies get `SameSite=None; Secure; Partitioned`, which
browsers keep apart for each site that shows us. Over plain http, which only development knows, a frame works on the
same site; in one of another site browsers take such cookies from this machine's own addresses only.
"""

import re
from collections.abc import Callable, Iterable
from http.cookies import Morsel
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from grading.launched import launched
from grading.lti.origins import as_source, frame_origins, origin_of
from grading.models.lti import Platform

_FRAMED = "_framed_by"
_FRAME_DESTINATIONS = frozenset({"iframe", "frame", "embed", "object", "fencedframe"})
_OWN_MACHINE = re.compile(r"(?:[a-z0-9.-]+\.)?localhost|127(?:\.[0-9]+){3}|::1")
_MOST_ORIGINS = 200  # of all platforms together; a longer header is refused by proxies


class FramesMiddleware:
    """Edits what session, CSRF, clickjacking protection and content policy do: it stands outside all but the last."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Open the answer to frames if it is marked, or if the session was launched in one."""
        response = self._get_response(request)
        origins: list[str] | None = getattr(response, _FRAMED, None)
        if origins is None:
            origins = _of_launch(request)
        if origins is not None:
            _open_to(request, response, origins)
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Say before the view whether the page is inside a frame: a view may end the session, a page wants to know.

        Where the session has ended or its cookie is not kept, the sign-in page may not be shown in a frame: the browser
        would show an error, or nothing. So a page without any field says what to do.
        """
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            remember_frame(request)
        if hasattr(request, "in_frame_of") or not is_in_frame(request) or request.path != reverse("account_login"):
            return None
        response = render(request, "lti/signed_out.html")
        may_be_framed(response, origins_of_platforms())
        return response


def remember_frame(request: HttpRequest) -> None:
    """Take over from the session which platform shows it in a frame, if one does. A launch calls this, too."""
    came = launched(request.session)
    if came is not None and came.framed:
        request.in_frame_of = came.platform  # type: ignore[attr-defined]
        request.in_frame_across_sites = came.across_sites  # type: ignore[attr-defined]


def may_be_framed(response: HttpResponseBase, origins: Iterable[str]) -> None:
    """Let pages of these origins show this answer in a frame."""
    setattr(response, _FRAMED, [each for each in map(as_source, origins) if each])


def origins_of_platforms() -> list[str]:
    """Return the origins of all platforms that are active."""
    platforms = Platform.objects.filter(active=True)
    return sorted({origin for platform in platforms for origin in frame_origins(platform)})[:_MOST_ORIGINS]


def allow_form_to(response: HttpResponseBase, url: str) -> None:
    """Let forms of this page be sent to where `url` is, as the answer of a deep link is."""
    origin = origin_of(url)
    if origin:
        _replace(response, "form-action", [*settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"], origin])


def is_in_frame(request: HttpRequest) -> bool | None:
    """Whether the browser loads this into a frame; None where it is too old to say."""
    destination = request.headers.get("Sec-Fetch-Dest")
    return None if destination is None else destination in _FRAME_DESTINATIONS


def may_be_in_frame(request: HttpRequest) -> bool:
    """Whether the browser may load this into a frame: browsers don't say so over plain http to a name, nor old ones.

    By the header that they send instead, with every page that somebody goes to, browsers are told from programs.
    """
    in_frame = is_in_frame(request)
    return request.headers.get("Upgrade-Insecure-Requests") == "1" if in_frame is None else in_frame


def is_across_sites(request: HttpRequest) -> bool:
    """Whether a page of another site leads the browser here, into a frame of its own."""
    return bool(is_in_frame(request)) and request.headers.get("Sec-Fetch-Site") == "cross-site"


class PartitionedMorsel(Morsel[str]):
    """A cookie with the attribute `Partitioned`, which http.cookies does not know before Python 3.14."""

    def OutputString(self, attrs: Any = None) -> str:
        """Return the header's value."""
        return f"{super().OutputString(attrs)}; Partitioned"


def partition(request: HttpRequest, response: HttpResponseBase, name: str) -> None:
    """Make a cookie of the answer one that browsers keep for us inside a frame, where they take such cookies."""
    morsel = response.cookies[name]
    if isinstance(morsel, PartitionedMorsel) or not _takes_partitioned(request):
        return
    made = PartitionedMorsel()
    made.set(morsel.key, morsel.value, morsel.coded_value)
    made.update(morsel)
    made["samesite"], made["secure"] = "None", True
    dict.__setitem__(response.cookies, name, made)


def _takes_partitioned(request: HttpRequest) -> bool:
    """Whether the browser takes cookies that are secure: over https, and from this machine's own addresses.

    From the latter not every browser does. So over http it is tried only where it would keep none otherwise.
    """
    if settings.SESSION_COOKIE_SECURE:
        return True
    # The session knows by the launch itself: Firefox calls what follows a redirect cross-site where it is not.
    known: bool | None = getattr(request, "in_frame_across_sites", None)
    across_sites = is_across_sites(request) if known is None else known
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    return across_sites and _OWN_MACHINE.fullmatch(host) is not None


def _of_launch(request: HttpRequest) -> list[str] | None:
    """Return the origins of the platform whose frame the session is in; None if it is in none."""
    if not hasattr(request, "in_frame_of") and settings.SESSION_COOKIE_NAME in request.COOKIES:
        remember_frame(request)  # no view has this address
    pk = getattr(request, "in_frame_of", None)
    if pk is None:
        return None
    platform = Platform.objects.filter(pk=pk, active=True).first()
    return frame_origins(platform) if platform is not None else []


def _open_to(request: HttpRequest, response: HttpResponseBase, origins: list[str]) -> None:
    for name in response.cookies:
        partition(request, response, name)
    if origins:
        _replace(response, "frame-ancestors", origins)
        del response.headers["X-Frame-Options"]  # knows no list of origins; where the policy stands, it is not read


def _replace(response: HttpResponseBase, directive: str, values: list[str]) -> None:
    response._csp_replace = {**getattr(response, "_csp_replace", {}), directive: values}  # type: ignore[attr-defined]
