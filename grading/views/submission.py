"""The page of one submission: its place in the queue, live progress, the outcome and the evidence."""

from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from coursework.access import submission_or_404
from coursework.models import Enrollment, Role, Screenshot, Submission, Task
from coursework.picture_files import picture_file
from coursework.request import signed_in
from coursework.selectors.deadlines import window_for
from coursework.selectors.submissions import attempts_used
from engine.link import write_hash
from grading.adoption import Filled
from grading.downloads import Settled, chart_file
from grading.figures import Figures, figures
from grading.grades.names import hidden_names, staff_name
from grading.grades.shown import shown_grade
from grading.history import history_of
from grading.live import live
from grading.models import RunKind, Verification, VerificationRun
from grading.picture_readings import readings_of
from grading.picture_seen import PictureSeen, picture_seen
from grading.selectors import latest_verification, leaderboard, unfinished_rerun
from grading.visibility import may_see_seeds
from grading.wording import mark, outcome_wording

HTMX_STOP = 286  # htmx ends its polling on this status
CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "svg": "image/svg+xml"}


@require_safe
def submission_page(request: HttpRequest, *, receipt_number: str) -> HttpResponse:
    """Show one submission to its student and to the course's staff."""
    submission, viewer = submission_or_404(user=signed_in(request), receipt_number=receipt_number)
    verification = latest_verification(submission)
    pictures = _pictures(submission)
    context = _shared(submission, viewer, verification) | {
        "pictures": pictures,
        "any_read": any(seen for _screenshot, seen in pictures),
    }
    if viewer.is_course_staff:
        context["history"] = history_of(submission)
    if verification is not None and not verification.is_live:
        context |= _result(submission, viewer, verification)
    return render(request, "grading/submission.html", context)


@require_safe
def progress_fragment(request: HttpRequest, *, receipt_number: str) -> HttpResponse:
    """Return the part of the page that changes while a verification is live; once it is settled, reload the page.

    The page says which stage it shows (`seen`), so that a screen reader hears of a new one, and of nothing else.
    """
    submission, viewer = submission_or_404(user=signed_in(request), receipt_number=receipt_number)
    verification = latest_verification(submission)
    if verification is None or not verification.is_live:
        return HttpResponse(status=HTMX_STOP, headers={"HX-Refresh": "true"})
    context = _shared(submission, viewer, verification)
    context["is_new_stage"] = request.GET.get("seen") != context["live"].stage
    return render(request, "grading/_progress.html", context)


@require_safe
def chart_download(request: HttpRequest, *, receipt_number: str, name: str, kind: str) -> HttpResponse:
    """Send one chart of a settled submission as a file: the picture as SVG, or all its numbers as CSV."""
    submission, viewer = submission_or_404(user=signed_in(request), receipt_number=receipt_number)
    verification = latest_verification(submission)
    if verification is None or verification.is_live or kind not in CONTENT_TYPES:
        raise Http404
    own, seed_runs = _runs(submission, verification)
    if own is None:
        raise Http404
    shown = may_see_seeds(submission.task, viewer, timezone.now())
    text = chart_file(Settled(own, seed_runs, seeds_shown=shown), name, kind)
    if text is None:
        raise Http404
    response = HttpResponse(text, content_type=CONTENT_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{receipt_number}-{name}.{kind}"'
    response["Cache-Control"] = "private, no-cache"  # a rerun may change it
    return response


@require_safe
def screenshot_file(request: HttpRequest, *, receipt_number: str, position: int) -> FileResponse:
    """Send one screenshot to those who may see its submission."""
    submission, _viewer = submission_or_404(user=signed_in(request), receipt_number=receipt_number)
    screenshot = get_object_or_404(submission.screenshots, position=position)
    return picture_file(screenshot.picture)


def _shared(submission: Submission, viewer: Enrollment, verification: Verification | None) -> dict[str, Any]:
    """Gather what the page shows in every state."""
    task = submission.task
    if verification is not None:
        verification.submission = submission  # saves fetching it again
    window = window_for(assignment=task.assignment, enrollment=submission.enrollment)
    is_owner = viewer.pk == submission.enrollment_id
    hidden = not is_owner and hidden_names(task)(submission.enrollment_id)
    return {
        "course": task.assignment.course,
        "task": task,
        "submission": submission,
        "spec": submission.spec,
        "viewer": viewer,
        "is_owner": is_owner,
        "hidden": hidden,
        "name": staff_name(submission.enrollment, hidden=hidden),
        "verification": verification,
        "live": live(verification, now=timezone.now()) if verification and verification.is_live else None,
        "seeds_total": task.course_seeds.count(),
        "unfinished_rerun": unfinished_rerun(submission),
        "may_rerun": viewer.role == Role.INSTRUCTOR,
        "standing": window.standing(submission.received_at),
        "is_open": window.standing(timezone.now()).accepted,
    }


def _pictures(submission: Submission) -> list[tuple[Screenshot, PictureSeen | None]]:
    """Put beside each screenshot what was read from it; None where nobody asked to read it.

    It is held against what was handed in and nothing else, as before the hand-in: the student sees it too.
    """
    screenshots = list(submission.screenshots.all())
    rows = readings_of(str(one.picture.name) for one in screenshots) if settings.READ_SCREENSHOTS else {}
    if not rows:
        return [(one, None) for one in screenshots]
    filled, rules = Filled(submission.spec, submission.claimed_epochs), submission.task.rules
    found = {name: picture_seen(row, filled=filled, rules=rules) for name, row in rows.items()}
    return [(one, found.get(str(one.picture.name))) for one in screenshots]


def _runs(
    submission: Submission, verification: Verification
) -> tuple[VerificationRun | None, tuple[VerificationRun, ...]]:
    """Return the submitted run (None where nothing was run) and those on the course seeds."""
    runs = tuple(verification.runs.all())
    verification.submission = submission
    for run in runs:
        run.verification = verification
    own = next((run for run in runs if run.kind == RunKind.OWN), None)
    return own, tuple(run for run in runs if run.kind == RunKind.COURSE_SEED)


def _result(submission: Submission, viewer: Enrollment, verification: Verification) -> dict[str, Any]:
    """Gather what the page shows once a verification is settled."""
    own, seed_runs = _runs(submission, verification)
    task = submission.task
    places = {placed.entry.receipt_number: placed for placed in leaderboard(task)}
    return {
        "wording": outcome_wording(verification, own_run=own, for_staff=viewer.is_course_staff),
        "mark": mark(verification),
        "own_run": own,
        "seed_runs": seed_runs,
        "figures": _figures(own, seed_runs),
        **_grade(submission, viewer),
        "placed": places.get(submission.receipt_number) if _board_moves_for(viewer, task) else None,
        "placed_of": len(places),
        "counts": submission.receipt_number in places,  # the board holds each student's counting attempt
        "loss_caption": f"Log scale. Green line: the largest loss that is shown as {task.target}.",
        "band_heading": f"How firm is {verification.retrained_epochs:,}?"
        if verification.retrained_epochs
        else "How firm is that?",
        "band_caption": band_caption(verification),
        "repeat_command": repeat_command(submission),
        "attempts_left": attempts_used(task=task, enrollment=submission.enrollment) < task.attempts,
        "show_seeds": may_see_seeds(task, viewer, timezone.now()),
    }


def _grade(submission: Submission, viewer: Enrollment) -> dict[str, Any]:
    """Gather what may be shown of the student's grade: to the student nothing before it is released."""
    shown = shown_grade(submission.task, submission.enrollment, for_staff=viewer.is_course_staff)
    counting = shown.grade.result.counting
    return {
        "shown": shown,
        "makes_the_points": counting is not None and counting.submission_id == submission.pk,
        "ask_url": reverse("regrade_ask", kwargs=submission.task.url_arguments()),
    }


def _board_moves_for(viewer: Enrollment, task: Task) -> bool:
    """Say whether the place on the board may be told: not to students while it is hidden or frozen."""
    is_frozen = task.board_frozen_at is not None and task.board_frozen_at <= timezone.now()
    return viewer.is_course_staff or not (task.board_hidden or is_frozen)


def _figures(own: VerificationRun | None, seed_runs: tuple[VerificationRun, ...]) -> Figures | None:
    return None if own is None else figures(own, seed_runs)


def band_caption(verification: Verification) -> str:
    """Say what the chart of the replays shows."""
    start = (
        f"Browsers differ in the last bit of some functions. {len(verification.replays)} replays with such differences"
    )
    if verification.band is None:
        return f"{start}: none reaches the target."
    low, high = verification.band
    return f"{start}: an honest run may show {low:,} to {high:,}."


def repeat_command(submission: Submission) -> str:
    """Return the command that repeats the submitted run on anybody's machine."""
    task = submission.task
    link = write_hash(submission.spec)
    return f'python -m engine train "{link}" --stop {task.criterion} --max-epochs {task.max_epochs}'
