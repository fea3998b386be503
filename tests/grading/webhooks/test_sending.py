"""Sending: what goes over the line and how it is signed, what becomes of it, and how a webhook that fails is spared."""

import base64
import hashlib
import hmac
import json
import socket
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from coursework.models import Event
from grading.models import DeliveryState, Webhook, WebhookDelivery
from grading.outbound.fetching import Answer, NotReached
from grading.services.webhooks import sending
from grading.services.webhooks.managing import WebhookRefused, change_secret, send_again, send_all_again, send_test
from grading.services.webhooks.secrets import opened
from grading.services.webhooks.sending import due_deliveries, prune_deliveries, send_delivery
from grading.webhooks.signing import signature
from tests.grading.outbound.listening import Listener, answer, listening
from tests.grading.webhooks.hooks import webhook
from tests.world import World, hand_in, make_world

pytestmark = pytest.mark.django_db
WAITING, DELIVERED, ATTENTION = DeliveryState.WAITING, DeliveryState.DELIVERED, DeliveryState.NEEDS_ATTENTION
Answers = Callable[..., list[str]]


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Let requests be answered by these, the last one again and again; returns where they went."""

    def give(*said: Answer | str) -> list[str]:
        left, asked = list(said), []

        def fetch(method: str, url: str, **_: Any) -> Answer:
            asked.append(url)
            one = left.pop(0) if len(left) > 1 else left[0]
            if isinstance(one, str):
                raise NotReached(one)
            return one

        monkeypatch.setattr(sending, "fetch", fetch)
        return asked

    return give


@pytest.fixture
def receiver() -> Iterator[Listener]:
    with listening(answer(b"thanks", "202 Accepted")) as one:
        yield one


def messages(world: World, count: int = 1, url: str = "https://hooks.example.org/in") -> list[WebhookDelivery]:
    hook = webhook(world, url)
    row = {"webhook": hook, "event": "submission.received", "payload": {"task": "circle"}}
    return [WebhookDelivery.objects.create(**row, due_at=timezone.now()) for _ in range(count)]


def verified(secret: str, request: bytes) -> dict[str, Any]:
    """Check a request as the documentation tells receivers to, and return its message."""
    head, _, body = request.partition(b"\r\n\r\n")
    headers = dict(line.lower().split(": ", 1) for line in head.decode().split("\r\n")[1:])
    raw = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = [each.removeprefix("v1,") for each in raw["Webhook-Signature"].split(" ")]
    assert any(hmac.compare_digest(expected, each) for each in given)
    assert abs(int(headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    message: dict[str, Any] = json.loads(body)
    assert message["id"] == headers["webhook-id"]
    return message


def test_the_signature_is_that_of_the_standard() -> None:
    """The example of the scheme's own documentation."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    assert (
        signature(secret, message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1614265330, body=body)
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_a_message_arrives_signed_and_its_answer_is_kept(world: World, receiver: Listener) -> None:
    (delivery,) = messages(world, url=f"http://127.0.0.1:{receiver.port}/in?key=1")
    told = StringIO()
    call_command("courier", once=True, stdout=told)
    assert told.getvalue().startswith("1 ")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.status_code, delivery.answer, delivery.attempts) == (DELIVERED, 202, "thanks", 1)
    (request,) = receiver.requests
    assert request.startswith(b"POST /in?key=1 HTTP/1.1\r\n")
    message = verified(opened(delivery.webhook.secret), request)
    assert message == {
        "id": str(delivery.message_id),
        "type": "submission.received",
        "created_at": delivery.created_at.isoformat().replace("+00:00", "Z"),
        "course": world.course.slug,
        "data": {"task": "circle"},
    }


def test_a_hand_in_goes_all_the_way(world: World, receiver: Listener) -> None:
    hook = webhook(world, f"http://127.0.0.1:{receiver.port}/")
    submission = hand_in(world.task, world.owner)
    call_command("courier", once=True, stdout=StringIO())
    (request,) = receiver.requests
    assert verified(opened(hook.secret), request)["data"]["submission"] == submission.receipt_number


def test_for_a_day_after_a_change_both_secrets_sign(world: World, receiver: Listener) -> None:
    first, second, third = messages(world, 3, url=f"http://127.0.0.1:{receiver.port}/")
    hook = Webhook.objects.get()
    send_delivery(first.pk)
    new = change_secret(webhook=hook, actor=world.instructor.user)
    old = opened(hook.secret)
    assert new != old and new.startswith("whsec_")
    send_delivery(second.pk)
    Webhook.objects.update(earlier_until=timezone.now())
    send_delivery(third.pk)
    requests = receiver.requests
    assert verified(old, requests[0]) and verified(old, requests[1]) and verified(new, requests[1])
    assert verified(new, requests[2])
    with pytest.raises(AssertionError):
        verified(old, requests[2])


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        (Answer(500, {}, b"  out\n of order "), 500, "out of order"),
        (Answer(404, {}, b""), 404, ""),
        (Answer(301, {"location": "https://elsewhere.example.org/"}), 301, "Redirects are not followed"),
        ("hooks.example.org takes no connection at port 443.", None, "takes no connection"),
    ],
)
def test_what_fails_waits_for_another_try(
    world: World, answers: Answers, said: Answer | str, status: int | None, words: str
) -> None:
    (delivery,) = messages(world)
    answers(said, Answer(204))
    send_delivery(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.status_code, delivery.attempts) == (WAITING, status, 1)
    assert words in delivery.answer
    assert delivery.due_at is not None and delivery.due_at > timezone.now() + timedelta(seconds=40)
    assert Webhook.objects.get().failing_since is not None
    send_delivery(delivery.pk)  # not due yet
    send_again(delivery=delivery)
    send_delivery(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.status_code, delivery.attempts) == (DELIVERED, 204, 1)
    assert Webhook.objects.get().failing_since is None


def test_retry_after_is_kept(world: World, answers: Answers) -> None:
    (delivery,) = messages(world)
    answers(Answer(429, {"retry-after": "3600"}, b"slow down"))
    send_delivery(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.due_at is not None and delivery.due_at > timezone.now() + timedelta(minutes=59)


def test_a_webhook_that_fails_is_asked_by_one_message_at_a_time_and_the_others_wait(
    world: World, answers: Answers
) -> None:
    first, second, third = messages(world, 3)
    other = messages(world)[0]
    now = timezone.now()
    assert due_deliveries(now, 10) == [first.pk, second.pk, third.pk, other.pk]
    answers("no answer")
    send_delivery(first.pk)
    assert due_deliveries(timezone.now(), 10) == [other.pk]
    later = timezone.now() + timedelta(minutes=2)
    assert due_deliveries(later, 10) == [other.pk, first.pk]
    assert due_deliveries(later, 1) == [other.pk]
    WebhookDelivery.objects.filter(pk=first.pk).update(lease="x", lease_expires_at=later + timedelta(minutes=1))
    assert due_deliveries(later, 10) == [other.pk]
    second.refresh_from_db()
    assert (second.attempts, second.state) == (0, WAITING)


def test_a_webhook_that_failed_for_days_is_switched_off_with_a_note(world: World, answers: Answers) -> None:
    first, second = messages(world, 2)
    Webhook.objects.update(failing_since=timezone.now() - sending.FAILS_FOR - timedelta(minutes=1))
    answers(Answer(502, {}, b"bad gateway"))
    send_delivery(first.pk)
    hook = Webhook.objects.get()
    assert not hook.active and hook.switched_off_at is not None
    states = WebhookDelivery.objects.values_list("state", "due_at")
    assert set(states) == {(ATTENTION, None)}
    event = Event.objects.get(action="webhook.switched_off")
    assert (event.actor, event.course) == (None, world.course)
    with pytest.raises(WebhookRefused, match="is off"):
        send_again(delivery=WebhookDelivery.objects.select_related("webhook").get(pk=second.pk))
    Webhook.objects.update(active=True, switched_off_at=None, failing_since=None)
    assert send_all_again(webhook=Webhook.objects.get()) == 2


def test_who_is_gone_is_told_no_more(world: World, answers: Answers) -> None:
    (delivery,) = messages(world)
    answers(Answer(410, {}, b"gone"))
    send_delivery(delivery.pk)
    assert not Webhook.objects.get().active
    assert WebhookDelivery.objects.get().state == ATTENTION


def test_an_outage_that_nothing_waits_for_any_more_does_not_count_for_days(world: World, answers: Answers) -> None:
    (delivery,) = messages(world)
    WebhookDelivery.objects.update(attempts=15)
    answers("no answer")
    send_delivery(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == ATTENTION
    assert Webhook.objects.get().failing_since is None


def test_a_test_is_tried_once_also_where_the_webhook_is_off(world: World, answers: Answers) -> None:
    hook = webhook(world)
    Webhook.objects.update(active=False)
    asked = answers(Answer(500, {}, b"no"))
    delivery = send_test(webhook=hook)
    send_delivery(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.status_code, asked) == (ATTENTION, 500, [hook.url])
    assert Webhook.objects.get().failing_since is None


def test_what_waits_for_a_webhook_that_is_off_is_not_sent(world: World, answers: Answers) -> None:
    (delivery,) = messages(world)
    Webhook.objects.update(active=False)
    asked = answers(Answer(204))
    send_delivery(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.answer, asked) == (ATTENTION, sending.OFF, [])


def test_messages_are_kept_for_thirty_days(world: World) -> None:
    old, new, at_work = messages(world, 3)
    now = timezone.now()

    def made(row: WebhookDelivery, days: float, **fields: datetime | str) -> None:
        WebhookDelivery.objects.filter(pk=row.pk).update(created_at=now - timedelta(days=days), **fields)

    made(old, 30.1)
    made(new, 29.9)
    made(at_work, 31, lease="x", lease_expires_at=now + timedelta(minutes=1))
    assert prune_deliveries(now=now) == 1
    assert set(WebhookDelivery.objects.values_list("pk", flat=True)) == {new.pk, at_work.pk}


def test_in_production_a_webhook_inside_the_network_is_not_asked(
    world: World, receiver: Listener, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name was public when it was entered, and leads to loopback now."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", receiver.port))]
    (delivery,) = messages(world, url=f"https://hooks.example.org:{receiver.port}/")
    settings.WEBHOOK_NETWORKS = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    send_delivery(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == WAITING
    assert "is not a public address" in delivery.answer
    assert receiver.connections == 0
