"""What becomes of a score that does not arrive at once, try by try."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from coursework.models import Role
from grading.lti import access
from grading.lti.claims import SCOPE_SCORE
from grading.lti.people import Person
from grading.models import DeliveryState, Grade, LineItem, LmsAccount, LmsMember, Platform, Score
from grading.outbound.fetching import Answer, NotReached
from grading.services import deliveries
from grading.services.lti import passback
from grading.services.lti.columns import send_again
from grading.services.lti.passback import compare_line_item, compare_soon, due_line_items, due_scores, mark_scores
from grading.services.lti.places import drop, place
from grading.services.lti.platforms import switch_platform
from tests.grading.graded import settled
from tests.grading.lti.launches import make_lms_course, make_platform
from tests.grading.lti.lms_rows import Connected, connect, later, only_score, send_all, use_one_key
from tests.lti_platform.fixtures import *  # noqa: F403
from tests.lti_platform.platform import FakePlatform
from tests.lti_platform.records import Item
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    use_one_key(monkeypatch)


def start(lms: FakePlatform, maximum: float = 10.0) -> tuple[World, Connected, Item]:
    """A score that is due."""
    world = make_world()
    found = connect(world, lms)
    _, remote = found.column(world.task, maximum)
    settled(world.task, world.owner)
    return world, found, remote


def mark(world: World) -> None:
    mark_scores(task=world.task, enrollments=[world.owner])


def test_errors_are_tried_again_later_and_the_lms_may_say_when(lms: FakePlatform) -> None:
    world, found, remote = start(lms)
    lms.faults.error_rate, lms.faults.paths = 1.0, "scores"
    send_all()
    row = only_score()
    assert row.state == DeliveryState.WAITING and row.due_at is not None and row.due_at > timezone.now()
    assert row.status_code in (500, 502, 503, 429) and row.answer.startswith("Made up error") and row.refused
    assert send_all() == 0
    lms.faults.error_rate = 0.0
    with later(of=row.due_at, seconds=1):
        assert send_all() == 1
    assert found.shown(world.owner, remote) == 10.0 and only_score().refused is None


def test_a_rate_limit_is_waited_out_and_a_refusal_is_not(lms: FakePlatform) -> None:
    world, found, remote = start(lms)
    lms.faults.rate_limited, lms.faults.paths = 1, "scores"
    send_all()
    assert only_score().state == DeliveryState.WAITING and only_score().status_code == 403
    lms.change_user(found.users[world.owner.pk], roles=())
    with later(2):
        mark(world)
        send_all()
    row = only_score()
    assert row.state == DeliveryState.NEEDS_ATTENTION and row.due_at is None and row.status_code == 400
    assert "somebody who is no student of its course" in row.answer
    compare_line_item(row.line_item_id)
    assert only_score().due_at is None  # the same is not tried again by itself
    Score.objects.update(refused={"scoreGiven": 3.0})
    compare_line_item(row.line_item_id)
    assert only_score().due_at is not None
    assert remote.history == []


def test_a_locked_column_needs_attention_at_once_and_gets_the_score_when_it_is_sent_again(lms: FakePlatform) -> None:
    world, found, remote = start(lms)
    remote.locked = True
    send_all()
    row = only_score()
    assert row.state == DeliveryState.NEEDS_ATTENTION and row.due_at is None and row.status_code == 500
    assert "locked" in row.answer and not row.uncertain
    remote.locked = False
    with later(2):
        send_again(score=row, actor=world.instructor.user)
        send_all()
    assert found.shown(world.owner, remote) == 10.0 and only_score().state == DeliveryState.DELIVERED


def test_what_was_refused_and_is_not_wanted_any_more_needs_nobody(lms: FakePlatform) -> None:
    world, found, _ = start(lms)
    lms.change_user(found.users[world.owner.pk], roles=())
    send_all()
    world.task.grading_policy.release = "manual"
    world.task.grading_policy.save()
    compare_line_item(only_score().line_item_id)
    send_all()
    row = only_score()
    assert row.state == DeliveryState.DELIVERED and row.sent is None and not row.uncertain


def test_a_revoked_token_is_replaced_and_no_access_is_said_in_the_lms_words(lms: FakePlatform) -> None:
    world, _found, remote = start(lms)
    send_all()
    lms.revoke_tokens()
    Score.objects.update(uncertain=True)
    with later(2):
        mark(world)
        send_all()
    assert len(remote.history) == 2
    lms.tool_keys = []
    lms.revoke_tokens()
    Score.objects.update(uncertain=True)
    with later(4):
        mark(world)
    for number in range(1, 4):
        with later(hours=number):
            send_all()
    row = only_score()
    assert row.state == DeliveryState.NEEDS_ATTENTION and "no key" in row.answer and row.status_code == 400
    assert "no key" in Platform.objects.get().last_error


def test_a_scope_that_is_not_given_needs_attention_at_once(lms: FakePlatform) -> None:
    start(lms)
    assert lms.tool is not None
    lms.tool.scopes = tuple(scope for scope in lms.tool.scopes if scope != SCOPE_SCORE)
    send_all()
    assert only_score().state == DeliveryState.WAITING and "invalid_scope" in only_score().answer


def test_two_changes_within_a_second_are_a_second_apart_for_the_lms(lms: FakePlatform) -> None:
    moment = timezone.now().replace(microsecond=300_000)
    with time_machine.travel(moment, tick=False):
        world, _found, remote = start(lms)
        send_all()
        Score.objects.update(uncertain=True)
        mark(world)
        send_all()
        row = only_score()
        assert row.sent_timestamp == moment and row.due_at == moment.replace(microsecond=0) + timedelta(seconds=1)
        assert row.state == DeliveryState.WAITING and row.lease == "" and len(remote.history) == 1
    with time_machine.travel(moment + timedelta(seconds=0.7), tick=False):
        send_all()
    assert len(remote.history) == 2 and only_score().state == DeliveryState.DELIVERED


def test_a_conflict_is_no_fault_where_the_lms_holds_the_value(lms: FakePlatform) -> None:
    world, found, remote = start(lms, maximum=50.0)
    lms.grade_by_hand(found.users[world.owner.pk], remote, 50.0, later=60)
    send_all()
    assert only_score().state == DeliveryState.DELIVERED and only_score().sent is not None


def test_a_conflict_is_tried_once_more_and_then_a_person_decides(lms: FakePlatform) -> None:
    world, found, remote = start(lms)
    lms.grade_by_hand(found.users[world.owner.pk], remote, 4.0, later=3600)
    send_all()
    row = only_score()
    assert row.state == DeliveryState.WAITING and row.status_code == 409
    with later(3):
        send_all()
    row = only_score()
    assert row.state == DeliveryState.NEEDS_ATTENTION and "earlier timestamp" in row.answer
    assert found.shown(world.owner, remote) == 4.0


def test_a_conflict_by_a_clock_that_is_seconds_ahead_passes(lms: FakePlatform) -> None:
    world, found, remote = start(lms)
    lms.grade_by_hand(found.users[world.owner.pk], remote, 4.0, later=1)
    send_all()
    with later(3):
        send_all()
    assert found.shown(world.owner, remote) == 10.0


def test_an_lms_whose_clock_is_ahead_gets_the_next_change_once_ours_is_past_it(lms: FakePlatform) -> None:
    """Some versions of Moodle date the grades of activities by their own clock."""
    world, found, remote = start(lms)
    remote.link, lms.own_clock = "7", 40.0
    send_all()
    with later(5):
        decided = {"decided_at": timezone.now(), "decided_by": world.ta.user, "override_reason": "x"}
        Grade.objects.create(task=world.task, enrollment=world.owner, override=Decimal("4.0"), **decided)
        mark(world)
        send_all()
        row = only_score()
        assert row.state == DeliveryState.WAITING and row.status_code == 409 and row.due_at is not None
        assert timedelta(seconds=30) < row.due_at - timezone.now() < timedelta(seconds=45)
    with later(of=row.due_at):
        send_all()
    assert found.shown(world.owner, remote) == 4.0 and only_score().state == DeliveryState.DELIVERED


def test_a_change_while_it_is_sent_is_sent_too(lms: FakePlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    world, found, remote = start(lms)
    really = access.lti_request

    def slowly(*args: Any, **kwargs: Any) -> Answer:
        mark(world)
        return really(*args, **kwargs)

    monkeypatch.setattr(passback, "lti_request", slowly)
    send_all()
    row = only_score()
    assert found.shown(world.owner, remote) == 10.0
    assert row.state == DeliveryState.WAITING and row.due_at is not None and row.lease == ""


def test_a_courier_that_lost_its_lease_sends_and_settles_nothing(
    lms: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    _world, _found, remote = start(lms)
    really = passback._to_tell

    def held_up(score: Score) -> Any:
        Score.objects.filter(pk=score.pk).update(lease="of another")
        return really(score)

    monkeypatch.setattr(passback, "_to_tell", held_up)
    send_all()
    assert remote.history == [] and only_score().sent is None and only_score().lease == "of another"


def test_what_brought_no_answer_may_have_arrived_so_also_the_same_is_told(
    lms: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """10 is there; 4 times out, is taken back, and comes in much later: in the end 10 is there."""
    world, found, remote = start(lms)
    send_all()
    really = access.lti_request

    def lost(*args: Any, **kwargs: Any) -> Answer:
        raise NotReached("It did not answer in time.")

    def points(value: str | None) -> None:
        fields = {"override": Decimal(value), "override_reason": "x"} if value else {"override": None}
        decided = {"decided_at": timezone.now(), "decided_by": world.ta.user, "automatic": Decimal("10.0")}
        Grade.objects.update_or_create(task=world.task, enrollment=world.owner, defaults=decided | fields)
        mark(world)

    with later(5):
        points("4.0")
        monkeypatch.setattr(passback, "lti_request", lost)
        send_all()
        assert only_score().uncertain and only_score().state == DeliveryState.WAITING
    with later(10):
        Grade.objects.all().delete()
        mark(world)
        monkeypatch.setattr(passback, "lti_request", really)
        send_all()
        row = only_score()
        assert row.state == DeliveryState.DELIVERED and row.uncertain
    lms.grade_by_hand(found.users[world.owner.pk], remote, 4.0, later=5)  # what was under way
    with later(minutes=11):
        assert due_line_items(timezone.now(), 5) == [row.line_item_id]
        compare_line_item(row.line_item_id)
        send_all()
    assert found.shown(world.owner, remote) == 10.0 and not only_score().uncertain


def test_points_that_come_in_after_they_were_taken_back_are_taken_back_again(
    lms: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Moodle takes them, however late: of a cleared grade it knows no time."""
    world, found, remote = start(lms)
    remote.link = "7"
    really, under_way = access.lti_request, []

    def held_up(*args: Any, **kwargs: Any) -> Answer:
        under_way.append((args, kwargs))
        raise NotReached("It did not answer in time.")

    monkeypatch.setattr(passback, "lti_request", held_up)
    send_all()
    monkeypatch.setattr(passback, "lti_request", really)
    world.task.grading_policy.release = "manual"
    world.task.grading_policy.save()
    with later(minutes=3):
        mark(world)
        send_all()
        row = only_score()
        assert row.state == DeliveryState.DELIVERED and row.uncertain and found.shown(world.owner, remote) is None
    (args, kwargs), *_ = under_way
    assert really(*args, **kwargs).status == 200 and found.shown(world.owner, remote) == 10.0
    with later(minutes=14):
        compare_line_item(row.line_item_id)
        send_all()
    assert found.shown(world.owner, remote) is None and not only_score().uncertain


@pytest.mark.parametrize("after", ["lost", "an error"])
def test_a_courier_that_was_lost_or_an_error_after_no_answer_leave_it_open_as_well(
    lms: FakePlatform, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    """Whatever was answered before or after: what went out without an answer may come in after the next yes."""
    world, found, remote = start(lms)
    send_all()  # answered with a yes
    really = access.lti_request

    def lost(*args: Any, **kwargs: Any) -> Answer:
        raise RuntimeError if after == "lost" else NotReached("It did not answer in time.")

    with later(5):
        Score.objects.update(sent={"scoreGiven": 3.0})
        mark(world)
        monkeypatch.setattr(passback, "lti_request", lost)
        with suppress(RuntimeError):
            send_all()
        assert only_score().uncertain and only_score().status_code is None
    with later(minutes=3):
        monkeypatch.setattr(passback, "lti_request", lambda *_args, **_more: Answer(503))
        if after == "an error":
            send_all()
    with later(minutes=9):
        monkeypatch.setattr(passback, "lti_request", really)
        assert send_all() == 1
        row = only_score()
        assert row.state == DeliveryState.DELIVERED and row.uncertain
    lms.grade_by_hand(found.users[world.owner.pk], remote, 4.0, later=600)  # what was under way
    with later(minutes=30):
        compare_line_item(row.line_item_id)
        send_all()
    assert found.shown(world.owner, remote) == 10.0 and not only_score().uncertain


def test_what_is_compared_while_it_is_sent_is_looked_at_once_more(
    lms: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The courier read 10 and is sending it; a change that marks nobody in particular makes 4 of it."""
    world, found, remote = start(lms)
    really = access.lti_request

    def meanwhile(*args: Any, **kwargs: Any) -> Answer:
        monkeypatch.setattr(passback, "lti_request", really)
        decided = {"decided_at": timezone.now(), "decided_by": world.ta.user, "override_reason": "x"}
        Grade.objects.create(task=world.task, enrollment=world.owner, override=Decimal("4.0"), **decided)
        compare_soon(task=world.task)
        compare_line_item(only_score().line_item_id)
        return really(*args, **kwargs)

    monkeypatch.setattr(passback, "lti_request", meanwhile)
    send_all()
    assert found.shown(world.owner, remote) == 10.0
    with later(2):
        assert send_all() == 1
        assert found.shown(world.owner, remote) == 4.0 and only_score().state == DeliveryState.DELIVERED


def test_what_is_switched_on_again_or_comes_back_is_compared_at_once(lms: FakePlatform) -> None:
    world, found, _ = start(lms)
    platform = found.course.deployment.platform
    for active in (False, True):
        switch_platform(platform=platform, by=world.operator, active=active)
    (item,) = due_line_items(timezone.now(), 5)
    compare_line_item(item)
    member = LmsMember.objects.select_related("enrollment__course", "account").get()
    person = Person(member.account.subject, Role.STUDENT)
    assert not drop(member=member) and due_line_items(timezone.now(), 5) == []  # the place here is another one's affair
    with transaction.atomic():
        place(person=person, role=Role.STUDENT, account=member.account, lms_course=found.course)
    assert due_line_items(timezone.now(), 5) == [item]


def test_a_platform_that_does_not_answer_holds_up_no_other(lms: FakePlatform) -> None:
    """Of the other one's scores one is next while somebody waits for the first, however many are older."""
    world, found, _ = start(lms)
    other = make_lms_course(make_platform(), world.course, context="other")
    account = LmsAccount.objects.create(platform=other.deployment.platform, subject="u", user=world.owner.user)
    now = timezone.now()
    member = LmsMember.objects.create(lms_course=other, account=account, enrollment=world.owner, seen_at=now)
    for number in range(9):
        item = LineItem.objects.create(lms_course=other, url=f"/{number}", assignment=world.task.assignment)
        Score.objects.create(line_item=item, member=member, asked_at=now, due_at=now - timedelta(hours=9 - number))
    ours = Score.objects.get(line_item__lms_course=found.course).pk
    older = list(Score.objects.exclude(pk=ours).order_by("due_at").values_list("pk", flat=True))
    assert due_scores(now, 20) == [older[0], ours, *older[1:]]
    assert deliveries.take(Score, older[0], 90) and deliveries.take(Score, older[1], 90)
    assert due_scores(timezone.now(), 1) == [ours]
    assert due_scores(timezone.now(), 20) == [ours, *older[2:]]


def test_who_is_asked_for_is_compared_first_and_old_columns_once_a_day(lms: FakePlatform) -> None:
    world, found, _ = start(lms)
    item = only_score().line_item
    assert due_line_items(timezone.now(), 5) == []
    compare_soon(task=world.task)
    assert due_line_items(timezone.now(), 5) == [item.pk]
    compare_line_item(item.pk)
    compare_soon(lms_course=found.course)
    assert due_line_items(timezone.now(), 5) == [item.pk]
    compare_line_item(item.pk)
    with later(days=100):
        assert due_line_items(timezone.now(), 5) == [item.pk]
        LineItem.objects.update(checked_at=timezone.now() - timedelta(hours=2))
        assert due_line_items(timezone.now(), 5) == []
    assert due_line_items(timezone.now(), 5) == [item.pk]  # it was the clock that was wrong
