"""The two ends of the school's sign-in, with an answer for the case that the school's server has none."""

from collections.abc import Callable
from functools import wraps

from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.openid_connect import views
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods
from requests import RequestException
from structlog import get_logger

log = get_logger(__name__)
# The server is down or slow; or leaves out, writes in another shape or at too great a length what we need of it.
_UNREADABLE = (RequestException, KeyError, TypeError, ValueError, ValidationError, ImproperlyConfigured)
View = Callable[[HttpRequest, str], HttpResponse]


def _answering_for_the_school(view: View) -> View:
    """Show the page for failed sign-ins where the school's server can't be reached or says what we can't read."""

    @wraps(view)
    def answering(request: HttpRequest, provider_id: str) -> HttpResponse:
        try:
            return view(request, provider_id)
        except _UNREADABLE as error:
            log.warning("school_sign_in_failed", error=repr(error))
            response: HttpResponse = render_authentication_error(request, None, exception=error)
            return response

    return answering


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@_answering_for_the_school
def start(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the school's server; a GET asks first."""
    response: HttpResponse = views.login(request, provider_id)
    return response


@login_not_required
@require_http_methods(["GET", "HEAD"])
@_answering_for_the_school
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Read what the school's server says of a person, and sign them in."""
    response: HttpResponse = views.callback(request, provider_id)
    return response
