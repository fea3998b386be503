"""The same picture, or one that looks the same, handed in by somebody else."""

from coursework.drawing.labels import count_of
from grading.checks.base import COMMON, LOOK_FIRST, SMALL, TINY, Check, Evidence, Finding, SamePicture
from grading.checks.words import agrees, cant_say, differs

SAME_FILE_SAME_LINK, SAME_LOOK_OTHER_LINK = 0.9, 0.8
INNOCENT_FILE = (
    "Two people worked together, and one of them took the picture for both.",
    "The picture was passed around as an example.",
    "The wrong file was chosen out of a shared folder.",
)
INNOCENT_LOOK = (
    "With the same link and epoch the pictures of two honest runs look the same.",
    "The picture shows only a part of the page that looks alike in most runs.",
    *INNOCENT_FILE,
)


def check(evidence: Evidence) -> Finding:
    """Say what the weightiest of the equal pictures is; how it is equal and whether the link is the same decide."""
    if not evidence.same_pictures:
        if not evidence.reading.picture_hash:
            return cant_say("No other student handed in this very file; how it looks could not be compared.")
        return agrees("No other student handed in this picture.")
    is_part = evidence.reading.plot is None
    found = sorted(evidence.same_pictures, key=lambda same: weight_of(same, is_part=is_part), reverse=True)
    first = found[0]
    return differs(
        _sentence(first, len(found) - 1),
        weight=weight_of(first, is_part=is_part),
        innocent=INNOCENT_FILE if first.is_exact else INNOCENT_LOOK,
        details={"same": [_plain(same, weight_of(same, is_part=is_part)) for same in found]},
    )


def weight_of(same: SamePicture, *, is_part: bool) -> float:
    """Weigh one equal picture. `is_part`: the heat map is not in it, and what is looks alike in many runs.

    Honest classmates with the same link and epoch come to pictures that look the same; the very same bytes, or the same
    look under different links, hardly come about like that.
    """
    if same.is_exact:
        return SAME_FILE_SAME_LINK if same.same_link else LOOK_FIRST
    if same.same_link:
        return TINY
    if is_part:
        return SMALL
    return SAME_LOOK_OTHER_LINK if same.same_epoch else COMMON


def _sentence(same: SamePicture, more: int) -> str:
    which = f"picture {same.position} of {same.receipt_number}"
    how = f"The very same file is {which}" if same.is_exact else f"It looks like {which}"
    link = "with the same link" if same.same_link else "with another link"
    epoch = "; both show the same epoch" if same.same_epoch else ""
    others = f" {count_of(more, 'other picture')} {'is' if more == 1 else 'are'} like it as well." if more else ""
    return f"{how}, which somebody else handed in {link}{epoch}.{others}"


def _plain(same: SamePicture, weight: float) -> dict[str, str | float | bool]:
    return {
        "receipt_number": same.receipt_number,
        "position": same.position,
        "is_exact": same.is_exact,
        "distance": same.distance,
        "same_link": same.same_link,
        "same_epoch": same.same_epoch,
        "weight": weight,
    }


SAME_PICTURE = Check("same-picture", "Same picture elsewhere", check, one_picture_is_enough=False)
