"""A student's wish that a person look at a grade again."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from grading.models.grades import Grade
from grading.models.rubric import RubricItem


class RegradeAbout(models.TextChoices):
    """What the student wants looked at."""

    AUTOMATIC = "automatic", "The automatic points"
    ITEM = "item", "An item of the rubric"
    DECISION = "decision", "An adjustment, an override or the comment"


class RegradeState(models.TextChoices):
    """How far a request is."""

    OPEN = "open", "Open"
    ANSWERED = "answered", "Answered"
    CLOSED = "closed", "Closed"


class RegradeAnswer(models.TextChoices):
    """What came of it."""

    GRANTED = "granted", "Granted"
    PARTLY = "partly", "Granted in part"
    DECLINED = "declined", "Declined"


def attachment_path(_request: "RegradeRequest | None", filename: str) -> str:
    """Where an attached picture is stored: a random name that keeps only the ending that our own encoder chose."""
    name = secrets.token_hex(16)
    return f"regrades/{name[:2]}/{name}.{'jpg' if filename.endswith('.jpg') else 'png'}"


class RegradeRequest(models.Model):
    """A second look that a student asks for: once per item, with a reason, before the deadline."""

    grade = models.ForeignKey(Grade, on_delete=models.PROTECT, related_name="regrade_requests")
    about = models.CharField(max_length=9, choices=RegradeAbout)
    item = models.ForeignKey(RubricItem, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    item_title = models.CharField(max_length=200, blank=True, help_text="The item's title then; it may be deleted.")
    reason = models.TextField(help_text="The student's, as plain text.")
    attachment = models.FileField(upload_to=attachment_path, blank=True, help_text="A picture, encoded again by us.")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=RegradeState, default=RegradeState.OPEN)
    answer = models.CharField(max_length=8, choices=RegradeAnswer, blank=True)
    answer_text = models.TextField(blank=True, help_text="To the student. Markdown.")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    points_before = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    points_after = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)

    class Meta:
        ordering = ("asked_at", "pk")
        constraints = (
            UniqueConstraint(
                fields=["grade", "about"], condition=~Q(about=RegradeAbout.ITEM), name="one_request_per_part"
            ),
            UniqueConstraint(
                fields=["grade", "item"], condition=Q(item__isnull=False), name="one_request_per_rubric_item"
            ),
            CheckConstraint(condition=Q(about__in=RegradeAbout.values), name="regrade_about_known"),
            CheckConstraint(condition=Q(state__in=RegradeState.values), name="regrade_state_known"),
            CheckConstraint(condition=Q(answer__in=["", *RegradeAnswer.values]), name="regrade_answer_known"),
            CheckConstraint(
                condition=Q(state=RegradeState.OPEN, answer="", answered_at__isnull=True, answered_by__isnull=True)
                | ~Q(state=RegradeState.OPEN) & ~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False),
                name="regrade_answered_by_somebody",
            ),
            CheckConstraint(
                condition=Q(state=RegradeState.CLOSED, closed_at__isnull=False)
                | ~Q(state=RegradeState.CLOSED) & Q(closed_at__isnull=True),
                name="regrade_closed_at_some_time",
            ),
            CheckConstraint(condition=~Q(reason=""), name="regrade_has_a_reason"),
            CheckConstraint(
                condition=~Q(about=RegradeAbout.ITEM) | ~Q(item_title=""), name="regrade_of_an_item_names_it"
            ),
        )
        indexes = (models.Index(fields=["state", "asked_at"], name="regrade_queue"),)

    def __str__(self) -> str:
        return f"request {self.pk} about grade {self.grade_id}"
