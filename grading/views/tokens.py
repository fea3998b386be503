"""Pages of one's own tokens: by them programs use the API."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from coursework.request import signed_in
from grading.api.scopes import MEANING
from grading.forms_tokens import TokenForm
from grading.models import ApiToken
from grading.services.api_tokens import MOST_TOKENS, TokenRefused, live_tokens, make_token, revoke_tokens, tokens_of


@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    """List one's tokens."""
    user = signed_in(request)
    context = {"tokens": tokens_of(user), "now": timezone.now(), "live": live_tokens(user).count(), "most": MOST_TOKENS}
    return render(request, "grading/tokens.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@reauthentication_required  # type: ignore[untyped-decorator,unused-ignore]  # a token outlives the session
def token_new(request: HttpRequest) -> HttpResponse:
    """Make a token, and show it this once."""
    user = signed_in(request)
    form = TokenForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_valid():
        try:
            made = make_token(user=user, **form.cleaned_data)
        except TokenRefused as refused:
            form.add_error(None, str(refused))
        else:
            return render(request, "grading/token_made.html", {"made": made, "meanings": _meanings(made.token)})
    return render(request, "grading/token_new.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def token_revoke(request: HttpRequest, *, key: str) -> HttpResponse:
    """Ask, then revoke one token."""
    user = signed_in(request)
    token = tokens_of(user).filter(token_key=key).first()
    if token is None:
        raise Http404
    if request.method != "POST":
        return render(request, "grading/token_revoke.html", {"token": token, "meanings": _meanings(token)})
    revoke_tokens(user=user, key=key)
    messages.success(request, f"{token.name} is revoked.")
    return redirect("tokens")


@require_http_methods(["GET", "HEAD", "POST"])
def tokens_revoke(request: HttpRequest) -> HttpResponse:
    """Ask, then revoke all of one's tokens."""
    user = signed_in(request)
    if request.method != "POST":
        return render(request, "grading/tokens_revoke.html", {"tokens": live_tokens(user)})
    revoke_tokens(user=user)
    messages.success(request, "All your tokens are revoked.")
    return redirect("tokens")


def _meanings(token: ApiToken) -> list[str]:
    return [meaning for scope, meaning in MEANING.items() if scope in token.scopes]
