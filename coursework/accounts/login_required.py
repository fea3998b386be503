"""Who is not signed in is sent to sign in: a page by a redirect, a part of a page together with the page around it."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase


class SignInMiddleware(LoginRequiredMiddleware):
    """Django's own, but for pages that update themselves: a redirect would put the sign-in into the middle of the page.

    What a page sends by itself while somebody types is left to its own script, which keeps the typed text.
    """

    def handle_no_permission(  # type: ignore[override]  # Django takes any response
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """Send to the sign-in page and from there back to the page that the person looks at."""
        if "HX-Request" not in request.headers or request.method != "GET":
            answer: HttpResponseBase = super().handle_no_permission(request, view_func)
            return answer
        page = urlsplit(request.headers.get("HX-Current-URL", "/"))
        back = f"{page.path or '/'}{'?' if page.query else ''}{page.query}"
        return HttpResponse(status=200, headers={"HX-Redirect": redirect_to_login(back).url})
