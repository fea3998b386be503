"""New passwords by mail beside what grading knows of other ways in: launches from an LMS."""

from typing import Any

from coursework.accounts.adapters import AccountAdapter
from coursework.models import User
from grading.models import LmsAccount
from grading.services.lti.accounts import address_is_only_said


class PasswordByMail(AccountAdapter):
    """Sends no link for an account whose address only an LMS says.

    Its owner comes in by the LMS. Whoever has the address may be somebody else: by the link they would share the
    account with the person that the LMS lets in, and find themselves at that person's work.
    """

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Send the link, or how the account's owner comes in; in both cases whom an LMS lets in."""
        accounts = list(LmsAccount.objects.filter(user=user).select_related("platform"))
        if address_is_only_said(user, email):
            made = [account.platform.name for account in accounts if account.made_user]
            told = {"request": context["request"], "username": user.username, "lms": " or ".join(made)}
            self.send_mail("account/email/password_from_lms", email, told)
            return
        super().send_password_reset_mail(user, email, {**context, "lms_accounts": accounts})
