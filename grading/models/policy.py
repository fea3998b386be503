"""How the instructors want a task graded."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from coursework.models import Task


class ReleaseMode(models.TextChoices):
    """When students see grades and feedback."""

    MANUAL = "manual", "When staff release them"
    AUTOMATIC = "automatic", "At once, as soon as there is a grade"


class Counts(models.TextChoices):
    """Which of a student's attempts makes the automatic points, unless a person graded one."""

    BEST = "best", "The best attempt"
    LAST = "last", "The last attempt"


class RubricUse(models.TextChoices):
    """What the points of the rubric do to the automatic points, once a person has graded."""

    ADDED = "added", "They are added to the automatic points"
    INSTEAD = "instead", "They replace the automatic points"


class GradingPolicy(models.Model):
    """How one task is graded. A task without a row is graded by the defaults below."""

    task = models.OneToOneField(Task, on_delete=models.CASCADE, related_name="grading_policy")
    release = models.CharField(max_length=9, choices=ReleaseMode, default=ReleaseMode.MANUAL)
    counts = models.CharField(max_length=4, choices=Counts, default=Counts.BEST)
    rubric_use = models.CharField(max_length=7, choices=RubricUse, default=RubricUse.ADDED)
    blind = models.BooleanField(
        default=False, help_text="Staff see pseudonyms instead of names until a student's grade is released."
    )
    regrade_days = models.PositiveSmallIntegerField(
        default=7, help_text="So many days after the release students may ask for a second look; 0: they may not."
    )
    mail_students = models.BooleanField(default=True, help_text="Students get a mail when their grade is released.")

    class Meta:
        constraints = (
            CheckConstraint(condition=Q(release__in=ReleaseMode.values), name="policy_release_known"),
            CheckConstraint(condition=Q(counts__in=Counts.values), name="policy_counts_known"),
            CheckConstraint(condition=Q(rubric_use__in=RubricUse.values), name="policy_rubric_use_known"),
            CheckConstraint(
                condition=Q(blind=False) | Q(release=ReleaseMode.MANUAL), name="blind_grades_are_released_by_people"
            ),
            CheckConstraint(condition=Q(regrade_days__lte=366), name="policy_regrade_days_within_a_year"),
        )

    def __str__(self) -> str:
        return f"how task {self.task_id} is graded"


class LmsSystem(models.TextChoices):
    """Learning management systems whose files we read and write."""

    CANVAS = "canvas", "Canvas"
    MOODLE = "moodle", "Moodle"
    BLACKBOARD = "blackboard", "Blackboard"


class LmsColumn(models.Model):
    """The gradebook column of an LMS that a task's points go into, remembered from the last file."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="lms_columns")
    system = models.CharField(max_length=10, choices=LmsSystem)
    header = models.CharField(max_length=255, help_text="The head of the column, exactly as the LMS writes it.")

    class Meta:
        ordering = ("task", "system")
        constraints = (
            UniqueConstraint(fields=["task", "system"], name="one_column_per_task_and_lms"),
            CheckConstraint(condition=Q(system__in=LmsSystem.values), name="lms_system_known"),
            CheckConstraint(condition=~Q(header=""), name="lms_column_has_a_header"),
        )

    def __str__(self) -> str:
        return f"{self.header} in {self.system}"
