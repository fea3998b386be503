"""The one sentence that a practice run's page is about."""

from grading.models import PracticeRun, Status
from grading.wording import Mark, Wording

PRACTICE = "This was practice: nothing is handed in, and the course seeds that rank are others."
TOO_LONG = Mark("calm", "clock", "Too long")
WAITING = Mark("info", "queue", "Waiting")
RUNNING = Mark("info", "run", "Running")
OUR_FAULT = Mark("bad", "tool", "Failed by us")


def practice_mark(run: PracticeRun) -> Mark | None:
    """Return the mark of a run that has no results to show; None for one that has."""
    if run.status == Status.FAILED:
        return OUR_FAULT if run.failed_by_us else TOO_LONG
    return {Status.QUEUED: WAITING, Status.RUNNING: RUNNING}.get(Status(run.status))


def practice_wording(run: PracticeRun, *, median: float | None, seconds: int) -> Wording:
    """Say what came out of a run that is done. `seconds` is the longest that one may take."""
    if run.failed_by_us:
        text = "It uses up none of your practice runs, and your hand-ins are not touched. Start it again."
        return Wording(OUR_FAULT.tone, OUR_FAULT.icon, "Our fault: we could not finish this practice run", text)
    if run.status == Status.FAILED:
        text = f"A practice run may take {seconds} seconds, a hand-in has more. Fewer neurons or layers are quicker."
        return Wording(TOO_LONG.tone, TOO_LONG.icon, "Too long: this design could not be tried to its end", text)
    return _of_results(run, median)


def _of_results(run: PracticeRun, median: float | None) -> Wording:
    epochs = run.practice_epochs
    reached = [epoch for epoch in epochs if epoch is not None]
    count = "1 practice seed" if len(epochs) == 1 else f"{len(epochs)} practice seeds"
    if not epochs:
        return Wording("calm", "info", "This task has no practice seeds any more", "Only your own seed was trained.")
    if median is not None:
        written = f"{median:,.0f}" if median.is_integer() else f"{median:,.1f}"
        missed = len(epochs) - len(reached)
        rest = f" On {missed} of them the target is not reached." if missed else ""
        return Wording("ok", "check", f"Median epoch {written} on {count}", f"{PRACTICE}{rest}")
    if all(result.diverged_at is not None for result in run.practice_results):
        text = f"What usually helps: a smaller learning rate, or another activation than ReLU. {PRACTICE}"
        return Wording("calm", "diverge", f"Diverged on {count}", text)
    limit = max(result.epochs_run for result in run.practice_results)
    heading = f"Target reached on {len(reached)} of {count} within {limit:,} epochs"
    return Wording("calm", "target", heading, f"The median is a seed that is never reached. {PRACTICE}")
