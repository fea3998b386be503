"""The grading page."""

from django.http import Http404, HttpRequest, HttpResponse


def grading(request: HttpRequest, **where: str) -> HttpResponse:
    """Show and keep one student's grade."""
    raise Http404


def grading_start(request: HttpRequest, **where: str) -> HttpResponse:
    """Lead to the first that waits."""
    raise Http404


def grading_presence(request: HttpRequest, **where: str) -> HttpResponse:
    """Say who else is here."""
    raise Http404


def grading_keep(request: HttpRequest, **where: str) -> HttpResponse:
    """Answer a difference."""
    raise Http404
