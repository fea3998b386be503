import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from coursework.management.commands import serve
from coursework.management.commands.serve import _about_pictures, _address, _programs, reader_installed


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000/"),
        ("0.0.0.0", "http://127.0.0.1:8000/"),
        ("::1", "http://[::1]:8000/"),
        ("grader.example.edu", "http://grader.example.edu:8000/"),
    ],
)
def test_the_address_told_is_one_to_type_into_a_browser(host: str, address: str) -> None:
    assert _address(host, 8000) == address


def test_a_port_in_use_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=rf"Can't listen at 127.0.0.1, port {port}: Address already in use"):
            call_command("serve", port=port)


def test_a_port_that_is_none_is_one_line() -> None:
    with pytest.raises(CommandError, match=r"There is no port 70000"):
        call_command("serve", port=70000)


def programs() -> dict[str, list[str]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return {each.name: list(each.command) for each in _programs(None, listener, "http://127.0.0.1/", 2)}


def test_pictures_have_a_worker_of_their_own_with_limits_of_its_own() -> None:
    started = programs()
    assert list(started) == ["web", "worker", "sweeper", "courier", "reader"]
    reader = started["reader"]
    assert reader[reader.index("--queues") + 1] == "evidence"
    assert "evidence" not in started["worker"][started["worker"].index("--queues") + 1]
    # What it needs for one picture must not have its process replaced after each.
    assert int(reader[reader.index("--max-memory-per-child") + 1]) > 1_200_000  # KiB
    assert _about_pictures() == []


@pytest.mark.parametrize(
    ("reading", "installed", "said"),
    [
        (False, True, "Screenshots are stored but not read: READ_SCREENSHOTS is off."),
        (True, False, "Install requirements/evidence.txt, or set READ_SCREENSHOTS=0."),
    ],
)
def test_without_a_reader_all_the_rest_starts_and_it_is_said(
    reading: bool, installed: bool, said: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.READ_SCREENSHOTS = reading
    monkeypatch.setattr(serve, "reader_installed", lambda: installed)
    assert list(programs()) == ["web", "worker", "sweeper", "courier"]
    (line,) = _about_pictures()
    assert line.endswith(said)


def test_it_is_installed_if_both_libraries_are(monkeypatch: pytest.MonkeyPatch) -> None:
    there = {"onnxruntime", "rapidocr"}
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name if name in there else None)
    assert reader_installed()
    there.remove("rapidocr")
    assert not reader_installed()


class Service:
    """The whole service, started as a person does."""

    def __init__(self, data_dir: Path, **environment: str) -> None:
        self._data_dir = data_dir
        self._log = data_dir.parent / "serve.log"
        kept = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(settings.BASE_DIR / "manage.py"), "serve", "--port", "0", "--workers", "1"],
                env={**kept, **environment, "DATA_DIR": str(data_dir)},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_for(self, pattern: str, seconds: float = 60) -> str:
        deadline = time.monotonic() + seconds
        while (found := re.search(pattern, self._log.read_text())) is None:
            assert time.monotonic() < deadline and self.process.poll() is None, self._log.read_text()
            time.sleep(0.05)
        return found.group()

    def processes(self) -> list[str]:
        """Name the command lines of all that still runs with this service's data directory."""
        mark = f"DATA_DIR={self._data_dir}".encode()
        return [path.parent.name for path in Path("/proc").glob("[0-9]*/environ") if _environment(path).count(mark)]


def _environment(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has just ended, or it is not ours
        return b""


@pytest.fixture
def service(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Service]:
    service = Service(tmp_path / "var", **getattr(request, "param", {}))
    yield service
    if service.process.poll() is None:
        service.process.kill()
        service.process.wait()


def test_all_of_it_serves_and_goes_at_one_ctrl_c(service: Service) -> None:
    address = service.wait_for(r"http://127\.0\.0\.1:\d+/")
    service.wait_for(r"worker +\|.* ready\.")
    service.wait_for(r"reader +\|.*reader@.* ready\.")
    with urllib.request.urlopen(f"{address}healthz/") as response:
        assert response.read() == b"ok"
    assert len(service.processes()) >= 9
    service.process.send_signal(signal.SIGINT)
    assert service.process.wait(timeout=20) == 0
    assert service.processes() == []


@pytest.mark.parametrize("service", [{"READ_SCREENSHOTS": "0"}], indirect=True, ids=["without reader"])
def test_nothing_of_it_outlives_being_killed(service: Service) -> None:
    service.wait_for(r"worker +\|.* ready\.")
    service.process.kill()
    service.process.wait()
    deadline = time.monotonic() + 15
    while left := service.processes():
        assert time.monotonic() < deadline, left
        time.sleep(0.1)
