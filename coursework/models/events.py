"""Who did what, and when. Rows are only ever added."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q

from coursework.models.courses import Course
from coursework.models.submissions import ImmutableRowError, Submission


class Event(models.Model):
    """One act worth remembering, such as a revealed name, a granted extension or a changed roster."""

    at = models.DateTimeField(auto_now_add=True)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: us.",
    )
    action = models.CharField(max_length=60, help_text="What was done, such as extension.granted.")
    subject = models.CharField(max_length=120, blank=True, help_text="To what, such as submission K7Q4-9XRB.")
    details = models.JSONField(default=dict, blank=True)
    # What it is about, for looking up. Without constraints in the database: what an event names may be deleted, and the
    # event stays as it is, number and all.
    task = models.ForeignKey(
        "coursework.Task", on_delete=models.DO_NOTHING, db_constraint=False, null=True, blank=True, related_name="+"
    )
    enrollment = models.ForeignKey(
        "coursework.Enrollment",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
        help_text="Whose work, extension or membership it is about.",
    )
    submission = models.ForeignKey(
        Submission, on_delete=models.DO_NOTHING, db_constraint=False, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("-at", "-pk")
        constraints = (CheckConstraint(condition=~Q(action=""), name="event_has_an_action"),)
        indexes = (models.Index(fields=["course", "-at"], name="event_by_course"),)

    def __str__(self) -> str:
        return f"{self.action} {self.subject}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new event; raises ImmutableRowError for one that is stored already."""
        if not self._state.adding:
            raise ImmutableRowError(f"Event {self.pk} is stored and can't be changed.")
        super().save(*args, **kwargs)
