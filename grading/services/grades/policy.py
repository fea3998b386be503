"""How a task is graded: changed by those who may edit rubrics."""

from typing import Any

from django.db import transaction

from coursework.models import Task, User
from coursework.services.events import record
from coursework.services.rows import apply
from grading.grades.what_if import Effect
from grading.models import GradingPolicy, ReleaseMode
from grading.services.grades.asking_first import ask_first
from grading.services.lti.passback import compare_soon
from grading.services.webhooks.telling import tell_shown_by_policy

FIELDS = ("release", "counts", "rubric_use", "blind", "regrade_days", "mail_students")
_MOVE_GRADES = {"release", "counts", "rubric_use"}


def change_policy(*, task: Task, actor: User, values: dict[str, Any], confirmed: str = "") -> list[str]:
    """Change how a task is graded; returns the names of what changed.

    Raises GradesWouldChange where points or what students see would move and `confirmed` doesn't stand for just that.
    """
    with transaction.atomic():
        Task.objects.select_for_update().get(pk=task.pk)
        policy = GradingPolicy.objects.filter(task=task).first() or GradingPolicy(task=task)
        before = {name: getattr(policy, name) for name in values}
        changed = sorted(name for name in values if before[name] != values[name])
        if not changed:
            return []
        effect = Effect((), "")
        if _MOVE_GRADES & set(changed):
            effect = ask_first(task=task, confirmed=confirmed, change=lambda: _store(policy, values))
        else:
            _store(policy, values)
        record(
            action="policy.changed",
            actor=actor,
            course=task.assignment.course,
            subject=f"task {task.assignment.slug}/{task.slug}",
            about=[task],
            students=effect.points,
            **{name: [before[name], values[name]] for name in changed},
        )
        if "release" in changed and values["release"] == ReleaseMode.AUTOMATIC:
            tell_shown_by_policy(task)
        compare_soon(task=task)
    return changed


def _store(policy: GradingPolicy, values: dict[str, Any]) -> None:
    if policy._state.adding:
        for name, value in values.items():
            setattr(policy, name, value)
        policy.save()
    else:
        apply(policy, values)
