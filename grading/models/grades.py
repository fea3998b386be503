"""What people decided about a student's work on a task, kept apart from what machines found."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils import timezone

from coursework.models import Enrollment, Submission, Task
from grading.models.rubric import RubricItem
from grading.models.verification import Verification


class ReleaseState(models.TextChoices):
    """Whether the student sees the grade; empty: as the task's policy has it."""

    RELEASED = "released", "Released"
    HIDDEN = "hidden", "Held back"


class Grade(models.Model):
    """One student's grade on one task, as far as people made it. `grading.grades.rule` makes the total of it.

    Until somebody decides (`decided_at` empty) the automatic points follow the verifications. From then on those that
    the person saw are kept here: no rerun and no new attempt changes them, it only shows as a difference.
    """

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="grades")
    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="grades")
    version = models.PositiveIntegerField(
        default=0, help_text="One more with each change by a person; a form that was made of an older one is refused."
    )
    # Decided by a person, and on what
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    by_release = models.BooleanField(
        default=False, help_text="All that was decided is to release the automatic points as they were."
    )
    submission = models.ForeignKey(
        Submission,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The attempt that was graded.",
    )
    verification = models.ForeignKey(
        Verification,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="What spoke for that attempt then.",
    )
    automatic = models.DecimalField(
        max_digits=6, decimal_places=1, null=True, blank=True, help_text="The automatic points as they were then."
    )
    kept_against = models.ForeignKey(
        Verification,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="A newer result that a person saw and did not take over.",
    )
    adjustment = models.DecimalField(max_digits=6, decimal_places=1, default=Decimal(0))
    adjustment_reason = models.CharField(max_length=300, blank=True)
    override = models.DecimalField(
        max_digits=6, decimal_places=1, null=True, blank=True, help_text="In place of everything else. Empty: none."
    )
    override_reason = models.CharField(max_length=300, blank=True)
    excused = models.BooleanField(default=False, help_text="The task does not count for this student.")
    excused_reason = models.CharField(max_length=300, blank=True)
    comment = models.TextField(blank=True, help_text="To the student. Markdown.")
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who is to grade it.",
    )
    # Release
    release_state = models.CharField(max_length=8, choices=ReleaseState, blank=True)
    released_at = models.DateTimeField(null=True, blank=True, help_text="When it was last released by a person.")
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    mail_due_at = models.DateTimeField(null=True, blank=True, help_text="The student is to hear of it from then on.")
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("task", "enrollment")
        constraints = (
            UniqueConstraint(fields=["task", "enrollment"], name="one_grade_per_student_and_task"),
            CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="grade_decided_by_somebody",
            ),
            CheckConstraint(
                condition=Q(decided_at__isnull=False)
                | Q(
                    submission__isnull=True,
                    verification__isnull=True,
                    automatic__isnull=True,
                    override__isnull=True,
                    adjustment=0,
                ),
                name="undecided_grade_keeps_nothing",
            ),
            CheckConstraint(
                condition=Q(by_release=False) | Q(decided_at__isnull=False, override__isnull=True, adjustment=0),
                name="fixed_by_release_and_no_more",
            ),
            CheckConstraint(
                condition=Q(verification__isnull=True) | Q(submission__isnull=False),
                name="graded_verification_of_an_attempt",
            ),
            CheckConstraint(condition=Q(adjustment=0) | ~Q(adjustment_reason=""), name="adjustment_has_a_reason"),
            CheckConstraint(condition=Q(override__isnull=True) | ~Q(override_reason=""), name="override_has_a_reason"),
            CheckConstraint(condition=Q(override__isnull=True) | Q(override__gte=0), name="override_not_negative"),
            CheckConstraint(condition=Q(excused=False) | ~Q(excused_reason=""), name="excused_has_a_reason"),
            CheckConstraint(condition=Q(release_state__in=["", *ReleaseState.values]), name="release_state_known"),
            CheckConstraint(
                condition=~Q(release_state=ReleaseState.RELEASED)
                | Q(released_at__isnull=False, released_by__isnull=False),
                name="released_by_somebody",
            ),
        )
        indexes = (
            models.Index(fields=["mail_due_at"], name="grade_mail_queue", condition=Q(mail_due_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"grade of {self.enrollment_id} for task {self.task_id}"


class RubricMark(models.Model):
    """A rubric item that holds for a student's work."""

    grade = models.ForeignKey(Grade, on_delete=models.CASCADE, related_name="rubric_marks")
    item = models.ForeignKey(RubricItem, on_delete=models.CASCADE, related_name="marks")

    class Meta:
        constraints = (UniqueConstraint(fields=["grade", "item"], name="rubric_item_ticked_once"),)

    def __str__(self) -> str:
        return f"{self.item_id} for {self.grade_id}"


class GradingPresence(models.Model):
    """Somebody has a student's grading page open; too old a sign is none."""

    grade = models.ForeignKey(Grade, on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(help_text="The latest sign.")
    since = models.DateTimeField(default=timezone.now, help_text="The first sign of this visit.")

    class Meta:
        constraints = (UniqueConstraint(fields=["grade", "user"], name="one_presence_per_grade_and_person"),)

    def __str__(self) -> str:
        return f"{self.user_id} at {self.grade_id}"


class StaffVisit(models.Model):
    """When somebody of the staff last looked at a task's overview, for what changed since."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="staff_visits")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    visited_at = models.DateTimeField(help_text="The latest sign of the visit that goes on.")
    before_at = models.DateTimeField(null=True, blank=True, help_text="The end of the visit before.")

    class Meta:
        constraints = (UniqueConstraint(fields=["task", "user"], name="one_visit_per_task_and_person"),)

    def __str__(self) -> str:
        return f"{self.user_id} at task {self.task_id}"
