"""The evidence for the band: recorded replays are the engine's own, and the rule does what docs/band.md says."""

import json
from pathlib import Path

import pytest

from engine.evidence import (
    CAPS,
    STOPS,
    WRONG_BY,
    HonestRun,
    as_used,
    figures,
    main,
    read_honest_runs,
    replay_all,
    table,
    write_honest,
)
from engine.sensitivity import MARGIN_SHARE, REPLAYS
from tests.engine.golden_files import GOLDEN, golden

BROWSER = (GOLDEN / "browser.json").read_text(encoding="utf-8")
HONEST = (GOLDEN / "honest.json").read_text(encoding="utf-8")
RUNS = read_honest_runs(BROWSER, HONEST)
SPIRAL = 23  # a run of browser.json that takes about 345 epochs


def test_recorded_replays_are_those_of_the_engine() -> None:
    run = golden("browser.json")[SPIRAL]
    replayed = replay_all(json.dumps([run]), 3, lambda line: None)
    recorded = golden("honest.json")["browser"][SPIRAL]
    assert replayed == [{**recorded, "replays": recorded["replays"][:3]}]


def test_every_run_of_the_browsers_has_been_replayed() -> None:
    assert len(RUNS["browser"]) == 42
    assert {run.task for run in RUNS["browser"]} == set(STOPS) == set(CAPS)
    assert all(len(run.replays) > REPLAYS for runs in RUNS.values() for run in runs)


def test_on_the_circle_no_honest_claim_is_accused_and_every_wrong_one_is_caught() -> None:
    for runs in RUNS.values():
        result = figures([run for run in runs if run.task == "circle"])
        assert result.accused_browsers <= 0.01 and result.accused_replays <= 0.01
        assert min(result.caught.values()) >= 0.95


def test_at_most_one_in_a_hundred_honest_claims_is_accused() -> None:
    everything = [run for runs in RUNS.values() for run in runs]
    assert as_used(everything) == (0, len([epoch for run in everything for epoch in run.browsers if epoch is not None]))
    for runs in (everything, [run for run in everything if run.task == "spiral"]):
        result = figures(runs)
        assert result.accused_browsers <= 0.01
        assert result.accused_replays <= 0.01


def test_figures_of_a_run_worked_by_hand() -> None:
    run = HonestRun("spiral", 1000, 100, (100, 130, None), (100, 110, 120, 110))
    result = figures([run], replays=2, share=0.0, least=0)
    # Bands 100-110, 100-120, 100-120, 100-110: the claim of 130 is outside all of them, that of 100 is exact.
    assert result.accused_browsers == 0.5
    # Held out are 120, 110, 100 and 110; only the first is outside its band, 100-110.
    assert result.accused_replays == 0.25
    # Of 100 and 130: 95 and 124 too low, 105 (inside) and 136 too high, 80 and 104 (inside), 120 (inside two), 156.
    assert result.caught["5 % too low"] == 1
    assert result.caught["5 % too high"] == 0.5
    assert result.caught["20 % too low"] == 0.5
    assert result.caught["20 % too high"] == 0.75
    assert result.caught["half"] == 1


def test_a_run_that_no_browser_finishes_tells_nothing() -> None:
    assert figures([HonestRun("spiral", 1000, 100, (None, None), (100,) * 40)]).runs == 0


def test_too_few_replays_are_an_error() -> None:
    with pytest.raises(ValueError, match="too few"):
        figures([HonestRun("spiral", 1000, 100, (100, None), (100, 100))], replays=2)


def test_a_wider_margin_accuses_less_and_catches_less() -> None:
    spirals = [run for run in RUNS["browser"] if run.task == "spiral"]
    narrow, wide = figures(spirals, share=0.0), figures(spirals, share=1.0)
    assert narrow.accused_browsers > wide.accused_browsers and narrow.accused_replays > wide.accused_replays
    assert all(narrow.caught[name] >= wide.caught[name] for name in WRONG_BY)


def test_the_table_gives_percents() -> None:
    lines = table([run for run in RUNS["browser"] if run.task == "circle"], [(REPLAYS, MARGIN_SHARE)])
    assert lines[2] == f"{REPLAYS} | {MARGIN_SHARE:g} | 0.0 | 0.0 | 100.0 | 100.0 | 100.0 | 100.0 | 100.0"


def test_training_writes_the_replays_and_keeps_what_was_recomputed(tmp_path: Path) -> None:
    quick = [run for run in golden("browser.json") if run["state"]["networkShape"] == [3, 6]]
    (tmp_path / "browser.json").write_text(json.dumps(quick), encoding="utf-8")
    kept = golden("honest.json")["recomputed"][:2]
    write_honest(tmp_path / "honest.json", [], kept)
    paths = [str(tmp_path / "browser.json"), str(tmp_path / "honest.json")]
    assert main(["train", *paths, "--replays", "2"]) == 0
    written = json.loads((tmp_path / "honest.json").read_text(encoding="utf-8"))
    assert written == {"browser": [{"stop": "both", "max_epochs": 1500, "replays": 2}], "recomputed": kept}


def test_the_figures_of_both_sources_and_tasks_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", str(GOLDEN / "browser.json"), str(GOLDEN / "honest.json")]) == 0
    heads = [line.split(":")[0] for line in capsys.readouterr().out.splitlines() if line.endswith(" are accused")]
    sources = ("browser", "recomputed", "together")
    assert heads == [f"{source}, {task}" for source in sources for task in ("circle", "spiral")]
