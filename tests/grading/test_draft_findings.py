"""What the checks say of a picture before it is handed in."""

from decimal import Decimal

from coursework.rules import TaskRules
from engine.spec import Spec
from grading.checks.registry import CHECKS
from grading.evidence_reads import draft_findings
from grading.models import CheckOutcome
from tests.grading.checks.samples import reading

SPEC = Spec(hidden_layers=(4, 2), seed="0.51803")
RULES = TaskRules("both", Decimal("0.001"), 3000, {}, ())


def test_only_what_needs_nothing_but_picture_and_form_is_said() -> None:
    found = draft_findings(reading=reading(hidden_layers=3), spec=SPEC, claimed_epochs=None, rules=RULES)
    names = [check.name for check, _ in found]
    assert names == [check.name for check in CHECKS if check.before_hand_in]
    assert not {"trace", "same-picture"} & set(names)
    assert {"architecture", "settings", "epoch", "target", "address"} <= set(names)


def test_a_difference_is_in_words_for_the_student() -> None:
    found = draft_findings(reading=reading(hidden_layers=3, epoch=445), spec=SPEC, claimed_epochs=441, rules=RULES)
    differing = {check.name: finding.sentence for check, finding in found if finding.outcome == CheckOutcome.DIFFERS}
    assert differing == {
        "architecture": "The picture shows 3 hidden layers, the link has 2.",
        "epoch": "The picture shows epoch 445, 4 epochs after the claimed 441.",
    }


def test_a_form_without_a_seed_or_a_claim_is_no_trouble() -> None:
    found = draft_findings(
        reading=reading(epoch=445, loss_train=0.5, address="playground.tensorflow.org/#seed=0.1&noise=0&x"),
        spec=SPEC.with_seed(None),
        claimed_epochs=None,
        rules=RULES,
    )
    assert {finding.outcome for _, finding in found} <= set(CheckOutcome)
