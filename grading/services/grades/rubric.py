"""Acts on a task's rubric. What moves points raises GradesWouldChange until it was confirmed (asking_first)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Max

from coursework.models import Task, User
from coursework.services.events import record
from grading.grades.what_if import Effect
from grading.models import RubricGroup, RubricItem, RubricMark
from grading.services.grades.asking_first import ask_if_graded
from grading.services.grades.titles import title_once
from grading.services.lti.passback import compare_soon

MOST_ITEMS = 60  # what a person can still look through for each student
MOST_GROUPS = 20
_NOTHING = Effect((), "")
_Row = TypeVar("_Row", RubricItem, RubricGroup)


class RubricFull(Exception):
    """The rubric has as many items or groups as it can have; nothing was stored."""

    def __init__(self, most: int, noun: str) -> None:
        super().__init__(f"There are {most} {noun} already, and no more are possible: delete one first.")


def add_item(*, task: Task, actor: User, values: dict[str, Any], confirmed: str = "") -> RubricItem:
    """Add an item at the end of its group; raises RubricFull."""
    item = RubricItem(task=task, **values)

    def change() -> None:
        item.pk, item.position = None, _after_last(task, item.group)
        item.save()

    with transaction.atomic():
        locked(task)
        if task.rubric_items.count() >= MOST_ITEMS:
            raise RubricFull(MOST_ITEMS, "items")
        # The first item makes a rubric of nothing, and that can stand in place of the automatic points
        effect = ask_if_graded(task=task, confirmed=confirmed, change=change)
        remember(
            "item_added",
            task,
            actor,
            effect,
            item=item.pk,
            title=item.title,
            group=item.group_id,
            points=[None, written(item.points)],
        )
    return item


def change_item(*, item: RubricItem, actor: User, values: dict[str, Any], confirmed: str = "") -> list[str]:
    """Change an item; returns the names of what changed. In another group it stands last."""
    with transaction.atomic():
        locked(item.task)
        item = RubricItem.objects.select_related("task__assignment__course", "group").get(pk=item.pk)
        before = {name: getattr(item, name) for name in values}
        changed = sorted(name for name in values if before[name] != values[name])
        if not changed:
            return []
        for name in changed:
            setattr(item, name, values[name])
        if "group" in changed:
            item.position = _after_last(item.task, item.group)
        effect = _asked_if("points" in changed, item.task, confirmed, item.save)
        remember("item_changed", item.task, actor, effect, item=item.pk, **_from_to(before, values, changed))
    return changed


def delete_item(*, item: RubricItem, actor: User, confirmed: str = "") -> None:
    """Delete an item, and with it its ticks: what it gave or took is gone from all totals."""
    with transaction.atomic():
        locked(item.task)
        ticks = RubricMark.objects.filter(item=item).count()
        key = item.pk
        effect = ask_if_graded(
            task=item.task, confirmed=confirmed, change=lambda: RubricItem.objects.filter(pk=key).delete()
        )
        remember(
            "item_deleted",
            item.task,
            actor,
            effect,
            item=key,
            title=item.title,
            ticks=ticks,
            points=[written(item.points), None],
        )


def move_item(*, item: RubricItem, actor: User, by: int) -> bool:
    """Move an item up (-1) or down (1) in its group; False if it stands at the end already."""
    with transaction.atomic():
        locked(item.task)
        neighbours = list(item.task.rubric_items.filter(group=item.group_id).order_by("position", "pk"))
        moved = _moved(neighbours, item, by)
        if moved:
            remember("item_moved", item.task, actor, _NOTHING, item=item.pk, by=by)
    return moved


def add_group(*, task: Task, actor: User, values: dict[str, Any]) -> RubricGroup:
    """Add a group at the end; raises RubricFull, or TitleTaken."""
    with transaction.atomic(), title_once(values["title"]):
        locked(task)
        if task.rubric_groups.count() >= MOST_GROUPS:
            raise RubricFull(MOST_GROUPS, "groups")
        last = task.rubric_groups.aggregate(last=Max("position"))["last"] or 0
        group = RubricGroup.objects.create(task=task, position=last + 1, **values)
        remember("group_added", task, actor, _NOTHING, group=group.pk, title=group.title, one_only=group.one_only)
    return group


def change_group(*, group: RubricGroup, actor: User, values: dict[str, Any]) -> list[str]:
    """Change a group; returns the names of what changed. Raises TitleTaken.

    Ticks that stand stay, also two in a group that is for one only from now on.
    """
    with transaction.atomic(), title_once(values["title"]):
        locked(group.task)
        before = {name: getattr(group, name) for name in values}
        changed = sorted(name for name in values if before[name] != values[name])
        for name in changed:
            setattr(group, name, values[name])
        if changed:
            group.save(update_fields=changed)
            details = _from_to(before, values, changed)
            remember("group_changed", group.task, actor, _NOTHING, group=group.pk, **details)
    return changed


def delete_group(*, group: RubricGroup, actor: User) -> int:
    """Delete a group; its items stay, without a group, after those that have none. Returns how many."""
    with transaction.atomic():
        locked(group.task)
        items = list(group.items.order_by("position", "pk"))
        first = _after_last(group.task, None)
        for position, item in enumerate(items, start=first):
            item.group, item.position = None, position
            item.save(update_fields=["group", "position"])
        key = group.pk
        group.delete()
        remember("group_deleted", group.task, actor, _NOTHING, group=key, title=group.title, items=len(items))
    return len(items)


def move_group(*, group: RubricGroup, actor: User, by: int) -> bool:
    """Move a group up (-1) or down (1); False if it stands at the end already."""
    with transaction.atomic():
        locked(group.task)
        moved = _moved(list(group.task.rubric_groups.order_by("position", "pk")), group, by)
        if moved:
            remember("group_moved", group.task, actor, _NOTHING, group=group.pk, by=by)
    return moved


def locked(task: Task) -> None:
    """Let one change of a task's rubric go after the other."""
    Task.objects.select_for_update().get(pk=task.pk)


def remember(kind: str, task: Task, actor: User, effect: Effect, **details: Any) -> None:
    """Record a change of the rubric, and for how many students the total became another one."""
    record(
        action="rubric.changed",
        actor=actor,
        course=task.assignment.course,
        subject=f"task {task.assignment.slug}/{task.slug}",
        about=[task],
        change=kind,
        students=effect.points,
        **details,
    )
    if effect:
        compare_soon(task=task)


def written(points: Decimal) -> str:
    """Write points for an event."""
    return f"{points:.1f}"


def _asked_if(moves: bool, task: Task, confirmed: str, change: Callable[[], object]) -> Effect:
    if moves:
        return ask_if_graded(task=task, confirmed=confirmed, change=change)
    change()
    return _NOTHING


def _from_to(before: dict[str, Any], after: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """Give for each name [from, to] as plain values: of long texts the length, of groups the key."""

    def plain(name: str, value: Any) -> Any:
        if name == "explanation":
            return len(value)
        if isinstance(value, Decimal):
            return written(value)
        return value.pk if isinstance(value, RubricGroup) else value

    return {name: [plain(name, before[name]), plain(name, after[name])] for name in names}


def _after_last(task: Task, group: RubricGroup | None) -> int:
    last = task.rubric_items.filter(group=group).aggregate(last=Max("position"))["last"]
    return (last or 0) + 1


def _moved(rows: list[_Row], row: _Row, by: int) -> bool:
    """Swap a row with its neighbour and number all of them anew; False where there is none."""
    at = next(index for index, one in enumerate(rows) if one.pk == row.pk)
    to = at + by
    if not 0 <= to < len(rows):
        return False
    rows[at], rows[to] = rows[to], rows[at]
    for position, one in enumerate(rows, start=1):
        if one.position != position:
            one.position = position
            one.save(update_fields=["position"])
    return True
