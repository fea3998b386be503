"""Which pictures of others equal those of a submission."""

import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coursework.models import Screenshot, Submission
from coursework.services.courses import enroll
from grading.alike import NEAR
from grading.models import PictureReading, Status
from grading.same_pictures import MOST_SHOWN, same_pictures
from tests.grading.evidence_rows import hand_in_picture, read_pictures
from tests.world import QUICK_SPEC, World, make_task, make_user, make_world

pytestmark = pytest.mark.django_db
LOOK = "0f" * 32


@pytest.fixture
def world() -> World:
    return make_world()


def looks_like(bits: int) -> str:
    """Give a look that differs from LOOK in so many bits."""
    return f"{int(LOOK, 16) ^ (2**bits - 1):064x}"


def only(submission: Submission) -> tuple[Any, ...]:
    return same_pictures(submission).get(submission.screenshots.get().pk, ())


def test_the_very_same_file_is_found(world: World) -> None:
    first = hand_in_picture(world.task, world.classmate, size=50)
    second = hand_in_picture(world.task, world.owner, size=50)
    hand_in_picture(world.task, world.ta)
    found = only(second)
    assert [(one.receipt_number, one.position, one.is_exact) for one in found] == [(first.receipt_number, 1, True)]
    assert found[0].same_link


@pytest.mark.parametrize(("bits", "is_found"), [(0, True), (NEAR, True), (NEAR + 1, False), (100, False)])
def test_the_same_look_is_found_within_a_few_bits(world: World, bits: int, is_found: bool) -> None:
    other = hand_in_picture(world.task, world.classmate, spec=QUICK_SPEC.with_seed("0.2"))
    own = hand_in_picture(world.task, world.owner)
    read_pictures(other, picture_hash=looks_like(bits), epoch=12)
    read_pictures(own, picture_hash=LOOK, epoch=12)
    found = only(own)
    assert bool(found) is is_found
    for one in found:
        assert (one.distance, one.is_exact, one.same_link, one.same_epoch) == (bits, False, False, True)


def test_an_epoch_that_was_not_read_for_sure_is_not_the_same(world: World) -> None:
    for student, confidence in ((world.classmate, 1.0), (world.owner, 0.5)):
        own = hand_in_picture(world.task, student)
        read_pictures(own, picture_hash=LOOK, epoch=12, confidence=confidence)
    assert not only(own)[0].same_epoch


@pytest.mark.parametrize(("epoch", "is_found"), [(12, True), (13, False), (None, True)])
def test_a_look_that_shows_another_epoch_is_of_another_picture(world: World, epoch: int | None, is_found: bool) -> None:
    """Honest classmates with one design in windows of one size look as near as copies, whatever the seed."""
    other = hand_in_picture(world.task, world.classmate, spec=QUICK_SPEC.with_seed("0.2"))
    own = hand_in_picture(world.task, world.owner)
    read_pictures(other, picture_hash=LOOK, epoch=epoch)
    read_pictures(own, picture_hash=LOOK, epoch=12)
    assert bool(only(own)) is is_found


def test_the_students_own_attempts_are_left_out(world: World) -> None:
    for _ in range(2):
        own = hand_in_picture(world.task, world.owner, size=50)
        read_pictures(own, picture_hash=LOOK)
    assert only(own) == ()


def test_other_tasks_count_for_files_only_and_other_courses_not_at_all(world: World) -> None:
    other_task = make_task(world.course, slug="spiral")
    elsewhere_task = make_task(world.elsewhere.course, slug="spiral")
    in_other_task = hand_in_picture(other_task, world.classmate, size=50)
    read_pictures(in_other_task, picture_hash=LOOK)
    read_pictures(hand_in_picture(elsewhere_task, world.elsewhere, size=50), picture_hash=LOOK)
    same_file = hand_in_picture(world.task, world.owner, size=50)
    same_look = hand_in_picture(world.task, world.owner)
    read_pictures(same_look, picture_hash=LOOK)
    assert [one.receipt_number for one in only(same_file)] == [in_other_task.receipt_number]
    assert only(same_look) == ()


def test_the_most_telling_come_first_and_not_all_of_a_class(world: World) -> None:
    for number in range(MOST_SHOWN + 5):
        student = enroll(course=world.course, user=make_user(f"s{number}"))
        read_pictures(hand_in_picture(world.task, student), picture_hash=LOOK)
    other_link = hand_in_picture(world.task, world.classmate, spec=QUICK_SPEC.with_seed("0.2"))
    read_pictures(other_link, picture_hash=looks_like(3))
    own = hand_in_picture(world.task, world.owner)
    read_pictures(own, picture_hash=LOOK)
    found = only(own)
    assert len(found) == MOST_SHOWN
    assert found[0].receipt_number == other_link.receipt_number


def test_the_number_of_queries_does_not_grow(world: World) -> None:
    counts = []
    for round_number in range(2):
        for number in range(3):
            student = enroll(course=world.course, user=make_user(f"s{round_number}-{number}"))
            read_pictures(hand_in_picture(world.task, student, pictures=2), picture_hash=LOOK, epoch=3)
        own = hand_in_picture(world.task, world.owner, pictures=1 + 2 * round_number)
        read_pictures(own, picture_hash=LOOK, epoch=3)
        submission = Submission.objects.select_related("task__assignment").get(pk=own.pk)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert same_pictures(submission)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 7


def test_a_class_of_a_thousand_is_compared_in_moments(world: World) -> None:
    """9,000 pictures: the rows are made in bulk, since only reading them is the question."""
    own = hand_in_picture(world.task, world.owner)
    read_pictures(own, picture_hash=LOOK)
    now, other = timezone.now(), hand_in_picture(world.task, world.classmate)
    names = [f"screenshots/ab/{number:032x}.png" for number in range(9000)]
    Screenshot.objects.bulk_create(
        Screenshot(
            submission=other, position=number + 10, picture=name, width=20, height=20, upload_hash=f"{number:064x}"
        )
        for number, name in enumerate(names)
    )
    PictureReading.objects.bulk_create(
        PictureReading(
            picture=name,
            upload_hash=f"{number:064x}",
            status=Status.COMPLETED,
            queued_at=now,
            unreadable="-",
            picture_hash=f"{number * 2**200 + 7919 * number:064x}",
        )
        for number, name in enumerate(names)
    )
    started = time.process_time()
    assert only(own) == ()
    assert time.process_time() - started < 2
