"""Signing in by a launch."""

from collections.abc import Callable

from allauth.account.utils import perform_login
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse

from coursework.models import User
from grading.frames import is_across_sites, is_in_frame, remember_frame
from grading.launched import Launched, launched, remember_launch
from grading.lti import claims as names
from grading.lti.messages import LaunchMessage, MessageType

_BACKEND = "django.contrib.auth.backends.ModelBackend"
_FRAMED_TARGETS = ("iframe", "frame")


def note_launch(request: HttpRequest, message: LaunchMessage) -> None:
    """Mark the session as one that came by a launch, and let its pages be shown where that put them."""
    framed, across_sites = _is_framed(request, message), is_across_sites(request)
    remember_launch(request.session, Launched(message.platform.pk, framed, message.return_url, across_sites))
    remember_frame(request)


def sign_in(request: HttpRequest, user: User, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Sign the person of a launch in and return the answer, a redirect; what it keeps in the session stays there.

    Somebody else who is signed in is signed out before. Whoever has a second step of signing in takes it here as
    everywhere, and is led on after it: the LMS vouches for the first step only.
    """
    if request.user.is_authenticated and request.user.pk != user.pk:
        came = launched(request.session)
        logout(request)
        if came is not None:
            remember_launch(request.session, came)
    response = answer()
    if not request.user.is_authenticated and is_mfa_enabled(user):
        user.backend = _BACKEND
        after = response.get("Location", "/")
        asked: HttpResponse = perform_login(request, user, email_verification="none", redirect_url=after)
        return asked
    if request.user.is_authenticated:
        request.session.cycle_key()
    else:
        login(request, user, backend=_BACKEND)
    return response


def _is_framed(request: HttpRequest, message: LaunchMessage) -> bool:
    """Whether the launch went into a frame: the browser says so, unless it is an old one or the address plain http.

    Then the platform says so; of a deep link Moodle doesn't, and shows it in a frame.
    """
    in_frame = is_in_frame(request)
    if in_frame is not None:
        return in_frame
    presentation = message.raw.get(names.LAUNCH_PRESENTATION)
    target = presentation.get("document_target") if isinstance(presentation, dict) else None
    return message.message_type is MessageType.DEEP_LINKING if target is None else target in _FRAMED_TARGETS
