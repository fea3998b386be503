"""The shown losses against the task's target."""

import math

import pytest

from grading.checks.target import TARGET, shown_losses
from grading.models import CheckOutcome
from tests.grading.checks.samples import evidence, reading, rules

AGREES, DIFFERS, CANT_SAY = CheckOutcome.AGREES, CheckOutcome.DIFFERS, CheckOutcome.CANT_SAY


@pytest.mark.parametrize(
    ("criterion", "train", "test", "outcome"),
    [
        ("both", 0.001, 0.001, AGREES),
        ("both", 0.0, 0.001, AGREES),
        ("both", 0.001, 0.002, DIFFERS),
        ("both", 0.001, None, CANT_SAY),
        ("both", 0.002, None, DIFFERS),
        ("either", 0.001, 0.4, AGREES),
        ("either", 0.4, 0.001, AGREES),
        ("either", 0.001, None, AGREES),
        ("either", 0.4, None, CANT_SAY),
        ("either", 0.4, 0.4, DIFFERS),
        ("train", 0.001, 0.4, AGREES),
        ("train", 0.002, 0.001, DIFFERS),
        ("train", None, 0.001, CANT_SAY),
        ("test", 0.4, 0.001, AGREES),
        ("test", None, None, CANT_SAY),
    ],
)
def test_the_criterion_says_which_loss_counts(
    criterion: str, train: float | None, test: float | None, outcome: CheckOutcome
) -> None:
    read = {name: loss for name, loss in (("loss_train", train), ("loss_test", test)) if loss is not None}
    finding = TARGET.run(evidence(reading(**read), rules=rules(criterion)))
    assert finding.outcome == outcome
    assert (finding.weight > 0) is (outcome == DIFFERS)


def test_the_target_is_compared_as_shown() -> None:
    read = reading(loss_train=0.013, loss_test=0.012)
    assert TARGET.run(evidence(read, rules=rules(target="0.013"))).outcome == AGREES
    assert TARGET.run(evidence(read, rules=rules(target="0.012"))).outcome == DIFFERS


def test_the_sentence_names_losses_and_target() -> None:
    finding = TARGET.run(evidence(reading(loss_train=0.001, loss_test=0.21)))
    assert finding.sentence == (
        "The picture shows training loss 0.001 and test loss 0.210; the target is reached when both losses show "
        "0.001 or less."
    )
    assert [line.outcome for line in finding.compared] == [AGREES, DIFFERS]


def test_a_picture_of_the_claimed_epoch_weighs_more_than_one_of_another() -> None:
    at_claim, before = (
        TARGET.run(evidence(reading(epoch=epoch, loss_train=0.4, loss_test=0.4))).weight for epoch in (441, 100)
    )
    assert at_claim > before


def test_a_run_that_diverged_has_not_reached_the_target() -> None:
    lost = reading(loss_train=math.nan, loss_test=math.nan)
    finding = TARGET.run(evidence(lost))
    assert (finding.outcome, "training loss NaN" in finding.sentence) == (DIFFERS, True)
    assert TARGET.run(evidence(lost, rules=rules("either"))).outcome == DIFFERS


def test_losses_are_compared_as_the_page_writes_them() -> None:
    assert {name: str(loss) for name, loss in shown_losses(reading(loss_train=0.5)).items()} == {"loss_train": "0.500"}
    assert shown_losses(reading(loss_test=3e22))["loss_test"] == 3e22
