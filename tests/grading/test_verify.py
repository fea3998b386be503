"""Claims held against the run, its band and the runs after Resets; everything is really trained."""

from dataclasses import replace
from decimal import Decimal

from coursework.rules import TaskRules, playground_defaults
from engine.spec import FEATURES, Spec
from engine.training import Budget, Progress, Start, train
from grading.models import Outcome, Stage
from grading.services.verify import Finding, Job, verify
from tests.world import QUICK_SPEC

CIRCLE = TaskRules("both", Decimal("0.001"), 400, playground_defaults("circle"), ("0.1", "0.2", "0.3"))


def found(claimed: int, *, spec: Spec = QUICK_SPEC, rules: TaskRules = CIRCLE) -> Finding:
    return verify(Job(spec, claimed, rules), on_progress=lambda _stage, _progress: None, budget=Budget(seconds=300))


def test_the_exact_epoch_is_verified_and_resets_are_not_tried() -> None:
    finding = found(101)
    assert (finding.outcome, finding.retrained_epochs, finding.resets) == (Outcome.VERIFIED, 101, None)
    assert finding.chance_match is None
    assert [report.spec.seed for report in finding.reports] == ["0.31415", "0.1", "0.2", "0.3"]


def test_on_the_circle_the_band_is_narrow_and_holds_the_run() -> None:
    sensitivity = found(101).sensitivity
    assert sensitivity is not None and sensitivity.band is not None
    low, high = sensitivity.band
    assert low < 101 < high
    assert high - low < 10


def test_next_to_the_epoch_lies_inside_the_band() -> None:
    assert found(102).outcome == Outcome.INSIDE_BAND


def test_an_honest_claim_after_resets_is_recognised() -> None:
    """Recorded in the Playground itself: four Resets, then both losses show 0.001 at epoch 59."""
    spec = Spec(features=("x", "xSquared", "ySquared"), hidden_layers=(3, 2), seed="0.20690")
    finding = found(59, spec=spec)
    assert (finding.outcome, finding.resets) == (Outcome.AFTER_RESETS, 4)
    assert finding.retrained_epochs != 59
    assert finding.chance_match is not None and 0 < finding.chance_match <= 1


def test_a_wrong_claim_goes_to_a_person_with_the_chance_of_a_match() -> None:
    finding = found(30)
    assert (finding.outcome, finding.resets, finding.retrained_epochs) == (Outcome.CLAIM_NOT_REPRODUCED, None, 101)
    assert finding.chance_match == 0


def test_a_run_that_never_gets_there_is_told_so() -> None:
    finding = found(20, rules=replace(CIRCLE, max_epochs=20))
    assert (finding.outcome, finding.retrained_epochs, finding.official_epochs) == (
        Outcome.TARGET_NOT_REACHED,
        None,
        None,
    )


def test_what_is_not_allowed_is_not_trained() -> None:
    finding = found(101, spec=replace(QUICK_SPEC, learning_rate=0.1))
    assert (finding.outcome, finding.reports) == (Outcome.SETTINGS_NOT_ALLOWED, ())
    assert finding.disallowed == ("Learning rate 0.1 is not allowed: 0.03.",)


def test_the_results_on_course_seeds_do_not_depend_on_what_runs_beside_them() -> None:
    alone = train([Start(QUICK_SPEC.with_seed("0.1"))], stop="both", max_epochs=400)[0]
    assert found(101).reports[1].losses.tobytes() == alone.losses.tobytes()


def test_progress_names_the_stage() -> None:
    stages: list[Stage] = []

    def note(stage: Stage, _progress: Progress) -> None:
        if stage not in stages:
            stages.append(stage)

    verify(Job(QUICK_SPEC, 30, CIRCLE), on_progress=note, budget=Budget(seconds=300))
    assert stages == [Stage.RUNS, Stage.RESETS]


def test_where_no_replay_gets_there_is_no_band() -> None:
    rules = TaskRules("either", Decimal("0.001"), 30, playground_defaults("spiral"), ("0.1",))
    spec = Spec(dataset="spiral", features=FEATURES, hidden_layers=(8,), seed="0.5")
    finding = found(30, spec=spec, rules=rules)
    assert finding.outcome == Outcome.TARGET_NOT_REACHED
    assert finding.sensitivity is not None and finding.sensitivity.band is None
