"""A student asks once about each part of a released grade, with a reason, in time; staff answer; it is closed."""

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection
from django.utils import timezone

from coursework.models import Assignment, Event
from coursework.services.screenshots import prepare_screenshot
from grading.grades.reading import grade_of
from grading.grades.regrades import Asking, asking
from grading.models import (
    Grade,
    GradingPolicy,
    RegradeAbout,
    RegradeAnswer,
    RegradeRequest,
    RegradeState,
    ReleaseMode,
    RubricItem,
    Verification,
)
from grading.services.grades import regrades
from grading.services.grades.regrades import RegradeRefused, answer_regrade, ask_regrade, close_regrade
from grading.services.grades.releasing import hide_grades, release_grades
from tests.grading.graded import by_hand, decided, settled
from tests.world import World, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = by_hand()
    decided(settled(world.task, world.owner), world.ta)
    RubricItem.objects.create(task=world.task, title="No report", points=Decimal("-2.5"))
    return world


def release(world: World) -> None:
    release_grades(task=world.task, enrollments=[world.owner], actor=world.instructor.user, mail=False)


def ask(world: World, part: str = "automatic", reason: str = "Look at the seed", **fields: Any) -> RegradeRequest:
    return ask_regrade(task=world.task, enrollment=world.owner, part=part, reason=reason, **fields)


def answer(world: World, request: RegradeRequest, *, mail: bool = False) -> RegradeRequest:
    return answer_regrade(
        request=request, actor=world.ta.user, answer=RegradeAnswer.PARTLY, text="You are *right*", mail=mail
    )


def found(world: World, **later: Any) -> Asking:
    now = timezone.now() + timedelta(**later)
    return asking(grade_of(world.task, world.owner, now=now), now=now)


def test_nothing_can_be_asked_before_the_release(world: World) -> None:
    with pytest.raises(RegradeRefused, match="not released yet"):
        ask(world)
    assert not RegradeRequest.objects.exists() and not Event.objects.filter(action="regrade.asked").exists()


def test_every_part_can_be_asked_about_once(world: World) -> None:
    release(world)
    keys = [part.key for part in found(world).open_parts]
    item = RubricItem.objects.get()
    assert keys == ["automatic", f"item-{item.pk}", "decision"]
    for key in keys:
        ask(world, key)
    assert [one.about for one in RegradeRequest.objects.all()] == [*RegradeAbout.values]
    assert RegradeRequest.objects.get(item=item).item_title == "No report"
    assert found(world).why_not.startswith("You have asked about every part")
    with pytest.raises(RegradeRefused, match="every part"):
        ask(world)


def test_asked_twice_is_refused_in_words(world: World) -> None:
    release(world)
    ask(world)
    with pytest.raises(RegradeRefused, match="asked about this already"):
        ask(world)
    assert RegradeRequest.objects.count() == 1


def test_a_part_that_is_gone_is_refused_in_words(world: World) -> None:
    release(world)
    key = found(world).open_parts[1].key
    RubricItem.objects.all().delete()
    with pytest.raises(RegradeRefused, match="not there any more"):
        ask(world, key)


def test_the_time_to_ask_ends_with_a_day_of_the_course(world: World) -> None:
    release(world)
    until = found(world).until
    assert until is not None and (until.hour, until.minute) == (23, 59)
    assert until.date() == (Grade.objects.get().released_at.astimezone(until.tzinfo) + timedelta(days=7)).date()  # type: ignore[union-attr]
    ask(world, now=until)
    with pytest.raises(RegradeRefused, match=r"The time to ask ended \w+ \d+ \w+ \d{4}, 23:59\."):
        ask(world, "decision", now=until + timedelta(seconds=1))


def test_a_task_can_do_without_second_looks(world: World) -> None:
    release(world)
    GradingPolicy.objects.update(regrade_days=0)
    with pytest.raises(RegradeRefused, match="no second looks"):
        ask(world)


def test_where_grades_show_by_themselves_days_count_from_what_came_last(world: World) -> None:
    GradingPolicy.objects.update(release=ReleaseMode.AUTOMATIC)
    due = Assignment.objects.get(pk=world.task.assignment_id).due_at
    zone_day = found(world).until
    assert zone_day is not None and zone_day.date() == (due.astimezone(zone_day.tzinfo) + timedelta(days=7)).date()
    later = due + timedelta(days=3)
    Verification.objects.update(finished_at=later)
    until = found(world).until
    assert until is not None and until.date() == (later.astimezone(until.tzinfo) + timedelta(days=7)).date()


def test_where_nobody_decided_only_the_automatic_points_are_asked_about(world: World) -> None:
    GradingPolicy.objects.update(release=ReleaseMode.AUTOMATIC)
    Grade.objects.all().delete()
    assert [part.key for part in found(world).open_parts] == ["automatic"]
    request = ask(world)  # makes the row
    assert request.grade.decided_at is None and request.points_before == Decimal("10.0")


def test_the_picture_is_our_own_encoding_and_goes_if_it_is_refused(world: World) -> None:
    release(world)
    request = ask(world, picture=prepare_screenshot(picture("me.png")))
    name = str(request.attachment.name)
    assert name.startswith("regrades/") and not name.endswith("me.png")
    assert default_storage.exists(name)
    before = set(default_storage.listdir("regrades")[0])
    with pytest.raises(RegradeRefused):
        ask(world, picture=prepare_screenshot(picture()))
    assert set(default_storage.listdir("regrades")[0]) == before


def test_a_picture_is_taken_away_if_another_tab_was_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    release(world)
    stored: list[str] = []

    def first(prepared: Any) -> str:
        stored.append(default_storage.save("regrades/aa/first.png", prepared.content))
        ask(world)
        return stored[0]

    monkeypatch.setattr(regrades, "_stored", first)
    with pytest.raises(RegradeRefused, match="asked about this already"):
        ask(world, picture=prepare_screenshot(picture()))
    assert not default_storage.exists(stored[0])


def test_the_database_itself_refuses_a_second_one(world: World) -> None:
    release(world)
    grade = Grade.objects.get()
    values = {"grade": grade, "about": RegradeAbout.DECISION, "reason": "x", "asked_at": timezone.now()}
    RegradeRequest.objects.create(**values)
    with pytest.raises(IntegrityError):
        RegradeRequest.objects.create(**values)


@pytest.mark.django_db(transaction=True)
def test_a_double_click_stores_one(world: World) -> None:
    release(world)
    said: list[str] = []
    together = threading.Barrier(2)

    def click() -> None:
        try:
            together.wait()
            ask(world)
            said.append("stored")
        except RegradeRefused as refused:
            said.append(str(refused))
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert sorted(said) == [regrades.ASKED_ALREADY, "stored"]
    assert RegradeRequest.objects.count() == 1


def test_an_answer_records_the_points_before_and_after(world: World) -> None:
    release(world)
    request = ask(world)
    Grade.objects.update(adjustment=Decimal("-1.0"), adjustment_reason="Agreed")
    answered = answer(world, request)
    assert (answered.state, answered.answer, answered.answered_by) == ("answered", "partly", world.ta.user)
    assert (answered.points_before, answered.points_after) == (Decimal("10.0"), Decimal("9.0"))
    assert Grade.objects.get().mail_due_at is None


def test_two_answers_at_once_are_one(world: World) -> None:
    release(world)
    request = ask(world)
    answer(world, request)
    with pytest.raises(RegradeRefused, match="answered this meanwhile"):
        answer(world, request)


def test_an_answered_request_is_closed_once(world: World) -> None:
    release(world)
    request = ask(world)
    with pytest.raises(RegradeRefused, match="waits for an answer"):
        close_regrade(request=request, actor=world.owner.user)
    answer(world, request, mail=True)
    assert Grade.objects.get().mail_due_at is not None
    closed = close_regrade(request=request, actor=world.owner.user)
    assert closed.state == RegradeState.CLOSED
    assert close_regrade(request=request, actor=world.ta.user).closed_at == closed.closed_at
    assert Event.objects.filter(action="regrade.closed").count() == 1


def test_events_hold_no_words_of_anybody(world: World) -> None:
    release(world)
    request = ask(world, reason="My name is Orla", picture=prepare_screenshot(picture()))
    answer(world, request)
    close_regrade(request=request, actor=world.owner.user)
    events = list(Event.objects.filter(action__startswith="regrade.").order_by("pk"))
    assert [one.action for one in events] == ["regrade.asked", "regrade.answered", "regrade.closed"]
    assert all((one.task_id, one.enrollment_id) == (world.task.pk, world.owner.pk) for one in events)
    assert events[0].details == {"request": request.pk, "part": "automatic", "length": 15, "picture": True}
    assert "Orla" not in str([one.details for one in events]) and "right" not in str([one.details for one in events])


def test_what_is_taken_back_can_t_be_asked_about(world: World) -> None:
    release(world)
    hide_grades(task=world.task, enrollments=[world.owner], actor=world.instructor.user)
    with pytest.raises(RegradeRefused, match="not released"):
        ask(world)
