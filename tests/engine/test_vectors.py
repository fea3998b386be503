import copy
import json
from typing import Any

import pytest

from engine.spec import Spec
from engine.vectors import FormatError, RecordedRun, read_runs, read_state, rerun, to_hex
from tests.engine.golden_files import GOLDEN, golden
from tests.engine.installed_kernels import INSTALLED

BOUND = 50  # epochs with numpy: the whole runs are `python -m engine check --kernel numpy`, in CI


def _runs(name: str) -> list[RecordedRun]:
    return read_runs((GOLDEN / name).read_bytes())


def _name(recorded: RecordedRun) -> str:
    return f"{recorded.spec.dataset}-{'-'.join(map(str, recorded.spec.hidden_layers))}-{recorded.spec.seed!a}"


RUNS = pytest.mark.parametrize("recorded", _runs("runs.json") + _runs("resets.json"), ids=_name)


@RUNS
def test_recorded_runs_are_bit_identical_as_far_as_they_are_rerun_in_numpy(recorded: RecordedRun) -> None:
    assert rerun(recorded.until(BOUND), "numpy") is None


@RUNS
@pytest.mark.skipif("numba" not in INSTALLED, reason="numba is not installed")
def test_recorded_runs_are_bit_identical_over_their_whole_length(recorded: RecordedRun) -> None:
    assert rerun(recorded, "numba") is None


def test_all_recorded_runs_are_there() -> None:
    assert (len(_runs("runs.json")), len(_runs("resets.json"))) == (56, 12)


def test_a_whole_run_is_bit_identical_in_numpy() -> None:
    shortest = min(_runs("resets.json"), key=lambda recorded: recorded.epochs_run)
    assert rerun(shortest, "numpy") is None


@pytest.mark.parametrize("epochs", [56, 63])
def test_the_browsers_file_says_what_the_strict_arithmetic_gives(epochs: int) -> None:
    entry = next(one for one in golden("browser.json") if one["reached_fdlibm"]["both"] == epochs)
    (recorded,) = (one for one in _runs("runs.json") if one.spec == read_state(entry["state"]))
    assert dict(recorded.reached) == entry["reached_fdlibm"]
    assert rerun(recorded) is None


def _changed(**changes: Any) -> RecordedRun:
    """Give the shortest recorded run that reaches its target, with something else in it."""
    entry = copy.deepcopy(min(golden("resets.json"), key=lambda one: one["epochs_run"]))
    entry["losses"] = {epoch: changes.get(f"losses_{epoch}", pair) for epoch, pair in entry["losses"].items()}
    entry["reached"].update(changes.get("reached", {}))
    entry.update({name: value for name, value in changes.items() if name in entry and name != "reached"})
    entry["state"].update(changes.get("in_state", {}))
    return read_runs(json.dumps([entry]))[0]


def _last_bit(pair: list[str]) -> list[str]:
    return [pair[0], f"{int(pair[1], 16) ^ 1:016x}"]


def test_one_bit_in_a_loss_is_found_at_its_epoch() -> None:
    recorded = _changed()
    epoch = sorted(recorded.losses)[2]
    difference = rerun(_changed(**{f"losses_{epoch}": _last_bit(list(recorded.losses[epoch]))}))
    assert difference is not None
    assert difference.epoch == epoch
    assert recorded.losses[epoch][1] in difference.what


def test_the_first_of_several_differences_is_named() -> None:
    recorded = _changed()
    epochs = sorted(recorded.losses)
    changes = {f"losses_{epoch}": _last_bit(list(recorded.losses[epoch])) for epoch in epochs[1:]}
    difference = rerun(_changed(**changes))
    assert difference is not None and difference.epoch == epochs[1]


def test_another_first_point_differs_at_epoch_0() -> None:
    difference = rerun(_changed(first_point=["0" * 16] * 3))
    assert difference is not None and difference.epoch == 0


def test_another_epoch_of_reaching_the_target_differs_at_the_earlier_one() -> None:
    recorded = _changed()
    assert recorded.reached["train"] is not None
    later, never = (
        rerun(_changed(reached={"train": recorded.reached["train"] + 1})),
        rerun(_changed(reached={"train": None})),
    )
    assert later is not None and never is not None
    assert later.epoch == never.epoch == recorded.reached["train"]


@pytest.mark.parametrize("change", [-1, 1])
def test_another_length_of_the_run_differs(change: int) -> None:
    recorded = _changed()
    assert rerun(_changed(epochs_run=recorded.epochs_run + change)) is not None


def test_other_settings_or_resets_differ() -> None:
    recorded = _changed()
    assert rerun(_changed(resets=recorded.resets + 1)) is not None
    assert rerun(_changed(in_state={"seed": "another"})) is not None


def test_any_nan_is_nan() -> None:
    assert to_hex(float("nan")) == to_hex(-float("nan")) == "nan"
    assert (to_hex(-0.0), to_hex(float("inf"))) == ("8000000000000000", "7ff0000000000000")


def _entry(**changes: Any) -> str:
    return json.dumps([{**golden("resets.json")[0], **changes}])


def _without(name: str) -> str:
    return json.dumps([{key: value for key, value in golden("resets.json")[0].items() if key != name}])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no JSON"),
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        (b"\xff\xfe\xfa", "no JSON"),
        ("[]", "not a list of runs"),
        ("{}", "not a list of runs"),
        ("5", "not a list of runs"),
        ("[5]", "run 1 is not a recorded run"),
        ("[{}]", "run 1: 'state' is missing"),
        (_without("losses"), "'losses' is missing"),
        (_without("epochs_run"), "'epochs_run' is missing"),
        (_entry(state=5), "run 1 is not a recorded run"),
        (_entry(state={"learningRate": "fast", "seed": "1"}), "Learning rate fast is not allowed"),
        (_entry(state={"colour": "red"}), "colour"),
        (_entry(state={"batchSize": 0, "seed": "1"}), "Batch size 0 is not allowed"),
        (_entry(state={}), "Seed missing"),
        (_entry(resets=-1), "a number from 0"),
        (_entry(resets=True), "a number from 0"),
        (_entry(epochs_run=10**9), "a number from 0"),
        (_entry(first_point=["0" * 16]), "3 doubles"),
        (_entry(first_point=["0" * 16, "0" * 16, 5]), "run 1 is not a recorded run"),
        (_entry(reached={"train": 1}), "'test' is missing"),
        (_entry(reached={"train": "soon", "test": None, "both": None}), "a number from 0"),
        (_entry(losses=[1]), "run 1 is not a recorded run"),
        (_entry(losses={"first": ["nan", "nan"]}), "run 1 is not a recorded run"),
        (_entry(losses={"1": ["nan", "NAN"]}), "2 doubles"),
    ],
    ids=lambda text: ascii(text[:40]),
)
def test_what_holds_no_runs_is_refused_in_one_line(text: str | bytes, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_runs(text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_without_resets_has_none() -> None:
    assert {recorded.resets for recorded in _runs("runs.json")} == {0}


def test_settings_of_a_file_are_those_of_a_spec() -> None:
    state = golden("runs.json")[0]["state"]
    recorded = _runs("runs.json")[0]
    assert recorded.spec == Spec(
        features=tuple(state["features"]), hidden_layers=tuple(state["networkShape"]), seed=state["seed"]
    )
