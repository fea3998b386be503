"""Bringing a task's rubric, saved comments and way of grading along to another task."""

from django.db import transaction
from django.forms.models import model_to_dict

from coursework.models import Task, User
from grading.grades.what_if import Effect
from grading.models import GradingPolicy, RubricGroup, RubricItem, SavedComment
from grading.services.grades.asking_first import ask_if_graded
from grading.services.grades.rubric import locked, remember


class NotEmpty(Exception):
    """The task has a rubric already; nothing was copied."""

    def __init__(self) -> None:
        super().__init__("This task has a rubric already, and a copy would mix with it: delete its items first.")


def copy_grading(*, source: Task, copy: Task) -> None:
    """Give a copied task its source's policy, rubric and saved comments; called in the transaction that copies."""
    policy = GradingPolicy.objects.filter(task=source).first()
    if policy is not None:
        values = model_to_dict(policy, exclude=["id", "task"])
        GradingPolicy.objects.update_or_create(task=copy, defaults=values)
    _copy_rubric(source, copy)
    SavedComment.objects.bulk_create(
        SavedComment(task=copy, title=comment.title, text=comment.text)  # whose it was stays behind
        for comment in source.saved_comments.all()
    )


def copy_rubric(*, source: Task, task: Task, actor: User, confirmed: str = "") -> int:
    """Copy another task's rubric to one without; returns how many items it has.

    Raises NotEmpty, and GradesWouldChange until confirmed where a rubric stands in place of automatic points.
    """
    with transaction.atomic():
        locked(task)
        if task.rubric_items.exists() or task.rubric_groups.exists():
            raise NotEmpty
        effect: Effect = ask_if_graded(task=task, confirmed=confirmed, change=lambda: _copy_rubric(source, task))
        items = task.rubric_items.count()
        remember("copied", task, actor, effect, source=source.pk, items=items)
    return items


def _copy_rubric(source: Task, copy: Task) -> None:
    groups: dict[int | None, RubricGroup | None] = {None: None}
    for group in source.rubric_groups.all():
        groups[group.pk] = RubricGroup.objects.create(
            task=copy, title=group.title, position=group.position, one_only=group.one_only
        )
    RubricItem.objects.bulk_create(
        RubricItem(
            task=copy,
            group=groups[item.group_id],
            title=item.title,
            explanation=item.explanation,
            points=item.points,
            position=item.position,
        )
        for item in source.rubric_items.all()
    )
