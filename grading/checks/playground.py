"""Whether the picture shows the Playground at all."""

from grading.checks.base import COMMON, Check, Evidence, Finding
from grading.checks.words import agrees, cant_say, differs

INNOCENT = (
    "The wrong file was chosen.",
    "The photo is too dark, too blurred or too small for our reader.",
    "The picture shows a part of the page, or another page, that was meant to explain something.",
)


def check(evidence: Evidence) -> Finding:
    """Say whether our reader takes the picture for one of the Playground."""
    if evidence.reading.is_playground is None:
        return cant_say("It can’t be told whether the picture shows the Playground.")
    if evidence.reading.is_playground:
        return agrees("The picture shows the Playground.")
    return differs("The picture does not look like the Playground.", weight=COMMON, innocent=INNOCENT)


PLAYGROUND = Check("playground", "Shows the Playground", check, before_hand_in=True)
