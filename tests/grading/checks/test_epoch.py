"""The epoch counter in the picture against the claim."""

import pytest

from grading.checks.base import Verified
from grading.checks.epoch import EPOCH
from grading.models import CheckOutcome
from tests.grading.checks.samples import evidence, reading


def test_the_claimed_epoch_agrees_and_stands_beside_the_retrained_one() -> None:
    verified = Verified(outcome="inside_band", retrained_epochs=437, band=(430, 450), resets=None)
    finding = EPOCH.run(evidence(reading(epoch=441), verified=verified))
    assert finding.outcome == CheckOutcome.AGREES
    line = finding.compared[0]
    assert (line.read, line.submitted, line.retrained) == ("441", "441", "437 (430 to 450)")


@pytest.mark.parametrize(
    ("epoch", "sentence"),
    [
        (445, "The picture shows epoch 445, 4 epochs after the claimed 441."),
        (1441, "The picture shows epoch 1,441, 1,000 epochs after the claimed 441."),
        (440, "The picture shows epoch 440, 1 epoch before the claimed 441."),
    ],
)
def test_another_epoch_differs(epoch: int, sentence: str) -> None:
    finding = EPOCH.run(evidence(reading(epoch=epoch)))
    assert (finding.outcome, finding.sentence) == (CheckOutcome.DIFFERS, sentence)
    assert finding.innocent


def test_a_picture_taken_a_little_later_weighs_least_and_one_from_before_most() -> None:
    later, much_later, earlier = (EPOCH.run(evidence(reading(epoch=epoch))).weight for epoch in (445, 1441, 300))
    assert later < much_later < earlier


def test_without_a_claim_or_a_counter_nothing_is_said() -> None:
    assert EPOCH.run(evidence(reading(epoch=441), claimed_epochs=None)).outcome == CheckOutcome.CANT_SAY
    assert EPOCH.run(evidence()).outcome == CheckOutcome.CANT_SAY
    assert EPOCH.run(evidence(reading(confidence=0.5, epoch=12))).outcome == CheckOutcome.CANT_SAY
