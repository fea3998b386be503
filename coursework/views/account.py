"""The page of a person's own account."""

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from coursework.accounts.forms import AccountForm
from coursework.request import signed_in
from coursework.runtime.account_settings import REQUIRED
from coursework.selectors.memberships import is_staff_somewhere, places_on_leaderboards
from coursework.services.accounts import change_account


@require_http_methods(["GET", "HEAD", "POST"])
def account_settings(request: HttpRequest) -> HttpResponse:
    """Show and change name and leaderboard choices; lead to address, password and second step."""
    user = signed_in(request)
    posted = request.POST if request.method == "POST" else None
    form = AccountForm(posted, user=user, enrollments=places_on_leaderboards(user))
    if form.is_valid():
        names = {name: form.cleaned_data[name] for name in ("first_name", "last_name")}
        change_account(user=user, named_in=form.named_in, **names)
        messages.success(request, "Your account is saved.")
        return redirect("account_settings")
    context = {
        "form": form,
        "has_second_step": is_mfa_enabled(user, [Authenticator.Type.TOTP]),
        "second_step_wanted": settings.STAFF_MFA == REQUIRED and is_staff_somewhere(user),
        "school_sign_ins": get_adapter().list_providers(request),
    }
    return render(request, "coursework/account.html", context, status=422 if form.is_bound else 200)
