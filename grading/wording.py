"""The one sentence that a result page is about, for the student and for staff."""

from dataclasses import dataclass

from coursework.drawing.labels import loss_beside
from coursework.models import Task
from coursework.words import in_the_losses
from grading.models import Outcome, Status, Verification, VerificationRun


@dataclass(frozen=True, slots=True)
class Wording:
    """Tone (ok, warn, bad, info, calm), icon name, heading and the text below it."""

    tone: str
    icon: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """An outcome as icon and word, for rows and tables."""

    tone: str
    icon: str
    word: str


MARKS = {
    Outcome.VERIFIED: Mark("ok", "check", "Verified"),
    Outcome.AFTER_RESETS: Mark("ok", "check", "Reproduced"),
    Outcome.INSIDE_BAND: Mark("ok", "range", "Inside the band"),
    Outcome.CLAIM_NOT_REPRODUCED: Mark("warn", "eye", "To review"),
    Outcome.TARGET_NOT_REACHED: Mark("calm", "target", "Target not reached"),
    Outcome.DIVERGED: Mark("calm", "diverge", "Diverged"),
    Outcome.SETTINGS_NOT_ALLOWED: Mark("bad", "ban", "Settings not allowed"),
    Status.QUEUED: Mark("info", "queue", "Waiting"),
    Status.RUNNING: Mark("info", "run", "Running"),
    Status.FAILED: Mark("bad", "tool", "Failed by us"),
}


def mark(verification: Verification) -> Mark:
    """Return the mark of a verification: its outcome, or its state while there is none."""
    return MARKS[Outcome(verification.outcome) if verification.outcome else Status(verification.status)]


def outcome_wording(verification: Verification, *, own_run: VerificationRun | None, for_staff: bool) -> Wording:
    """Say what became of a submission; the students' words say "you", those for staff speak of the student."""
    task = verification.submission.task
    look = mark(verification)
    heading, text = _sentences(verification, task, own_run, for_staff=for_staff)
    return Wording(look.tone, look.icon, heading, text)


def _sentences(
    verification: Verification, task: Task, own_run: VerificationRun | None, *, for_staff: bool
) -> tuple[str, str]:
    if verification.status == Status.FAILED:
        return _failed(verification, for_staff=for_staff)
    if verification.outcome == Outcome.SETTINGS_NOT_ALLOWED:
        return "Settings not allowed", " ".join(verification.disallowed) + " Nothing was run."
    if verification.outcome == Outcome.DIVERGED and own_run is not None:
        return _diverged(own_run)
    if verification.outcome == Outcome.TARGET_NOT_REACHED and own_run is not None:
        return _not_reached(task, own_run)
    claimed = verification.submission.claimed_epochs
    if verification.outcome == Outcome.CLAIM_NOT_REPRODUCED:
        return _to_review(claimed, verification, for_staff=for_staff)
    if verification.outcome == Outcome.AFTER_RESETS:
        return _after_resets(claimed, verification, for_staff=for_staff)
    if verification.outcome == Outcome.INSIDE_BAND:
        return _inside_band(claimed, verification, for_staff=for_staff)
    return _verified(claimed, task, for_staff=for_staff)


def _verified(claimed: int, task: Task, *, for_staff: bool) -> tuple[str, str]:
    losses = in_the_losses(task.criterion)
    if for_staff:
        heading = f"Verified: the network reaches {task.target} at epoch {claimed:,}, as claimed"
        return heading, f"Retrained step by step like the Playground; {losses} {task.target} for the first time there."
    heading = f"Verified: your network reaches {task.target} at epoch {claimed:,}, as you said"
    text = (
        f"We trained your link again, step by step like the Playground, and {losses} {task.target} "
        f"for the first time at epoch {claimed:,}."
    )
    return heading, text


def _after_resets(claimed: int, verification: Verification, *, for_staff: bool) -> tuple[str, str]:
    resets = verification.resets or 0
    times = "1 Reset" if resets == 1 else f"{resets} Resets"
    text = (
        f"Reset draws new starting weights under the same link. After {times} the run reaches the target for the first "
        f"time at epoch {claimed:,}."
    )
    if for_staff:
        chance = verification.chance_match or 0.0
        worth = f" Of made-up numbers near this claim, {chance:.0%} would have matched one of 20 Resets as well."
        return f"Reproduced: the run matches the claim after {times}", text + worth
    return f"Reproduced: the run matches yours after {times}", text


def _inside_band(claimed: int, verification: Verification, *, for_staff: bool) -> tuple[str, str]:
    low, high = verification.band or (claimed, claimed)
    whose = "the claimed" if for_staff else "your"
    heading = f"Inside the band: {whose} {claimed:,} lies between {low:,} and {high:,}"
    retrained = verification.retrained_epochs
    ours = f"Our run reaches the target at epoch {retrained:,}. " if retrained else "Our own run does not get there. "
    text = (
        f"{ours}Browsers differ in the last bit of some numbers, and training can make an epoch or hundreds of that. "
        f"Replays with such differences show what an honest run of this link can come to."
    )
    return heading, text


def _to_review(claimed: int, verification: Verification, *, for_staff: bool) -> tuple[str, str]:
    retrained = verification.retrained_epochs
    low, high = verification.band or (retrained, retrained)
    looked = (
        f"Runs of this link with last-bit differences lie between {low:,} and {high:,}; 1 to 20 Resets do not match."
    )
    reasons = (
        "There are innocent reasons: a setting was changed in the open page, Reset was pressed more often, or a number "
        "was mistyped."
    )
    if for_staff:
        heading = f"To review: epoch {claimed:,} was claimed, our run reaches the target at {retrained:,}"
        return heading, f"{looked} {reasons}"
    heading = f"To review: we could not reproduce epoch {claimed:,}"
    text = f"Our run of your link reaches the target at epoch {retrained:,}. {looked} A person will look. {reasons}"
    return heading, text


def _not_reached(task: Task, own_run: VerificationRun) -> tuple[str, str]:
    heading = f"Target not reached within {task.max_epochs:,} epochs"
    if own_run.best_loss is None:
        return heading, "The loss never was a number."
    threshold = task.rules.loss_threshold
    which = {
        "both": "The larger of the two losses",
        "either": "The smaller of the two losses",
        "train": "The training loss",
        "test": "The test loss",
    }[task.criterion]
    text = (
        f"{which} was lowest at epoch {own_run.best_epoch:,}, with {loss_beside(own_run.best_loss, threshold)}; "
        f"below {threshold} is needed to show {task.target}."
    )
    return heading, text


def _diverged(own_run: VerificationRun) -> tuple[str, str]:
    text = (
        "The weights grew beyond all bounds, so that the loss is no number any more. What usually helps: a smaller "
        "learning rate, another activation than ReLU, or fewer layers."
    )
    return f"Diverged at epoch {own_run.diverged_at or 0:,}", text


def _failed(verification: Verification, *, for_staff: bool) -> tuple[str, str]:
    heading = "Our fault: we could not finish this run"
    if for_staff:
        return heading, f"After {verification.attempt} attempts: {verification.last_error or 'no reason recorded'}"
    text = "We have been told and will run it again. Your hand-in time is kept, and nothing is needed from you."
    return heading, text
