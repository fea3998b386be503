"""Our public keys, for platforms."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from grading.services.lti.keys import public_jwks


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def lti_keys(_request: HttpRequest) -> HttpResponse:
    """Give our JWKS. An hour is short against the two days that a key is published before it signs."""
    return JsonResponse(public_jwks())
