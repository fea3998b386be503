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

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from coursework.management.commands.serve import _address


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


class Service:
    """The whole service, started as a person does."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._log = data_dir.parent / "serve.log"
        kept = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(settings.BASE_DIR / "manage.py"), "serve", "--port", "0", "--workers", "1"],
                env={**kept, "DATA_DIR": str(data_dir)},
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
def service(tmp_path: Path) -> Iterator[Service]:
    service = Service(tmp_path / "var")
    yield service
    if service.process.poll() is None:
        service.process.kill()
        service.process.wait()


def test_all_of_it_serves_and_goes_at_one_ctrl_c(service: Service) -> None:
    address = service.wait_for(r"http://127\.0\.0\.1:\d+/")
    service.wait_for(r"worker +\|.* ready\.")
    with urllib.request.urlopen(f"{address}healthz/") as response:
        assert response.read() == b"ok"
    assert len(service.processes()) >= 6
    service.process.send_signal(signal.SIGINT)
    assert service.process.wait(timeout=20) == 0
    assert service.processes() == []


def test_nothing_of_it_outlives_being_killed(service: Service) -> None:
    service.wait_for(r"worker +\|.* ready\.")
    service.process.kill()
    service.process.wait()
    deadline = time.monotonic() + 15
    while left := service.processes():
        assert time.monotonic() < deadline, left
        time.sleep(0.1)
