"""The LMS in a person's account: by which platforms they come in, and connecting an account they have here already."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coursework.models import User
from coursework.request import signed_in
from grading.launched import launched, remember_launch
from grading.models import LmsAccount
from grading.services.lti.accounts import disconnect
from grading.services.lti.merging import MergeRefused, may_be_merged, merge, why_not

_KEY = (
    "lms_account_to_connect"  # in the session: so only the browser that was signed in as the one can become the other
)


@never_cache
@require_safe
def lms_accounts(request: HttpRequest) -> HttpResponse:
    """List the platforms by which the person comes in."""
    user = signed_in(request)
    accounts = LmsAccount.objects.filter(user=user).select_related("platform")
    context = {"accounts": accounts, "may_connect": may_be_merged(user)}
    return render(request, "grading/lms_accounts.html", context)


@require_POST
def lms_account_disconnect(request: HttpRequest, *, account: int) -> HttpResponse:
    """Let clicks in an LMS lead to this account no more; the next one asks anew whose it is."""
    user = signed_in(request)
    found = LmsAccount.objects.select_related("platform", "user").filter(pk=account, user=user, made_user=False).first()
    if found is None:
        raise Http404
    disconnect(account=found, actor=user)
    messages.success(request, f"{found.platform.name} is disconnected. The next click there asks whose account it is.")
    return redirect("lms_accounts")


@require_POST
def lms_account_connect(request: HttpRequest) -> HttpResponse:
    """Sign out, and ask for a sign-in with the account that there is already."""
    user = signed_in(request)
    if not may_be_merged(user):
        return redirect("lms_accounts")
    came = launched(request.session)
    logout(request)
    if came is not None:  # else the sign-in page could not be shown in the LMS's frame
        remember_launch(request.session, came)
    request.session[_KEY] = user.pk
    return redirect_to_login(reverse("lms_account_confirm"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lms_account_confirm(request: HttpRequest) -> HttpResponse:
    """Signed in with the account that stays: say what connecting does, and do it."""
    user = signed_in(request)
    made = User.objects.filter(pk=request.session.get(_KEY) or 0).first()
    if made is None:
        return redirect("lms_accounts")
    reason = why_not(made=made, kept=user)
    if request.method == "POST" and not reason:
        try:
            merge(made=made, kept=user)
        except MergeRefused as error:
            reason = str(error)
        else:
            del request.session[_KEY]
            messages.success(request, "Connected: links in the LMS lead to this account from now on.")
            return redirect("lms_accounts")
    context = {
        "made": made,
        "accounts": LmsAccount.objects.filter(user=made).select_related("platform"),
        "reason": reason,
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "grading/lms_account_confirm.html", context, status=status)
