"""The table of one submission's evidence: submitted, read and retrained values side by side, one line per value."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from grading.models import CheckOutcome

_STRONGEST_FIRST = (CheckOutcome.DIFFERS, CheckOutcome.AGREES, CheckOutcome.CANT_SAY)


@dataclass(slots=True)
class ComparedLine:
    """One value. `pictures` are the positions of the pictures of which a check says something about it.

    What a check says of a picture may not count, because another picture of the submission shows what it does not.
    """

    what: str
    read: str = ""
    submitted: str = ""
    retrained: str = ""
    pictures: list[int] = field(default_factory=list)
    counting: list[CheckOutcome] = field(default_factory=list)
    not_counting: list[CheckOutcome] = field(default_factory=list)

    @property
    def set_aside(self) -> bool:
        """True if nothing that was said of it counts."""
        return not self.counting

    @property
    def outcome(self) -> CheckOutcome:
        """The strongest of what checks say: a difference, else agreement."""
        said = self.counting or self.not_counting
        return min(said, key=_STRONGEST_FIRST.index, default=CheckOutcome.CANT_SAY)

    def take(self, compared: Mapping[str, Any], *, position: int, counts: bool) -> None:
        """Add what one check of one picture says of this value."""
        self.submitted = _both(self.submitted, compared.get("submitted", ""))
        self.retrained = _both(self.retrained, compared.get("retrained", ""))
        outcome = CheckOutcome(compared.get("outcome", CheckOutcome.CANT_SAY))
        (self.counting if counts else self.not_counting).append(outcome)
        if position not in self.pictures:
            self.pictures.append(position)


def compared_lines(results: Iterable[tuple[int, bool, Iterable[Mapping[str, Any]]]]) -> list[ComparedLine]:
    """Group what all checks compared: (picture's position, whether it counts, lines) of each result.

    Checks that look at the same value share a line, so that what is submitted and what is retrained stand beside each
    other; what pictures show differently stands in lines of its own. The order is that in which values first come.
    """
    lines: dict[tuple[str, str], ComparedLine] = {}
    for position, counts, compared in results:
        for one in compared:
            key = (one["what"], one.get("read", ""))
            line = lines.setdefault(key, ComparedLine(*key))
            line.take(one, position=position, counts=counts)
    return _with_values(lines)


def _with_values(lines: dict[tuple[str, str], ComparedLine]) -> list[ComparedLine]:
    """Put lines of one value together, and let those without a reading fill in those that have one."""
    grouped: dict[str, list[ComparedLine]] = {}
    for line in lines.values():
        grouped.setdefault(line.what, []).append(line)
    return [line for of_one in grouped.values() for line in _filled(of_one)]


def _filled(of_one: list[ComparedLine]) -> list[ComparedLine]:
    blank = next((line for line in of_one if not line.read), None)
    read = [line for line in of_one if line.read]
    if blank is None or not read:
        return of_one
    for line in read:
        line.submitted = line.submitted or blank.submitted
        line.retrained = line.retrained or blank.retrained
    if blank.outcome == CheckOutcome.CANT_SAY or blank.set_aside:
        return read
    return of_one


def _both(first: str, second: str) -> str:
    """Join two texts for one cell: what stands there already is not repeated."""
    if not first or not second or second in first:
        return first or second
    return second if first in second else f"{first}; {second}"
