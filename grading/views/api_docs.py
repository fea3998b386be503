"""The page that describes the API, for everybody: what can be read there stands in the code as well."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from grading.api.reference import reference
from grading.api.schema import whole_schema
from grading.api.scopes import MEANING


@require_safe
@login_not_required
def api_docs(request: HttpRequest) -> HttpResponse:
    """Describe every address of the API."""
    context = {
        "reference": reference(whole_schema()),
        "scopes": list(MEANING.items()),
        "rates": settings.API_RATES,
        "example": f"curl -H 'Authorization: Bearer pcw_…' {request.build_absolute_uri('/api/v1/me/')}",
    }
    return render(request, "grading/api_docs.html", context)
