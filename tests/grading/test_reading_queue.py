"""The reading of one picture from the queue to its end, and what becomes of it when something goes wrong."""

from datetime import timedelta
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.storage import default_storage
from django.utils import timezone

from coursework.models import Screenshot, Submission
from grading.models import PictureReading, Status
from grading.models.work import MOST_ATTEMPTS
from grading.services.evidence import readings as service
from grading.services.evidence.readings import (
    FILE_GONE,
    NO_REASON,
    claim_reading,
    load_reader,
    queue_readings,
    run_reading,
    settle_reading,
    sweep_readings,
)
from grading.services.leases import LOST_WORKER
from tests.fake_reader import READING, NotReadable, note_questions, use_reader
from tests.world import World, hand_in, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    return note_questions(monkeypatch)


@pytest.fixture
def submission(world: World) -> Submission:
    return hand_in(world.task, world.owner)


def reading_of(submission: Submission) -> PictureReading:
    return PictureReading.objects.get(picture=submission.screenshots.get().picture.name)


def run(submission: Submission, worker: str = "one") -> PictureReading:
    run_reading(reading_id=reading_of(submission).pk, worker=worker)
    return reading_of(submission)


def test_what_is_read_is_kept(submission: Submission, asked: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    given = use_reader(monkeypatch)
    reading = run(submission)
    with default_storage.open(reading.picture) as file:
        assert given == [file.read()]
    assert (reading.status, reading.attempt, reading.worker) == (Status.COMPLETED, 1, "one")
    assert (reading.reading, reading.unreadable, reading.picture_hash) == (READING, "", "a" * 64)
    assert reading.lease_expires_at is None and reading.finished_at is not None
    assert asked == [submission.pk]


def test_it_returns_the_assessments_to_hint_at(submission: Submission, monkeypatch: pytest.MonkeyPatch) -> None:
    use_reader(monkeypatch)
    note_questions(monkeypatch, answer=7)
    assert run_reading(reading_id=reading_of(submission).pk, worker="one") == [7]


def test_it_is_read_once_however_often_it_is_delivered(
    submission: Submission, asked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = use_reader(monkeypatch)
    for _ in range(3):
        run(submission)
    assert run_reading(reading_id=404, worker="one") == []
    assert (len(given), asked) == (1, [submission.pk])


def test_the_lease_is_long_enough_for_a_slow_machine(submission: Submission, settings: Any) -> None:
    claim = claim_reading(reading_id=reading_of(submission).pk, worker="one")
    assert claim is not None
    expires = reading_of(submission).lease_expires_at
    assert expires is not None
    assert expires - timezone.now() > timedelta(seconds=settings.READING_SECONDS + 30)
    assert claim_reading(reading_id=claim.reading_id, worker="two") is None


@pytest.mark.parametrize(
    ("reason", "kept"), [("It is no picture.", "It is no picture."), ("", NO_REASON), ("x" * 300, "x" * 200)]
)
def test_a_picture_that_can_t_be_read_is_done(
    submission: Submission, asked: list[int], monkeypatch: pytest.MonkeyPatch, reason: str, kept: str
) -> None:
    use_reader(monkeypatch, NotReadable(reason))
    reading = run(submission)
    assert (reading.status, reading.unreadable, reading.reading) == (Status.COMPLETED, kept, None)
    assert asked == [submission.pk]


def test_a_picture_whose_file_is_gone_is_done(
    submission: Submission, asked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = use_reader(monkeypatch)
    default_storage.delete(reading_of(submission).picture)
    reading = run(submission)
    assert (reading.status, reading.unreadable, given) == (Status.COMPLETED, FILE_GONE, [])


@pytest.mark.parametrize("error", [MemoryError("too large"), SoftTimeLimitExceeded(60), RuntimeError("odd")])
def test_an_error_is_tried_three_times_and_then_given_up(
    submission: Submission, asked: list[int], monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    given = use_reader(monkeypatch, error)
    states = [run(submission).status for _ in range(MOST_ATTEMPTS + 2)]
    assert states == [Status.QUEUED, Status.QUEUED, Status.FAILED, Status.FAILED, Status.FAILED]
    assert len(given) == MOST_ATTEMPTS
    assert reading_of(submission).last_error == f"{type(error).__name__}: {error}"
    assert asked == [submission.pk]  # once, when it was given up: the checks do without it


def test_an_answer_the_database_refuses_is_an_error_like_others(
    submission: Submission, asked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    use_reader(monkeypatch)
    monkeypatch.setattr(service, "_read", lambda _: {"result": {1, 2}, "unreadable": "", "picture_hash": ""})
    assert run(submission).status == Status.QUEUED


def test_a_worker_without_the_reader_leaves_the_picture_to_another(
    submission: Submission, asked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> Any:
        raise ModuleNotFoundError(f"No module named {name!r}")

    monkeypatch.setattr(service, "import_module", missing)
    load_reader.cache_clear()
    for _ in range(MOST_ATTEMPTS + 1):
        reading = run(submission)
    assert (reading.status, reading.attempt, reading.hinted_at) == (Status.QUEUED, 0, None)
    assert asked == []


def test_the_reader_is_loaded_once_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []

    class Module:
        NotReadable = NotReadable

        @staticmethod
        def ScreenshotReader() -> Any:
            loaded.append("reader")
            return type("Reader", (), {"read": staticmethod(lambda _: READING)})()

    monkeypatch.setattr(service, "import_module", lambda _: Module)
    load_reader.cache_clear()
    assert [load_reader().read(b"") for _ in range(3)] == [READING] * 3
    assert loaded == ["reader"]
    load_reader.cache_clear()


def test_a_worker_told_to_end_gives_it_back_unharmed(
    submission: Submission, asked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = use_reader(monkeypatch)
    assert run_reading(reading_id=reading_of(submission).pk, worker="one", ending=lambda: True) == []
    reading = reading_of(submission)
    assert (reading.status, reading.attempt, given) == (Status.QUEUED, 0, [])


def test_a_late_result_of_a_lost_worker_is_dropped(submission: Submission, asked: list[int]) -> None:
    late = claim_reading(reading_id=reading_of(submission).pk, worker="one")
    assert late is not None
    PictureReading.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    assert claim_reading(reading_id=late.reading_id, worker="two") is not None
    assert settle_reading(claim=late, result={"result": None, "unreadable": "late", "picture_hash": ""}) is False
    assert reading_of(submission).unreadable == ""


def test_a_picture_removed_while_it_is_read_leaves_nothing(
    submission: Submission, asked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_while_it_goes(_: bytes) -> Any:
        PictureReading.objects.all().delete()
        return READING

    use_reader(monkeypatch, read_while_it_goes)
    assert run_reading(reading_id=reading_of(submission).pk, worker="one") == []
    assert not PictureReading.objects.exists()


def test_the_sweeper_gives_back_what_a_lost_worker_had(submission: Submission, asked: list[int]) -> None:
    pk = reading_of(submission).pk
    claim_reading(reading_id=pk, worker="one")
    assert sweep_readings() == []
    assert sweep_readings(now=timezone.now() + timedelta(minutes=4)) == [pk]
    reading = reading_of(submission)
    assert (reading.status, reading.attempt, reading.last_error) == (Status.QUEUED, 1, LOST_WORKER)


def test_a_picture_that_kills_its_readers_is_given_up(submission: Submission, asked: list[int]) -> None:
    pk = reading_of(submission).pk
    for _ in range(MOST_ATTEMPTS):
        assert claim_reading(reading_id=pk, worker="one") is not None
        hinted = sweep_readings(now=timezone.now() + timedelta(minutes=4))
    assert hinted == []
    assert claim_reading(reading_id=pk, worker="one") is None
    assert reading_of(submission).status == Status.FAILED
    assert asked == [submission.pk]


def test_queueing_twice_makes_one_row_and_leaves_what_is_there(world: World) -> None:
    (first,) = queue_readings([("screenshots/a.png", "1")])
    PictureReading.objects.filter(pk=first).update(hinted_at=timezone.now())
    again = queue_readings([("screenshots/a.png", "2"), ("screenshots/b.png", "3")])
    assert PictureReading.objects.count() == 2
    assert PictureReading.objects.get(pk=first).upload_hash == "1"
    assert again == [PictureReading.objects.get(picture="screenshots/b.png").pk]
    assert queue_readings([]) == []


def test_every_submission_that_holds_the_picture_is_asked_for(
    world: World, asked: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    use_reader(monkeypatch)
    first, second = hand_in(world.task, world.owner), hand_in(world.task, world.classmate)
    name = first.screenshots.get().picture.name
    Screenshot.objects.filter(submission=second).update(picture=name)
    run(first)
    assert sorted(asked) == [first.pk, second.pk]
