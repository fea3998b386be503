"""Assignments, their tasks and the seeds on which a task ranks the class."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from coursework.deadlines import LatePolicy, Window
from coursework.feasible import why_impossible, why_never
from coursework.models.courses import Course, Enrollment, Section
from coursework.rules import TaskRules, allowed_settings_problems, practice_seeds_problems
from engine.spec import SEED, SEED_ALLOWED

MOST_EPOCHS = 20_000  # the longest run a task may ask for; a worker's work budget is sized for it


class Criterion(models.TextChoices):
    """Which loss has to show the target; `both` means both at the same epoch."""

    BOTH = "both", "training and test loss"
    EITHER = "either", "training or test loss"
    TRAIN = "train", "training loss"
    TEST = "test", "test loss"


class Assignment(models.Model):
    """Work that is due together: one or more tasks with one deadline."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="assignments")
    slug = models.SlugField(max_length=60)
    title = models.CharField(max_length=120)
    opens_at = models.DateTimeField(help_text="Hand-ins are accepted from here on.")
    due_at = models.DateTimeField(help_text="Hand-ins up to and including this instant are on time.")
    closes_at = models.DateTimeField(
        null=True, blank=True, help_text="Late hand-ins are accepted, and marked late, up to here. Empty: none are."
    )
    late_percent_per_day = models.PositiveSmallIntegerField(
        default=0,
        validators=[MaxValueValidator(100)],
        help_text="So many percent of the points earned are taken off for each day begun after the due time.",
    )
    late_most_percent = models.PositiveSmallIntegerField(
        default=100, validators=[MaxValueValidator(100)], help_text="Lateness takes off no more percent than this."
    )

    class Meta:
        ordering = ("due_at", "pk")
        constraints = (
            UniqueConstraint(fields=["course", "slug"], name="assignment_slug_unique_in_course"),
            CheckConstraint(condition=Q(opens_at__lt=F("due_at")), name="assignment_opens_before_due"),
            CheckConstraint(
                condition=Q(closes_at__isnull=True) | Q(closes_at__gte=F("due_at")), name="assignment_closes_after_due"
            ),
            CheckConstraint(
                condition=Q(late_percent_per_day__lte=100, late_most_percent__lte=100), name="assignment_late_percents"
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def late_policy(self) -> LatePolicy:
        """What lateness costs."""
        return LatePolicy(self.late_percent_per_day, self.late_most_percent)

    @property
    def window(self) -> Window:
        """When hand-ins are accepted and on time for those without an extension; `selectors.deadlines` knows these."""
        return Window(opens_at=self.opens_at, due_at=self.due_at, closes_at=self.closes_at)


class Extension(models.Model):
    """More time for one student or one section. Of several that hold for a student, the most generous one counts."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="extensions")
    enrollment = models.ForeignKey(
        Enrollment, on_delete=models.CASCADE, null=True, blank=True, related_name="extensions"
    )
    section = models.ForeignKey(Section, on_delete=models.CASCADE, null=True, blank=True, related_name="extensions")
    due_at = models.DateTimeField(help_text="Hand-ins up to and including this instant are on time.")
    closes_at = models.DateTimeField(
        null=True, blank=True, help_text="Late hand-ins are accepted up to here. Empty: as for everybody else."
    )
    reason = models.CharField(max_length=200, blank=True, help_text="For staff.")
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("assignment", "due_at", "pk")
        constraints = (
            UniqueConstraint(fields=["assignment", "enrollment"], name="one_extension_per_student"),
            UniqueConstraint(fields=["assignment", "section"], name="one_extension_per_section"),
            CheckConstraint(
                condition=Q(enrollment__isnull=True, section__isnull=False)
                | Q(enrollment__isnull=False, section__isnull=True),
                name="extension_for_a_student_or_a_section",
            ),
            CheckConstraint(
                condition=Q(closes_at__isnull=True) | Q(closes_at__gte=F("due_at")), name="extension_closes_after_due"
            ),
        )

    def __str__(self) -> str:
        return f"extension of {self.assignment_id} to {self.due_at:%Y-%m-%d %H:%M}"


class Task(models.Model):
    """One thing to solve in the Playground: a data set, a target loss, and what may be changed to reach it."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="tasks")
    slug = models.SlugField(max_length=40)
    title = models.CharField(max_length=80, help_text="Such as: Task A: Circle")
    instructions = models.TextField(blank=True, help_text="Markdown.")
    position = models.PositiveSmallIntegerField(default=1)
    criterion = models.CharField(max_length=6, choices=Criterion, default=Criterion.BOTH)
    target = models.DecimalField(
        max_digits=4,
        decimal_places=3,
        default=Decimal("0.001"),
        validators=[MinValueValidator(Decimal("0.001"))],
        help_text="The loss as the Playground shows it, with three decimals.",
    )
    max_epochs = models.PositiveIntegerField(
        default=3000, validators=[MinValueValidator(1), MaxValueValidator(MOST_EPOCHS)]
    )
    attempts = models.PositiveSmallIntegerField(default=10, validators=[MinValueValidator(1)])
    points = models.DecimalField(max_digits=6, decimal_places=1, default=Decimal(10), help_text="The most there are.")
    share_for_target = models.DecimalField(
        max_digits=3,
        decimal_places=2,
        default=Decimal("0.60"),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))],
        help_text="The share of the points for reaching the target as claimed; the rest is for few official epochs.",
    )
    full_points_epochs = models.PositiveIntegerField(
        default=100, validators=[MinValueValidator(1)], help_text="So many official epochs, or fewer, give all points."
    )
    allowed_settings = models.JSONField(
        default=dict, blank=True, help_text="Setting -> list of allowed values; a setting left out may be anything."
    )
    seeds_shown = models.BooleanField(
        default=False, help_text="Show students the course seeds before the task closes. They may then design for them."
    )
    # Practice: other seeds, known to everybody.
    practice_seeds = models.JSONField(default=list, blank=True, help_text="Seeds of practice runs; none are ranked on.")
    practice_per_day = models.PositiveSmallIntegerField(
        default=10, help_text="Practice runs that a student may ask for in 24 hours; 0: there are none."
    )
    # The leaderboard, as the instructor wants it.
    board_hidden = models.BooleanField(default=False, help_text="Only staff see the leaderboard.")
    board_frozen_at = models.DateTimeField(
        null=True, blank=True, help_text="What is handed in after this does not move the leaderboard that students see."
    )
    board_top = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)], help_text="So many places are shown. Empty: all."
    )
    designs_shown = models.BooleanField(
        default=False, help_text="Show classmates' networks on the leaderboard before the task closes."
    )

    class Meta:
        ordering = ("assignment", "position", "pk")
        constraints = (
            UniqueConstraint(fields=["assignment", "slug"], name="task_slug_unique_in_assignment"),
            CheckConstraint(condition=Q(criterion__in=Criterion.values), name="task_criterion_known"),
            CheckConstraint(condition=Q(target__gt=0), name="task_target_positive"),
            CheckConstraint(condition=Q(max_epochs__gte=1), name="task_trains_at_least_one_epoch"),
            CheckConstraint(condition=Q(attempts__gte=1), name="task_has_attempts"),
            CheckConstraint(condition=Q(points__gte=0), name="task_points_not_negative"),
            CheckConstraint(
                condition=Q(share_for_target__gte=0, share_for_target__lte=1), name="task_share_for_target_is_a_share"
            ),
            CheckConstraint(condition=Q(full_points_epochs__gte=1), name="task_full_points_epochs_at_least_one"),
            CheckConstraint(
                condition=Q(board_top__isnull=True) | Q(board_top__gte=1), name="task_board_top_at_least_one"
            ),
        )

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the task; raises ValidationError for one that `clean` refuses, wherever it comes from."""
        self.clean()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuse allowed settings that the engine can't train, and a criterion that no network can meet."""
        problems = allowed_settings_problems(self.allowed_settings)
        if problems:
            raise ValidationError({"allowed_settings": problems})
        problems = practice_seeds_problems(self.practice_seeds, self.rules.course_seeds)
        if problems:
            raise ValidationError({"practice_seeds": problems})
        impossible = why_never(self.rules)
        if impossible:
            raise ValidationError({"criterion": impossible})

    @property
    def rules(self) -> TaskRules:
        """The task as plain values: all that a verdict needs to know about it."""
        return TaskRules(
            criterion=self.criterion,
            target=self.target,
            max_epochs=self.max_epochs,
            allowed_settings=self.allowed_settings,
            course_seeds=tuple(row.seed for row in self.course_seeds.all()) if self.pk else (),
        )

    def url_arguments(self) -> dict[str, Any]:
        """Give the keyword arguments of every URL that names this task."""
        assignment = self.assignment
        return {"course": assignment.course.slug, "assignment": assignment.slug, "task": self.slug}


class CourseSeed(models.Model):
    """A seed on which every design of a task is trained; the median over a task's seeds ranks the class."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="course_seeds")
    position = models.PositiveSmallIntegerField()
    seed = models.CharField(
        max_length=64, validators=[RegexValidator(rf"\A{SEED.pattern}\Z", f"A seed has {SEED_ALLOWED}.")]
    )
    reference_epochs = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="How hard the seed is: the epochs that the reference design needs on it. Empty: not measured.",
    )

    class Meta:
        ordering = ("task", "position")
        constraints = (
            UniqueConstraint(fields=["task", "position"], name="course_seed_positions_once"),
            UniqueConstraint(fields=["task", "seed"], name="course_seed_once"),
        )

    def __str__(self) -> str:
        return self.seed

    def clean(self) -> None:
        """Refuse a seed on which no network can meet the task's criterion."""
        impossible = why_impossible(self.task.rules, self.task.rules.starting_spec.with_seed(self.seed))
        if impossible:
            raise ValidationError({"seed": impossible})
