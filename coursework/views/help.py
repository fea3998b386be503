"""The page that says how verification works, for everybody."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
@login_not_required
def help_page(request: HttpRequest) -> HttpResponse:
    """Explain hand-in, verification, ranking and privacy."""
    return render(request, "coursework/help.html")
