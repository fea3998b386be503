"""django-allauth's forms in our words. Apart from `coursework.accounts.forms`, from which allauth's own inherit."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.socialaccount import forms as socialaccount

_LABELS = {"login": "Username or e-mail", "email": "E-mail", "remember": "Stay signed in on this device"}
_NEW_PASSWORD = {"password1": "New password", "password2": "New password, once more"}


class InOurWords:
    """Labels as our pages have them, so that the list of errors on top names fields by the same words."""

    labels: dict[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]  # a form's
            field.label = (_LABELS | self.labels).get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
            if name not in ("first_name", "last_name"):  # these say it themselves
                field.error_messages["required"] = f"{field.label} is empty."


class LoginForm(InOurWords, account.LoginForm):  # type: ignore[misc]  # allauth ships no types
    """Sign in."""


class SignupForm(InOurWords, account.SignupForm):  # type: ignore[misc]
    """Make an account."""

    labels = {"password2": "Password, once more"}


class AddEmailForm(InOurWords, account.AddEmailForm):  # type: ignore[misc]
    """Change the address."""

    labels = {"email": "New address"}


class ChangePasswordForm(InOurWords, account.ChangePasswordForm):  # type: ignore[misc]
    """Change the password."""

    labels = _NEW_PASSWORD | {"oldpassword": "Password until now"}


class SetPasswordForm(InOurWords, account.SetPasswordForm):  # type: ignore[misc]
    """Set a first password."""

    labels = _NEW_PASSWORD


class ResetPasswordForm(InOurWords, account.ResetPasswordForm):  # type: ignore[misc]
    """Ask for a link."""


class ResetPasswordKeyForm(InOurWords, account.ResetPasswordKeyForm):  # type: ignore[misc]
    """Set a new password by a link."""

    labels = _NEW_PASSWORD


class ReauthenticateForm(InOurWords, account.ReauthenticateForm):  # type: ignore[misc]
    """Prove it once more by the password."""


class SchoolSignupForm(InOurWords, socialaccount.SignupForm):  # type: ignore[misc]
    """Give what the school did not tell."""


class SecondStepForm(InOurWords, mfa.AuthenticateForm):  # type: ignore[misc]
    """The second step."""


class ReauthenticateByCodeForm(InOurWords, mfa.ReauthenticateForm):  # type: ignore[misc]
    """Prove it once more by a code."""

    labels = {"code": "Code from your app, or a recovery code"}


class SetUpSecondStepForm(InOurWords, totp.ActivateTOTPForm):  # type: ignore[misc]
    """Set the second step up."""

    labels = {"code": "Code, six digits"}
