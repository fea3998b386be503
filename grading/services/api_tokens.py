"""Making and revoking tokens by which programs act for a person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from coursework.models import Course, User
from coursework.public_address import public_address
from coursework.services.events import record
from grading.models import ApiToken
from grading.services.grades.mails import mail_is_set_up

MOST_TOKENS = 20
MOST_DAYS, USUAL_DAYS = 366, 90
KEPT_AFTER_END = timedelta(days=30)


class TokenRefused(Exception):
    """No token is made; the message says why and what can be done."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token with its text, which nobody can be shown again."""

    token: ApiToken
    text: str


def live_tokens(user: User) -> QuerySet[ApiToken]:
    """Return the person's tokens that still hold."""
    found: QuerySet[ApiToken] = ApiToken.objects.filter(user=user, expiry__gt=timezone.now())
    return found


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """Return the person's tokens, newest first, and for a while those that ended, which says why a program stopped."""
    since = timezone.now() - KEPT_AFTER_END
    found: QuerySet[ApiToken] = ApiToken.objects.filter(user=user, expiry__gt=since).select_related("course")
    return found


@transaction.atomic
def make_token(*, user: User, name: str, scopes: Collection[str], days: int, course: Course | None = None) -> NewToken:
    """Make a token for so many days; raises TokenRefused if the person has as many as there may be.

    Those that ended long ago go on the way, so that nobody needs to tidy up.
    """
    user = User.objects.select_for_update().get(pk=user.pk)  # two at once would each count too few
    ApiToken.objects.filter(user=user, expiry__lte=timezone.now() - KEPT_AFTER_END).delete()
    if live_tokens(user).count() >= MOST_TOKENS:
        raise TokenRefused(f"You have {MOST_TOKENS} tokens, and there may be no more: revoke one first.")
    tokens: Any = ApiToken.objects  # knox ships no types
    token, text = tokens.create(user=user, name=name, scopes=sorted(scopes), course=course, expiry=timedelta(days=days))
    where = course.slug if course else ""
    record(
        action="token.made",
        actor=user,
        subject=f"token {token.token_key}",
        scopes=token.scopes,
        days=days,
        only_in=where,
    )
    return NewToken(token, text)


@transaction.atomic
def revoke_tokens(*, user: User, key: str | None = None, operator: User | None = None) -> int:
    """Revoke the person's token with this key, or all of them; returns how many were there.

    An operator may, too: then the owner is told by mail, who else would look for the fault in the program.
    """
    found = ApiToken.objects.select_for_update().filter(user=user)
    if key is not None:
        found = found.filter(token_key=key)
    tokens = list(found)
    found.delete()
    for one in tokens:
        record(action="token.revoked", actor=operator or user, subject=f"token {one.token_key}", owner=user.pk)
    held = [token for token in tokens if token.expiry > timezone.now()]

    def tell_owner() -> None:
        _tell_owner(user, held)

    if held and operator not in (None, user):
        transaction.on_commit(tell_owner, robust=True)  # revoked it is, whatever becomes of the mail
    return len(tokens)


def _tell_owner(user: User, tokens: Sequence[ApiToken]) -> None:
    address = EmailAddress.objects.get_primary_email(user)
    if address and mail_is_set_up():
        # Written without the operator's request: the mail is about the owner's site, whoever asked and by which name.
        told = {
            "tokens": tokens,
            "page": public_address(reverse("tokens")),
            "current_site": {"domain": urlsplit(settings.PUBLIC_URL).netloc},
        }
        get_adapter().render_mail("account/email/token_revoked", address, told).send()
