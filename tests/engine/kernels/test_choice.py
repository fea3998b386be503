"""Which kernel trains: the environment, the caller, and what is installed."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine import kernels
from engine.__main__ import main
from engine.errors import KernelError
from engine.kernels import KERNELS, kernel_name, load_kernel
from engine.lockstep import Lockstep
from engine.spec import Spec
from engine.training import Start, train
from tests.engine.installed_kernels import INSTALLED

ROOT = Path(__file__).parents[3]
START = Start(Spec(seed="1"))


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENGINE_KERNEL", raising=False)


def _without_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "find_spec", lambda name: None)


def test_the_compiled_kernel_is_the_default_where_numba_is_installed() -> None:
    assert kernel_name() == INSTALLED[-1]


def test_numpy_is_the_fallback_without_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = train([START], max_epochs=2)[0].losses
    _without_numba(monkeypatch)
    assert kernel_name() == "numpy"
    assert np.array_equal(train([START], max_epochs=2)[0].losses, expected)


@pytest.mark.parametrize("name", INSTALLED)
def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("ENGINE_KERNEL", name)
    assert kernel_name() == name


def test_an_empty_variable_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGINE_KERNEL", "")
    assert kernel_name() == INSTALLED[-1]


def test_the_caller_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGINE_KERNEL", "unknown")
    assert kernel_name("numpy") == "numpy"
    assert len(train([START], max_epochs=1, kernel="numpy")) == 1


def test_a_kernel_that_there_is_not_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGINE_KERNEL", "fortran")
    with pytest.raises(KernelError, match="'fortran'; ENGINE_KERNEL is one of numpy, numba"):
        train([START], max_epochs=1)


def test_the_compiled_kernel_is_refused_where_it_is_asked_for_without_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    _without_numba(monkeypatch)
    with pytest.raises(KernelError, match="not installed"):
        kernel_name("numba")


def test_the_command_line_says_so_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ENGINE_KERNEL", "fortran")
    assert main(["train", "#seed=1"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_numpys_kernel_is_the_reference() -> None:
    assert list(KERNELS) == ["numpy", "numba"]
    assert load_kernel("numpy") is Lockstep


def test_nothing_imports_numba_before_it_trains() -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import engine.__main__, engine.link, engine.kernels\n"
        "assert engine.kernels.kernel_name('numpy') and 'numba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script, str(ROOT)], check=True, timeout=60)
