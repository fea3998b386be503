"""`python -m engine sensitivity` and `python -m engine feasibility`: what they print, and their exit status."""

import json
from typing import Any

import pytest

from engine import __version__
from engine.__main__ import main
from engine.feasibility import feasibility
from engine.link import write_link
from engine.sensitivity import FIRST_REPLAYS, sensitivity
from engine.spec import FEATURES, Spec
from engine.training import CRITERIA

QUICK = Spec(dataset="gauss", learning_rate=0.1, seed="1")
LINK = write_link(QUICK)
SPIRAL = Spec(dataset="spiral", features=FEATURES, seed="1")


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main([*arguments, "--json"]) == 0
    data: dict[str, Any] = json.loads(capsys.readouterr().out)
    return data


def test_sensitivity_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("--stop", "train", "--max-epochs", "40", "--resets", "1")
    data = _json(capsys, "sensitivity", LINK, *arguments)
    expected = sensitivity(QUICK, stop="train", max_epochs=40, resets=1)
    assert data["reached"] == expected.reached is not None
    assert tuple(data["band"]) == expected.band
    assert (data["never"], data["runs"]) == (0, FIRST_REPLAYS + 1)
    assert tuple(data["replays"]) == expected.replays
    assert Spec.from_dict(data["spec"]) == QUICK and data["engine"] == __version__
    assert (data["stop"], data["max_epochs"], data["resets"]) == ("train", 40, 1)


def test_sensitivity_without_a_band(capsys: pytest.CaptureFixture[str]) -> None:
    data = _json(capsys, "sensitivity", LINK, "--max-epochs", "2", "--replays", "3")
    assert (data["reached"], data["band"], data["never"], data["runs"]) == (None, None, 4, 4)


def test_sensitivity_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sensitivity", LINK, "--replays", "3"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "The run itself reaches the target (both) at epoch 15.",
        "Honest runs in other browsers are expected at epochs 14 to 16.",
    ]
    assert main(["sensitivity", LINK, "--replays", "3", "--max-epochs", "2"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "The run itself reaches the target (both) never.",
        "None of 4 runs that differ in the last bit reaches it within 2 epochs.",
    ]


def test_feasibility_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    data = _json(capsys, "feasibility", write_link(SPIRAL))
    expected = feasibility(SPIRAL)
    assert list(data["possible"]) == list(CRITERIA)
    assert (data["possible"]["both"], data["possible"]["either"]) == (False, True)
    assert (data["floors"], data["reasons"], data["target"]) == (expected.floors, expected.reasons, 0.0015)
    assert data["conflicts"][0]["where"] == expected.conflicts[0].where
    assert data["near_pairs"]["train"] == expected.near.train


def test_feasibility_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feasibility", write_link(SPIRAL)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == [*CRITERIA, "Difficult"]
    assert lines[2].startswith("both: impossible (floor 0.00")
    assert main(["feasibility", LINK.replace("gauss", "circle")]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(CRITERIA)


@pytest.mark.parametrize("command", ["sensitivity", "feasibility"])
@pytest.mark.parametrize("link", ["not a link", "#activation=tanh", "#seed=1&noise=7"])
def test_what_can_t_be_used_is_said(command: str, link: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, link]) == 2
    captured = capsys.readouterr()
    assert captured.err and not captured.out


def test_never_is_no_target_of_a_band(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["sensitivity", LINK, "--stop", "never"])
    assert "invalid choice" in capsys.readouterr().err
