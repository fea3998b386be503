"""The second step of signing in that staff can't do without where STAFF_MFA is `required`."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django_htmx.http import HttpResponseClientRedirect

from coursework.models import User
from coursework.runtime.account_settings import REQUIRED
from coursework.runtime.problem_json import is_for_programs, problem
from coursework.selectors.memberships import is_staff_somewhere

SET_UP = "mfa_activate_totp"
WORDS = "Staff have to set up the second step of signing in first."
# What setting it up takes, what leads out of it, and what helps with it.
_OPEN_TO_ALL = frozenset(
    {
        SET_UP,
        "mfa_reauthenticate",
        "account_reauthenticate",
        "account_login",
        "account_logout",
        "account_change_password",
        "account_set_password",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "account_confirm_email",
        "help",
        # By a launch comes perhaps somebody else.
        "lti_login",
        "lti_launch",
        "lti_keys",
        "api_schema",
        "api_docs",
    }
)


class StaffMfaMiddleware:
    """Send staff without a second step to the page that sets it up, before any other page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on; the question is asked once its view is known."""
        return self._get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponseBase | None:
        """Answer in place of the view if the person has to set up a second step first."""
        name = request.resolver_match.url_name if request.resolver_match else None
        if name in _OPEN_TO_ALL or not lacks_second_step(request.user):
            return None
        return _send_to_set_up(request)


def lacks_second_step(user: Any) -> bool:
    """True for staff who have to have a second step and have none yet."""
    return (
        settings.STAFF_MFA == REQUIRED
        and isinstance(user, User)
        and not is_mfa_enabled(user, [Authenticator.Type.TOTP])
        and is_staff_somewhere(user)
    )


def _send_to_set_up(request: HttpRequest) -> HttpResponseBase:
    """Answer each kind of caller in its own way: a page, a fragment of one, a program."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponseClientRedirect(redirect(SET_UP)["Location"])
    if is_for_programs(request) or not request.accepts("text/html"):
        return problem(403, WORDS)
    if request.method not in ("GET", "HEAD"):
        messages.warning(request, "Nothing was changed: first comes the second step of signing in.")
    response: HttpResponse = redirect(SET_UP)
    return response
