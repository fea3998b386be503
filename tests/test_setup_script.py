"""`make setup`: what a newcomer's machine may lack gets one clear line; what is up to date is left alone."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

REQUIREMENTS = settings.BASE_DIR / "requirements"
LOCKED = [REQUIREMENTS / f"{name}.txt" for name in ("tools", "base", "embedded", "evidence", "development")]


def setup(environment: Path, python: str = "") -> "subprocess.CompletedProcess[str]":
    script = settings.BASE_DIR / "scripts" / "setup"
    return subprocess.run([str(script), str(environment), python], capture_output=True, text=True)


def fake_python(path: Path, script: str) -> str:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_a_python_too_old_is_one_line(tmp_path: Path) -> None:
    old = fake_python(tmp_path / "python3.8", 'case "$1" in --version) echo "Python 3.8.1";; *) exit 1;; esac')
    done = setup(tmp_path / "env", old)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"setup: Python 3.11, 3.12 or 3.13 is needed; {old} is Python 3.8.1."
        " Name one with: make PYTHON=/path/to/python3.12 …"
    ]


def test_a_python_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    done = setup(tmp_path / "env", str(tmp_path / "python3.12"))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1 and "is not found" in done.stderr


def test_a_python_without_its_venv_module_is_one_line(tmp_path: Path) -> None:
    bare = fake_python(tmp_path / "python3.12", 'case "$2" in *ensurepip*) exit 1;; *) exit 0;; esac')
    done = setup(tmp_path / "env", bare)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"setup: {bare} has no venv module. On Debian and Ubuntu: apt-get install python3-venv"
    ]


def test_nothing_is_done_while_the_requirements_stay_the_same(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / "requirements.stamp").write_bytes(b"".join(path.read_bytes() for path in LOCKED))
    done = setup(tmp_path, "/nonexistent/python")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("path", LOCKED, ids=lambda path: path.name)
def test_what_is_installed_is_locked_by_hash_and_names_no_host(path: Path) -> None:
    requirements = path.read_text().replace("\\\n", " ").splitlines()
    assert all("==" in line and "--hash=sha256:" in line for line in requirements)
    assert "://" not in path.read_text()
