"""The evidence page of a submission: what it says in each state, note and mark, its way through the queue, for whom."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coursework.models import Enrollment, Submission
from coursework.services.screenshots import prepare_screenshot
from grading.evidence.standing import standing_of, subject_of
from grading.launched import Launched, remember_launch
from grading.models import Assessment, CheckOutcome, EvidenceMark, PictureReading, Status
from grading.models.evidence import digest_of
from grading.services.verification import run_verification
from tests.grading.evidence.rows import READING, agreeing, differing, picture_of, read_picture, result
from tests.grading.lti.launches import make_platform
from tests.world import World, hand_in, make_world, picture, verification_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def submission(world: World) -> Submission:
    return hand_in(world.task, world.owner)


def address(submission: Submission, query: str = "", name: str = "evidence") -> str:
    return reverse(name, kwargs={"receipt_number": submission.receipt_number}) + query


def page(world: World, submission: Submission, query: str = "") -> str:
    response = world.client("ta").get(address(submission, query))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def press(world: World, submission: Submission, act: str, query: str = "", **fields: str) -> Any:
    values = {"act": act, "note": "", "shown": digest_of(standing_of(submission).members)} | fields
    return world.client("ta").post(address(submission, query, "evidence_mark"), values)


def mark_of(submission: Submission) -> EvidenceMark:
    return EvidenceMark.objects.get(subject=subject_of(submission.receipt_number))


# What it says


def test_a_difference_comes_first_with_what_it_can_innocently_mean(world: World, submission: Submission) -> None:
    differing(submission)
    result(
        submission,
        "trace",
        CheckOutcome.DIFFERS,
        weight=0.9,
        sentence="The run shows 0.3 there. No Reset fits.",
        innocent=["Another try was photographed."],
    )
    result(submission, "playground", CheckOutcome.AGREES)
    text = page(world, submission)
    assert "note-warn verdict" in text and "<h2>The run shows 0.3 there</h2>" in text
    assert "No Reset fits. 2 of 3 checks differ; this weighs most. A difference is a reason to look" in text
    checks = text[text.index('id="checks-h"') :]
    assert checks.index("The run shows 0.3") < checks.index("epoch differs.") < checks.index("playground agrees.")
    assert "Another try was photographed." in checks and "Reset draws new weights." in checks
    assert "cheat" not in text.lower() and "suspic" not in text.lower()


def test_a_light_difference_says_that_it_weighs_little(world: World, submission: Submission) -> None:
    differing(submission, weight=0.1)
    text = page(world, submission)
    assert "note-calm verdict" in text and "It weighs little" in text


def test_agreement_is_said_with_counts(world: World, submission: Submission) -> None:
    agreeing(submission)
    result(submission, "target", CheckOutcome.CANT_SAY)
    text = page(world, submission)
    assert "Everything that could be compared agrees" in text and "1 check agrees, 1 can’t say." in text


@pytest.mark.parametrize(
    ("fields", "heading"),
    [
        ({"status": Status.QUEUED, "unreadable": ""}, "The picture is still being read"),
        ({"status": Status.FAILED, "unreadable": ""}, "Our fault: we could not read 1 picture"),
        ({}, "The picture is not readable"),
    ],
)
def test_what_is_said_without_findings(
    fields: dict[str, Any], heading: str, world: World, submission: Submission
) -> None:
    read_picture(picture_of(submission), None, **fields)
    assert heading in page(world, submission)


def test_the_reason_why_a_picture_is_not_readable_stands_there(world: World, submission: Submission) -> None:
    read_picture(picture_of(submission), None)
    assert "The file ends early. It was handed in all the same" in page(world, submission)


def test_pictures_that_were_never_read(world: World, submission: Submission, settings: Any) -> None:
    PictureReading.objects.all().delete()
    assert "They were not read when they came." in page(world, submission)
    settings.READ_SCREENSHOTS = False
    assert "Reading screenshots is switched off here." in page(world, submission)


def test_without_a_picture_there_is_nothing_to_assess(world: World) -> None:
    text = page(world, hand_in(world.task, world.owner, screenshots=[]))
    assert "No picture was handed in with this attempt." in text and "No picture.</li>" in text


def test_the_table_compares_line_by_line(world: World, submission: Submission) -> None:
    read_picture(picture_of(submission))
    line = {"what": "Epoch", "read": "61", "submitted": "101", "retrained": "102", "outcome": "differs"}
    result(submission, "epoch", CheckOutcome.DIFFERS, compared=[line])
    table = page(world, submission).split("<tbody>")[1].split("</tbody>")[0]
    assert 'class="differs"' in table
    assert table.index("Epoch") < table.index("<td>101</td>") < table.index("<td>61</td>") < table.index("<td>102</td>")


def test_the_picture_has_frames_with_numbers_and_a_list(world: World, submission: Submission) -> None:
    read_picture(picture_of(submission))
    result(submission, "epoch", CheckOutcome.AGREES, details={"about": ["epoch"]})
    text = page(world, submission)
    assert f'viewBox="0 0 {READING.width} {READING.height}"' in text
    assert text.count('<polygon class="frame"') == 5 and "000,061" in text
    assert 'id="picture-1-1"' in text and text.count('href="#picture-1-1"') == 2  # in the list, and beside the check
    assert f'src="{reverse("screenshot", kwargs={"receipt_number": submission.receipt_number, "position": 1})}"' in text


def test_a_receipt_in_a_sentence_leads_to_its_evidence(world: World, submission: Submission) -> None:
    other = hand_in(world.task, world.classmate)
    sentence = f"The very same file is picture 1 of {other.receipt_number} <b>, elsewhere."
    result(submission, "same-picture", CheckOutcome.DIFFERS, sentence=sentence)
    text = page(world, submission)
    assert f'is picture 1 of <a href="{address(other)}">{other.receipt_number}</a> &lt;b&gt;, elsewhere.' in text


def test_every_attempt_of_the_student_is_there_with_what_its_pictures_show(world: World) -> None:
    first, second = (hand_in(world.task, world.owner, claimed_epochs=claimed) for claimed in (90, 101))
    classmates = hand_in(world.task, world.classmate)
    agreeing(first)
    text = page(world, second)
    attempts = text[text.index('id="attempts-h"') :]
    assert "Attempt 2, this one" in attempts and f'href="{address(first)}"' in attempts
    assert "epoch 000,061, training 0.001, test 0.001" in attempts and "claimed 90" in attempts
    assert classmates.receipt_number not in attempts


def test_the_retrained_curve_marks_the_shown_epoch(world: World, submission: Submission) -> None:
    agreeing(submission)
    assert "<h2>Retrained</h2>" not in page(world, submission)
    run_verification(verification_id=verification_of(submission).pk, worker="test")
    text = page(world, submission)
    assert "<h2>Retrained</h2>" in text and "picture 61" in text
    assert "The picture shows epoch 61: the retrained losses there are 0.0" in text


def test_a_shown_epoch_beyond_the_retrained_run_is_said(world: World, submission: Submission) -> None:
    late = READING.from_dict(READING.to_dict() | {"epoch": READING.epoch.to_dict() | {"value": 5000}})  # type: ignore[union-attr]
    read_picture(picture_of(submission), late)
    run_verification(verification_id=verification_of(submission).pk, worker="test")
    assert "epoch 5,000, beyond the 101 epochs that were retrained" in page(world, submission)


# Note and mark


def test_seen_is_marked_and_taken_back(world: World, submission: Submission) -> None:
    differing(submission)
    response = press(world, submission, "seen")
    assert response.status_code == 302 and response["Location"] == address(submission)
    assert standing_of(submission).seen_by == world.ta.user
    text = page(world, submission)
    assert "note-calm verdict" in text and "Look at it again later" in text
    press(world, submission, "not_seen")
    assert not standing_of(submission).seen


def test_only_what_was_shown_is_marked_as_seen(world: World, submission: Submission) -> None:
    differing(submission)
    shown = digest_of(standing_of(submission).members)
    result(submission, "trace", CheckOutcome.DIFFERS)
    response = world.client("ta").post(
        address(submission, name="evidence_mark"), {"act": "seen", "shown": shown, "note": "Asked."}, follow=True
    )
    assert "the checks found something else" in response.content.decode()
    assert not standing_of(submission).seen and mark_of(submission).note == "Asked."


def test_new_findings_say_that_it_was_seen_before_them(world: World, submission: Submission) -> None:
    differing(submission)
    press(world, submission, "seen")
    result(submission, "trace", CheckOutcome.DIFFERS)
    assert "new findings" in page(world, submission)


def test_a_note_is_kept_and_shown(world: World, submission: Submission) -> None:
    press(world, submission, "note", note="Explained <in> the lab.")
    text = page(world, submission)
    assert "Explained &lt;in&gt; the lab." in text and "Written by ta" in text
    assert not standing_of(submission).seen


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"act": "accuse"}, "accuse can’t be done here: allowed are seen, seen_next, not_seen, note."),
        ({"act": ""}, "What to do is missing: allowed are seen, seen_next, not_seen, note."),
        ({"act": "note", "note": "x" * 2001}, "2000"),
        ({"act": "note", "note": "a\0b"}, "Null characters are not allowed."),
    ],
)
def test_a_wrong_form_says_what_is_wrong_and_loses_nothing(
    fields: dict[str, str], said: str, world: World, submission: Submission
) -> None:
    response = world.client("ta").post(address(submission, name="evidence_mark"), {"note": "Kept"} | fields)
    text = response.content.decode()
    assert response.status_code == 422 and said in text and ("Kept" in text or "note" in fields)
    assert not EvidenceMark.objects.exists()


def test_while_pictures_are_read_there_is_no_seen_button(world: World, submission: Submission) -> None:
    read_picture(picture_of(submission), None, status=Status.QUEUED, unreadable="")
    assert 'value="seen"' not in page(world, submission)


# Through the queue


@pytest.fixture
def three(world: World) -> list[Submission]:
    """Make one submission each: a weighty difference, a light one, agreement."""
    from_whom: list[Enrollment] = [world.owner, world.classmate, world.owner]
    made = [hand_in(world.task, enrollment) for enrollment in from_whom]
    differing(made[0], weight=0.9)
    differing(made[1], weight=0.2)
    agreeing(made[2])
    return made


def test_previous_and_next_follow_the_queue_as_it_is_filtered(world: World, three: list[Submission]) -> None:
    heavy, light, agreed = three
    text = page(world, light, "?every=1")
    assert "Evidence 2 of 3" in text
    assert f'rel="prev" href="{address(heavy)}?every=1"' in text
    assert f'rel="next" href="{address(agreed)}?every=1"' in text
    assert "<link rel=" in text and '<link rel="next"' not in text, "Firefox would fetch it ahead, against our policy"
    assert 'rel="next"' not in page(world, light, "?every=1&show=look")


def test_a_submission_that_is_not_in_the_queue_leads_to_its_first(world: World, three: list[Submission]) -> None:
    heavy, light, _ = three
    text = page(world, heavy)  # not the student's newest
    assert "Evidence 1" not in text and f'rel="next" href="{address(light)}"' in text and 'rel="prev"' not in text


def test_in_a_frame_a_picture_opens_there(world: World) -> None:
    """Browsers keep the frame's session apart: a window of its own would ask to sign in."""
    submission = hand_in(world.task, world.owner, screenshots=[prepare_screenshot(picture())])
    link = 'class="full small" href="[^"]*" target="_blank"'
    assert re.search(link, page(world, submission))
    session = world.client("ta").session
    remember_launch(session, Launched(make_platform().pk, framed=True))
    session.save()
    text = page(world, submission)
    assert 'class="full small"' in text and not re.search(link, text)


def test_seen_and_next_goes_on_in_the_same_queue(world: World, three: list[Submission]) -> None:
    heavy, light, _ = three
    response = press(world, heavy, "seen_next", "?every=1&show=look")
    assert response["Location"] == address(light, "?show=look&every=1")
    assert standing_of(heavy).seen
    response = press(world, light, "seen_next", "?every=1&show=look")
    queue = reverse("evidence_queue", kwargs=world.task.url_arguments())
    assert response["Location"] == f"{queue}?show=look&every=1"


# Who, and at what cost


@pytest.mark.parametrize("who", ["owner", "classmate", "elsewhere", "elsewhere_instructor", "operator"])
def test_nobody_but_the_courses_staff_learns_that_it_is_there(who: str, world: World, submission: Submission) -> None:
    differing(submission)
    press(world, submission, "note", note="Not for them")
    for name, method in (("evidence", "get"), ("evidence_mark", "post")):
        assert getattr(world.client(who), method)(address(submission, name=name)).status_code == 404


def test_students_pages_have_no_trace_of_it(world: World, submission: Submission) -> None:
    run_verification(verification_id=verification_of(submission).pk, worker="test")
    sentence = "Looks like the picture of somebody else."
    read_picture(picture_of(submission))
    result(submission, "same-picture", CheckOutcome.DIFFERS, sentence=sentence, weight=0.9)
    press(world, submission, "seen", note="A note of staff")
    own = [address(submission, name="submission"), reverse("home")]
    own += [reverse(name, kwargs=world.task.url_arguments()) for name in ("task", "leaderboard")]
    for link in own:
        text = world.client("owner").get(link).content.decode()
        assert "/evidence/" not in text and sentence not in text and "A note of staff" not in text
    assert "/evidence/" in world.client("ta").get(own[0]).content.decode()


def test_more_attempts_and_pictures_need_no_more_queries(world: World) -> None:
    world.task.attempts = 9
    world.task.save()

    def several(count: int) -> Submission:
        made = [
            hand_in(
                world.task,
                world.owner,
                screenshots=[prepare_screenshot(picture(size=(64 + n, 48))) for n in range(count)],
            )
            for _ in range(count)
        ]
        for one in made:
            for screenshot in one.screenshots.all():
                read_picture(screenshot)
                result(one, "epoch", CheckOutcome.DIFFERS, position=screenshot.position)
        return made[0]

    def queries(submission: Submission) -> int:
        page(world, submission, "?every=1")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page(world, submission, "?every=1")
        return len(captured)

    few = queries(several(1))
    assert queries(several(3)) <= few + 1  # the neighbours' receipts
    assert few <= 32


def test_head_answers_and_nothing_is_run(world: World, submission: Submission) -> None:
    assert world.client("ta").head(address(submission)).status_code == 200
    assert not Assessment.objects.exists()
