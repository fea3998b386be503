"""Where compiled code is kept: found again by another process, and never in the way where nothing can be written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

compiling = pytest.importorskip("engine.kernels.compiling")

ROOT = Path(__file__).parents[3]
USE = """
import sys
sys.path.insert(0, sys.argv[1])
from engine.kernels import epochs
from engine.spec import Spec
from engine.training import Start, train
assert train([Start(Spec(seed="1"))], max_epochs=1, kernel="numba")[0].epochs_run == 1
print(sum(epochs.train_epochs.stats.cache_hits.values()), sum(epochs.train_epochs.stats.cache_misses.values()))
"""


def _use(cache: Path) -> list[str]:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache)}
    command = [sys.executable, "-c", USE, str(ROOT)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=300)
    return done.stdout.split()


def test_a_process_uses_what_another_one_compiled(tmp_path: Path) -> None:
    assert _use(tmp_path) == ["0", "1"]
    assert _use(tmp_path) == ["1", "0"]


def test_the_variable_names_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "given"))
    folder = compiling.cache_folder()
    assert folder is not None and folder.parent == tmp_path / "given"
    assert folder.stat().st_mode & 0o077 == 0


def test_else_it_is_beside_the_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    folder = compiling.cache_folder()
    assert folder is not None and folder.parent == Path(compiling.__file__).parent / "__pycache__"


def _unwritable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Put the sources where nothing can be written; a file stands where the folder would be, for root as for others."""
    (tmp_path / "__pycache__").write_text("")
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setattr(compiling, "_SOURCES", tmp_path)
    return tmp_path / "home"


def test_where_the_package_cannot_be_written_it_is_in_the_users_cache(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    users = _unwritable(monkeypatch, tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(users))
    folder = compiling.cache_folder()
    assert folder is not None and folder.parent == users / "playground-coursework"


def test_where_nothing_can_be_written_each_process_compiles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    users = _unwritable(monkeypatch, tmp_path)
    users.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(users))
    assert compiling.cache_folder() is None
    add = compiling.compiled_entry(_add)
    assert add(1, 2) == 3


def _add(left: int, right: int) -> int:
    return left + right


def test_each_version_of_the_sources_has_a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(compiling, "_SOURCES", tmp_path)
    folders = []
    for text in ("one = 1", "one = 2"):
        (tmp_path / "source.py").write_text(text)
        folders.append(compiling.cache_folder())
    assert folders[0] != folders[1] and None not in folders


def test_other_users_of_numba_keep_their_own_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling.numba.config, "CACHE_DIR", "theirs")
    compiling.compiled_entry(_add)
    assert compiling.numba.config.CACHE_DIR == "theirs"
