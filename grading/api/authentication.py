"""Who asks: a program with a token, or a person's browser with its session."""

import re
from datetime import timedelta

from django.utils import timezone
from knox.crypto import hash_token
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from coursework.accounts.staff_mfa import WORDS, lacks_second_step
from coursework.models import User
from grading.models import ApiToken

USED_AGAIN_AFTER = timedelta(minutes=1)  # not a write with each request
_TOKEN = re.compile(r"pcw_[0-9a-f]{64}")
_NOT_OURS = "This token is not valid: it was never given out, has expired, or was revoked."


class BearerAuthentication(BaseAuthentication):
    """Reads `Authorization: Bearer …`. `request.auth` is then the ApiToken.

    Tokens are knox's, but not its reading of them: that fails on bytes that are no text, and deletes a person's expired
    tokens on the way, which the list of one's tokens should still show.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return who the token stands for; None without a Bearer header, AuthenticationFailed for a wrong one."""
        kind, _, given = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        token = _live_token(given.strip())
        if token is None:
            raise AuthenticationFailed(_NOT_OURS)
        user: User = token.user
        if not user.is_active:
            raise AuthenticationFailed("The account of this token is closed.")
        if lacks_second_step(user):
            raise PermissionDenied(WORDS)
        _note_use(token)
        return user, token

    def authenticate_header(self, request: Request) -> str:
        """Return what goes into WWW-Authenticate, by RFC 6750."""
        error = ', error="invalid_token"' if "Authorization" in request.headers else ""
        return f'Bearer realm="Playground Coursework"{error}'


def _live_token(given: str) -> ApiToken | None:
    """Return the row of a token that still holds. Its digest is looked up, so no secret is compared here."""
    if not _TOKEN.fullmatch(given):
        return None
    found = ApiToken.objects.select_related("user").filter(digest=hash_token(given), expiry__gt=timezone.now())
    token: ApiToken | None = found.first()
    return token


def _note_use(token: ApiToken) -> None:
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > USED_AGAIN_AFTER:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
