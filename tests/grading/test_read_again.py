"""Reading again, by command and by service; and what is left of pictures that are gone."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from coursework.models import DraftScreenshot, Submission
from coursework.services.drafts import add_pictures
from grading.management.commands import read_pictures
from grading.models import PictureReading, Status
from grading.services.evidence.readings import read_again, run_reading, tidy_readings
from tests.fake_reader import READING, NotReadable, note_questions, use_reader
from tests.world import World, hand_in, make_task, make_world, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    return note_questions(monkeypatch)


def reading_of(submission: Submission) -> PictureReading:
    return PictureReading.objects.get(picture=submission.screenshots.get().picture.name)


def command(*options: str) -> str:
    told = StringIO()
    call_command("read_pictures", *options, stdout=told)
    return told.getvalue()


def read(monkeypatch: pytest.MonkeyPatch, submission: Submission, by: Any = lambda _: READING, times: int = 1) -> None:
    use_reader(monkeypatch, by)
    for _ in range(times):
        run_reading(reading_id=reading_of(submission).pk, worker="one")


# --- The service -------------------------------------------------------------------------------------------------


def test_what_was_read_stays_until_there_is_something_newer(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    submission = hand_in(world.task, world.owner)
    read(monkeypatch, submission)
    pk = reading_of(submission).pk
    assert read_again(readings=PictureReading.objects.all()) == [pk]
    reading = reading_of(submission)
    assert (reading.status, reading.attempt, reading.reading) == (Status.QUEUED, 0, READING)
    read(monkeypatch, submission, NotReadable("It is no picture."))
    reading = reading_of(submission)
    assert (reading.status, reading.reading, reading.unreadable) == (Status.COMPLETED, None, "It is no picture.")


def test_what_failed_gets_three_new_attempts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    submission = hand_in(world.task, world.owner)
    read(monkeypatch, submission, RuntimeError("odd"), times=3)
    assert reading_of(submission).status == Status.FAILED
    read_again(readings=PictureReading.objects.all())
    read(monkeypatch, submission, RuntimeError("odd"), times=2)
    assert reading_of(submission).status == Status.QUEUED
    read(monkeypatch, submission)
    assert reading_of(submission).reading == READING


def test_what_waits_or_runs_is_left_alone(world: World) -> None:
    hand_in(world.task, world.owner)
    before = list(PictureReading.objects.values())
    assert read_again(readings=PictureReading.objects.all()) == []
    assert list(PictureReading.objects.values()) == before


# --- The command -------------------------------------------------------------------------------------------------


def test_pictures_from_before_there_was_a_reader_are_queued(world: World) -> None:
    hand_in(world.task, world.owner)
    elsewhere = make_task(world.elsewhere.course, slug="other")
    hand_in(elsewhere, world.elsewhere)
    add_pictures(task=world.task, enrollment=world.owner, uploads=[picture(size=(40, 40))])
    PictureReading.objects.all().delete()
    assert command("--course", world.course.slug).startswith("2 pictures queued.")
    assert command().startswith("1 picture queued.")
    assert command("--unread").startswith("0 pictures queued.")
    assert PictureReading.objects.filter(status=Status.QUEUED, hinted_at=None).count() == 3


def test_failed_and_not_readable_ones_are_read_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    fine, broken, odd = (hand_in(world.task, who) for who in (world.owner, world.classmate, world.ta))
    read(monkeypatch, fine)
    read(monkeypatch, broken, RuntimeError("odd"), times=3)
    read(monkeypatch, odd, NotReadable("It is no picture."))
    assert command("--failed").startswith("2 pictures queued.")
    assert [reading_of(each).status for each in (fine, broken, odd)] == ["completed", "queued", "queued"]


def test_those_by_another_version_are_read_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = hand_in(world.task, world.owner), hand_in(world.task, world.classmate)
    read(monkeypatch, old)
    read(monkeypatch, new)
    PictureReading.objects.filter(pk=reading_of(new).pk).update(result=READING.to_dict() | {"reader_version": "2"})
    monkeypatch.setattr(read_pictures, "import_module", lambda _: type("Module", (), {"READER_VERSION": "2"}))
    assert command("--outdated").startswith("1 picture queued.")
    assert [reading_of(each).status for each in (old, new)] == ["queued", "completed"]


def test_all_of_them(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    submission = hand_in(world.task, world.owner)
    read(monkeypatch, submission)
    hand_in(world.task, world.classmate)
    assert command("--all").startswith("1 picture queued.")  # the other one waits already


def test_what_can_t_be_done_is_said(world: World, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    with pytest.raises(CommandError, match=r"There is no course 'odd'\. Courses here: ml-1, ml-2\."):
        command("--course", "odd")
    with pytest.raises(CommandError, match="not allowed with"):
        command("--failed", "--outdated")

    def missing(_: str) -> Any:
        raise ImportError("No module named 'rapidocr'")

    monkeypatch.setattr(read_pictures, "import_module", missing)
    with pytest.raises(CommandError, match="The reader is not installed here"):
        command("--outdated")
    settings.READ_SCREENSHOTS = False
    with pytest.raises(CommandError, match="READ_SCREENSHOTS is off"):
        command()


# --- Tidying -----------------------------------------------------------------------------------------------------

LATER = timedelta(hours=2)


def test_readings_go_some_time_after_their_pictures(world: World, asked: list[int]) -> None:
    handed_in = hand_in(world.task, world.owner)
    for enrollment in (world.owner, world.classmate):
        add_pictures(task=world.task, enrollment=enrollment, uploads=[picture(size=(40, 40))])
    removed, waiting = DraftScreenshot.objects.order_by("pk")
    removed.draft.delete()  # as deleting a task would
    assert tidy_readings() == 0
    assert tidy_readings(now=timezone.now() + LATER) == 1
    left = {row.picture for row in PictureReading.objects.all()}
    assert left == {handed_in.screenshots.get().picture.name, waiting.picture.name}


def test_checks_that_were_never_asked_for_are(world: World, asked: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    submission = hand_in(world.task, world.owner)
    use_reader(monkeypatch)
    read(monkeypatch, submission)
    asked.clear()  # as if the process had ended before
    tidy_readings()
    assert asked == [submission.pk]
    tidy_readings(now=timezone.now() + LATER)
    assert asked == [submission.pk]


def test_tidying_takes_as_many_queries_however_many_there_are(world: World, django_assert_num_queries: Any) -> None:
    for expected in (1, 4):
        for number in range(expected):
            PictureReading.objects.create(picture=f"{number}.png", upload_hash="0", queued_at=timezone.now() - LATER)
        with django_assert_num_queries(2):
            assert tidy_readings() == expected
