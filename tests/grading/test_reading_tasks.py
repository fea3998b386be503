"""Tasks and sweeper: what they call and whom they tell, on a queue that only workers with the reader serve."""

import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.utils import timezone

from grading import tasks
from grading.management.commands import sweep
from grading.models import PictureReading, Status, WorkerSign
from grading.queue import is_served
from tests.fake_reader import note_questions, use_reader
from tests.world import World, hand_in, make_world, verification_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def hints(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    told: list[tuple[str, int]] = []
    for name in ("verify", "read_picture", "assess"):
        monkeypatch.setattr(getattr(tasks, name), "delay", lambda pk, name=name: told.append((name, pk)))
    return told


def serve(queues: str, **age: float) -> None:
    seen = timezone.now() - timedelta(**age)
    WorkerSign.objects.create(name=f"{queues}:1", queues=queues, version="1", started_at=seen, seen_at=seen)


def test_the_task_reads_and_hints_at_the_checks(
    world: World, hints: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(world.task, world.owner)
    use_reader(monkeypatch)
    note_questions(monkeypatch, answer=9)
    tasks.read_picture(PictureReading.objects.get().pk)
    assert PictureReading.objects.get().status == Status.COMPLETED
    assert hints == [("assess", 9)]


def test_checking_hints_at_what_it_brings_up(hints: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[int] = []

    def run(*, assessment_id: int, worker: str, ending: Any) -> list[int]:
        assert worker and not ending()
        ran.append(assessment_id)
        return [5, 6]

    monkeypatch.setattr(tasks, "run_assessment", run)
    tasks.assess(4)
    assert (ran, hints) == ([4], [("assess", 5), ("assess", 6)])


@pytest.mark.parametrize("task", [tasks.verify, tasks.verify_again])
def test_a_verification_that_is_settled_asks_for_the_checks_once_more(
    world: World, task: Any, hints: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    verification = verification_of(hand_in(world.task, world.owner))
    asked: list[int] = []

    def ask(*, verification_id: int) -> int:
        asked.append(verification_id)
        return 3

    monkeypatch.setattr(tasks, "ask_after_verification", ask)
    for _ in range(2):  # the second time there is nothing to settle
        task(verification.pk)
    assert (asked, hints) == ([verification.pk], [("assess", 3)])


def test_a_reading_is_interrupted_long_before_a_verification(settings: Any) -> None:
    assert (tasks.read_picture.soft_time_limit, tasks.read_picture.time_limit) == (120, 150)
    assert tasks.read_picture.time_limit < settings.READING_LEASE_SECONDS
    assert settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"] > settings.CELERY_TASK_TIME_LIMIT


def test_evidence_has_a_queue_of_its_own(settings: Any) -> None:
    for task in (tasks.read_picture, tasks.assess):
        assert settings.CELERY_TASK_ROUTES[task.name] == {"queue": "evidence"}


def test_only_a_worker_heard_of_lately_serves_a_queue() -> None:
    assert not is_served("evidence")
    serve("verification, practice")
    serve("evidence", seconds=60)
    assert not is_served("evidence") and is_served("practice")
    serve("verification, evidence", seconds=5)
    assert is_served("evidence")
    assert not is_served("evid")


def test_the_sweeper_hints_at_pictures_after_all_else(world: World, hints: list[tuple[str, int]], capsys: Any) -> None:
    submission = hand_in(world.task, world.owner)
    serve("evidence")
    call_command("sweep", "--once")
    reading = PictureReading.objects.get()
    assert hints == [("verify", verification_of(submission).pk), ("read_picture", reading.pk)]
    assert reading.hinted_at is not None
    assert "2 waiting pieces of work" in capsys.readouterr().out


def test_where_nobody_reads_no_hints_pile_up_in_the_broker(world: World, hints: list[tuple[str, int]]) -> None:
    hand_in(world.task, world.owner)
    for _ in range(2):
        call_command("sweep", "--once")
    assert [name for name, _ in hints] == ["verify"]
    serve("evidence")
    call_command("sweep", "--once")
    assert [name for name, _ in hints] == ["verify", "read_picture"]


def test_the_sweeper_hints_at_waiting_checks(hints: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "sweep_assessments", lambda: [11])
    serve("evidence")
    call_command("sweep", "--once")
    assert hints == [("assess", 11)]


LOADED = "import sys; print(sorted({'rapidocr', 'onnxruntime', 'cv2'} & set(sys.modules)))"


@pytest.mark.parametrize(
    "what",
    [
        "import django; django.setup(); import grading.tasks, grading.services.evidence.readings",
        "import coursework.wsgi; import django.urls; django.urls.get_resolver().url_patterns",
        "from coursework.celery import app; app.loader.import_default_modules(); app.finalize()",
        "import django; django.setup(); import grading.management.commands.sweep, coursework.management.commands.serve",
        "from coursework.management.commands.serve import reader_installed; reader_installed()",
    ],
    ids=["tasks", "web", "worker", "commands", "looking for it"],
)
def test_who_does_not_read_does_not_pay(what: str, tmp_path: Any) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"{what}\n{LOADED}"],
        env={"DJANGO_SETTINGS_MODULE": "coursework.settings", "DATA_DIR": str(tmp_path)},
        cwd=django_settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
