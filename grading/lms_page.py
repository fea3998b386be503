"""What the pages of the exchange of files show: choices with their options, and the plan sorted by what it does."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from coursework.models import Course
from grading.grades.permissions import may_release
from grading.lms.columns import Suggestion, TaskColumn, suggestions
from grading.lms.filling import Act, Plan
from grading.lms.layout import IDENTIFIER_WORDS, LmsFile, PointsColumn
from grading.lms.matching import Match, Person
from grading.lms.values import WHY, LeftOut, counted
from grading.lms_exchange import Exchange, Own
from grading.models import LmsSystem
from grading.services.lms.uploads import LmsUpload

MOST_OFFERED = 5_000  # choices on a page; where all rows with all people are more, only those of the same name
MOST_HANDS = 400  # rows to be matched by hand at once: more fields than a form may have would be refused
MOST_LISTED = 200  # of those left out; the numbers are those of all
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_STEM = 80
_ENDINGS = frozenset({"csv", "tsv", "txt", "xls"})


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A task with the columns that its points could go into."""

    task: TaskColumn
    columns: Sequence[PointsColumn]
    chosen: int | None
    suggestion: Suggestion | None
    confirmed: bool

    @property
    def note(self) -> str:
        """Where the choice comes from."""
        if self.confirmed or self.suggestion is None:
            return ""
        return "As last time." if self.suggestion.remembered else "Suggested, since the titles are alike."


@dataclass(frozen=True, slots=True)
class HandChoice:
    """A row that no identifier decides, with the people it could be."""

    match: Match
    same_name: Sequence[Person]
    others: Sequence[Person]
    chosen: int | None


@dataclass(frozen=True, slots=True)
class LeftOutLine:
    """Somebody for whom nothing is written."""

    person: Person
    task: TaskColumn
    why: str


def column_choices(file: LmsFile, tasks: Sequence[TaskColumn], upload: LmsUpload) -> list[ColumnChoice]:
    """Offer the file's columns for each task; before anybody has chosen, with the likely one."""
    likely = suggestions(file, tasks)
    chosen = dict(upload.columns or ())
    confirmed = upload.columns is not None
    found = []
    for task in tasks:
        suggestion = likely.get(task.pk)
        position = chosen.get(task.pk) if confirmed else (suggestion.column.position if suggestion else None)
        found.append(ColumnChoice(task, file.columns, position, suggestion, confirmed))
    return found


def hand_choices(plan: Plan) -> list[HandChoice]:
    """Offer people for the rows that nothing decides, those of the same name first; what was chosen stays chosen."""
    matching = plan.matching
    everybody = {match.person.pk: match.person for match in matching.matched if match.person}
    everybody |= {person.pk: person for person in matching.missing}
    rows = [match for match in matching.matches if match.person is None or match.by_hand]
    rows.sort(key=lambda match: not (match.by_hand or match.same_name))  # beyond MOST_HANDS, those that are likely
    offered = matching.missing if len(rows) * len(matching.missing) <= MOST_OFFERED else ()
    found = []
    for number, match in enumerate(rows):
        chosen = everybody.get(plan.choices.by_hand.get(match.row.number, 0))
        same = {person.pk: person for person in (*([chosen] if chosen else []), *match.same_name)}
        others = [person for person in offered if person.pk not in same]
        can_choose = number < MOST_HANDS
        found.append(
            HandChoice(
                match,
                list(same.values()) if can_choose else [],
                others if can_choose else [],
                chosen.pk if chosen else None,
            )
        )
    return found


def preview_context(exchange: Exchange) -> dict[str, Any]:
    """Gather what the preview shows; before the columns are chosen, only these."""
    found: dict[str, Any] = {
        "course": exchange.viewer.course,
        "viewer": exchange.viewer,
        "upload": exchange.upload,
        "file": exchange.file,
        "may_release": may_release(exchange.viewer),
        "columns": column_choices(exchange.file, exchange.named, exchange.upload),
        "is_chosen": exchange.upload.columns is not None,
    }
    if not found["is_chosen"]:
        return found
    plan = exchange.plan
    return found | {
        "plan": plan,
        "hands": hand_choices(plan),
        "most_hands": MOST_HANDS,
        "new": [cell for cell in plan.written if cell.act is Act.WRITE],
        "differing": [one for one in plan.columns if one.differs],
        "names_differ": sum(match.names_differ for match in plan.matching.matched),
        **_left_out(plan.left),
    }


def own_context(own: Own) -> dict[str, Any]:
    """Gather what the page of a file of our data shows."""
    return {"file": own, "identifier_words": IDENTIFIER_WORDS[own.identifier], **_left_out(own.file.left)}


def filled_name(exchange: Exchange) -> str:
    """Name a file that was filled in, after the one that was uploaded."""
    stem, dot, ending = exchange.upload.name.rpartition(".")
    safe = _NOT_IN_NAMES.sub("-", stem if dot else ending).strip("-.") or exchange.file.system.value
    return f"{safe[:_LONGEST_STEM]}-filled.{ending if dot and ending.lower() in _ENDINGS else 'csv'}"


def own_name(course: Course, system: LmsSystem) -> str:
    """Name a file of our data."""
    return f"{system.value}-{course.slug}-{timezone.now():%Y-%m-%d}.csv"


def _left_out(left: Sequence[tuple[Person, TaskColumn, LeftOut]]) -> dict[str, Any]:
    return {
        "left_out": [LeftOutLine(person, task, WHY[why]) for person, task, why in left[:MOST_LISTED]],
        "left_out_total": len(left),
        "left_out_counts": counted(why for _, _, why in left),
    }
