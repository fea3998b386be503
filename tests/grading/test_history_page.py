"""The course's history for staff: filters in the address, pages, and the same as a file."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from coursework.formulas import unguarded
from coursework.models import Course, Event
from coursework.services.events import record
from grading.history_filter import HistoryFilter
from grading.models import GradingPolicy, ReleaseMode
from grading.views.history import ON_A_PAGE
from tests.world import World, hand_in, make_task, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def page(world: World, who: str = "ta", **query: str) -> HttpResponse:
    address = reverse("history", kwargs={"course": world.course.slug})
    return world.client(who).get(address, query)  # type: ignore[return-value]


def text(world: World, **query: str) -> str:
    response = page(world, **query)
    assert response.status_code == 200
    return response.content.decode()


def rows(world: World, **query: str) -> list[dict[str, str]]:
    address = reverse("history_download", kwargs={"course": world.course.slug})
    response: Any = world.client("ta").get(address, query)
    assert response.status_code == 200 and response.streaming
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


def act(world: World, action: str = "leaderboard.changed", **values: Any) -> Event:
    return record(action=action, actor=world.instructor.user, course=world.course, **values)


def test_newest_first_in_plain_sentences(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    act(world, about=[world.task])
    shown = text(world)
    assert shown.index("Changed the leaderboard of Task A: Circle") < shown.index("Handed in attempt 1")
    assert f'<a href="/submissions/{submission.receipt_number}/">Orla Owner, Task A: Circle</a>' in shown
    assert "2 events" in shown and "Download 2 as CSV" in shown


def test_a_course_where_nothing_happened_says_so(world: World) -> None:
    assert "Nothing happened yet" in text(world)
    assert rows(world) == []


def test_nothing_of_another_course(world: World) -> None:
    record(action="leaderboard.changed", actor=world.elsewhere.user, course=world.elsewhere.course)
    assert "Nothing happened yet" in text(world)


def test_a_hundred_to_a_page_and_all_in_the_file(world: World, django_assert_max_num_queries: Any) -> None:
    Event.objects.bulk_create(
        Event(action="x.y", subject=f"thing {number}", actor=world.ta.user, course=world.course, task=world.task)
        for number in range(ON_A_PAGE + 20)
    )
    text(world, page="2")  # signs in
    with django_assert_max_num_queries(13):
        first = text(world)
    assert first.count("<li><time") == ON_A_PAGE and "120 events" in first
    assert text(world, page="2").count("<li><time") == 20
    assert text(world, page="99").count("<li><time") == 20
    with django_assert_max_num_queries(8):
        assert len(rows(world)) == 120


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["extension.granted", "leaderboard.changed", "submission.received"]),
        ({"group": "hand_ins"}, ["submission.received"]),
        ({"group": "extensions"}, ["extension.granted"]),
        ({"q": "Orla owner"}, ["extension.granted", "submission.received"]),
        ({"q": "instructor"}, ["extension.granted", "leaderboard.changed"]),
        ({"q": "nobody"}, []),
    ],
)
def test_filters(world: World, query: dict[str, str], expected: list[str]) -> None:
    hand_in(world.task, world.owner)
    act(world, about=[world.task])
    act(world, "extension.granted", about=[world.owner])
    assert [row["Action"] for row in rows(world, **query)] == expected
    assert text(world, **query).count("<li><time") == len(expected)


def test_a_receipt_and_a_task_find_their_events(world: World) -> None:
    one = hand_in(world.task, world.owner)
    other = make_task(world.course, slug="other", title="Task B")
    hand_in(other, world.owner)
    assert [row["Receipt"] for row in rows(world, q=one.receipt_number)] == [one.receipt_number]
    assert [row["Task"] for row in rows(world, task=str(other.pk))] == ["Task B"]


def test_days_are_those_of_the_course_s_clock(world: World) -> None:
    # Midnight in Zurich: 23:00 UTC in winter, 22:00 in summer.
    for moment in ("2026-11-22T22:59", "2026-11-22T23:00", "2026-11-23T22:59", "2026-11-23T23:00"):
        with time_machine.travel(datetime.fromisoformat(moment).replace(tzinfo=UTC), tick=False):
            act(world, subject=moment)
    expected = ["2026-11-23T22:59", "2026-11-22T23:00"]
    assert [row["About"] for row in rows(world, **{"from": "2026-11-23", "to": "2026-11-23"})] == expected
    first = rows(world, **{"from": "2026-11-23"})[-1]
    assert first["Time (UTC)"] == "2026-11-22T23:00:00+00:00"
    assert first["Time (Europe/Zurich)"] == "2026-11-23 00:00:00"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"from": "23.11.2026"}, "“23.11.2026” is no date: write it as in 2026-11-23."),
        ({"to": "9999-12-31"}, "“9999-12-31” is no date"),
        ({"from": "2026-11-23", "to": "2026-11-22"}, "2026-11-22 is before 2026-11-23: choose a later day."),
        ({"group": "x"}, "“x” is none of these: hand_ins, checks, grades"),
        ({"task": "0"}, "“0” is no task of this course"),
        ({"enrollment": "0"}, "“0” is nobody of this course"),
        ({"enrollment": "²"}, "“²” is nobody of this course"),
        ({"task": "<b>"}, "“&lt;b&gt;” is no task of this course"),
    ],
)
def test_what_can_t_be_understood_is_said_and_nothing_is_lost(world: World, query: dict[str, str], said: str) -> None:
    act(world)
    for name in ("history", "history_download"):
        address = reverse(name, kwargs={"course": world.course.slug})
        response = world.client("ta").get(address, {"q": "kept", **query})
        assert response.status_code == 422
        shown = response.content.decode()
        assert said in shown and 'value="kept"' in shown and "<li><time" not in shown


@given(st.dictionaries(st.sampled_from(["q", "group", "task", "from", "to", "page"]), st.text(max_size=20), max_size=4))
def test_no_address_makes_it_fail(query: dict[str, str]) -> None:
    wanted = HistoryFilter.read(query, Course(pk=1, time_zone="Europe/Zurich"), [])
    for problem in wanted.problems.values():
        assert problem.endswith((".", "list."))
    if not wanted.problems:
        assert wanted.events(Course(pk=1, time_zone="Europe/Zurich")).query is not None


def test_blind_work_is_found_by_pseudonym_and_receipt_only(world: World) -> None:
    GradingPolicy.objects.filter(task=world.task).update(blind=True, release=ReleaseMode.MANUAL)
    submission = hand_in(world.task, world.owner)
    act(world, "grade.assigned", about=[world.task, world.owner], subject=f"enrollment {world.owner.pk}")
    for word in ("Orla", "owner", f"enrollment {world.owner.pk}"):
        assert rows(world, q=word) == [], word
    assert len(rows(world, q=world.owner.pseudonym)) == 2
    assert len(rows(world, q=submission.receipt_number)) == 1
    shown = text(world) + text(world, q="Orla")
    assert "Orla Owner" not in shown and "found by pseudonym and receipt only" in shown
    assert {row["Student"] for row in rows(world)} == {world.owner.pseudonym}
    assert not any(str(world.owner.pk) == row["Student"] or "Orla" in str(row) for row in rows(world))


def test_one_person_s_acts_and_what_is_about_them(world: World) -> None:
    hand_in(world.task, world.owner)
    hand_in(world.task, world.classmate)
    act(world, "extension.granted", about=[world.owner])
    act(world, "extension.granted", about=[world.classmate])
    own = rows(world, enrollment=str(world.owner.pk))
    assert [(row["Action"], row["Student"]) for row in own] == [
        ("extension.granted", "Orla Owner"),
        ("submission.received", "Orla Owner"),
    ]
    act(world)  # about nobody
    assert len(rows(world, enrollment=str(world.instructor.pk))) == 3
    shown = text(world, enrollment=str(world.owner.pk), page="1")
    assert "2 events found that Orla Owner did, or that are about them." in shown
    assert f'name="enrollment" value="{world.owner.pk}"' in shown and f"?enrollment={world.owner.pk}" in shown


def test_a_person_of_another_course_is_nobody_here(world: World) -> None:
    assert page(world, enrollment=str(world.elsewhere.pk)).status_code == 422


def test_one_person_s_blind_work_is_left_out(world: World) -> None:
    GradingPolicy.objects.filter(task=world.task).update(blind=True, release=ReleaseMode.MANUAL)
    hand_in(world.task, world.owner)
    act(world, "grade.assigned", about=[world.task, world.owner])
    act(world, "extension.granted", about=[world.owner])
    assert [row["Action"] for row in rows(world, enrollment=str(world.owner.pk))] == ["extension.granted"]
    assert len(rows(world, enrollment=str(world.instructor.pk))) == 2  # under the pseudonym
    assert "found by pseudonym and receipt only" in text(world, enrollment=str(world.owner.pk))


def test_the_file_holds_what_is_shown_and_the_details_as_they_are(world: World) -> None:
    act(world, "extension.granted", about=[world.owner], subject="extension 3", due_at="2026-11-23T22:59:00+00:00")
    (row,) = rows(world)
    assert (row["Who"], row["What"], row["Student"]) == ("instructor", "Gave Orla Owner more time", "Orla Owner")
    assert row["Details"] == '{"due_at": "2026-11-23T22:59:00+00:00"}' and row["About"] == "extension 3"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(world: World, start: str) -> None:
    for person in (world.owner.user, world.instructor.user):
        person.first_name, person.last_name = f'{start}HYPERLINK("http://x")', ""
        person.save()
    act(world, f"{start}x", about=[world.owner], subject=f"{start}1+1")
    (row,) = rows(world)
    for cell in row.values():
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguarded(row["About"]) == f"{start}1+1".replace("\r", "\n")


def test_the_submission_page_shows_it_to_staff_only(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    address = f"/submissions/{submission.receipt_number}/"
    assert "History (1)" in world.client("ta").get(address).content.decode()
    own = world.client("owner").get(address).content.decode()
    assert "History (" not in own and "history.css" not in own


def test_what_came_at_once_keeps_its_order(world: World) -> None:
    with time_machine.travel(datetime.now(UTC) - timedelta(days=1), tick=False):
        for number in range(3):
            act(world, subject=str(number))
    assert [row["About"] for row in rows(world)] == ["2", "1", "0"]
