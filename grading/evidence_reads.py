"""What the checks say of a picture before it is handed in. Pure and quick: nothing is trained, no database is read."""

from coursework.rules import TaskRules
from engine.spec import Spec
from grading.checks.base import Check, Evidence, Finding
from grading.checks.registry import CHECKS
from grading.screenshots.reading import ScreenshotReading


def draft_findings(
    *, reading: ScreenshotReading, spec: Spec, claimed_epochs: int | None, rules: TaskRules
) -> list[tuple[Check, Finding]]:
    """Run the checks that need nothing but picture and form, in the order of the registry."""
    evidence = Evidence(reading=reading, spec=spec, claimed_epochs=claimed_epochs, rules=rules)
    return [(check, check.run(evidence)) for check in CHECKS if check.before_hand_in]
