"""What staff see of one submission's evidence, gathered from what workers have stored: nothing is checked here."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from coursework.models import Screenshot, Submission
from coursework.models.submissions import RECEIPT_PATTERN
from grading.checks.registry import CHECKS
from grading.evidence.comparison import ComparedLine, compared_lines
from grading.evidence.frames import Frame, frames_of
from grading.evidence.standing import Standing, standings
from grading.evidence.wording import OUTCOMES, evidence_mark, evidence_wording
from grading.models import CheckOutcome, CheckResult, PictureReading, Status, Verification
from grading.screenshots.reading import ScreenshotReading
from grading.selectors import latest_verification, with_verifications
from grading.wording import Mark, Wording, mark

_TITLES = {check.name: check.title for check in CHECKS}
_RECEIPT = re.compile(rf"\b({RECEIPT_PATTERN})\b")
_PLACES = {check.name: place for place, check in enumerate(CHECKS)}


@dataclass(frozen=True, slots=True)
class PictureView:
    """One picture with what was read from it; `reading` is None while it waits, and where nothing could be read."""

    screenshot: Screenshot
    reading: ScreenshotReading | None
    state: str  # read, unreadable, waiting, failed, or "" where it was never to be read
    why: str  # why it is not readable
    frames: Sequence[Frame]

    @property
    def shown(self) -> str:
        """Epoch and losses as the picture shows them, for a line under a thumbnail."""
        if self.reading is None:
            return {"unreadable": "Not readable", "waiting": "Being read", "failed": "Failed by us"}.get(self.state, "")
        reading = self.reading
        parts = [("epoch", reading.epoch), ("training", reading.loss_train), ("test", reading.loss_test)]
        said = [f"{name} {value.text}" for name, value in parts if value is not None]
        return ", ".join(said) or "No epoch and no losses read"


@dataclass(frozen=True, slots=True)
class CheckView:
    """What one check says of one or more pictures in the same words."""

    name: str
    title: str
    outcome: CheckOutcome
    mark: Mark
    sentence: SafeString  # receipts in it lead to their evidence
    innocent: Sequence[str]
    pictures: Sequence[int]
    frames: Sequence[tuple[int, int]]  # (picture, number) of the values that it rests on, in the first of the pictures
    set_aside: bool


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One attempt of the student for the task."""

    submission: Submission
    outcome: Mark | None
    evidence: Mark | None
    seen: bool
    pictures: Sequence[PictureView]


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """Everything that the page of one submission shows."""

    standing: Standing
    wording: Wording
    lines: Sequence[ComparedLine]
    pictures: Sequence[PictureView]
    checks: Sequence[CheckView]
    attempts: Sequence[AttemptView]  # newest first
    verification: Verification | None

    @property
    def shown_epoch(self) -> int | None:
        """The epoch that the pictures show; of several the one that was read best."""
        epochs = [view.reading.epoch for view in self.pictures if view.reading and view.reading.epoch]
        return max(epochs, key=lambda epoch: epoch.confidence).value if epochs else None


def evidence_page(submission: Submission, *, reader_on: bool) -> EvidencePage:
    """Gather the page of a submission, with the student's other attempts, in a fixed number of queries."""
    own = Submission.objects.filter(task=submission.task_id, enrollment=submission.enrollment_id)
    attempts = list(with_verifications(own).prefetch_related("screenshots").order_by("-attempt"))
    readings = _readings(attempts)
    standing = standings(submission.task, own)
    this = next(attempt for attempt in attempts if attempt.pk == submission.pk)
    results = _results(submission)
    pictures = _pictures(this, readings)
    return EvidencePage(
        standing=standing[submission.pk],
        wording=_wording(standing[submission.pk], pictures, results, reader_on=reader_on),
        lines=compared_lines((result.screenshot.position, result.counts, result.compared) for result in results),
        pictures=pictures,
        checks=_check_views(results, pictures),
        attempts=[_attempt(attempt, standing[attempt.pk], readings) for attempt in attempts],
        verification=latest_verification(this),
    )


def _readings(attempts: Iterable[Submission]) -> dict[str, PictureReading]:
    names = [str(screenshot.picture.name) for attempt in attempts for screenshot in attempt.screenshots.all()]
    return {reading.picture: reading for reading in PictureReading.objects.filter(picture__in=names)}


def _results(submission: Submission) -> list[CheckResult]:
    """Return what the checks said, in the order of the registry, then of the pictures."""
    found = CheckResult.objects.filter(assessment__submission=submission).select_related("screenshot")
    return sorted(found, key=lambda result: (_place(result.check_name), result.screenshot.position, result.pk))


def _place(check: str) -> int:
    return _PLACES.get(check, len(_PLACES))


def _wording(
    standing: Standing, pictures: Iterable[PictureView], results: Sequence[CheckResult], *, reader_on: bool
) -> Wording:
    counting = [result for result in results if result.counts]
    differing = [result for result in counting if result.outcome == CheckOutcome.DIFFERS]
    return evidence_wording(
        standing,
        findings=[result.sentence for result in sorted(differing, key=lambda result: -result.weight)],
        unreadable=[view.why for view in pictures if view.why],
        outcomes=_by_check(counting).values(),
        reader_on=reader_on,
    )


def _by_check(results: Iterable[CheckResult]) -> dict[str, str]:
    """Say of each check what it comes to over all pictures: a difference, else agreement."""
    strength = (CheckOutcome.CANT_SAY, CheckOutcome.AGREES, CheckOutcome.DIFFERS)
    found: dict[str, str] = {}
    for result in results:
        earlier = found.get(result.check_name, result.outcome)
        found[result.check_name] = max(earlier, result.outcome, key=lambda one: strength.index(CheckOutcome(one)))
    return found


def _pictures(submission: Submission, readings: dict[str, PictureReading]) -> list[PictureView]:
    return [_picture(screenshot, readings) for screenshot in submission.screenshots.all()]


def _picture(screenshot: Screenshot, readings: dict[str, PictureReading]) -> PictureView:
    row = readings.get(str(screenshot.picture.name))
    reading = row.reading if row else None
    frames = frames_of(reading) if reading else []
    return PictureView(screenshot, reading, _state(row), row.unreadable if row else "", frames)


def _state(row: PictureReading | None) -> str:
    if row is None:
        return ""
    if row.is_live:
        return "waiting"
    if row.status == Status.FAILED:
        return "failed"
    return "unreadable" if row.unreadable else "read"


def _check_views(results: Iterable[CheckResult], pictures: Iterable[PictureView]) -> list[CheckView]:
    """Put what differs first, the weightiest on top; what several pictures say alike is said once."""
    said: dict[tuple[str, str, bool, str], list[CheckResult]] = {}
    for result in results:
        key = (result.check_name, result.outcome, result.counts, result.sentence)
        said.setdefault(key, []).append(result)
    ordered = sorted(said.values(), key=lambda alike: (_shelf(alike[0]), -max(one.weight for one in alike)))
    frames = {view.screenshot.position: view.frames for view in pictures}
    return [_check_view(alike, frames) for alike in ordered]


def _shelf(result: CheckResult) -> int:
    """Say how far down a result stands: differences, agreement, silence, and last what does not count."""
    if not result.counts:
        return 3
    return {CheckOutcome.DIFFERS: 0, CheckOutcome.AGREES: 1}.get(CheckOutcome(result.outcome), 2)


def _check_view(alike: Sequence[CheckResult], frames: Mapping[int, Sequence[Frame]]) -> CheckView:
    first = alike[0]
    outcome = CheckOutcome(first.outcome)
    return CheckView(
        name=first.check_name,
        title=_TITLES.get(first.check_name, first.check_name.replace("-", " ").replace("_", " ").capitalize()),
        outcome=outcome,
        mark=OUTCOMES[outcome],
        sentence=_with_links(first.sentence),
        innocent=list(dict.fromkeys(reason for result in alike for reason in result.innocent)),
        pictures=[result.screenshot.position for result in alike],
        frames=_frames_of(first, frames),
        set_aside=not first.counts,
    )


def _frames_of(result: CheckResult, frames: Mapping[int, Sequence[Frame]]) -> list[tuple[int, int]]:
    """Return the frames of the values that a result rests on, as far as it names them and they have a place."""
    about = result.details.get("about", ())
    position = result.screenshot.position
    return [(position, frame.number) for frame in frames.get(position, ()) if frame.number and frame.name in about]


def _with_links(sentence: str) -> SafeString:
    """Turn the receipts of other submissions in a sentence into links to their evidence."""
    parts = ((_link(part) if number % 2 else part,) for number, part in enumerate(_RECEIPT.split(sentence)))
    return format_html_join("", "{}", parts)


def _link(receipt_number: str) -> SafeString:
    address = reverse("evidence", kwargs={"receipt_number": receipt_number})
    return format_html('<a href="{}">{}</a>', address, receipt_number)


def _attempt(submission: Submission, standing: Standing, readings: dict[str, PictureReading]) -> AttemptView:
    verification = latest_verification(submission)
    return AttemptView(
        submission=submission,
        outcome=mark(verification) if verification else None,
        evidence=evidence_mark(standing),
        seen=standing.seen,
        pictures=_pictures(submission, readings),
    )
