"""Drawing course seeds outside of a page's request: asked for, claimed by a worker, settled once."""

import time
from datetime import datetime, timedelta

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone

from coursework.models import DrawingState, SeedDrawing, Task, User
from coursework.models.seed_drawings import OPEN_STATES
from coursework.rules import TaskRules
from coursework.services.course_seeds import TooFewSeeds, find_course_seeds, store_course_seeds
from coursework.services.events import record
from engine.calibration import Calibration
from engine.errors import BudgetExceeded, Cancelled

log = structlog.get_logger(__name__)

LONGEST = timedelta(minutes=5)  # 64 seeds for 20,000 epochs each, the most there can be, take two to three
GIVEN_UP = timedelta(minutes=6)  # a worker that has not answered by then will not
WAITED_FOR = timedelta(minutes=1)  # nobody took it: the broker may have lost it


class DrawingUnderWay(Exception):
    """Seeds are being drawn for this task already."""


def is_lost(drawing: SeedDrawing, now: datetime) -> bool:
    """Say whether an open drawing may be given up: too long without a worker, or with one that does not answer."""
    if drawing.state == DrawingState.QUEUED:
        return now - drawing.asked_at > WAITED_FOR
    return drawing.started_at is not None and now - drawing.started_at > GIVEN_UP


def ask_for_seeds(*, task: Task, count: int, actor: User) -> SeedDrawing:
    """Store the wish for new seeds; raises DrawingUnderWay while another one is open and not lost."""
    try:
        with transaction.atomic():
            for drawing in SeedDrawing.objects.filter(task=task, state__in=OPEN_STATES):
                if not is_lost(drawing, timezone.now()):
                    raise DrawingUnderWay("Seeds are being drawn for this task already: wait for these.")
                give_up(drawing_id=drawing.pk, reason="No worker finished it, so it was asked for again.")
            drawing = SeedDrawing.objects.create(task=task, count=count, asked_by=actor)
            record(
                action="seeds.asked",
                actor=actor,
                course=task.assignment.course,
                subject=_subject(task),
                about=[task],
                count=count,
            )
    except IntegrityError:  # somebody else asked in the same instant
        raise DrawingUnderWay("Seeds are being drawn for this task already: wait for these.") from None
    return drawing


def give_up(*, drawing_id: int, reason: str, tried: int = 0) -> bool:
    """Settle an open drawing as failed; False if it was settled before."""
    open_one = SeedDrawing.objects.filter(pk=drawing_id, state__in=OPEN_STATES)
    settled = open_one.update(state=DrawingState.FAILED, reason=reason[:400], tried=tried, finished_at=timezone.now())
    return bool(settled)


def run_drawing(*, drawing_id: int) -> bool:
    """Draw the seeds that were asked for; True if this call settled it, False if it was not ours to do."""
    claimed = SeedDrawing.objects.filter(pk=drawing_id, state=DrawingState.QUEUED).update(
        state=DrawingState.RUNNING, started_at=timezone.now()
    )
    if not claimed:
        return False
    drawing = SeedDrawing.objects.select_related("task__assignment__course").get(pk=drawing_id)
    rules = drawing.task.rules
    try:
        found = _find(rules, drawing)
    except TooFewSeeds as error:
        return give_up(drawing_id=drawing_id, reason=str(error))
    except (Cancelled, BudgetExceeded):
        reason = "Stopped after 5 minutes: ask for fewer seeds, or let the task have fewer epochs."
        return give_up(drawing_id=drawing_id, reason=reason)
    except Exception:
        give_up(drawing_id=drawing_id, reason="Our fault: the drawing ended with an error, which is in the log.")
        log.exception("seed_drawing_failed", drawing=drawing_id)
        return True
    return _settle(drawing, rules, found)


def _find(rules: TaskRules, drawing: SeedDrawing) -> Calibration:
    """Train, outside of any transaction; seeds that are known from practice are drawn anew."""
    until = time.monotonic() + LONGEST.total_seconds()
    known = set(drawing.task.practice_seeds)
    while True:
        found = find_course_seeds(rules, count=drawing.count, cancelled=lambda: time.monotonic() > until)
        if not known & {candidate.seed for candidate in found.seeds}:
            return found


def _settle(drawing: SeedDrawing, rules: TaskRules, found: Calibration) -> bool:
    """Store the seeds, unless the drawing was given up or the task's rules changed meanwhile."""
    with transaction.atomic():
        task = Task.objects.select_for_update().get(pk=drawing.task_id)
        now = task.rules
        if (now.criterion, now.target, now.max_epochs, now.allowed_settings) != (
            rules.criterion,
            rules.target,
            rules.max_epochs,
            rules.allowed_settings,
        ):
            return give_up(drawing_id=drawing.pk, reason="The task's rules were changed meanwhile: draw again.")
        if not SeedDrawing.objects.filter(pk=drawing.pk, state=DrawingState.RUNNING).update(
            state=DrawingState.DONE, tried=len(found.tried), finished_at=timezone.now()
        ):
            return False
        store_course_seeds(task=task, found=found)
        record(
            action="seeds.drawn",
            actor=drawing.asked_by,
            course=drawing.task.assignment.course,
            subject=_subject(drawing.task),
            about=[drawing.task],
            count=len(found.seeds),
            tried=len(found.tried),
        )
    return True


def _subject(task: Task) -> str:
    return f"task {task.assignment.slug}/{task.slug}"
