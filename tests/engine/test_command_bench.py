"""`python -m engine bench`: that it measures what it says; how fast that is, is nothing to test."""

import json
from typing import Any

import pytest

from engine import bench
from engine.__main__ import main
from tests.engine.installed_kernels import INSTALLED


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "RUNS", (1, 2))


def _figures(capsys: pytest.CaptureFixture[str]) -> Any:
    assert main(["bench", "--seconds", "0", "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_json_holds_every_kernel_task_and_number_of_runs(capsys: pytest.CaptureFixture[str]) -> None:
    figures = _figures(capsys)
    measured = {(one["kernel"], one["task"], one["runs"]) for one in figures["epochs"]}
    assert measured == {(kernel, task, runs) for kernel in INSTALLED for task in bench.TASKS for runs in (1, 2)}
    assert all(one["milliseconds"] > 0 for one in figures["epochs"])
    assert [one["kernel"] for one in figures["start"]] == INSTALLED
    assert all(one["first_call"] > 0 for one in figures["start"])
    assert set(figures["data"]) == {"circle", "spiral", "reg-gauss"}
    assert figures["unit"] == "milliseconds"


def test_text_has_a_line_for_each_figure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--seconds", "0"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for task in bench.TASKS:
        assert sum(line.startswith(task) for line in lines) == 2 * len(INSTALLED)
    assert sum("first call" in line for line in lines) == len(INSTALLED)


def test_what_is_measured_is_what_the_issue_names() -> None:
    circle, spiral = bench.TASKS.values()
    assert (circle.layer_sizes, circle.dataset) == ((2, 4, 2, 1), "circle")
    assert (spiral.layer_sizes, spiral.dataset) == ((7, 8, 8, 8, 1), "spiral")


def test_the_least_of_several_times_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter([0.0, 3.0, 3.0, 5.0, 5.0, 9.0])
    monkeypatch.setattr("engine.bench.time.process_time", lambda: next(seconds))
    assert bench._best(lambda: None, 0) == 2.0
