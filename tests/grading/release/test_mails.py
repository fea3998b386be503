"""Students hear of a release once: two sweepers share the mails, what fails goes out later, and no points are in it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import call_command
from django.utils import timezone

from coursework.models import User
from grading.models import Grade, RegradeAnswer
from grading.services.grades import mails
from grading.services.grades.mails import AT_ONCE, LEASE, mail_is_set_up, send_due_mails
from grading.services.grades.regrades import answer_regrade, ask_regrade
from grading.services.grades.releasing import hide_grades, release_grades
from tests.grading.graded import by_hand, classmates, settled
from tests.world import World

pytestmark = pytest.mark.django_db


class Failing(BaseEmailBackend):
    """A mail server that is down."""

    tried = 0

    def send_messages(self, email_messages: Any) -> int:
        Failing.tried += 1
        raise ConnectionRefusedError("down")


FAILING = f"{__name__}.Failing"


@pytest.fixture
def world() -> World:
    world = by_hand()
    User.objects.filter(pk=world.owner.user_id).update(email="owner@example.edu")
    settled(world.task, world.owner)
    release(world, world.owner)
    return world


def release(world: World, *students: Any) -> None:
    release_grades(task=world.task, enrollments=students, actor=world.instructor.user, mail=True)


def row(world: World) -> Grade:
    return Grade.objects.get(enrollment=world.owner)


def test_a_mail_says_where_to_look_and_no_points(world: World) -> None:
    assert send_due_mails() == 1
    sent = mail.outbox[0]
    assert sent.to == ["owner@example.edu"]
    assert sent.subject == "Course ml-1: your grade is there (Task A: Circle)"
    assert "http://" in sent.body and "/courses/ml-1/playground/circle/#grade" in sent.body
    assert "10" not in sent.body and "Orla Owner" not in sent.body
    assert row(world).mail_due_at is None and row(world).mailed_at is not None
    assert send_due_mails() == 0 and len(mail.outbox) == 1


def test_the_sweeper_sends(world: World, capsys: Any) -> None:
    call_command("sweep", "--once")
    assert "1 mails about grades sent" in capsys.readouterr().out
    assert len(mail.outbox) == 1


def test_what_was_taken_back_before_is_not_sent(world: World) -> None:
    hide_grades(task=world.task, enrollments=[world.owner], actor=world.instructor.user)
    assert send_due_mails() == 0
    Grade.objects.update(mail_due_at=timezone.now())  # as if it had been taken back while it was sent
    assert send_due_mails() == 0 and not mail.outbox
    assert row(world).mail_due_at is None and row(world).mailed_at is None


@pytest.mark.parametrize("gone", [{"email": ""}, {"is_active": False}])
def test_nobody_is_written_to_who_can_t_be(world: World, gone: dict[str, Any]) -> None:
    User.objects.filter(pk=world.owner.user_id).update(**gone)
    assert send_due_mails() == 0 and not mail.outbox
    assert row(world).mail_due_at is None


def test_of_two_sweepers_one_sends(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second sweeps while the first sends."""
    first = mails._send
    seen: list[int] = []

    def both(pk: int, now: datetime, connection: Any) -> bool | None:
        monkeypatch.setattr(mails, "_send", first)
        seen.append(send_due_mails())
        return first(pk, now, connection)

    monkeypatch.setattr(mails, "_send", both)
    assert send_due_mails() == 1
    assert seen == [0] and len(mail.outbox) == 1


def test_one_that_lost_its_mail_to_another_sends_nothing(world: World) -> None:
    due = row(world).mail_due_at
    now = timezone.now()
    assert mails._claim(row(world).pk, due, now) is True
    assert mails._claim(row(world).pk, due, now) is False
    assert send_due_mails(now=now) == 0
    assert send_due_mails(now=now + LEASE + timedelta(seconds=1)) == 1  # whoever claimed it was lost


def test_what_fails_goes_out_later_after_ever_longer_waits(world: World, settings: Any) -> None:
    backend, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, FAILING
    now = timezone.now()
    waits = []
    for _ in range(6):
        assert send_due_mails(now=now) == 0
        due = row(world).mail_due_at
        assert due is not None and row(world).mailed_at is None
        waits.append((due - now).total_seconds())
        now = due
    assert waits[0] == 60 and waits == sorted(waits) and waits[-1] > 5 * 60
    settings.EMAIL_BACKEND = backend
    assert send_due_mails(now=now) == 1 and row(world).mailed_at == now


def test_after_three_days_it_is_given_up(world: World, settings: Any) -> None:
    settings.EMAIL_BACKEND = FAILING
    assert send_due_mails(now=timezone.now() + timedelta(days=4)) == 0
    assert row(world).mail_due_at is None and row(world).mailed_at is None


def test_a_server_that_is_down_is_not_asked_for_everybody(world: World, settings: Any) -> None:
    students = classmates(world, 5)
    User.objects.filter(enrollments__in=students).update(email="one@example.edu")
    for student in students:
        settled(world.task, student)
    release(world, *students)
    settings.EMAIL_BACKEND, Failing.tried = FAILING, 0
    assert send_due_mails() == 0
    assert Failing.tried == mails.MOST_FAILURES


def test_a_round_sends_no_more_than_so_many(world: World) -> None:
    assert AT_ONCE >= 10
    assert send_due_mails(most=0) == 0 and not mail.outbox


@pytest.mark.parametrize("kind", ["console", "dummy"])
def test_an_installation_without_mail_keeps_what_is_due(world: World, settings: Any, kind: str) -> None:
    assert mail_is_set_up()
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{kind}.EmailBackend"
    assert not mail_is_set_up() and send_due_mails() == 0
    assert row(world).mail_due_at is not None


def test_an_answer_is_said_to_be_one(world: World) -> None:
    send_due_mails()
    request = ask_regrade(task=world.task, enrollment=world.owner, part="automatic", reason="Why?")
    answer_regrade(
        request=request, actor=world.ta.user, answer=RegradeAnswer.DECLINED, text="Because my secret", mail=True
    )
    assert send_due_mails() == 1
    assert "second look was answered" in mail.outbox[1].body and "secret" not in mail.outbox[1].body
    hide_grades(task=world.task, enrollments=[world.owner], actor=world.instructor.user)
    release(world, world.owner)
    send_due_mails()
    assert "your grade is there" in mail.outbox[2].subject
