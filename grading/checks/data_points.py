"""The points in the picture against the data of the link's seed.

The data stay the same under any number of Resets, so this holds where epochs and losses can't.
"""

from typing import Any

from coursework.drawing.labels import count_text
from engine.errors import SpecError
from grading.checks.base import CLEAR, COMMON, Check, Compared, Evidence, Finding, sure
from grading.checks.words import agrees, cant_say, differs
from grading.models import CheckOutcome
from grading.screenshots.points import PointsMatch, match_points

INNOCENT = (
    "The link was copied from another tab, or from another try than the one in the picture.",
    "The data were made anew (Regenerate, or another data set, noise or share of training data) after the link was "
    "copied: the page then has another seed.",
    "The heat map is too small or too blurred for its points.",
)


def check(evidence: Evidence) -> Finding:
    """Say whether the seed's points stand where the picture shows points."""
    plot, spec = evidence.reading.plot, evidence.spec
    if plot is None:
        return cant_say("The heat map with the points is not in the picture, or could not be found.")
    if spec.seed is None:
        return cant_say("There is no seed yet whose points could be compared.")
    try:
        match = match_points(plot, spec)
    except (SpecError, ValueError):  # settings that can't be run; a plot that another version of the reader wrote
        return cant_say("The points of these settings can’t be compared.")
    fields = _fields(match, spec.seed)
    found = f"beyond chance, {match.share:.0%} of {count_text(match.expected)} points fit"
    if match.verdict is None:
        return cant_say(f"The points in the picture are too few or too blurred to tell: {found}.", **fields)
    if match.verdict:
        return agrees(f"The points in the picture are those of seed {spec.seed}: {found}.", **fields)
    return differs(
        f"The points in the picture are not those of seed {spec.seed}: {found}, like those of any other seed.",
        weight=_weight(evidence),
        innocent=INNOCENT,
        **fields,
    )


def _weight(evidence: Evidence) -> float:
    """Where another data set is shown, other points are no news: the settings differ already."""
    dataset = sure(evidence.reading.dataset)
    return CLEAR if dataset is None or dataset.value == evidence.spec.dataset else COMMON


def _fields(match: PointsMatch, seed: str) -> dict[str, Any]:
    outcome = {None: CheckOutcome.CANT_SAY, True: CheckOutcome.AGREES, False: CheckOutcome.DIFFERS}[match.verdict]
    return {
        "compared": (Compared("Points of the data", read=f"{match.share:.0%} fit", submitted=seed, outcome=outcome),),
        "about": ("plot",),
        "details": {
            "share": round(match.share, 3),
            "expected": match.expected,
            "others": [round(share, 3) for share in match.others],
        },
    }


POINTS = Check("points", "Points of the seed", check, before_hand_in=True)
