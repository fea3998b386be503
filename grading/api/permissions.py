"""Scopes of tokens, and the course that a token may be bound to. Who may see what is coursework.access's to say."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.http import Http404
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from coursework.access import enrollment_or_404, staff_enrollment_or_404, submission_or_404
from coursework.models import Course, Enrollment, Submission, User
from grading.api.scopes import ApiScope
from grading.models import ApiToken

if TYPE_CHECKING:  # it reads the settings that name this module
    from rest_framework.views import APIView


class HasScope(BasePermission):
    """Asks for the scope that the view names for the method; a browser's session has them all."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Say whether the token has the scope; which it lacks stands in the answer."""
        scopes: Mapping[str, ApiScope] = getattr(view, "scopes", {})
        wanted = scopes.get("GET" if request.method in ("HEAD", "OPTIONS") else str(request.method))
        token = request.auth
        if isinstance(token, ApiToken) and wanted is not None and wanted not in token.scopes:
            self.message = f"This token lacks the scope {wanted}. It has: {', '.join(token.scopes) or 'none'}."
            return False
        return True


def api_user(request: Request) -> User:
    """Return who asks; authentication has made sure that somebody does."""
    user: Any = request.user
    assert isinstance(user, User)
    return user


def _within_token(request: Request, course: Course) -> None:
    """Raise Http404 if the token is bound to another course."""
    token = request.auth
    if isinstance(token, ApiToken) and token.course_id not in (None, course.pk):
        raise Http404


def api_enrollment(request: Request, course: str) -> Enrollment:
    """Return the enrollment of who asks in the course; Http404 for anybody else, and beyond a token's course."""
    enrollment = enrollment_or_404(user=api_user(request), course=course)
    _within_token(request, enrollment.course)
    return enrollment


def api_staff_enrollment(request: Request, course: str) -> Enrollment:
    """Return the staff enrollment of who asks; Http404 for anybody else, and beyond a token's course."""
    enrollment = staff_enrollment_or_404(user=api_user(request), course=course)
    _within_token(request, enrollment.course)
    return enrollment


def api_submission(request: Request, receipt_number: str) -> tuple[Submission, Enrollment]:
    """Return a submission that who asks may see, and the enrollment by which; Http404 for all others."""
    submission, viewer = submission_or_404(user=api_user(request), receipt_number=receipt_number)
    _within_token(request, submission.task.assignment.course)
    return submission, viewer
