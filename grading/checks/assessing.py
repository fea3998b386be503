"""All checks over all pictures of a submission, and what of it counts. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grading.checks.base import Check, Evidence, Finding
from grading.models import CheckOutcome


@dataclass(frozen=True, slots=True)
class PictureResult:
    """What one check says of one picture; `counts` is False where another picture shows what this one does not."""

    screenshot_id: int
    check: Check
    finding: Finding
    counts: bool


@dataclass(frozen=True, slots=True)
class Assessed:
    """What all checks say of all pictures of one submission, picture by picture."""

    results: tuple[PictureResult, ...]

    @property
    def weight(self) -> float:
        """How much a person should look at it: of each check the weightiest picture that counts, added up."""
        heaviest: dict[str, float] = {}
        for result in self.results:
            if result.counts:
                name = result.check.name
                heaviest[name] = max(heaviest.get(name, 0.0), result.finding.weight)
        return round(sum(heaviest.values()), 3)

    @property
    def differences(self) -> int:
        """How many checks say that something differs, each counted once."""
        return len({result.check.name for result in self.results if result.counts and _differs(result.finding)})


def assess_pictures(pictures: Mapping[int, Evidence], checks: Sequence[Check]) -> Assessed:
    """Run checks over pictures, given by their screenshots' keys."""
    findings = {check.name: {key: check.run(evidence) for key, evidence in pictures.items()} for check in checks}
    return Assessed(
        tuple(
            PictureResult(key, check, findings[check.name][key], _counts(check, findings[check.name], key))
            for key in pictures
            for check in checks
        )
    )


def _counts(check: Check, findings: Mapping[int, Finding], key: int) -> bool:
    """Where one picture is enough and one agrees, the others need not."""
    is_enough = check.one_picture_is_enough and any(_agrees(finding) for finding in findings.values())
    return _agrees(findings[key]) or not is_enough


def _agrees(finding: Finding) -> bool:
    return finding.outcome == CheckOutcome.AGREES


def _differs(finding: Finding) -> bool:
    return finding.outcome == CheckOutcome.DIFFERS
