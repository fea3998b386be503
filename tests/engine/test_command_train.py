"""`python -m engine train`: what it prints, and its exit status."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import __version__
from engine.__main__ import main
from engine.link import read_link, write_link
from engine.spec import Spec
from engine.training import Start, train
from tests.engine.golden_files import bits

ROOT = Path(__file__).parents[2]
QUICK = Spec(dataset="gauss", learning_rate=0.1, seed="1")
LINK = write_link(QUICK)


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["train", *arguments, "--json"]) == 0
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return report


def test_the_report_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", LINK]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "classification of gauss, noise 0 %, 50 % of the points for training; inputs x y; hidden layers 4-2, tanh; "
        "learning rate 0.1, no regularization, batch size 10; seed 1",
        "Loss shown as 0.001 or lower from epoch: train 13, test 15, both 15, either 13",
        "Ended after epoch 15 (target reached): training loss 0.001, test loss 0.001",
        "Parameters: 25",
    ]


def test_every_setting_stands_in_the_first_line(capsys: pytest.CaptureFixture[str]) -> None:
    spec = Spec(regularization="L2", regularization_rate=0.003, hidden_layers=(), init_zero=True, noise=5, seed="s")
    assert main(["train", write_link(spec), "--max-epochs", "0", "--resets", "2"]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    for part in (
        "noise 5 %",
        "no hidden layer",
        "L2 regularization 0.003",
        "start weights 0",
        "after 2 Resets",
        "seed s",
    ):
        assert part in first


def test_a_run_that_does_not_reach_its_target_says_never(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", write_link(Spec(seed="1")), "--max-epochs", "3"]) == 0
    out = capsys.readouterr().out
    assert "train never, test never, both never, either never" in out
    assert "Ended after epoch 3 (the most that was allowed)" in out


def test_divergence_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    link = "#problem=regression&activation=relu&learningRate=10&xSquared=true&seed=1"
    assert main(["train", link]) == 0
    out = capsys.readouterr().out
    assert "Diverged at epoch" in out and "(diverged)" in out and "not a number" in out


def test_the_report_for_machines_holds_every_loss_to_the_last_bit(capsys: pytest.CaptureFixture[str]) -> None:
    report = _json(capsys, LINK, "--stop", "train", "--resets", "1")
    expected = train([Start(QUICK, resets=1)], stop="train", max_epochs=1000)[0]
    assert report["engine"] == __version__
    assert Spec.from_dict(report["spec"]) == read_link(report["link"]).spec == QUICK
    assert (report["resets"], report["stopped"], report["diverged_at"]) == (1, "reached", None)
    assert report["epochs_run"] == report["reached"]["train"] == expected.epochs_run
    assert list(report["reached"]) == ["train", "test", "both", "either"]
    assert np.array_equal(report["losses"], expected.losses)
    assert [text for pair in report["losses_hex"] for text in pair] == bits(expected.losses)
    assert [report["loss_train"], report["loss_test"]] == report["losses"][-1]
    assert [report["loss_train_hex"], report["loss_test_hex"]] == report["losses_hex"][-1]
    assert (report["parameters"], report["gradient_steps"]) == (25, 250 * expected.epochs_run)


def test_losses_that_are_no_numbers_are_null(capsys: pytest.CaptureFixture[str]) -> None:
    link = "#problem=regression&activation=relu&learningRate=10&xSquared=true&seed=1"
    report = _json(capsys, link, "--stop", "never")
    assert report["stopped"] == "diverged"
    assert report["loss_train"] is None and report["loss_train_hex"] == "nan"


@pytest.mark.parametrize("stop", ["train", "test", "both", "either"])
def test_the_target_to_stop_at_can_be_chosen(capsys: pytest.CaptureFixture[str], stop: str) -> None:
    report = _json(capsys, LINK, "--stop", stop)
    assert report["epochs_run"] == report["reached"][stop]


def test_a_run_ends_after_1000_epochs_or_as_many_as_are_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert _json(capsys, LINK, "--stop", "never", "--max-epochs", "20")["epochs_run"] == 20
    linear = "#dataset=xor&activation=linear&networkShape=&percTrainData=10&batchSize=30&seed=1"
    assert _json(capsys, linear)["epochs_run"] == 1000


def test_a_link_without_a_seed_is_refused_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "https://playground.tensorflow.org/#activation=relu&x=true"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("Seed missing: ")


@pytest.mark.parametrize(
    ("link", "fields"),
    [
        ("#seed=1&learningRate=5&batchSize=99&noise=3", ["Learning rate 5", "Batch size 99", "Noise 3"]),
        ("#seed=1&learningRate=abc&batchSize=1e999", ["Learning rate abc", "Batch size 1e999"]),
        ("#seed=a b&networkShape=9", ["Hidden layers 9", "Seed a b"]),
        ("hello", ["Link hello"]),
        ("", ["Link missing"]),
    ],
)
def test_every_problem_of_a_link_is_listed(capsys: pytest.CaptureFixture[str], link: str, fields: list[str]) -> None:
    assert main(["train", link]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    lines = captured.err.splitlines()
    assert [line[: len(field)] for line, field in zip(lines, fields, strict=True)] == fields


@pytest.mark.parametrize(
    "options",
    [
        ["--stop", "soon"],
        ["--max-epochs", "-1"],
        ["--max-epochs", "many"],
        ["--max-epochs", "9" * 5000],
        ["--resets", "10001"],
        ["--resets", "1.5"],
        ["--colour"],
    ],
)
def test_wrong_options_are_refused(capsys: pytest.CaptureFixture[str], options: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["train", LINK, *options])
    assert caught.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["walk"], ["train"], ["check"]])
def test_a_command_and_what_it_needs_must_be_given(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def test_it_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "engine", "train", LINK, "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert json.loads(done.stdout)["reached"]["both"] == 15
    assert done.stderr == ""


def test_the_version_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out.strip() == __version__


def test_a_reader_that_has_gone_is_no_error_of_ours() -> None:
    command = f"{sys.executable} -m engine train '#seed=0.5' --max-epochs 3 --json | head -n 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, timeout=120)
    assert done.stdout == "{\n"
    assert done.stderr == ""
    assert done.returncode in (0, 141)  # 0 where all of it fitted into the pipe before the reader went
