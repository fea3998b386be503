"""The life of something to be sent: due, taken, delivered, tried again, or in need of attention. The row is the queue.

Every step is one conditional UPDATE. The lease is a token: who lost it can settle nothing. While a row is taken, its
`due_at` is the end of the lease, so that a courier that is lost leaves it to the others; who makes a row due anew while
it is being sent moves `due_at`, and so the row is sent once more, whatever comes of the sending under way.
"""

import random
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from grading.models import Delivery, DeliveryState

SOONEST, LATEST = timedelta(minutes=1), timedelta(hours=6)
MOST_ATTEMPTS = 16  # by then, almost two days have passed
JITTER = 0.2  # of the wait, in both directions: what failed together must not come back together
AHEAD = timedelta(days=1)  # further off than anything is ever put: when that was written, the clock was wrong
MOST_CHARACTERS = 1000  # kept of an answer
LOST = "Sending it ended without a result, again and again. Our log has more."

_sideways = random.Random()


def due(model: type[Delivery], now: datetime, most: int) -> list[int]:
    """List the rows to be sent now that nobody is at, the oldest first."""
    rows = _rows(model).filter(free(now), is_due(now)).order_by("due_at", "pk")
    return list(rows.values_list("pk", flat=True)[:most])


def is_due(now: datetime) -> Q:
    """Say which rows are to be sent; also those that a clock which was far ahead would let wait until then."""
    return Q(due_at__lte=now) | Q(due_at__gt=now + AHEAD)


def free(now: datetime) -> Q:
    """Say which rows nobody is at."""
    return Q(lease="") | Q(lease_expires_at__lte=now) | Q(lease_expires_at__gt=now + AHEAD)


def take(model: type[Delivery], pk: int, seconds: float, *, now: datetime | None = None) -> str | None:
    """Take a row that is due for so many seconds; returns the lease, None if somebody else has it or it is not due.

    A row whose courier was lost in its last attempt is taken by nobody any more: it needs attention.
    """
    now = now or timezone.now()
    lease, until = uuid.uuid4().hex, now + timedelta(seconds=seconds)
    waiting = _rows(model).filter(free(now), is_due(now), pk=pk)
    taken = waiting.filter(attempts__lt=MOST_ATTEMPTS).update(
        lease=lease, lease_expires_at=until, due_at=until, attempts=F("attempts") + 1
    )
    if taken:
        return lease
    waiting.filter(attempts__gte=MOST_ATTEMPTS).update(state=DeliveryState.NEEDS_ATTENTION, due_at=None, answer=LOST)
    return None


def delivered(
    model: type[Delivery],
    pk: int,
    lease: str,
    *,
    status_code: int | None = None,
    answer: str = "",
    now: datetime | None = None,
    **fields: Any,
) -> bool:
    """Settle a row as delivered, with what else is to be stored; False, and nothing stored, if the lease was lost."""
    said = _said(status_code, answer) | {"delivered_at": now or timezone.now()} | fields
    return _settle(model, pk, lease, DeliveryState.DELIVERED, said)


def needs_attention(
    model: type[Delivery], pk: int, lease: str, *, status_code: int | None = None, answer: str = "", **fields: Any
) -> bool:
    """End the tries of a row that no further try will help; False if the lease was lost."""
    return _settle(model, pk, lease, DeliveryState.NEEDS_ATTENTION, _said(status_code, answer) | fields)


def try_again(
    model: type[Delivery],
    pk: int,
    lease: str,
    *,
    status_code: int | None = None,
    answer: str = "",
    after: timedelta | None = None,
    now: datetime | None = None,
    **fields: Any,
) -> datetime | None:
    """Let a row wait for its next try, no sooner than `after`; returns when that is.

    None: it was the last try, and the row needs attention; or the lease was lost, and nothing was stored.
    """
    now = now or timezone.now()
    attempts = _held(model, pk, lease).values_list("attempts", flat=True).first()
    if attempts is None:
        return None
    if attempts >= MOST_ATTEMPTS:
        needs_attention(model, pk, lease, status_code=status_code, answer=answer, **fields)
        return None
    again = now + wait_after(attempts, after=after)
    stored = _held(model, pk, lease).update(due_at=again, **_FREED, **_said(status_code, answer), **fields)
    return again if stored else None


def put_off(model: type[Delivery], pk: int, lease: str, *, until: datetime, **fields: Any) -> bool:
    """Let a row wait until then, whatever the backoff; the try counts. False if the lease was lost.

    One that was made due anew meanwhile stays due.
    """
    held = _held(model, pk, lease)
    as_taken = held.filter(due_at=F("lease_expires_at"))
    return bool(as_taken.update(due_at=until, **_FREED, **fields) or held.update(**_FREED, **fields))


def send_anew(rows: QuerySet[Any], *, now: datetime | None = None, **fields: Any) -> int:
    """Make rows due now, with all their tries; returns how many. One that is being sent is sent once more."""
    anew = {"state": DeliveryState.WAITING, "due_at": now or timezone.now(), "attempts": 0}
    return rows.update(**anew | fields)


def wait_after(attempts: int, *, after: timedelta | None = None) -> timedelta:
    """Return how long to wait after so many tries: doubling, within bounds; what the other side asks for is kept."""
    doubled: timedelta = SOONEST * 2 ** min(max(attempts - 1, 0), 12)
    sideways = _sideways.uniform(1 - JITTER, 1 + JITTER)
    wait: timedelta = min(doubled, LATEST) * sideways
    return wait if after is None else max(wait, min(after, LATEST))


def retry_after(headers: Mapping[str, str], *, now: datetime | None = None) -> timedelta | None:
    """Read the header Retry-After (names in small letters): seconds or a date; None where there is nothing to read."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), LATEST.total_seconds()))
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        return None
    wait: timedelta = moment - (now or timezone.now())
    return min(max(wait, timedelta()), LATEST)


_FREED: dict[str, Any] = {"lease": "", "lease_expires_at": None}


def _rows(model: type[Delivery]) -> QuerySet[Any]:
    return model._default_manager.all()


def _held(model: type[Delivery], pk: int, lease: str) -> QuerySet[Any]:
    """Return the row, if the lease is still ours."""
    if not lease:
        raise ValueError("A row that nobody has taken is settled by nobody.")
    return _rows(model).filter(pk=pk, lease=lease)


def _said(status_code: int | None, answer: str) -> dict[str, Any]:
    # A null character is the one that PostgreSQL can't store.
    return {"status_code": status_code, "answer": answer.replace("\x00", "")[:MOST_CHARACTERS]}


def _settle(model: type[Delivery], pk: int, lease: str, state: DeliveryState, fields: dict[str, Any]) -> bool:
    """Settle what was due; a row that was made due anew meanwhile keeps that and waits."""
    held = _held(model, pk, lease)
    as_taken = held.filter(due_at=F("lease_expires_at"))
    return bool(as_taken.update(state=state, due_at=None, **_FREED, **fields) or held.update(**_FREED, **fields))
