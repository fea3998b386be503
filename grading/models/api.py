"""Tokens by which programs act for a person."""

from django.db import models
from django.db.models import CheckConstraint, Q
from knox.models import AbstractAuthToken

from coursework.models import Course


class ApiToken(AbstractAuthToken):
    """A token of a person for a program: its digest only, with a name, what it may do, and until when.

    `scopes` are names from grading.api.scopes; with `course` it opens nothing outside of that one course.
    """

    name = models.CharField(max_length=80)
    scopes = models.JSONField(default=list)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, null=True, blank=True, related_name="api_tokens")
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created", "pk")
        constraints = (
            CheckConstraint(condition=~Q(name=""), name="api_token_has_a_name"),
            CheckConstraint(condition=Q(expiry__isnull=False), name="api_token_expires"),
        )

    def __str__(self) -> str:
        return f"token {self.name!r} of user {self.user_id}"
