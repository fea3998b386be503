"""Steps between a right password and being signed in."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage
from django.http import HttpResponse


class ConfirmOwnSignUp(EmailVerificationStage):  # type: ignore[misc]  # allauth ships no types
    """Asks for a confirmed e-mail address, but only of accounts that nobody vouches for.

    Accounts entered by staff are vouched for by them, and have no row in allauth's table of addresses when their owner
    signs in for the first time. Who signs up has such a row, unconfirmed.
    """

    def handle(self) -> tuple[HttpResponse | None, bool]:
        """Send the link and stop here, or let the person through."""
        if self._is_vouched_for(self.login.user):
            return None, True
        result: tuple[HttpResponse | None, bool] = super().handle()
        return result

    @staticmethod
    def _is_vouched_for(user: Any) -> bool:
        if user is None:  # the address has an account already: allauth writes to its owner and shows the usual page
            return False
        return user.last_login is not None or not EmailAddress.objects.filter(user=user).exists()
