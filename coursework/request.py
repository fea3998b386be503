"""Small things that views ask of a request."""

from typing import cast

from django.http import HttpRequest

from coursework.models import User


def signed_in(request: HttpRequest) -> User:
    """Return the signed-in person; anonymous requests never get to a view (LoginRequiredMiddleware)."""
    return cast(User, request.user)
