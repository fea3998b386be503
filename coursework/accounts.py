"""How accounts come about."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Signing in is open to everybody with an account; making one is not."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no: a course's people are entered by its staff, so that an account always belongs to somebody known."""
        return False
