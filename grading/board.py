"""A task's leaderboard as one person sees it: which rows, in which order, with what beside them."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from coursework.models import Enrollment, Task
from grading.grades.names import hidden_names
from grading.leaderboard import Entry, Placed
from grading.models import Verification
from grading.models.work import LIVE
from grading.selectors import counting_entry, leaderboard
from grading.visibility import designs_visible, seeds_visible

ASCENDING, DESCENDING = "asc", "desc"
PLACE = "place"
SORTS: Mapping[str, Callable[[Placed], Any]] = {
    PLACE: lambda row: row.place,
    "name": lambda row: row.entry.shown_name.casefold(),
    "inputs": lambda row: len(row.entry.features),
    "parameters": lambda row: row.entry.parameters,
    "median": lambda row: math.inf if row.entry.official_epochs is None else row.entry.official_epochs,
}
OF_DESIGNS = ("inputs", "parameters")  # an order by these would tell what is hidden


@dataclass(frozen=True, slots=True)
class Sorting:
    """By which column the rows stand, and in which direction."""

    column: str = PLACE
    order: str = ASCENDING

    @property
    def is_ranking(self) -> bool:
        """True for the order of the places."""
        return (self.column, self.order) == (PLACE, ASCENDING)

    @property
    def query(self) -> str:
        """What stands in an address behind the question mark."""
        return f"sort={self.column}&order={self.order}"

    def aria(self, column: str) -> str:
        """Give the value of aria-sort for a column's head."""
        if column != self.column:
            return "none"
        return "ascending" if self.order == ASCENDING else "descending"

    def next_of(self, column: str) -> "Sorting":
        """Give what a click on a column's head leads to: that column, and the other way round if it is that already."""
        turned = column == self.column and self.order == ASCENDING
        return Sorting(column, DESCENDING if turned else ASCENDING)


def sorting_from(wanted: Mapping[str, str], *, designs: bool) -> Sorting:
    """Read the order from an address; what is unknown, or would tell what is hidden, is the order of the places."""
    column = wanted.get("sort", PLACE)
    if column not in SORTS or (column in OF_DESIGNS and not designs):
        return Sorting()
    return Sorting(column, DESCENDING if wanted.get("order") == DESCENDING else ASCENDING)


@dataclass(frozen=True, slots=True)
class Board:
    """All that the page shows. `rows` are those that this person sees; `ranked` counts all that have a place.

    `own` is the person's place among them, `newer` a better result of theirs that a frozen board does not hold, with
    the place that it would have there. Where the board is hidden from the person there are no rows, only `own_entry`.
    """

    sorting: Sorting
    designs: bool
    seeds: tuple[str, ...]
    is_final: bool
    is_hidden: bool = False
    frozen_at: datetime | None = None
    rows: tuple[Placed, ...] = ()
    ranked: int = 0
    own: Placed | None = None
    own_entry: Entry | None = None
    newer: Placed | None = None
    ahead: Placed | None = None
    course_seeds: int = 0
    names: Mapping[int, str] = field(default_factory=dict)

    @property
    def behind_by(self) -> float | None:
        """How many epochs the person is behind the next one ahead; None if there is nobody to name, or no number."""
        if self.own is None or self.ahead is None:
            return None
        own, ahead = self.own.entry.official_epochs, self.ahead.entry.official_epochs
        return own - ahead if own is not None and ahead is not None and own > ahead else None

    @property
    def sharing(self) -> int:
        """With how many others the person shares the place."""
        own = self.own
        return 0 if own is None else own.sharing - 1


def board_for(*, task: Task, viewer: Enrollment, wanted: Mapping[str, str], over: bool) -> Board:
    """Gather the leaderboard for one person, in the order that `wanted` asks for; a bounded number of queries.

    `over`: nobody can hand in any more, see `grading.visibility`.
    """
    designs = designs_visible(task, viewer, over=over)
    seeds = tuple(task.course_seeds.values_list("seed", flat=True))
    shared: dict[str, Any] = {
        "sorting": sorting_from(wanted, designs=designs),
        "designs": designs,
        "seeds": seeds if seeds_visible(task, viewer, over=over) else (),
        "course_seeds": len(seeds),
        "is_final": over and not _any_live(task),
        "is_hidden": task.board_hidden,
        "frozen_at": task.board_frozen_at,
    }
    if viewer.is_course_staff:
        return _live(shared, _without_names(task, leaderboard(task)))
    if task.board_hidden:
        return Board(**shared, own_entry=counting_entry(task=task, enrollment=viewer))
    return _students(shared, task, viewer)


def _any_live(task: Task) -> bool:
    return Verification.objects.filter(submission__task=task, status__in=LIVE).exists()


def _without_names(task: Task, ranking: list[Placed]) -> list[Placed]:
    """Show staff of a task that is graded without names pseudonyms, also of those who want classmates to see a name."""
    hidden = hidden_names(task)
    if not hidden.is_blind:
        return ranking
    named = Enrollment.objects.filter(course=task.assignment.course_id, show_name=True)
    instead = {pk: pseudonym for pk, pseudonym in named.values_list("pk", "pseudonym") if hidden(pk)}
    return [_under(row, instead.get(row.entry.enrollment_id)) for row in ranking]


def _under(row: Placed, pseudonym: str | None) -> Placed:
    return row if pseudonym is None else replace(row, entry=replace(row.entry, shown_name=pseudonym))


def _live(shared: dict[str, Any], ranking: list[Placed]) -> Board:
    return Board(**shared, rows=_sorted(ranking, shared["sorting"]), ranked=len(ranking))


def _students(shared: dict[str, Any], task: Task, viewer: Enrollment) -> Board:
    """Build the board as of the freeze, cut after the top places; the person's own row is there in any case."""
    ranking = leaderboard(task, received_until=task.board_frozen_at)
    own = next((row for row in ranking if row.entry.enrollment_id == viewer.pk), None)
    shown = [row for row in ranking if row is own or task.board_top is None or row.place <= task.board_top]
    return Board(
        **shared,
        rows=_sorted(shown, shared["sorting"]),
        ranked=len(ranking),
        own=own,
        own_entry=own.entry if own else None,
        newer=_newer(task, viewer, ranking, own) if task.board_frozen_at else None,
        ahead=_ahead(shown, own),
    )


def _sorted(rows: list[Placed], sorting: Sorting) -> tuple[Placed, ...]:
    """Sort rows that stand in the order of their places; equal ones stay in it."""
    return tuple(sorted(rows, key=SORTS[sorting.column], reverse=sorting.order == DESCENDING))


def _newer(task: Task, viewer: Enrollment, ranking: list[Placed], own: Placed | None) -> Placed | None:
    """Place the person's live result on the frozen board, if it is better than what stands there."""
    live = counting_entry(task=task, enrollment=viewer)
    if live is None or (own is not None and own.entry.rank_key <= live.rank_key):
        return None
    others = [row.entry.rank_key for row in ranking if row is not own]
    place = 1 + sum(key < live.rank_key for key in others)
    return Placed(place, 1 + others.count(live.rank_key), live)


def _ahead(shown: list[Placed], own: Placed | None) -> Placed | None:
    """Return the last of those ahead of the person, if the person sees that one."""
    if own is None:
        return None
    ahead = [row for row in shown if row.place < own.place]
    nearest = ahead[-1] if ahead else None
    return nearest if nearest and nearest.place + nearest.sharing == own.place else None
