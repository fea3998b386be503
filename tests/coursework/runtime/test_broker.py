import importlib.util
import socket
import stat
import subprocess
import time
from pathlib import Path

import pytest
import redis

from coursework.runtime.broker import NoBroker, embedded_broker, find_server, running_broker


def test_running_broker_keeps_what_it_is_given_while_the_block_lasts() -> None:
    with running_broker() as url, redis.from_url(url) as client:
        client.lpush("queue", "hint")
        assert client.lpop("queue") == b"hint"


def test_only_its_owner_can_reach_it() -> None:
    with running_broker() as url, redis.from_url(url) as client:
        path = Path(url.removeprefix("unix://"))
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert client.config_get("port") == {"port": "0"}


def test_nothing_of_it_is_left_behind() -> None:
    with running_broker() as url:
        path = Path(url.removeprefix("unix://"))
    assert not path.parent.exists()
    with socket.socket(socket.AF_UNIX) as connection, pytest.raises(OSError):
        connection.connect(str(path))


def test_what_it_holds_survives_being_killed(tmp_path: Path) -> None:
    broker = embedded_broker(socket_directory=tmp_path, data=tmp_path / "data")
    for start in ("first", "second"):
        with subprocess.Popen(broker.command) as process:
            while not broker.answers():
                time.sleep(0.01)
            with redis.from_url(broker.url) as client:
                if start == "first":
                    client.lpush("queue", "hint")
                    client.execute_command("WAITAOF", 1, 0, 0) if broker.program.name == "valkey-server" else None
                else:
                    assert client.lrange("queue", 0, -1) == [b"hint"]
            process.kill()


def test_the_machines_own_server_is_used_where_none_came_along(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = tmp_path / "redis-server"
    own.touch(mode=0o755)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_server() == own


def test_no_server_at_all_is_one_line_that_helps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoBroker, match="set REDIS_URL, run make setup, or install redis-server"):
        find_server()


def test_one_that_does_not_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coursework.runtime.broker.find_server", lambda: Path("/bin/true"))
    with pytest.raises(NoBroker, match="true did not start"), running_broker():
        pass
