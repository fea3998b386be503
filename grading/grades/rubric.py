"""A task's rubric as everything shows it: items in their order, with the keys that tick them while grading."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

from django.db.models import Count, QuerySet

from coursework.models import Enrollment, Task, User
from coursework.models.courses import STAFF_ROLES
from grading.models import RubricGroup, RubricItem, RubricMark

DIGIT_KEYS = 9


@dataclass(frozen=True, slots=True)
class Line:
    """One item. `key` is the digit that ticks it; None from the tenth item on."""

    pk: int
    title: str
    explanation: str  # Markdown
    points: Decimal  # negative: taken off
    key: int | None

    @property
    def signed(self) -> str:
        """Return the points as they are written: +2.0, −0.5."""
        return f"{'−' if self.points < 0 else '+'}{abs(self.points):.1f}"


@dataclass(frozen=True, slots=True)
class Block:
    """A group with its items; that of the items without a group has no `pk` and no title."""

    pk: int | None
    title: str
    one_only: bool  # at most one of the items can be ticked
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Rubric:
    """All of it: first the items without a group, if any, then the groups. Groups may be empty."""

    blocks: tuple[Block, ...]

    def __bool__(self) -> bool:
        return bool(self.lines)

    @property
    def lines(self) -> tuple[Line, ...]:
        """All items in their order."""
        return tuple(line for block in self.blocks for line in block.lines)

    @property
    def best(self) -> Decimal:
        """Return the most points that ticking can give: of a group with `one_only` a single item."""
        return sum((_best(block) for block in self.blocks), Decimal("0.0"))

    def block_of(self, item: int) -> Block | None:
        """Return the group in which the item with this primary key stands."""
        return next((block for block in self.blocks if any(line.pk == item for line in block.lines)), None)


def rubric_of(task: Task) -> Rubric:
    """Read the rubric of a task."""
    return rubrics_of([task])[task.pk]


def rubrics_of(tasks: Iterable[Task]) -> dict[int, Rubric]:
    """Read the rubrics of tasks by their primary keys, in two queries."""
    keys = [task.pk for task in tasks]
    groups, items = defaultdict(list), defaultdict(list)
    for group in RubricGroup.objects.filter(task__in=keys).order_by("position", "pk"):
        groups[group.task_id].append(group)
    for item in RubricItem.objects.filter(task__in=keys).order_by("position", "pk"):
        items[item.task_id].append(item)
    return {key: arranged(groups[key], items[key]) for key in keys}


def arranged(groups: Iterable[RubricGroup], items: Iterable[RubricItem]) -> Rubric:
    """Arrange the rows of one task, each kind in its order."""
    by_group: dict[int | None, list[RubricItem]] = defaultdict(list)
    for item in items:
        by_group[item.group_id].append(item)
    numbers = count(1)
    blocks = [Block(None, "", one_only=False, lines=_lines(by_group[None], numbers))] if by_group[None] else []
    for group in groups:
        blocks.append(Block(group.pk, group.title, group.one_only, _lines(by_group[group.pk], numbers)))
    return Rubric(tuple(blocks))


def tasks_with_rubric(user: User, without: Task) -> QuerySet[Task]:
    """Return the other tasks that have a rubric, of all courses in which the person is of the staff, newest first."""
    courses = Enrollment.objects.filter(user=user, active=True, role__in=STAFF_ROLES).values("course")
    return (
        Task.objects.filter(assignment__course__in=courses, pk__in=RubricItem.objects.values("task"))
        .exclude(pk=without.pk)
        .select_related("assignment__course")
        .order_by("-assignment__course__created_at", "-assignment__due_at", "position")
    )


def ticked_twice(group: RubricGroup) -> int:
    """Count the students for whom several items of a group hold, as can be where it became one for a single item."""
    return RubricMark.objects.filter(item__group=group).values("grade").annotate(n=Count("pk")).filter(n__gt=1).count()


def _lines(items: Iterable[RubricItem], numbers: Iterator[int]) -> tuple[Line, ...]:
    return tuple(_line(item, next(numbers)) for item in items)


def _line(item: RubricItem, number: int) -> Line:
    return Line(item.pk, item.title, item.explanation, item.points, number if number <= DIGIT_KEYS else None)


def _best(block: Block) -> Decimal:
    points = [line.points for line in block.lines if line.points > 0]
    return max(points, default=Decimal("0.0")) if block.one_only else sum(points, Decimal("0.0"))
