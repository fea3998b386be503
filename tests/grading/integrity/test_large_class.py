"""The integrity view of a thousand students who each hand in three times, with three pictures."""

import random
from datetime import timedelta
from time import perf_counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coursework.models import Enrollment, Screenshot, Submission, Task, User
from engine.spec import Spec
from grading.integrity.listing import Show, Wanted, listing_of
from grading.models import PictureReading, Status
from grading.screenshots.reading import Read, ScreenshotReading
from tests.world import make_course, make_task

pytestmark = pytest.mark.django_db

STUDENTS, ATTEMPTS, PICTURES = 1000, 3, 3
SLOWEST = 20.0  # seconds on a machine that does much else; alone it takes about one


def make_class(task: Task, students: int) -> None:
    """Hand in with as few statements as can be; every tenth student has the picture of the one before."""
    drawn, now = random.Random(1), timezone.now()
    course = task.assignment.course
    users = User.objects.bulk_create(User(username=f"s{number}", password="!") for number in range(students))
    enrollments = Enrollment.objects.bulk_create(
        Enrollment(course=course, user=user, pseudonym=user.username) for user in users
    )
    submissions = Submission.objects.bulk_create(
        Submission(
            task=task,
            enrollment=enrollment,
            attempt=attempt,
            settings=Spec(seed=f"0.{drawn.randrange(100_000):05}").to_dict(),
            claimed_epochs=drawn.randrange(50, 900),
            received_at=now + timedelta(seconds=place * ATTEMPTS + attempt),
            idempotency_key=f"{attempt}",
        )
        for place, enrollment in enumerate(enrollments)
        for attempt in range(1, ATTEMPTS + 1)
    )
    looks = [f"{drawn.getrandbits(256):064x}" for _ in range(len(submissions) * PICTURES)]
    step = ATTEMPTS * PICTURES
    for place in range(10 * step, len(looks), 10 * step):
        looks[place] = f"{int(looks[place - step], 16) ^ 0b1011:064x}"
    shots = Screenshot.objects.bulk_create(
        Screenshot(
            submission=submission,
            position=position,
            picture=f"screenshots/{submission.pk}-{position}.png",
            width=1280,
            height=800,
            upload_hash=f"{drawn.getrandbits(256):064x}",
        )
        for submission in submissions
        for position in range(1, PICTURES + 1)
    )
    result = ScreenshotReading(1280, 800, "test", epoch=Read("000,141", 141, 0.99)).to_dict()
    PictureReading.objects.bulk_create(
        PictureReading(
            picture=str(shot.picture),
            upload_hash=shot.upload_hash,
            status=Status.COMPLETED,
            queued_at=now,
            result=result,
            picture_hash=look,
        )
        for shot, look in zip(shots, looks, strict=True)
    )


def test_a_thousand_students_are_gathered_quickly_and_by_seven_queries() -> None:
    task = make_task(make_course())
    make_class(task, STUDENTS)
    started = perf_counter()
    with CaptureQueriesContext(connection) as captured:
        listing = listing_of(task, Wanted(Show.ALL))
    took = perf_counter() - started
    near = [row for row in listing.rows if row.group.kind == "pictures"]
    assert len(near) == STUDENTS // 10 - 1
    assert all("3 of 256 bits" in row.group.sentences[0] for row in near)
    assert len(captured) == 7
    assert took < SLOWEST, f"{took:.1f} s"
