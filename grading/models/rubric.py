"""A task's rubric: groups of items with points, and comments that staff use again."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from coursework.models import Task


class RubricGroup(models.Model):
    """Items of a rubric that belong together, such as all about the report."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="rubric_groups")
    title = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(default=1)
    one_only = models.BooleanField(default=False, help_text="At most one of the items can be ticked.")

    class Meta:
        ordering = ("task", "position", "pk")
        constraints = (
            UniqueConstraint(fields=["task", "title"], name="rubric_group_titles_once"),
            CheckConstraint(condition=~Q(title=""), name="rubric_group_has_a_title"),
        )

    def __str__(self) -> str:
        return self.title


class RubricItem(models.Model):
    """One thing that gives points, or with negative ones takes them off."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="rubric_items")
    group = models.ForeignKey(RubricGroup, on_delete=models.CASCADE, null=True, blank=True, related_name="items")
    title = models.CharField(max_length=200)
    explanation = models.TextField(blank=True, help_text="Markdown, for students too.")
    points = models.DecimalField(max_digits=5, decimal_places=1, help_text="Negative: taken off.")
    position = models.PositiveSmallIntegerField(default=1, help_text="Also its key while grading, from 1 to 9.")

    class Meta:
        ordering = ("task", "position", "pk")
        constraints = (CheckConstraint(condition=~Q(title=""), name="rubric_item_has_a_title"),)

    def __str__(self) -> str:
        return self.title


class SavedComment(models.Model):
    """A comment to students that staff use again in a task."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="saved_comments")
    title = models.CharField(max_length=120)
    text = models.TextField(help_text="Markdown.")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("task", "title", "pk")
        constraints = (
            UniqueConstraint(fields=["task", "title"], name="saved_comment_titles_once"),
            CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="saved_comment_says_something"),
        )

    def __str__(self) -> str:
        return self.title
