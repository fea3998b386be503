"""The life of something to be sent: who may take it, what a late result does, how long a try waits for the next."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from coursework.models import Course
from grading.models import DeliveryState, Webhook, WebhookDelivery
from grading.services import deliveries
from grading.services.deliveries import MOST_ATTEMPTS, due, retry_after, send_anew, take, try_again, wait_after

NOW = timezone.now()
MINUTE = timedelta(minutes=1)


@pytest.fixture
def row(db: None) -> WebhookDelivery:
    course = Course.objects.create(slug="c", title="C")
    webhook = Webhook.objects.create(course=course, name="one", url="https://example.org/", secret="s")
    return WebhookDelivery.objects.create(webhook=webhook, event="webhook.test", due_at=NOW)


def taken(row: WebhookDelivery, **when: Any) -> str:
    lease = take(WebhookDelivery, row.pk, 60, **(when or {"now": NOW}))
    assert lease
    return lease


def test_only_one_gets_it_and_nobody_before_it_is_due(row: WebhookDelivery) -> None:
    assert take(WebhookDelivery, row.pk, 60, now=NOW - MINUTE) is None
    assert due(WebhookDelivery, NOW - MINUTE, 5) == []
    assert due(WebhookDelivery, NOW, 5) == [row.pk]
    taken(row)
    assert take(WebhookDelivery, row.pk, 60, now=NOW) is None
    assert due(WebhookDelivery, NOW, 5) == []


def test_what_was_delivered_is_due_no_more(row: WebhookDelivery) -> None:
    lease = taken(row)
    assert deliveries.delivered(WebhookDelivery, row.pk, lease, status_code=204, answer="fine\x00", now=NOW)
    row.refresh_from_db()
    assert (row.state, row.due_at, row.lease, row.lease_expires_at) == (DeliveryState.DELIVERED, None, "", None)
    assert (row.status_code, row.answer, row.attempts, row.delivered_at) == (204, "fine", 1, NOW)
    assert due(WebhookDelivery, NOW + timedelta(days=9), 5) == []


def test_a_lost_courier_s_row_goes_to_another_and_its_late_result_is_dropped(row: WebhookDelivery) -> None:
    late = taken(row)
    assert due(WebhookDelivery, NOW + 2 * MINUTE, 5) == [row.pk]
    other = taken(row, now=NOW + 2 * MINUTE)
    assert not deliveries.delivered(WebhookDelivery, row.pk, late)
    assert not deliveries.needs_attention(WebhookDelivery, row.pk, late)
    assert try_again(WebhookDelivery, row.pk, late) is None
    row.refresh_from_db()
    assert (row.state, row.lease, row.attempts) == (DeliveryState.WAITING, other, 2)


def test_a_clock_that_was_years_ahead_leaves_nothing_waiting_until_then(row: WebhookDelivery) -> None:
    then = NOW + timedelta(days=900)
    send_anew(WebhookDelivery.objects.all(), now=then)
    assert due(WebhookDelivery, NOW, 5) == [row.pk]
    lost = taken(row, now=then)
    assert due(WebhookDelivery, NOW, 5) == [row.pk]
    assert taken(row) != lost and due(WebhookDelivery, NOW, 5) == []


@pytest.mark.parametrize("end", [deliveries.delivered, deliveries.needs_attention])
def test_what_became_due_anew_while_it_was_sent_is_sent_once_more(row: WebhookDelivery, end: Any) -> None:
    lease = taken(row)
    anew = NOW + timedelta(seconds=1)
    assert send_anew(WebhookDelivery.objects.filter(pk=row.pk), now=anew) == 1
    assert take(WebhookDelivery, row.pk, 60, now=anew) is None  # not beside the sending under way
    assert end(WebhookDelivery, row.pk, lease, answer="kept")
    row.refresh_from_db()
    assert (row.state, row.due_at, row.answer) == (DeliveryState.WAITING, anew, "kept")
    assert due(WebhookDelivery, anew, 5) == [row.pk]


def test_tries_wait_longer_and_longer_and_end(row: WebhookDelivery) -> None:
    now, waits = NOW, []
    for attempt in range(1, MOST_ATTEMPTS + 1):
        lease = taken(row, now=now)
        again = try_again(WebhookDelivery, row.pk, lease, status_code=503, answer="busy", now=now)
        if attempt < MOST_ATTEMPTS:
            assert again is not None
            waits.append(again - now)
            now = again
    assert again is None
    row.refresh_from_db()
    assert (row.state, row.due_at, row.status_code) == (DeliveryState.NEEDS_ATTENTION, None, 503)
    assert timedelta(days=1) < sum(waits, timedelta()) < timedelta(days=3)
    assert send_anew(WebhookDelivery.objects.all(), now=now) == 1
    row.refresh_from_db()
    assert (row.state, row.attempts) == (DeliveryState.WAITING, 0)


def test_couriers_lost_at_every_try_leave_a_row_that_needs_attention(row: WebhookDelivery) -> None:
    WebhookDelivery.objects.update(attempts=MOST_ATTEMPTS, lease="lost", lease_expires_at=NOW - MINUTE)
    assert take(WebhookDelivery, row.pk, 60, now=NOW) is None
    row.refresh_from_db()
    assert (row.state, row.due_at) == (DeliveryState.NEEDS_ATTENTION, None)
    assert row.answer == deliveries.LOST


def test_the_wait_doubles_with_some_jitter_up_to_six_hours() -> None:
    for attempts, minutes in ((1, 1), (2, 2), (5, 16), (9, 256), (10, 360), (30000, 360)):
        found = {wait_after(attempts) / MINUTE / minutes for _ in range(20)}
        assert 0.8 <= min(found) < max(found) <= 1.2
    assert wait_after(1, after=timedelta(hours=1)) == timedelta(hours=1)
    assert wait_after(9, after=timedelta(seconds=1)) > timedelta(hours=3)
    assert wait_after(1, after=timedelta(days=400)) == timedelta(hours=6)


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("0", timedelta()),
        ("9" * 400, timedelta(hours=6)),
        ("Mon, 23 Nov 2026 09:02:00 GMT", timedelta(minutes=2)),
        ("Mon, 23 Nov 2026 08:00:00 GMT", timedelta()),
        ("Mon, 23 Nov 2099 08:00:00 GMT", timedelta(hours=6)),
        *((text, None) for text in ("", "soon", "-5", "1.5", "²", "Mon, 99 Nov 2026 09:02:00 GMT", "1 2 3")),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(text: str, wait: timedelta | None) -> None:
    at = timezone.datetime.fromisoformat("2026-11-23T09:00:00+00:00")  # type: ignore[attr-defined]
    assert retry_after({"retry-after": text}, now=at) == wait
    assert retry_after({}) is None
