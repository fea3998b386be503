"""What pages tell a student of one screenshot: whether it was read, what was read, and how it agrees with the form."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from coursework.drawing.labels import count_of
from coursework.rules import TaskRules
from grading.adoption import Filled, Offer, forbidden, later_than_claimed, offer
from grading.checks.base import Finding
from grading.evidence_reads import draft_findings
from grading.models import CheckOutcome, PictureReading, Status
from grading.reading_words import ReadLine, not_visible, read_lines
from grading.screenshots.reading import ScreenshotReading

_LOSSES = {"loss_train", "loss_test"}  # held against the task's target
_TAB = {"address", "plot"}  # what a picture shows of the seed: nothing to take over but the link itself
_WITHOUT_LINK = {"epoch", *_LOSSES}  # findings about nothing else can be told while there is no link yet
SMALL = 0.2  # differences of less weight are told quietly: to pause a little after the target is what everybody does
OTHER_TAB = "If the run in the picture is the one you mean, paste the address of the tab that shows it."
LATER = "The claim is the first epoch that shows the target. If you paused a little later, leave it as it is."


class State(StrEnum):
    """How far the reading of a picture is."""

    WAITING = "waiting"
    FAILED = "failed"  # by us
    UNREADABLE = "unreadable"
    NO_PLAYGROUND = "no_playground"
    READ = "read"


class Agreement(StrEnum):
    """How a picture stands to what it was compared with."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOTHING = "nothing"  # to compare: the picture shows none of it
    NO_LINK = "no_link"  # nothing to compare it with


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: the sentence, what to know about it, what it can innocently mean, and the way to mend it."""

    sentence: str
    innocent: tuple[str, ...]
    is_small: bool
    hints: tuple[str, ...] = ()
    offer: Offer | None = None


@dataclass(frozen=True, slots=True)
class PictureSeen:
    """Everything that a page says of one picture."""

    state: State
    reason: str = ""
    lines: tuple[ReadLine, ...] = ()
    not_visible: str = ""
    agreement: Agreement = Agreement.NOTHING
    agrees_with: str = ""
    differences: tuple[Difference, ...] = ()
    fill_claim: Offer | None = None

    @property
    def is_calm(self) -> bool:
        """True where all that differs is small."""
        return all(difference.is_small for difference in self.differences)

    @property
    def use_all(self) -> Offer | None:
        """Offer to take over everything that differs, where that is more than one step."""
        offers = [one.offer for one in self.differences if one.offer and not one.is_small]
        if len(offers) < 2:
            return None
        return Offer(tuple(dict.fromkeys(name for one in offers for name in one.names)), "Use all of the above")

    @property
    def said(self) -> str:
        """Say the outcome in a few words for those who don't see the page; empty while there is none."""
        if self.state != State.READ:
            return _SAID[self.state]
        if self.agreement == Agreement.DIFFERS:
            return f"{count_of(len(self.differences), 'difference')}."
        return f"It agrees with your {self.agrees_with}." if self.agreement == Agreement.AGREES else "It was read."


_SAID = {
    State.WAITING: "",
    State.FAILED: "We could not read it.",
    State.UNREADABLE: "We could not read it.",
    State.NO_PLAYGROUND: "It does not look like the Playground.",
}


def picture_seen(
    row: PictureReading, *, filled: Filled, rules: TaskRules, has_link: bool = True, editable: bool = False
) -> PictureSeen:
    """Look at one picture's reading beside what it was, or will be, handed in with.

    `editable`: the form still can be changed, so that what differs can be taken over.
    """
    if row.is_live:
        return PictureSeen(State.WAITING)
    if row.status == Status.FAILED:
        return PictureSeen(State.FAILED)
    reading = row.reading
    if reading is None:
        return PictureSeen(State.UNREADABLE, reason=row.unreadable)
    if reading.is_playground is False:
        return PictureSeen(State.NO_PLAYGROUND)
    findings = _findings(reading, filled, rules, has_link=has_link)
    differences = [finding for finding in findings if finding.outcome == CheckOutcome.DIFFERS]
    return PictureSeen(
        State.READ,
        lines=read_lines(reading),
        not_visible=not_visible(reading),
        agreement=_agreement(findings, has_link=has_link),
        agrees_with=_agrees_with(findings),
        differences=tuple(_difference(one, reading, filled, rules, editable=editable) for one in differences),
        fill_claim=offer(reading, filled, rules, ["epoch"]) if editable and filled.claimed is None else None,
    )


def _findings(reading: ScreenshotReading, filled: Filled, rules: TaskRules, *, has_link: bool) -> list[Finding]:
    found = draft_findings(reading=reading, spec=filled.spec, claimed_epochs=filled.claimed, rules=rules)
    return [finding for _check, finding in found if has_link or _WITHOUT_LINK.issuperset(finding.about)]


def _agreement(findings: Sequence[Finding], *, has_link: bool) -> Agreement:
    if any(finding.outcome == CheckOutcome.DIFFERS for finding in findings):
        return Agreement.DIFFERS
    if not has_link:
        return Agreement.NO_LINK
    return Agreement.AGREES if _agrees_with(findings) else Agreement.NOTHING


def _agrees_with(findings: Sequence[Finding]) -> str:
    """Name what was compared and agrees: the link, the claim or both."""
    agreed = {name for finding in findings if finding.outcome == CheckOutcome.AGREES for name in finding.about}
    parts = {"link": agreed - _WITHOUT_LINK, "claim": agreed & {"epoch"}}
    return " and ".join(part for part, names in parts.items() if names)


def _difference(
    finding: Finding, reading: ScreenshotReading, filled: Filled, rules: TaskRules, *, editable: bool
) -> Difference:
    is_small, about = finding.weight < SMALL, finding.about
    if not editable:
        return Difference(finding.sentence, finding.innocent, is_small)
    known = {LATER: later_than_claimed(reading, filled, about), OTHER_TAB: not _TAB.isdisjoint(about)}
    hints = (*(hint for hint, fits in known.items() if fits), *forbidden(reading, filled, rules, about))
    return Difference(finding.sentence, finding.innocent, is_small, hints, offer(reading, filled, rules, about))
