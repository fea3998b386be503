"""The real reader where it is installed: stored pictures are read by it, and hostile ones are done, not errors."""

from importlib.util import find_spec
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from coursework.models import Submission
from grading.models import PictureReading, Status
from grading.services.evidence.readings import load_reader, run_reading
from tests.fake_reader import note_questions
from tests.world import hand_in, make_world

pytestmark = [
    pytest.mark.reader,
    pytest.mark.django_db,
    pytest.mark.skipif(
        find_spec("grading.screenshots.reader") is None or find_spec("rapidocr") is None,
        reason="the reader of screenshots is not installed",
    ),
]


@pytest.fixture
def submission(monkeypatch: pytest.MonkeyPatch) -> Submission:
    note_questions(monkeypatch)
    world = make_world()
    return hand_in(world.task, world.owner)


def read() -> PictureReading:
    run_reading(reading_id=PictureReading.objects.get().pk, worker="one")
    return PictureReading.objects.get()


def test_a_stored_picture_is_read(submission: Submission) -> None:
    reading = read()
    assert (reading.status, reading.unreadable, reading.last_error) == (Status.COMPLETED, "", "")
    assert reading.reading is not None
    assert (reading.reading.width, reading.reading.height) == (64, 48)
    assert reading.reading.values == {}  # it is plain grey
    assert load_reader() is load_reader()


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + bytes(64)])
def test_what_is_no_picture_is_not_readable(submission: Submission, content: bytes) -> None:
    name = PictureReading.objects.get().picture
    default_storage.delete(name)
    assert default_storage.save(name, ContentFile(content)) == name
    reading: Any = read()
    assert (reading.status, reading.attempt, reading.reading) == (Status.COMPLETED, 1, None)
    assert reading.unreadable
