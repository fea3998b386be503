"""Under each screenshot that was handed in: what was read from it, for its student and for staff alike."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coursework.models import Submission
from coursework.services.screenshots import prepare_screenshot
from grading.models import Assessment, CheckOutcome, CheckResult, PictureReading, Status
from grading.services.verification import run_verification
from tests.grading.picture_rows import read, row, row_read, shown
from tests.world import World, hand_in, make_world, picture, verification_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def handed_in(world: World, pictures: int = 1) -> Submission:
    prepared = [prepare_screenshot(picture(f"run{number}.png", size=(64 + number, 48))) for number in range(pictures)]
    return hand_in(world.task, world.owner, screenshots=prepared)


def names(submission: Submission) -> list[str]:
    return [str(one.picture.name) for one in submission.screenshots.all()]


def shots(world: World, submission: Submission, who: str = "owner") -> str:
    """The part of the page with the screenshots."""
    response = world.client(who).get(reverse("submission", kwargs={"receipt_number": submission.receipt_number}))
    assert response.status_code == 200
    text = " ".join(response.content.decode().split())
    return text[text.index('id="shots"') :]


@pytest.mark.parametrize("is_settled", [False, True])
def test_student_and_staff_see_what_was_read_and_that_it_agrees(world: World, is_settled: bool) -> None:
    submission = handed_in(world)
    row_read(names(submission)[0], shown())
    if is_settled:
        run_verification(verification_id=verification_of(submission).pk, worker="test")
    for who in ("owner", "ta", "instructor"):
        text = shots(world, submission, who)
        assert "Agrees with the link and claim handed in" in text
        assert "<dt>Epoch</dt><dd>101</dd>" in text
        assert "your link" not in text


def test_differences_are_told_without_buttons(world: World) -> None:
    submission = handed_in(world)
    row_read(names(submission)[0], shown(epoch=90, hidden_layers=read(2), neurons=read((4, 2))))
    text = shots(world, submission)
    assert "2 differences" in text and "The picture shows 2 hidden layers, the link has 1." in text
    assert "What this can mean" in text
    assert "Use " not in text and 'name="take"' not in text


def test_a_student_never_sees_what_only_staff_may(world: World) -> None:
    submission = handed_in(world)
    (name,) = names(submission)
    row_read(name, shown())
    assessment = Assessment.objects.create(
        submission=submission, status=Status.COMPLETED, queued_at=submission.received_at, weight=1.0, differences=2
    )
    for check in ("same_picture", "trace"):
        CheckResult.objects.create(
            assessment=assessment,
            screenshot=submission.screenshots.get(),
            check_name=check,
            outcome=CheckOutcome.DIFFERS,
            weight=0.5,
            sentence=f"SECRET of {check}",
            innocent=["SECRET reason"],
        )
    text = shots(world, submission)
    assert "SECRET" not in text and "Agrees with the link and claim handed in" in text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "This picture has not been read yet."),
        ({"status": Status.COMPLETED, "unreadable": "the file is broken"}, "the file is broken. That decides nothing."),
        ({"status": Status.FAILED}, "The fault is ours, and it changes nothing for the result."),
    ],
)
def test_a_picture_without_a_reading_says_why(world: World, fields: dict[str, Any], words: str) -> None:
    submission = handed_in(world)
    row(names(submission)[0], **fields)
    assert words in shots(world, submission)


def test_nothing_is_said_where_nobody_asked_to_read_it(world: World, settings: Any) -> None:
    submission = handed_in(world)
    PictureReading.objects.all().delete()
    assert "What we read in it" not in shots(world, submission)
    row_read(names(submission)[0], shown())
    assert "What we read in it" in shots(world, submission)
    settings.READ_SCREENSHOTS = False
    assert "What we read in it" not in shots(world, submission)


def test_three_pictures_need_no_more_queries_than_one(world: World) -> None:
    counts = []
    for pictures in (1, 3):
        submission = handed_in(world, pictures)
        for name in names(submission):
            row_read(name, shown())
        shots(world, submission)
        with CaptureQueriesContext(connection) as queries:
            text = shots(world, submission)
        assert text.count("What we read in it") == pictures
        counts.append(len(queries))
    assert counts[0] == counts[1]
