"""Reads of reruns: what would be run again, what came of it, and what it means for the places."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

import engine
from coursework.deadlines import Standing
from coursework.models import Enrollment, Role, Submission, Task
from coursework.selectors.deadlines import windows_of
from grading.grades.reading import grades_of
from grading.leaderboard import placed
from grading.models import CONFIRMED, Outcome, RerunBatch, RerunItem, Scope, Status, Verification
from grading.selectors import entry_of, latest_verification, with_verifications


@dataclass(frozen=True, slots=True)
class Result:
    """What a verification or a dry run found, as far as two of them are compared."""

    outcome: Outcome
    retrained_epochs: int | None
    official_epochs: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One submission of a batch before and after; None where there is no result. Places are those of the board."""

    item: RerunItem
    before: Result | None
    after: Result | None
    place_before: int | None
    place_after: int | None

    @property
    def pending(self) -> bool:
        """True while nothing is known yet."""
        return _live(self.item)

    @property
    def why(self) -> str:
        """Why there is no result, for staff."""
        item = self.item
        return (item.verification.last_error if item.verification else item.last_error) or "no reason recorded"

    @property
    def changed(self) -> bool:
        """True where the result itself differs; a place may also move because of others."""
        return self.after is not None and self.after != self.before


def in_scope(task: Task, scope: Scope, *, chosen: Collection[int] | None = None) -> list[Submission]:
    """Return the task's submissions that a rerun of this scope means, in the order of their receipt.

    A selection means those chosen, by their primary keys, and nothing where nothing is.
    """
    rows = _submissions(task)
    if scope == Scope.SELECTION:
        rows = rows.filter(pk__in=chosen or ())
    return [row for row in rows if _fits(row, scope)]


def _submissions(task: Task) -> QuerySet[Submission]:
    return with_verifications(Submission.objects.filter(task=task)).order_by("received_at", "pk")


def _fits(submission: Submission, scope: Scope) -> bool:
    rows = submission.verifications.all()
    if scope == Scope.FAILED:
        newest = max(rows, key=lambda row: (row.queued_at, row.pk), default=None)
        return newest is not None and newest.status == Status.FAILED
    if scope == Scope.OTHER_ENGINE:
        speaking = latest_verification(submission)
        return speaking is not None and speaking.engine_version not in ("", engine.__version__)
    return any(not row.is_live for row in rows)


def scope_counts(task: Task) -> dict[Scope, int]:
    """Count what each scope would run again; a selection is made elsewhere."""
    rows = list(_submissions(task))
    return {scope: sum(_fits(row, scope) for row in rows) for scope in Scope if scope != Scope.SELECTION}


def reruns_among(verification_ids: Iterable[int]) -> set[int]:
    """Return which of these verifications staff have asked for."""
    rows = Verification.objects.filter(pk__in=list(verification_ids), requested_by__isnull=False)
    return set(rows.values_list("pk", flat=True))


def result_of(verification: Verification | None) -> Result | None:
    """Return what a verification found; None if it has not completed."""
    if verification is None or verification.outcome is None:
        return None
    return Result(Outcome(verification.outcome), verification.retrained_epochs, verification.official_epochs)


def _after(item: RerunItem) -> Result | None:
    if item.verification is not None:
        return result_of(item.verification)
    found = item.finding
    if found is None:
        return None
    return Result(Outcome(found["outcome"]), found["retrained_epochs"], found["official_epochs"])


def _live(item: RerunItem) -> bool:
    return item.verification.is_live if item.verification else item.status in (Status.QUEUED, Status.RUNNING)


def items_of(batch: RerunBatch) -> QuerySet[RerunItem]:
    """Return a batch's items with what a comparison needs."""
    return batch.items.select_related("submission__enrollment", "before", "verification")


def changed_items(batch: RerunBatch) -> list[RerunItem]:
    """Return the items whose result differs from the one before."""
    return [item for item in items_of(batch) if (after := _after(item)) and after != result_of(item.before)]


def compare(batch: RerunBatch) -> list[Comparison]:
    """Set before against after for every item; what changes comes first.

    The places are those of the board if just this batch's results were as before, and as after.
    """
    items = list(items_of(batch))
    before = {item.submission_id: result_of(item.before) for item in items}
    after = {item.submission_id: _after(item) or result_of(item.before) for item in items}
    places_before, places_after = _places(batch.task, before), _places(batch.task, after)
    rows = [
        Comparison(
            item,
            before[item.submission_id],
            _after(item),
            places_before.get(item.submission_id),
            places_after.get(item.submission_id),
        )
        for item in items
    ]
    return sorted(rows, key=lambda row: (not row.changed, row.item.pk))


def graded_in(batch: RerunBatch) -> tuple[int, int]:
    """Count the students of a batch whom a person has graded, and of those the ones whose grade a result differs from.

    No rerun changes what a person decided: it only shows, until somebody takes it over or not.
    """
    of = Enrollment.objects.filter(submissions__rerun_items__batch=batch, grades__task=batch.task)
    people = list(of.filter(grades__decided_at__isnull=False, grades__by_release=False).distinct())
    grades = grades_of([batch.task], people).values() if people else ()
    decided = [grade for grade in grades if grade.is_decided]
    return len(decided), sum(grade.result.differs is not None for grade in decided)


def _places(task: Task, results: Mapping[int, Result | None]) -> dict[int, int]:
    """Return submission -> place on the board if these submissions had these results; others keep theirs."""
    window = windows_of(task.assignment)
    submissions = with_verifications(
        Submission.objects.filter(task=task, enrollment__role=Role.STUDENT, enrollment__active=True)
    )
    by_receipt, entries = {}, []
    for row in submissions:
        result = results[row.pk] if row.pk in results else result_of(latest_verification(row))
        on_time = window(row.enrollment).standing(row.received_at) is Standing.ON_TIME
        if on_time and result is not None and result.outcome in CONFIRMED:
            by_receipt[row.receipt_number] = row.pk
            entries.append(entry_of(row, result.official_epochs))
    return {by_receipt[placing.entry.receipt_number]: placing.place for placing in placed(entries)}
