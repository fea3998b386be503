"""What a student has filled in and not handed in yet."""

from django.db import models
from django.db.models import UniqueConstraint

from coursework.models.assignments import Task
from coursework.models.courses import Enrollment
from coursework.models.submissions import screenshot_path


class Draft(models.Model):
    """One student's hand-in form for one task as last seen; it ends when the form is handed in or thrown away."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.CASCADE, related_name="drafts")
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="drafts")
    fields = models.JSONField(default=dict, help_text="Name of a form field -> list of its values, as they were sent.")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-updated_at", "pk")
        constraints = (UniqueConstraint(fields=["enrollment", "task"], name="one_draft_per_student_and_task"),)

    def __str__(self) -> str:
        return f"draft of {self.enrollment_id} for {self.task_id}"


class DraftScreenshot(models.Model):
    """A picture that was chosen, checked and encoded again, waiting to be handed in."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="screenshots")
    picture = models.FileField(upload_to=screenshot_path, db_index=True)
    width = models.PositiveIntegerField(help_text="Pixels.")
    height = models.PositiveIntegerField(help_text="Pixels.")
    original_name = models.CharField(max_length=120, help_text="The file's name on the student's machine, for display.")
    upload_hash = models.CharField(max_length=64, help_text="SHA-256 of the bytes as uploaded.")

    class Meta:
        ordering = ("draft", "pk")
        constraints = (UniqueConstraint(fields=["draft", "upload_hash"], name="draft_pictures_once"),)

    def __str__(self) -> str:
        return f"{self.draft_id} {self.original_name}"
