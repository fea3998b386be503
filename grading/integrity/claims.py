"""Claims that could not be reproduced, by student, each with the nearest explanation that we know."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from grading.integrity.model import Group, HandIn, Kind, Member, Verified
from grading.integrity.words import epochs_listed, how_many, listed
from grading.models import Outcome

MISTYPED, PICTURE_SHOWS_CLAIM, CLAIM = 0.35, 0.5, 0.6


def claim_groups(hand_ins: Sequence[HandIn]) -> list[Group]:
    """Group each student's claims that neither the run, its band nor Resets came to."""
    by_student: dict[int, list[HandIn]] = defaultdict(list)
    for hand_in in hand_ins:
        by_student[hand_in.student].append(hand_in)
    groups = ((own, list(_unreproduced(own))) for own in by_student.values())
    return [_group(own, wrong) for own, wrong in groups if wrong]


def _unreproduced(own: Sequence[HandIn]) -> Iterator[tuple[HandIn, Verified]]:
    for hand_in in own:
        if hand_in.verified and hand_in.verified.outcome == Outcome.CLAIM_NOT_REPRODUCED:
            yield hand_in, hand_in.verified


def _group(own: Sequence[HandIn], wrong: Sequence[tuple[HandIn, Verified]]) -> Group:
    newest, verified = wrong[-1]
    nearest = [_nearest(hand_in, verified, own) for hand_in, verified in wrong]
    return Group(
        kind=Kind.CLAIM,
        subjects=(f"{Kind.CLAIM}:{newest.student}",),
        members=tuple(_member(hand_in, verified, alone=len(wrong) == 1) for hand_in, verified in wrong),
        heading=_heading(wrong),
        sentences=tuple(_sentences(newest, verified)) if len(wrong) == 1 else (_SEVERAL,),
        innocent=tuple(dict.fromkeys([*(reason for reasons in nearest for reason in reasons), *_ALWAYS])),
        telling=max(_telling(hand_in, verified) for hand_in, verified in wrong),
    )


_SEVERAL = (
    "None of them lies in the band of its link’s runs with last-bit differences, nor is reached after 1 to 20 Resets."
)
_ALWAYS = (
    "A setting was changed in the open page, which its link does not tell.",
    "Reset was pressed more than 20 times.",
    "The number was mistyped, or noted at another moment than when the target was first shown.",
)


def _heading(wrong: Sequence[tuple[HandIn, Verified]]) -> str:
    hand_in, verified = wrong[-1]
    if len(wrong) > 1:
        return f"{how_many(len(wrong), 'claim')} of {hand_in.name} could not be reproduced"
    claimed = f"{hand_in.name} claims epoch {hand_in.submission.claimed_epochs:,}"
    if verified.reached is None:
        return f"{claimed}, and our run does not reach the target"
    return f"{claimed}, and our run reaches the target at {verified.reached:,}"


def _sentences(hand_in: HandIn, verified: Verified) -> Iterator[str]:
    claimed = hand_in.submission.claimed_epochs
    if verified.band:
        low, high = verified.band
        between = f"between {low:,} and {high:,}"
        yield f"Runs of this link with last-bit differences lie {between}, {_off(low, high, claimed)}."
    yield "The claim is not reached after 1 to 20 Resets either."
    if verified.chance_match:
        share = f"{verified.chance_match:.0%}" if verified.chance_match >= 0.01 else "fewer than 1%"
        yield f"Of made-up numbers near it, {share} would have matched one of those Resets."


def _off(low: int, high: int, claimed: int) -> str:
    away = low - claimed if claimed < low else claimed - high
    return f"{away:,} epoch{'' if away == 1 else 's'} {'above' if claimed < low else 'below'} the claim"


def _member(hand_in: HandIn, verified: Verified, *, alone: bool) -> Member:
    """Say in the member's line what our run comes to, unless the heading says so already."""
    reached = "Not reached by our run" if verified.reached is None else f"Our run: {verified.reached:,}"
    band = f", band {verified.band[0]:,} to {verified.band[1]:,}" if verified.band else ""
    return Member(hand_in, remark="" if alone else f"{reached}{band}")


def _nearest(hand_in: HandIn, verified: Verified, own: Sequence[HandIn]) -> Iterator[str]:
    """List what could explain just this claim, the nearest first."""
    claimed, reached = hand_in.submission.claimed_epochs, verified.reached
    if reached is not None and reached in hand_in.shown:
        yield f"The picture shows epoch {reached:,}, where our run gets there, too: the number may be mistyped."
    elif claimed in hand_in.shown:
        yield f"The picture shows the claimed epoch {claimed:,}: it may be of another run, such as after more Resets."
    elif hand_in.shown:
        yield f"The picture shows epoch {epochs_listed(hand_in.shown)}: it was perhaps taken later, or of another run."
    if reached is not None and reached != claimed and sorted(str(reached)) == sorted(str(claimed)):
        yield f"{claimed:,} has the digits of {reached:,}: two of them may be interchanged."
    attempts = [
        f"attempt {other.submission.attempt}"
        for other in own
        if other is not hand_in and other.verified and other.verified.reached == claimed
    ]
    if attempts:
        yield f"It is what {listed(attempts)} of the same student comes to: the links may have been mixed up."


def _telling(hand_in: HandIn, verified: Verified) -> float:
    if verified.reached is not None and verified.reached in hand_in.shown:
        return MISTYPED
    return PICTURE_SHOWS_CLAIM if hand_in.submission.claimed_epochs in hand_in.shown else CLAIM
