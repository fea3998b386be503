"""The broker is told of what waits; where it can't be reached the hand-in succeeds all the same."""

from typing import Any

import pytest
from celery import Celery
from django.core.management import call_command

from grading import tasks
from grading.models import Status
from grading.tasks import hint, verify
from tests.world import World, hand_in, make_world, verification_of


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def queue_length(broker: Celery) -> int:
    with broker.connection_for_read() as connection:
        channel: Any = connection.default_channel  # Redis's channel has a client
        return int(channel.client.llen("verification"))


def test_a_hand_in_hints_at_its_verification(
    world: World, broker: Celery, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        submission = hand_in(world.task, world.owner)
    assert queue_length(broker) == 1
    assert verification_of(submission).hinted_at is not None


def test_with_the_broker_down_the_hand_in_succeeds_and_the_hint_is_dropped(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        submission = hand_in(world.task, world.owner)
    verification = verification_of(submission)
    assert (verification.status, verification.hinted_at) == (Status.QUEUED, None)


def test_the_sweeper_hints_again_once_the_broker_is_back(world: World, broker: Celery, capsys: Any) -> None:
    submission = hand_in(world.task, world.owner)  # its own hint never left: the test's transaction does not commit
    call_command("sweep", "--once")
    assert queue_length(broker) == 1
    assert "1 waiting pieces of work hinted at" in capsys.readouterr().out
    assert verification_of(submission).hinted_at is not None


def test_the_sweeper_stops_hinting_at_the_first_that_fails(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for person in (world.owner, world.classmate):
        hand_in(world.task, person)
    tried: list[int] = []

    def fail(verification_id: int) -> None:
        tried.append(verification_id)
        raise OSError("down")

    monkeypatch.setattr(tasks.verify, "delay", fail)
    call_command("sweep", "--once")
    assert len(tried) == 1


def test_the_task_verifies(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    verify(verification_of(submission).pk)
    verification = verification_of(submission)
    assert verification.status == Status.COMPLETED
    assert ":" in verification.worker


def test_a_hint_for_what_is_settled_changes_nothing(world: World, broker: Celery) -> None:
    verification = verification_of(hand_in(world.task, world.owner))
    verify(verification.pk)
    assert hint(verification.pk) is True
    verification.refresh_from_db()
    assert (verification.status, verification.hinted_at) == (Status.COMPLETED, None)


def test_the_task_goes_to_the_queue_that_workers_listen_to(settings: Any) -> None:
    assert verify.name == "grading.tasks.verify"
    assert settings.CELERY_TASK_ROUTES["grading.tasks.*"] == {"queue": "verification"}
