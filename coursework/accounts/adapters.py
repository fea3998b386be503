"""How accounts come about and who is let in: our answers to what django-allauth asks."""

import json
import time
from typing import Any
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.userkit import filter_users_by_email
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from coursework.accounts.join_session import forget_code, remembered_course
from coursework.models import User
from coursework.selectors.memberships import is_staff_somewhere
from coursework.services.joining import Joining, join_course

_EMAIL_STAGE = "allauth.account.stages.EmailVerificationStage"
_OUR_EMAIL_STAGE = "coursework.accounts.stages.ConfirmOwnSignUp"

_NO_SUCH_PAIR = "Name and password don't belong together. Look at capital letters, or set a new password by mail."


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Local accounts: entered by a course's staff, or made by whoever brings a course's join code."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "This account is closed at present. Ask your course's staff.",
        "email_password_mismatch": _NO_SUCH_PAIR,
        "username_password_mismatch": _NO_SUCH_PAIR,
        "enter_current_password": "This is not your password until now.",
        "incorrect_password": "This is not your password.",
        "too_many_login_attempts": "Too many attempts. Wait five minutes, then try again.",
        "rate_limited": "Too many attempts. Wait five minutes, then try again.",
        "duplicate_email": "This is the address that your account has.",
        "same_as_current": "This is what your account has already.",
        "email_taken": "This address belongs to another account.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say yes to those who came with a right join code only, so that an account belongs to somebody's course."""
        return remembered_course(request) is not None

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """Make a user name from the e-mail address, or keep the one that the school's sign-in gives."""
        user.username = user.username or self.generate_unique_username([user.email, "user"])

    def get_login_stages(self) -> list[str]:
        """Replace the step that confirms addresses by our own, which asks only where nobody vouches."""
        return [_OUR_EMAIL_STAGE if stage == _EMAIL_STAGE else stage for stage in super().get_login_stages()]

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """Write the course into the link, too: the mail may be opened on a device that never saw the code."""
        url: str = super().get_email_confirmation_url(request, emailconfirmation)
        course = remembered_course(request)
        if course is None:
            return url
        page = reverse("join_course", kwargs={"code": course.join_code})
        return f"{url}?{urlencode({'next': page})}"

    def post_login(self, request: HttpRequest, user: User, *, signup: bool, **kwargs: Any) -> HttpResponse:
        """Take a new person into the course whose code they signed up with."""
        course = remembered_course(request) if signup else None
        if course is not None:
            forget_code(request)
            if join_course(course=course, user=user) is Joining.JOINED:
                messages.success(request, f"You are in {course.title}.")
            kwargs["redirect_url"] = reverse("home")
        response: HttpResponse = super().post_login(request, user, signup=signup, **kwargs)
        return response

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Lead back to the account."""
        return reverse("account_settings")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again for the password, unless this very session began within the last minutes."""
        records = get_authentication_records(self.request, self.request.user)
        if records and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """The second step of signing in."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This code does not hold. Take the one that the app shows right now.",
    }


class SchoolSignInAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """The school's own sign-in by OpenID Connect, whose word we take for who somebody is."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Say yes: the school vouches for its people. They are in no course until they join one."""
        return True

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        """Take the school's claims over, and an address as confirmed only where the claim is a plain true."""
        if "\\u0000" in json.dumps(sociallogin.account.extra_data):
            raise ValueError("The school's claims have a character that PostgreSQL can't store.")
        for each in sociallogin.email_addresses:
            each.verified = each.verified is True
        user: User = super().populate_user(request, sociallogin, data)
        return user

    def authenticate_by_email(self, sociallogin: Any) -> tuple[User, str] | None:
        """Return the account that a new sign-in of the school belongs to, by an address that the school has confirmed.

        Whoever can give themselves an address at the school would take over the account that has it here. For a
        student that is the school's own affair; an account that sees other people's work is never handed over like
        this, and its owner connects the two while signed in here.
        """
        if sociallogin.state.get("process") == "connect":
            return None
        for address in (each.email for each in sociallogin.email_addresses if each.verified):
            users = filter_users_by_email(address, prefer_verified=True, for_login=True)
            reason = self.why_not_handed_over(users, address)
            if reason:
                context = {"address": address, "reason": reason}
                raise ImmediateHttpResponse(
                    render(self.request, "socialaccount/not_connected.html", context, status=403)
                )
            if users:
                return users[0], address
        return None

    def why_not_handed_over(self, users: list[User], address: str) -> str:
        """Return why none of the accounts with this address is opened by it, as the page knows it; "" if one may be."""
        if len(users) > 1:
            return "several"
        return "staff" if any(is_staff_somewhere(user) for user in users) else ""
