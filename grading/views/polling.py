"""What htmx is told when a page that updates itself has to stop doing so."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase

HTMX_STOP = 286  # htmx ends its polling on this status
SIGNED_OUT = "You are signed out, so this page does not update itself any more. Open it again to sign in."


def sign_in_again(request: HttpRequest, *, note_at: str) -> HttpResponseBase:
    """Answer somebody who is not signed in (any more): a page goes to the sign-in, a poll ends with a note.

    A redirected poll would put the sign-in page into the middle of this one.
    """
    if "HX-Request" not in request.headers:
        return redirect_to_login(request.get_full_path())
    headers = {"HX-Retarget": note_at, "HX-Reswap": "innerHTML"}
    return HttpResponse(SIGNED_OUT, status=HTMX_STOP, headers=headers)
