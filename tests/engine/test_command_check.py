"""`python -m engine check`: what it prints, its exit status, and how it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.__main__ import main
from tests.engine.golden_files import GOLDEN, golden
from tests.engine.installed_kernels import INSTALLED

ROOT = Path(__file__).parents[2]


@pytest.fixture
def entries() -> list[dict[str, Any]]:
    """Give the three shortest recorded runs."""
    return sorted(golden("resets.json"), key=lambda entry: int(entry["epochs_run"]))[:3]


def _write(directory: Path, entries: Any) -> str:
    file = directory / "runs.json"
    file.write_text(json.dumps(entries), encoding="utf-8")
    return str(file)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_identical_runs(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, entries: list[dict[str, Any]], jobs: str
) -> None:
    assert main(["check", _write(tmp_path, entries), "--jobs", jobs]) == 0
    captured = capsys.readouterr()
    assert captured.out == "3 of 3 runs bit-identical\n"
    assert captured.err.splitlines() == ["1 of 3 rerun", "2 of 3 rerun", "3 of 3 rerun"]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_run_that_differs_is_named_with_its_first_epoch(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, entries: list[dict[str, Any]], jobs: str
) -> None:
    train, test = entries[1]["losses"]["10"]
    entries[1]["losses"]["10"] = [train, f"{int(test, 16) ^ 1:016x}"]
    assert main(["check", _write(tmp_path, entries), "--jobs", jobs]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("run 2 differs at epoch 10: losses ")
    assert test in lines[0] and f"seed {entries[1]['state']['seed']}" in lines[0]
    assert lines[1:] == ["2 of 3 runs bit-identical"]


@pytest.mark.parametrize("kernel", INSTALLED)
def test_a_kernel_may_be_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, entries: list[dict[str, Any]], kernel: str
) -> None:
    assert main(["check", _write(tmp_path, entries), "--jobs", "1", "--kernel", kernel]) == 0
    assert capsys.readouterr().out == "3 of 3 runs bit-identical\n"


@pytest.mark.skipif("numba" not in INSTALLED, reason="numba is not installed")
def test_all_kernels_are_checked_one_after_the_other(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, entries: list[dict[str, Any]]
) -> None:
    entries[0]["losses"]["0"] = ["nan", "nan"]
    assert main(["check", _write(tmp_path, entries), "--jobs", "1", "--kernel", "all"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["numpy", "numpy", "numba", "numba"]
    assert lines[1::2] == [f"{kernel}: 2 of 3 runs bit-identical" for kernel in INSTALLED]
    assert all("run 1 differs at epoch 0" in line for line in lines[::2])


def test_all_kernels_cannot_be_checked_without_numba(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.kernels.find_spec", lambda name: None)
    assert main(["check", str(GOLDEN / "runs.json"), "--kernel", "all"]) == 2
    assert "not installed" in capsys.readouterr().err


def test_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["check", str(tmp_path / "none.json")]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.endswith("none.json can't be read: No such file or directory\n")
    assert captured.err.count("\n") == 1


def test_a_directory_is_no_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["check", str(tmp_path)]) == 2
    assert "can't be read" in capsys.readouterr().err


@pytest.mark.parametrize("content", [{"runs": []}, [], "text", [{"state": {}}], None])
def test_a_file_without_runs(capsys: pytest.CaptureFixture[str], tmp_path: Path, content: Any) -> None:
    assert main(["check", _write(tmp_path, content)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "can't be checked" in captured.err and captured.err.count("\n") == 1


@pytest.mark.parametrize("content", [b"", b"\xff\x00", b"{", b"[" * 200_000])
def test_a_file_that_is_no_json(capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "runs.json"
    file.write_bytes(content)
    assert main(["check", str(file)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("jobs", ["0", "-1", "none", "257"])
def test_a_number_of_jobs_that_makes_no_sense(jobs: str) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["check", str(GOLDEN / "runs.json"), "--jobs", jobs])
    assert caught.value.code == 2


@pytest.fixture
def long_check() -> Iterator["subprocess.Popen[str]"]:
    """Run a check that takes long, in a process group of its own, up to where its workers have started."""
    # a shell's background jobs ignore Ctrl-C, and what they start inherits that
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(
        [sys.executable, "-m", "engine", "check", str(GOLDEN / "resets.json"), "--jobs", "2", "--kernel", "numpy"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        signal.signal(signal.SIGINT, before)
        _wait_until(lambda: len(_workers(process.pid)) == 2)
        yield process
        if _group(process.pid):
            os.killpg(process.pid, signal.SIGKILL)


def _group(group: int) -> list[int]:
    """Give the processes of a group that have not ended."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, (state, _, its_group) = int(stat.parent.name), stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:  # it ended just now
            continue
        if int(its_group) == group and state != "Z":
            found.append(pid)
    return found


def _workers(group: int) -> list[int]:
    """Give the worker processes of a group."""
    return [pid for pid in _group(group) if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text()]


def _wait_until(holds: Any, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_ctrl_c_stops_it_cleanly(long_check: "subprocess.Popen[str]") -> None:
    os.killpg(long_check.pid, signal.SIGINT)
    _, err = long_check.communicate(timeout=60)
    assert long_check.returncode == 130
    assert err.endswith("Stopped.\n") and "Traceback" not in err
    _wait_until(lambda: _group(long_check.pid) == [])


def test_an_interrupt_of_the_main_process_alone_stops_the_workers_too(long_check: "subprocess.Popen[str]") -> None:
    os.kill(long_check.pid, signal.SIGINT)
    _, err = long_check.communicate(timeout=60)
    assert long_check.returncode == 130
    assert err.endswith("Stopped.\n") and "Traceback" not in err
    _wait_until(lambda: _group(long_check.pid) == [])


def test_a_worker_killed_from_outside_ends_it_with_one_line(long_check: "subprocess.Popen[str]") -> None:
    os.kill(_workers(long_check.pid)[0], signal.SIGKILL)
    out, err = long_check.communicate(timeout=60)
    assert long_check.returncode == 2
    assert out == "" and err.endswith(
        "A worker process was ended from outside; with fewer --jobs it takes less memory.\n"
    )
    assert "Traceback" not in err


def test_workers_never_outlive_the_main_process(long_check: "subprocess.Popen[str]") -> None:
    os.kill(long_check.pid, signal.SIGKILL)
    _wait_until(lambda: _group(long_check.pid) == [])
