"""A whole class's scores over a bad line: all arrive in the end, and none over a newer one."""

import random
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
import time_machine
from django.db import connections, transaction
from django.utils import timezone

from coursework.models import Enrollment
from grading.models import DeliveryState, Grade, LmsMember, Score
from grading.services.lti.columns import send_all_again
from grading.services.lti.passback import compare_line_item, due_scores, mark_scores, send_score
from tests.beside import beside
from tests.grading.graded import classmates
from tests.grading.lti.lms_rows import Connected, connect, use_one_key
from tests.lti_platform.faults import Faults
from tests.lti_platform.fixtures import *  # noqa: F403
from tests.lti_platform.platform import FakePlatform
from tests.world import World, make_world

pytestmark = pytest.mark.django_db(transaction=True)
STUDENTS, ROUNDS, COURIERS = 6, 8, 3


def change_some(world: World, people: Iterable[Enrollment], dice: random.Random) -> None:
    """Let a person decide anew on some grades, and take some back."""
    for person in people:
        if dice.random() < 0.6:
            points = Decimal(dice.randrange(0, 101)) / 10
            decided = {"decided_at": timezone.now(), "decided_by": world.ta.user, "override_reason": "agreed"}
            values = decided | {"override": points, "release_state": dice.choice(["", "", "", "hidden"])}
            Grade.objects.update_or_create(task=world.task, enrollment=person, defaults=values)
            mark_scores(task=world.task, enrollments=[person])


def deliver(pk: int) -> None:
    try:
        send_score(pk)
    finally:
        connections.close_all()


def send_due(pool: ThreadPoolExecutor) -> int:
    """Send what is due by several couriers that get in each other's way."""
    due = due_scores(timezone.now(), 1000)
    list(pool.map(deliver, [pk for pk in due for _courier in range(2)]))
    return len(due)


def last_due() -> datetime | None:
    return Score.objects.filter(due_at__isnull=False).order_by("-due_at").values_list("due_at", flat=True).first()


def converge(found: Connected, item: int, pool: ThreadPoolExecutor, clock: time_machine.Traveller) -> None:
    """Let hours pass until nothing is due any more, and what may have arrived late was told once more."""
    for _try in range(40):
        due = last_due()
        if due is None:
            clock.shift(timedelta(minutes=11))
            compare_line_item(item)
            if last_due() is None:
                return
        else:
            clock.move_to(max(due, timezone.now()) + timedelta(seconds=1))
        send_due(pool)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_grade_arrives_or_is_seen_to_need_attention_and_none_is_older(
    lms: FakePlatform, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    use_one_key(monkeypatch)
    dice = random.Random(seed)
    world = make_world()
    people = classmates(world, STUDENTS)
    found = connect(world, lms, *people)
    item, remote = found.column(world.task, maximum=50.0)
    lms.faults = Faults(error_rate=0.3, lost_rate=0.1, slow=0.01, seed=seed)
    with (
        time_machine.travel(timezone.now(), tick=True) as clock,
        ThreadPoolExecutor(COURIERS) as pool,
    ):
        for _round in range(ROUNDS):
            change_some(world, people, dice)
            send_due(pool)
            if dice.random() < 0.5:
                lms.revoke_tokens()
            if dice.random() < 0.3:
                lms.faults.rate_limited = 2
            clock.shift(timedelta(seconds=dice.choice([0.2, 5, 90])))
        converge(found, item.pk, pool, clock)
    assert lms.faults.counted["errors"] > 0
    assert remote.stale_overwrites() == []
    assert last_due() is None
    for score in Score.objects.select_related("member__enrollment"):
        person = score.member.enrollment
        grade = Grade.objects.get(task=world.task, enrollment=person)
        expected = None if grade.release_state == "hidden" else float(grade.override or 0) * 5
        shown = found.shown(person, remote)
        attended = score.state == DeliveryState.NEEDS_ATTENTION and score.answer
        assert attended or shown == pytest.approx(expected), (person.pk, score.__dict__)
    assert Score.objects.filter(state=DeliveryState.DELIVERED).count() >= STUDENTS - 1


def test_scores_are_marked_and_sent_again_at_the_same_time(lms: FakePlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is after the same rows takes them in the same order, whatever order they were stored in."""
    use_one_key(monkeypatch)
    world = make_world()
    found = connect(world, lms, world.owner, world.classmate)
    item, _ = found.column(world.task)
    for member in LmsMember.objects.order_by("-pk"):
        Score.objects.create(
            line_item=item, member=member, asked_at=timezone.now(), state=DeliveryState.NEEDS_ATTENTION
        )
    with beside() as begin:
        with transaction.atomic():
            mark_scores(task=world.task, enrollments=[world.owner])
            again = begin(partial(send_all_again, item=item, actor=world.instructor.user))
            time.sleep(0.5)  # by now it waits for the first row, and has the second one or not
            mark_scores(task=world.task, enrollments=[world.classmate])
        again()
    assert set(Score.objects.values_list("state", flat=True)) == {DeliveryState.WAITING}
