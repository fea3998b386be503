"""What is said about a submission's evidence: a mark for tables, and the one sentence of its page. It never accuses."""

from collections.abc import Iterable

from coursework.drawing.labels import count_of
from grading.evidence.standing import EvidenceState, PictureCounts, Standing
from grading.models import CheckOutcome
from grading.wording import Mark, Wording

OUTCOMES = {
    CheckOutcome.AGREES: Mark("ok", "check", "agrees"),
    CheckOutcome.DIFFERS: Mark("warn", "warn", "differs"),
    CheckOutcome.CANT_SAY: Mark("calm", "dash", "can’t say"),
}
REASON_TO_LOOK = "A difference is a reason to look, never a proof: below stands what each can innocently mean."


def evidence_mark(standing: Standing) -> Mark | None:
    """Return the mark of a submission's evidence for a table; None where there is nothing to say."""
    if standing.state is EvidenceState.DIFFERS:
        tone = "warn" if standing.is_heavy else "calm"
        return Mark(tone, "eye", f"{standing.differences} {'differs' if standing.differences == 1 else 'differ'}")
    if standing.state is EvidenceState.READING:
        return Mark("info", "queue", "Being read" if standing.pictures.waiting else "Being checked")
    if standing.state is EvidenceState.UNREADABLE:
        return Mark("calm", "image", "Not readable")
    if standing.state is EvidenceState.FAILED:
        return Mark("bad", "tool", "Failed by us")
    return Mark("ok", "check", "Agrees") if standing.state is EvidenceState.AGREES else None


def evidence_wording(
    standing: Standing, *, findings: Iterable[str], unreadable: Iterable[str], outcomes: Iterable[str], reader_on: bool
) -> Wording:
    """Say what a person should know first.

    `findings` are the sentences of what differs, the weightiest first; `unreadable` says why pictures could not be
    read; `outcomes` are those of all checks that count.
    """
    match standing.state:
        case EvidenceState.DIFFERS:
            return _differs(standing, list(findings), list(outcomes))
        case EvidenceState.AGREES:
            text = f"{_counted(outcomes)} {_pictures(standing.pictures)}".strip()
            return Wording("ok", "check-circle", "Everything that could be compared agrees", text)
        case EvidenceState.UNREADABLE:
            what = "The picture is not readable" if standing.pictures.all == 1 else "None of the pictures is readable"
            said = " ".join(dict.fromkeys(unreadable))
            return Wording("calm", "image", what, f"{said} It was handed in all the same: please look at it.".strip())
        case EvidenceState.FAILED:
            return _failed(standing.pictures)
        case EvidenceState.READING:
            return _reading(standing.pictures)
    return _nothing(standing.pictures, reader_on=reader_on)


def _differs(standing: Standing, findings: list[str], outcomes: list[str]) -> Wording:
    heading, _, rest = (findings[0] if findings else "Something differs").partition(". ")
    verb = "differs" if standing.differences == 1 else "differ"
    text = f"{rest} " if rest else ""
    text += f"{standing.differences} of {count_of(len(outcomes), 'check')} {verb}"
    text += "; this weighs most. " if standing.differences > 1 else ". "
    text += "" if standing.seen or standing.is_heavy else "It weighs little, as honest runs often look like that. "
    tone = "warn" if standing.is_heavy else "calm"
    return Wording(tone, "eye", heading.rstrip("."), f"{text}{REASON_TO_LOOK} {_pictures(standing.pictures)}".strip())


def _counted(outcomes: Iterable[str]) -> str:
    found = list(outcomes)
    agree, silent = found.count(CheckOutcome.AGREES), found.count(CheckOutcome.CANT_SAY)
    text = f"{count_of(agree, 'check')} {'agrees' if agree == 1 else 'agree'}"
    return f"{text}, {silent} can’t say." if silent else f"{text}."


def _pictures(pictures: PictureCounts) -> str:
    """Say which pictures the findings do not rest on; "" if they rest on all."""
    parts = []
    if pictures.unreadable:
        verb = "is" if pictures.unreadable == 1 else "are"
        parts.append(f"{pictures.unreadable} of {count_of(pictures.all, 'picture')} {verb} not readable.")
    if pictures.waiting:
        parts.append(f"{count_of(pictures.waiting, 'picture')} still waiting to be read.")
    if pictures.failed:
        parts.append(f"{count_of(pictures.failed, 'picture')} could not be read, which is our fault.")
    return " ".join(parts)


def _failed(pictures: PictureCounts) -> Wording:
    if pictures.failed:
        heading = f"Our fault: we could not read {count_of(pictures.failed, 'picture')}"
    else:
        heading = "Our fault: we could not finish the checks"
    text = "Three attempts ended without a result; nothing follows from that for the student. Please look yourself."
    return Wording("bad", "tool", heading, text)


def _reading(pictures: PictureCounts) -> Wording:
    later = "What is found appears here: open the page again in a moment."
    if not pictures.waiting:
        return Wording("info", "queue", "The pictures are read and are being checked now", later)
    heading = "The picture is still being read" if pictures.all == 1 else "Pictures are still being read"
    return Wording("info", "queue", heading, f"{pictures.settled} of {pictures.all} done. {later}")


def _nothing(pictures: PictureCounts, *, reader_on: bool) -> Wording:
    if not pictures.all:
        return Wording("calm", "image", "Nothing to assess", "No picture was handed in with this attempt.")
    if pictures.asked:
        text = "The pictures show nothing that a check could hold against the submission: please look at them."
        return Wording("calm", "image", "Nothing to compare", f"{text} {_pictures(pictures)}".strip())
    why = "They were not read when they came." if reader_on else "Reading screenshots is switched off here."
    return Wording("calm", "image", "Nothing to assess", f"{why} The pictures stand below: please look yourself.")
