"""/readyz/ and /metrics/: who may ask, what is told, and that neither ever is an error 500."""

import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from coursework.runtime import readiness as runtime
from coursework.runtime.readiness import Answer, Question
from coursework.runtime.requests import networks
from grading import metrics, readiness
from grading.models import Assessment, DeliveryState, PictureReading, Status, Verification, WorkerSign
from grading.services.verification import run_verification
from tests.grading.webhooks.hooks import webhook
from tests.world import hand_in, make_world, verification_of

# Readiness asks in a thread of its own, which sees only what is stored.
pytestmark = pytest.mark.django_db(transaction=True)
TOKEN = "a long secret"


@pytest.fixture
def reached(broker_url: str, settings: Any) -> None:
    settings.REDIS_URL = broker_url


# --- Ready -------------------------------------------------------------------------------------------------------


def test_ready_without_signing_in_and_asked_by_number(client: Client, reached: None) -> None:
    response = client.get("/readyz/", headers={"Host": "10.1.2.3:8000"})
    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "reasons": [],
        "database": "answers",
        "migrations": "applied",
        "broker": "answers",
        "oldest_queued_seconds": None,
        "oldest_picture_seconds": None,
    }
    assert response["Cache-Control"] == "no-store"


def test_a_hand_in_that_waits_too_long_is_a_reason(client: Client, reached: None, settings: Any) -> None:
    world = make_world()
    hand_in(world.task, world.owner)
    Verification.objects.update(queued_at=timezone.now() - timedelta(seconds=90))
    assert client.get("/readyz/").json()["oldest_queued_seconds"] == pytest.approx(90, abs=5)
    settings.READY_QUEUE_SECONDS = 60
    response = client.get("/readyz/")
    assert response.status_code == 503
    assert "has been waiting for 9" in response.json()["reasons"][0]


def test_a_picture_that_waits_is_told_and_no_reason(client: Client, reached: None) -> None:
    world = make_world()
    hand_in(world.task, world.owner)
    PictureReading.objects.update(queued_at=timezone.now() - timedelta(days=1))
    response = client.get("/readyz/")
    assert response.status_code == 200
    assert response.json()["oldest_picture_seconds"] == pytest.approx(86_400, abs=60)


def test_no_broker_is_a_reason_and_its_address_stays_secret(client: Client, settings: Any) -> None:
    settings.REDIS_URL = "redis://:a-password@127.0.0.1:1/0"
    response = client.get("/readyz/")
    assert response.status_code == 503
    assert response.json()["broker"] == "does not answer"
    assert response.json()["database"] == "answers"
    assert b"password" not in response.content and b"127.0.0.1" not in response.content


def test_the_database_away_is_a_503_and_no_error(
    client: Client, reached: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> Any:
        raise OperationalError("password authentication failed for grader")

    monkeypatch.setattr(readiness, "DATABASE", Question("database", away))
    response = client.get("/readyz/")
    assert response.status_code == 503
    assert response.json()["reasons"] == ["The database does not answer (OperationalError)."]
    assert response.json()["oldest_queued_seconds"] is None


def test_migrations_that_miss_are_a_reason(client: Client, reached: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "_unapplied_migrations", lambda: 2)
    response = client.get("/readyz/")
    assert response.status_code == 503
    assert response.json()["reasons"] == ["The database is not up to date: 2 migrations are not applied."]
    assert response.json()["database"] == "answers"


def test_a_part_that_hangs_holds_up_nobody_and_is_asked_once_only() -> None:
    go_on, asked = threading.Event(), []

    def hang() -> Answer:
        asked.append(1)
        go_on.wait(10)
        return Answer()

    question = Question("broker", hang)
    started = time.monotonic()
    assert [question.answer(0.05).why for _ in range(3)] == ["The broker does not answer within 0.05 s."] * 3
    assert time.monotonic() - started < 1
    go_on.set()
    assert question.answer(5) == Answer()
    assert len(asked) == 1


# --- Metrics -----------------------------------------------------------------------------------------------------


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def values(client: Client) -> dict[tuple[str, tuple[str, ...]], float]:
    response = client.get("/metrics/", headers=bearer(TOKEN))
    assert response.status_code == 200
    return {
        (sample.name, tuple(sorted(sample.labels.values()))): sample.value
        for family in text_string_to_metric_families(response.content.decode())
        for sample in family.samples
    }


def test_not_configured_there_are_no_metrics(client: Client) -> None:
    assert client.get("/metrics/").status_code == 404
    assert client.get("/metrics/", headers=bearer("")).status_code == 404
    assert client.get("/metrics/", headers={"Authorization": "Bearer"}).status_code == 404


def test_with_the_token_only(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    assert client.get("/metrics/", headers=bearer(TOKEN)).status_code == 200
    for headers in ({}, bearer("another"), {"Authorization": f"Basic {TOKEN}"}, bearer("ü")):
        assert client.get("/metrics/", headers=headers).status_code == 404


def test_from_the_named_addresses_only(client: Client, settings: Any) -> None:
    settings.METRICS_ADDRESSES = networks(["10.0.0.0/24", "::1"], variable="METRICS_ADDRESSES")
    assert client.get("/metrics/", REMOTE_ADDR="10.0.0.9").status_code == 200
    assert client.get("/metrics/", REMOTE_ADDR="10.0.1.9").status_code == 404
    # Who is not behind a trusted proxy can say what it likes.
    pretended = {"X-Forwarded-For": "10.0.0.9"}
    assert client.get("/metrics/", REMOTE_ADDR="10.0.1.9", headers=pretended).status_code == 404
    settings.TRUSTED_PROXIES = 1
    assert client.get("/metrics/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "1.2.3.4"}).status_code == 404
    assert client.get("/metrics/", REMOTE_ADDR="10.9.9.9", headers=pretended).status_code == 200
    both = {"X-Forwarded-For": "10.0.0.9, 1.2.3.4"}  # the visitor wrote the first one
    assert client.get("/metrics/", REMOTE_ADDR="10.0.0.1", headers=both).status_code == 404


def test_what_is_counted(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    world = make_world()
    done, broken, _waiting = (hand_in(world.task, who) for who in (world.owner, world.classmate, world.ta))
    run_verification(verification_id=verification_of(done).pk, worker="one")
    Verification.objects.filter(submission=broken).update(status=Status.FAILED, attempt=3, finished_at=timezone.now())
    now = timezone.now()
    WorkerSign.objects.create(name="a:1", version="1", started_at=now, seen_at=now)
    WorkerSign.objects.create(name="b:2", version="1", started_at=now, seen_at=now - timedelta(minutes=5))
    found = values(client)
    assert found["coursework_verifications", ("hand_in", "queued")] == 1
    assert found["coursework_verifications", ("queued", "rerun")] == 0
    assert found["coursework_verifications_settled_total", ("verified",)] == 1
    assert found["coursework_verifications_settled_total", ("failed",)] == 1
    assert found["coursework_verification_attempts_total", ()] == 4
    assert found["coursework_verification_run_seconds_bucket", ("+Inf",)] == 1
    assert found["coursework_processes_seen", ("worker",)] == 1
    assert found["coursework_failures_unresolved", ()] == 1
    assert found["coursework_submissions_total", ()] == 3
    assert found["coursework_oldest_queued_seconds", ()] >= 0


def test_what_is_counted_of_pictures(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    world = make_world()
    done, odd, broken, _waiting = (
        hand_in(world.task, who) for who in (world.owner, world.classmate, world.ta, world.instructor)
    )
    now = timezone.now()
    for submission, fields in (
        (done, {"status": Status.COMPLETED, "result": {}}),
        (odd, {"status": Status.COMPLETED, "unreadable": "It is no picture."}),
        (broken, {"status": Status.FAILED}),
    ):
        PictureReading.objects.filter(picture=submission.screenshots.get().picture.name).update(**fields)
    PictureReading.objects.update(queued_at=now - timedelta(seconds=90))
    Assessment.objects.create(submission=done, queued_at=now)
    found = values(client)
    states = ("queued", "running", "read", "not_readable", "failed")
    assert [found["coursework_pictures", (state,)] for state in states] == [1, 0, 1, 1, 1]
    assert found["coursework_oldest_picture_seconds", ()] == pytest.approx(90, abs=30)
    assert [found["coursework_assessments", (state,)] for state in Status.values] == [1, 0, 0, 0]


def test_what_is_counted_of_webhooks(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    hook = webhook(make_world())
    hook.deliveries.create(event="webhook.test", due_at=timezone.now() - timedelta(seconds=90))
    hook.deliveries.create(event="webhook.test", state=DeliveryState.NEEDS_ATTENTION)
    found = values(client)
    assert [found["coursework_webhook_messages", (state,)] for state in DeliveryState.values] == [1, 0, 1]
    assert found["coursework_webhook_late_seconds", ()] == pytest.approx(90, abs=30)


def test_metrics_while_the_database_is_away(client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.METRICS_TOKEN = TOKEN

    def away() -> float:
        raise OperationalError("secret")

    monkeypatch.setattr(metrics, "oldest", away)
    response = client.get("/metrics/", headers=bearer(TOKEN))
    assert (response.status_code, response.content) == (503, b"The database does not answer.\n")
