"""Pictures are queued for reading where they are stored: in a draft, or with the hand-in; pages never wait for it."""

from collections.abc import Iterator
from typing import Any

import pytest
from celery import Celery
from django.db import DatabaseError

from coursework.models import DraftScreenshot, Submission
from coursework.services.drafts import add_pictures, remove_picture, throw_away
from grading import receivers, tasks
from grading.models import PictureReading, Status
from grading.services.evidence import readings as service
from grading.services.evidence.readings import run_reading
from tests.fake_reader import note_questions, use_reader
from tests.world import World, hand_in, make_world, picture, verification_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Any:
    """Run what waits for the commit of the block."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def hints(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    told: list[tuple[str, int]] = []
    for name in ("verify", "read_picture", "assess"):
        monkeypatch.setattr(getattr(tasks, name), "delay", lambda pk, name=name: told.append((name, pk)))
    return told


def keep(world: World, *sizes: int) -> list[str]:
    """Add pictures of different sizes to the owner's draft; returns their names in storage."""
    uploads = [picture(f"{size}.png", size=(size, size)) for size in sizes or (32,)]
    assert add_pictures(task=world.task, enrollment=world.owner, uploads=uploads) == []
    return list(DraftScreenshot.objects.order_by("pk").values_list("picture", flat=True))


def hand_in_draft(world: World) -> Submission:
    return hand_in(world.task, world.owner, screenshots=[], from_draft=True)


def test_a_draft_s_picture_is_queued_and_hinted_at(world: World, committed: Any, hints: list[tuple[str, int]]) -> None:
    with committed():
        (name,) = keep(world)
    reading = PictureReading.objects.get()
    row = DraftScreenshot.objects.get()
    assert (reading.picture, reading.upload_hash, reading.status) == (name, row.upload_hash, Status.QUEUED)
    assert hints == [("read_picture", reading.pk)]
    assert reading.hinted_at is not None


def test_the_same_picture_twice_in_a_draft_is_queued_once(world: World) -> None:
    keep(world, 32)
    keep(world, 32)
    assert PictureReading.objects.count() == 1


def test_what_was_read_in_the_draft_counts_after_handing_in(
    world: World, committed: Any, hints: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(world)
    given = use_reader(monkeypatch)
    run_reading(reading_id=PictureReading.objects.get().pk, worker="one")
    asked = note_questions(monkeypatch, answer=9)
    with committed():
        submission = hand_in_draft(world)
    reading = PictureReading.objects.get()
    assert (reading.status, len(given)) == (Status.COMPLETED, 1)
    assert reading.picture == submission.screenshots.get().picture.name
    assert asked == [submission.pk]
    assert [name for name, _ in hints] == ["verify", "assess"]


def test_pictures_that_come_with_the_form_are_queued_with_the_submission(
    world: World, committed: Any, hints: list[tuple[str, int]]
) -> None:
    with committed():
        submission = hand_in(world.task, world.owner)
    reading = PictureReading.objects.get()
    assert reading.picture == submission.screenshots.get().picture.name
    # The verification first: it is what somebody waits for.
    assert hints == [("verify", verification_of(submission).pk), ("read_picture", reading.pk)]


def test_a_draft_from_before_there_was_a_reader_is_read_once_handed_in(world: World, settings: Any) -> None:
    settings.READ_SCREENSHOTS = False
    keep(world, 32, 40)
    assert not PictureReading.objects.exists()
    settings.READ_SCREENSHOTS = True
    submission = hand_in_draft(world)
    names = set(submission.screenshots.values_list("picture", flat=True))
    assert set(PictureReading.objects.values_list("picture", flat=True)) == names and len(names) == 2


def test_while_a_picture_waits_handing_in_asks_for_nothing(
    world: World, committed: Any, hints: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = note_questions(monkeypatch)
    with committed():
        keep(world, 32, 40)
    first, _second = PictureReading.objects.order_by("pk")
    use_reader(monkeypatch)
    run_reading(reading_id=first.pk, worker="one")
    with committed():
        submission = hand_in_draft(world)
    assert asked == []
    PictureReading.objects.exclude(pk=first.pk).update(status=Status.FAILED)
    assert service.ask_if_all_read(submission.screenshots.values_list("picture", flat=True)) == []
    assert asked == [submission.pk]


def test_switched_off_nothing_is_queued(
    world: World, settings: Any, committed: Any, hints: list[tuple[str, int]]
) -> None:
    settings.READ_SCREENSHOTS = False
    with committed():
        keep(world)
        hand_in(world.task, world.classmate)
    assert not PictureReading.objects.exists()
    assert [name for name, _ in hints] == ["verify"]


def test_with_the_broker_down_both_succeed_and_one_hint_is_tried(
    world: World, committed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def fail(pk: int) -> None:
        tried.append(pk)
        raise OSError("down")

    monkeypatch.setattr(tasks.read_picture, "delay", fail)
    keep(world, 32, 40, 48)
    with committed():
        submission = hand_in_draft(world)
    assert submission.screenshots.count() == PictureReading.objects.filter(hinted_at=None).count() == 3
    assert len(tried) == 1


def test_what_fails_after_the_commit_does_not_fail_the_hand_in(
    world: World, committed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Any) -> list[int]:
        raise DatabaseError("locked")

    monkeypatch.setattr(receivers, "ask_if_all_read", fail)
    with committed():
        submission = hand_in(world.task, world.owner)
    assert Submission.objects.get() == submission
    assert PictureReading.objects.get().status == Status.QUEUED


def test_a_draft_that_is_not_stored_leaves_no_reading(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Any) -> list[int]:
        raise DatabaseError("disk full")

    monkeypatch.setattr(receivers, "queue_readings", fail)
    with pytest.raises(DatabaseError):
        keep(world)
    assert not DraftScreenshot.objects.exists()


@pytest.mark.parametrize("how", ["removed", "thrown away"])
def test_the_reading_of_a_picture_that_was_taken_back_goes_later(
    world: World, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(world)
    row = DraftScreenshot.objects.get()
    if how == "removed":
        remove_picture(task=world.task, enrollment=world.owner, picture=row.pk)
    else:
        throw_away(task=world.task, enrollment=world.owner)
    given = use_reader(monkeypatch)
    reading = PictureReading.objects.get()
    run_reading(reading_id=reading.pk, worker="one")
    reading.refresh_from_db()
    assert (reading.unreadable, given) == (service.FILE_GONE, [])


@pytest.fixture
def evidence_queue(broker: Celery) -> Iterator[Any]:
    with broker.connection_for_read() as connection:
        channel: Any = connection.default_channel
        yield lambda: int(channel.client.llen("evidence"))


def test_the_hint_goes_to_the_queue_of_its_own(world: World, committed: Any, evidence_queue: Any) -> None:
    with committed():
        keep(world)
    assert evidence_queue() == 1


def test_queueing_costs_as_many_queries_for_one_picture_as_for_three(
    world: World, django_assert_num_queries: Any
) -> None:
    counts = []
    for sizes in ((32,), (33, 34, 35)):
        rows = [(f"screenshots/{size}.png", str(size)) for size in sizes]
        with django_assert_num_queries(2) as queries:
            service.queue_readings(rows)
        counts.append(len(queries))
    assert counts == [2, 2]


def test_a_hint_that_fails_takes_nothing_from_a_stored_picture(
    world: World, committed: Any, hints: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(**_: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(tasks, "mark_readings_hinted", lost)
    with committed():
        keep(world)
    assert DraftScreenshot.objects.exists() and PictureReading.objects.get().status == Status.QUEUED
