"""The school's own sign-in beside what grading knows of other ways in: launches from an LMS, and tokens."""

from typing import Any

from allauth.account.models import EmailAddress

from coursework.accounts.adapters import SchoolSignInAdapter
from coursework.models import User
from grading.services.api_tokens import revoke_tokens
from grading.services.lti.accounts import address_is_only_said


class SignInBesideOthers(SchoolSignInAdapter):
    """Hands over no account whose address only an LMS says, and none with somebody else's tokens.

    Whoever can choose an address in an LMS could otherwise have an account made with somebody else's, wait until that
    person signs in by the school, and come into it by a launch ever after. The owner connects the two while signed in.
    """

    def authenticate_by_email(self, sociallogin: Any) -> tuple[User, str] | None:
        """Revoke the tokens where the password ends, too: whoever knew it may have made them."""
        found = super().authenticate_by_email(sociallogin)
        if found is not None and not _is_confirmed(*found):
            revoke_tokens(user=found[0])
        return found

    def why_not_handed_over(self, users: list[User], address: str) -> str:
        """Add accounts that a launch made, unless the address was confirmed for them here."""
        if len(users) == 1 and address_is_only_said(users[0], address):
            return "launched"
        return super().why_not_handed_over(users, address)


def _is_confirmed(user: User, address: str) -> bool:
    confirmed: bool = EmailAddress.objects.filter(user=user, email__iexact=address, verified=True).exists()
    return confirmed
