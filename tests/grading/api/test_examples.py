"""What the documentation shows is run: the lines of curl, and the client in Python."""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from grading.grades.reading import grade_of
from grading.models import GradingPolicy, ReleaseMode
from tests.grading.api.matrix import token
from tests.grading.api.test_plain_client import LINK, work
from tests.world import World, make_world, picture

DOCUMENTS = Path(settings.BASE_DIR) / "docs"
SERVER = "http://127.0.0.1:8000"


@pytest.fixture
def world(transactional_db: None, tmp_path: Path) -> World:
    (tmp_path / "run.png").write_bytes(picture().read())
    return make_world()


def test_the_client_in_python_hands_in_and_prints_the_points(
    live_server: Any, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = importlib.util.spec_from_file_location("api_client", DOCUMENTS / "examples" / "api_client.py")
    assert found is not None and found.loader is not None
    client: Any = importlib.util.module_from_spec(found)
    found.loader.exec_module(client)
    owner = token(world.owner.user)
    monkeypatch.setenv("COURSEWORK_TOKEN", owner)
    task = "courses/ml-1/assignments/playground/tasks/circle"
    client.main([live_server.url, task, LINK, "101", str(tmp_path / "run.png")], pause=work)
    printed = capsys.readouterr().out
    assert re.search(r"Receipt [0-9A-Z-]{9}: verified, 101 epochs\n\d+\.\d of 10\.0 points", printed), printed
    with client.Coursework(live_server.url, owner) as coursework:
        assert len(list(coursework.pages(f"{task}/submissions/", limit="1"))) == 1
        with pytest.raises(client.Refused, match="link"):
            coursework.hand_in(task, "nothing", 101, [tmp_path / "run.png"])


def test_the_client_in_python_says_how_it_is_called_and_what_was_refused(live_server: Any, world: World) -> None:
    def called(*arguments: str, **environment: str) -> str:
        program = [sys.executable, str(DOCUMENTS / "examples" / "api_client.py"), *arguments]
        done = subprocess.run(program, env=environment, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 1 and "Traceback" not in done.stderr
        return done.stderr

    assert "COURSEWORK_TOKEN=pcw_" in called(COURSEWORK_TOKEN="pcw_") and "COURSEWORK_TOKEN=pcw_" in called(*"abcde")
    named = (live_server.url, "courses/ml-1/assignments/playground/tasks/circle", LINK, "101", __file__)
    assert called(*named, COURSEWORK_TOKEN="pcw_").startswith("This token is not valid")


def test_the_lines_of_curl_do_what_they_say(live_server: Any, world: World, tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl found")
    GradingPolicy.objects.filter(task=world.task).update(release=ReleaseMode.MANUAL)
    student, staff = re.findall(
        r"```sh\n(.*?)```", (DOCUMENTS / "api.md").read_text().partition("## Examples")[2], re.S
    )
    said = run(student, tmp_path, live_server.url, token(world.owner.user))
    assert "Task A: Circle" in said and '"state":"queued"' in said and '"released":false' in said
    work(0)
    assert '"count":1,"left_out":[]' in run(staff, tmp_path, live_server.url, token(world.instructor.user))
    assert grade_of(world.task, world.owner).is_released
    assert "owner" in (tmp_path / "grades.csv").read_text()


def run(lines: str, folder: Path, server: str, text: str) -> str:
    for shown, here in ((SERVER, server), ("courses/demo", "courses/ml-1"), ("epochs=141", "epochs=101")):
        assert shown in lines or shown.startswith("epochs")
        lines = lines.replace(shown, here)
    done = subprocess.run(
        ["bash", "-euc", lines],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "TOKEN": text, "LINK": LINK},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
