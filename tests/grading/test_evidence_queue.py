"""The review queue of a task: its order, its parts, finding in it, its pages, and its cost."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coursework.models import Section, Submission
from coursework.services.courses import enroll
from grading.evidence.queue import QueueFilter, review_queue
from grading.evidence.standing import standing_of, subject_of
from grading.models import PictureReading, Status
from grading.services.evidence.marks import mark_seen
from grading.services.verification import run_verification
from grading.views import evidence_queue as view
from tests.grading.evidence.rows import agreeing, differing, picture_of, read_picture
from tests.world import World, hand_in, make_task, make_user, make_world, verification_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def page(world: World, query: str = "") -> str:
    response = world.client("ta").get(reverse("evidence_queue", kwargs=world.task.url_arguments()) + query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def names(text: str) -> list[str]:
    rows = text.split("<tbody>")[1].split("</tbody>")[0].split("<tr>")[1:] if "<tbody>" in text else []
    return [row.split("</a>")[0].split(">")[-1] for row in rows]


def one_of(world: World, name: str, **fields: Any) -> Submission:
    first, last = name.split()
    student = enroll(course=world.course, user=make_user(first.lower(), first_name=first, last_name=last), **fields)
    return hand_in(world.task, student)


def see(world: World, submission: Submission) -> None:
    members = standing_of(submission).members
    subject = subject_of(submission.receipt_number)
    mark_seen(task=submission.task, subject=subject, members=members, actor=world.ta.user, seen=True)


@pytest.fixture
def filled(world: World) -> dict[str, Submission]:
    """Make a submission of each kind; the later ones need a person more."""
    lab = Section.objects.create(course=world.course, name="Lab 1")
    made = {
        "Sam Seen": one_of(world, "Sam Seen"),
        "Alex Agrees": one_of(world, "Alex Agrees", section=lab),
        "Finn Failed": one_of(world, "Finn Failed"),
        "Uma Unreadable": one_of(world, "Uma Unreadable"),
        "Lou Light": one_of(world, "Lou Light", section=lab),
        "Hana Heavy": one_of(world, "Hana Heavy"),
    }
    differing(made["Sam Seen"], weight=1.0)
    see(world, made["Sam Seen"])
    agreeing(made["Alex Agrees"])
    read_picture(picture_of(made["Finn Failed"]), None, status=Status.FAILED, unreadable="")
    read_picture(picture_of(made["Uma Unreadable"]), None)
    differing(made["Lou Light"], weight=0.2)
    differing(made["Hana Heavy"], weight=0.9)
    return made


def test_what_needs_a_person_comes_first_and_what_was_seen_last(world: World, filled: dict[str, Submission]) -> None:
    text = page(world)
    assert names(text) == list(reversed(filled))
    assert "epoch differs." in text and "1 differs" in text
    assert "Not readable" in text and "Failed by us" in text and "Agrees" in text


@pytest.mark.parametrize(
    ("show", "who"),
    [
        ("look", ["Hana Heavy", "Lou Light"]),
        ("unreadable", ["Uma Unreadable", "Finn Failed"]),
        ("agree", ["Alex Agrees"]),
        ("seen", ["Sam Seen"]),
    ],
)
def test_parts_of_the_queue(show: str, who: list[str], world: World, filled: dict[str, Submission]) -> None:
    text = page(world, f"?show={show}")
    assert names(text) == who
    assert "All 6" in text and "Needs a look 2" in text and "Seen 1" in text
    assert f'href="{reverse("evidence", kwargs={"receipt_number": filled[who[0]].receipt_number})}?show={show}"' in text


@pytest.mark.parametrize("query", ["?show=nonsense", "?section=abc", "?page=x", "?page=99", "?every=maybe", "?q=%00"])
def test_what_an_address_gets_wrong_is_left_out(query: str, world: World, filled: dict[str, Submission]) -> None:
    assert names(page(world, query)) == list(reversed(filled))


def test_search_and_section(world: World, filled: dict[str, Submission]) -> None:
    assert names(page(world, "?q=heavy")) == ["Hana Heavy"]
    assert names(page(world, f"?q={filled['Lou Light'].receipt_number.lower()}")) == ["Lou Light"]
    assert names(page(world, "?q=lou+hana")) == []
    section = Section.objects.get().pk
    text = page(world, f"?section={section}")
    assert names(text) == ["Lou Light", "Alex Agrees"] and "All 2" in text
    assert len(names(page(world, "?section=none"))) == 4
    assert "Nothing found" in page(world, "?q=nobody") and "Nothing found" in page(world, "?section=99999999")


def test_seen_says_by_whom(world: World, filled: dict[str, Submission]) -> None:
    row = page(world, "?show=seen").split("<tbody>")[1]
    assert world.ta.user.display_name in row


def test_the_newest_and_the_one_that_counts_or_every_attempt(world: World) -> None:
    counting, middle, newest = (hand_in(world.task, world.owner, claimed_epochs=claim) for claim in (101, 1, 2))
    for submission in (counting, middle, newest):
        run_verification(verification_id=verification_of(submission).pk, worker="test")
    text = page(world)
    assert text.count("<tr>") == 3 and "Attempt 1, counts" in text and "Attempt 3" in text and "Attempt 2" not in text
    assert "Attempt 2" in page(world, "?every=1")


def test_staff_people_who_left_and_other_tasks_are_not_in_it(world: World) -> None:
    hand_in(world.task, world.ta)
    hand_in(world.task, world.classmate)
    hand_in(make_task(world.course, slug="other"), world.owner)
    world.classmate.active = False
    world.classmate.save()
    assert names(page(world)) == []


def test_empty_states_say_what_would_be_here(world: World, settings: Any) -> None:
    assert "Nothing handed in yet" in page(world)
    agreeing(hand_in(world.task, world.owner))
    assert "Nothing needs a look" in page(world, "?show=look")
    assert "None of these" in page(world, "?show=seen")
    assert "switched off" not in page(world)
    settings.READ_SCREENSHOTS = False
    assert "Reading screenshots is switched off here" in page(world)


def test_a_picture_that_nobody_read_is_a_dash(world: World) -> None:
    hand_in(world.task, world.owner)
    PictureReading.objects.all().delete()
    assert "nothing to compare" in page(world)


def test_pages_of_a_long_queue(world: World, filled: dict[str, Submission], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "ON_A_PAGE", 4)
    order = list(reversed(filled))
    assert names(page(world)) == order[:4] and names(page(world, "?page=2")) == order[4:]
    assert 'aria-current="page"' in page(world, "?page=2") and "?page=2" in page(world)


def test_more_students_need_no_more_queries(world: World) -> None:
    def queries() -> int:
        page(world)
        with CaptureQueriesContext(connection) as captured:
            page(world)
        return len(captured)

    differing(hand_in(world.task, world.owner))
    see(world, world.owner.submissions.get())
    few = queries()
    for number in range(8):
        submission = one_of(world, f"Crowd{number} Person")
        (differing if number % 2 else agreeing)(submission)
        see(world, submission)
    assert queries() == few <= 24


def test_a_filter_is_written_as_it_is_read(world: World) -> None:
    wanted = QueueFilter("look", True, "none", "a b")
    assert wanted.query(page=2) == "show=look&every=1&section=none&q=a+b&page=2"
    assert QueueFilter().query(page=1) == ""
    assert review_queue(world.task, wanted).submission_ids == []
