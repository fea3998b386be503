"""Grades on their way to an LMS. The row of a score is the outbox: marked where a grade changes, sent by the courier.

What is sent is read at the moment of sending, so that of several changes the latest goes out. That an older score never
stands over a newer one rests on this order: take the lease, read the grade, keep the timestamp (only with the lease,
and always later than the one before), send, settle (only with the lease). So a courier that was held up either has the
lease and the latest grade, or a timestamp that the LMS takes for older.

A try that brought no answer may have arrived, and may arrive yet. So from before it goes out until a yes the row is
`uncertain`, and whatever the grade is by then is told, even if it is what the LMS said yes to before. Where there was
no answer at all, it is told once more some minutes after the yes: Moodle keeps the older time where a score is the
same, so that something that was under way for long could still come in between.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db.models import BooleanField, Case, F, Q, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from coursework.models import Enrollment, Task
from grading.lti import ags
from grading.lti.access import NotOfThePlatform, NoToken, lti_request
from grading.lti.ags import Verdict, verdict_of, words_of
from grading.lti.claims import SCOPE_RESULT_READ, SCOPE_SCORE
from grading.lti.columns import about, graded_members, members_of, points_in, working
from grading.lti.told import Points, Untold, next_to_tell
from grading.models import DeliveryState, LineItem, LmsCourse, Platform, PlatformKind, Score
from grading.outbound.fetching import Answer, NotReached
from grading.services import deliveries

log = structlog.get_logger(__name__)
LEASE_SECONDS = 90.0  # longer than all requests of one try can take
MOST_WITHOUT_ACCESS = 3  # tries, each with a new token
COMPARED_EVERY = timedelta(minutes=10)
OLD_AFTER, OLD_EVERY = timedelta(days=60), timedelta(days=1)  # once hardly anything changes any more
_WITH = (
    "line_item__lms_course__deployment__platform",
    "line_item__assignment__course",
    "member__account",
    "member__enrollment",
)


def mark_scores(*, task: Task, enrollments: Iterable[Enrollment | int], now: datetime | None = None) -> int:
    """Have these students' scores sent, where they differ; to be called in the transaction that changes the grades.

    Returns how many were marked. A course without line items costs one query.
    """
    items = list(about(task).values_list("pk", "lms_course"))
    if not items:
        return 0
    keys = [one.pk if isinstance(one, Enrollment) else one for one in enrollments]
    places = graded_members().filter(lms_course__in={course for _, course in items}, enrollment__in=keys)
    by_course: dict[int, list[int]] = {}
    for pk, course in places.values_list("pk", "lms_course"):
        by_course.setdefault(course, []).append(pk)
    return _mark([(item, member) for item, course in items for member in by_course.get(course, ())], now=now)


def compare_soon(*, task: Task | None = None, lms_course: LmsCourse | None = None) -> None:
    """Have all scores of a task's line items, or of an LMS's course, compared within seconds: for many grades at once.

    For acts that may move anybody's points, and for members that are new; only what differs is sent.
    """
    items = about(task) if task is not None else working().filter(lms_course=lms_course)
    LineItem.objects.filter(pk__in=items.values("pk")).update(checked_at=None)


def _mark(pairs: Sequence[tuple[int, int]], *, now: datetime | None = None) -> int:
    """Make scores due, each (line item, member); in one order, so that two of these never wait for each other."""
    now = now or timezone.now()
    rows = [
        Score(line_item_id=item, member_id=member, asked_at=now, due_at=now, attempts=0, state=DeliveryState.WAITING)
        for item, member in sorted(pairs)
    ]
    Score.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["line_item", "member"],
        update_fields=["asked_at", "due_at", "attempts", "state"],  # not the lease: who is at it stays at it
        batch_size=500,
    )
    return len(rows)


def due_scores(now: datetime, most: int) -> list[int]:
    """List the scores to be sent now that nobody is at: of the platform to which the least is under way, the oldest.

    So a platform that doesn't answer holds up another one's scores for no longer than one request of its own takes.
    """
    under_way = ~deliveries.free(now)
    # While a row is under way its due time is the end of the lease, so the index finds those as well.
    soon = Score.objects.filter(deliveries.is_due(now + timedelta(seconds=LEASE_SECONDS)))
    rows = soon.filter(under_way | deliveries.is_due(now)).annotate(
        is_under_way=Case(When(under_way, then=True), default=False, output_field=BooleanField())
    )
    turn = Window(
        RowNumber(),
        partition_by="line_item__lms_course__deployment__platform",
        order_by=[F("is_under_way").desc(), "due_at", "pk"],
    )
    in_turn = rows.annotate(turn=turn).order_by("turn", "due_at", "pk").values_list("pk", "is_under_way")
    # Never more are under way than the threads of some couriers.
    return [pk for pk, is_under_way in in_turn[: 4 * most] if not is_under_way][:most]


def send_score(pk: int) -> None:
    """Send a score that is due, if there is anything to tell that the LMS does not know yet."""
    lease = deliveries.take(Score, pk, LEASE_SECONDS)
    score = Score.objects.select_related(*_WITH).filter(pk=pk).first() if lease else None
    if lease is None or score is None:
        return
    told = _to_tell(score)
    if told is None:
        deliveries.delivered(
            Score, pk, lease, status_code=score.status_code, delivered_at=score.delivered_at, refused=None
        )
        return
    stamp = _stamped(score, lease)
    if stamp is not None:
        _settle(score, lease, told, _sent(score, told, stamp))


def _to_tell(score: Score) -> dict[str, Any] | None:
    """Read the grade as it is now, and return what of it is news to the LMS."""
    item, member = score.line_item, score.member
    takes_part = working().filter(pk=item.pk).exists() and members_of(item).filter(pk=member.pk).exists()
    if not takes_part:
        return None
    return next_to_tell(
        points_in(item, [member.enrollment])[member.enrollment_id], score.sent, uncertain=score.uncertain
    )


def _stamped(score: Score, lease: str) -> datetime | None:
    """Return the score's timestamp, stored before it goes out; None if it has to wait a second, or isn't ours."""
    now = timezone.now()
    stamp = ags.next_stamp(now, score.sent_timestamp)
    if now < stamp <= now + timedelta(seconds=1):
        deliveries.put_off(Score, score.pk, lease, until=stamp)
        return None
    held = Score.objects.filter(pk=score.pk, lease=lease, lease_expires_at__gt=now)
    # Should the courier be lost now, no answer is what stands here, and not that to an earlier score.
    return stamp if held.update(sent_timestamp=stamp, uncertain=True, status_code=None) else None


@dataclass(frozen=True, slots=True)
class _Try:
    """What came of sending: what it means, and the LMS's own words, or ours where it said nothing."""

    verdict: Verdict
    words: str = ""
    status: int | None = None
    after: timedelta | None = None
    went_out: bool = True

    @property
    def may_have_arrived(self) -> bool:
        """Whether the LMS may have stored the score without our hearing of it."""
        return self.went_out and self.verdict is Verdict.LATER and (self.status is None or self.status >= 500)


def _sent(score: Score, told: dict[str, Any], stamp: datetime) -> _Try:
    """Send a score; nothing is stored here."""
    platform = _platform(score)
    body = ags.score_body(
        told,
        user_id=score.member.account.subject,
        stamp=stamp,
        kind=PlatformKind(platform.kind),
        is_new=told.get("submittedAt") != (score.sent or {}).get("submittedAt") and not _has_no_attempt_left(score),
    )
    url = ags.scores_url(score.line_item.url)
    try:
        answer = lti_request(
            platform,
            "POST",
            url,
            scopes=[SCOPE_SCORE],
            accept=ags.SCORE_TYPE,
            content_type=ags.SCORE_TYPE,
            body=body,
        )
    except NotReached as error:
        return _not_reached(platform, error)
    verdict = verdict_of(answer)
    if verdict is not Verdict.OUTDATED:
        return _Try(verdict, words_of(answer), answer.status, deliveries.retry_after(answer.headers))
    known, result = _held_by_lms(score)
    if known and ags.holds(told, result):
        return _Try(Verdict.TAKEN, words_of(answer), answer.status)
    return _Try(verdict, words_of(answer), answer.status, ags.wait_for_later(result, timezone.now()))


def _not_reached(platform: Platform, error: NotReached) -> _Try:
    """Tell apart what may pass by itself from what somebody has to change."""
    verdict, words, status = Verdict.LATER, str(error), None
    went_out = not isinstance(error, NotOfThePlatform | NoToken)
    if isinstance(error, NotOfThePlatform):
        verdict = Verdict.REFUSED
    elif isinstance(error, NoToken) and error.answer is not None:
        status = error.answer.status
        said = verdict_of(error.answer)
        # A token that is given, but not for scores, is for the LMS's administrator to change.
        verdict = {Verdict.TAKEN: Verdict.REFUSED, Verdict.LATER: Verdict.LATER}.get(said, Verdict.NO_ACCESS)
        words = f"{words} {words_of(error.answer) if status != 200 else ''}".strip()
    now = timezone.now()
    Platform.objects.filter(pk=platform.pk).update(last_error=words[:1000], last_error_at=now)
    return _Try(verdict, words, status, went_out=went_out)


def _held_by_lms(score: Score) -> tuple[bool, ags.RemoteResult | None]:
    """Ask what the LMS holds, where it lets us: an answer that was lost may have been a yes. Also whether it said."""
    item, user_id = score.line_item, score.member.account.subject
    if SCOPE_RESULT_READ not in item.lms_course.scopes:
        return False, None
    try:
        answer = lti_request(
            _platform(score),
            "GET",
            ags.results_url(item.url, user_id=user_id),
            scopes=[SCOPE_RESULT_READ],
            accept=ags.RESULTS_TYPE,
        )
    except NotReached:
        return False, None
    results = {one.user_id: one for one in ags.read_results(answer)}
    return answer.status == 200, results.get(user_id)


def _settle(score: Score, lease: str, told: dict[str, Any], tried: _Try) -> None:
    """Store what came of it, as far as the lease is still ours."""
    said: dict[str, Any] = {"status_code": tried.status, "answer": tried.words}
    said["uncertain"] = tried.may_have_arrived or score.uncertain
    log.info("lti_score_tried", score=score.pk, verdict=tried.verdict.value, status=tried.status)
    if tried.verdict is Verdict.TAKEN:
        # Whatever went before this yes and was no yes itself: also what had no answer and then an error.
        may_come_yet = score.uncertain and not _was_taken(score)
        deliveries.delivered(
            Score, score.pk, lease, status_code=tried.status, sent=told, refused=None, uncertain=may_come_yet
        )
    elif tried.verdict is Verdict.OUTDATED and not _was_outdated(score):
        deliveries.put_off(Score, score.pk, lease, until=timezone.now() + (tried.after or timedelta()), **said)
    elif _is_over(score, tried.verdict):
        deliveries.needs_attention(Score, score.pk, lease, **said, refused=told)
    else:
        deliveries.try_again(Score, score.pk, lease, **said, after=tried.after, refused=told)


def _was_outdated(score: Score) -> bool:
    """Whether the try before this one ended in the same conflict."""
    if score.attempts <= 1 or score.status_code is None:
        return False
    return verdict_of(Answer(score.status_code, {}, score.answer.encode())) is Verdict.OUTDATED


def _was_taken(score: Score) -> bool:
    """Whether the try before this one ended in a yes."""
    return score.status_code is not None and verdict_of(Answer(score.status_code)) is Verdict.TAKEN


def _has_no_attempt_left(score: Score) -> bool:
    """Whether the try before this one was refused since it would have counted as one attempt too many."""
    return score.status_code == 422 and ags.attempts_used_up(score.answer)


def _is_over(score: Score, verdict: Verdict) -> bool:
    """Whether no further try is made by itself."""
    if verdict is Verdict.NO_ACCESS:
        return score.attempts >= MOST_WITHOUT_ACCESS
    return verdict in (Verdict.REFUSED, Verdict.OUTDATED)


def _platform(score: Score) -> Platform:
    return score.line_item.lms_course.deployment.platform


def due_line_items(now: datetime, most: int) -> list[int]:
    """List the line items whose scores are to be compared: those that somebody asked for first."""
    lately = Q(checked_at__lt=now - COMPARED_EVERY, assignment__due_at__gte=now - OLD_AFTER)
    was_ahead = Q(checked_at__gt=now + deliveries.AHEAD)  # the clock
    found = working().filter(Q(checked_at=None) | lately | Q(checked_at__lt=now - OLD_EVERY) | was_ahead)
    in_turn = found.order_by(F("checked_at").asc(nulls_first=True), "pk")
    return list(in_turn.values_list("pk", flat=True)[:most])


def compare_line_item(pk: int, *, now: datetime | None = None) -> None:
    """Compare what was told with what is, for all members of a line item, and have sent what differs.

    It finds what nothing marks: a due time that passed, an extension, another late policy, a new member.
    """
    now = now or timezone.now()
    item = working().select_related("assignment__course").filter(pk=pk).first()
    if item is None or not LineItem.objects.filter(pk=pk, checked_at=item.checked_at).update(checked_at=now):
        return  # switched off, or somebody else is at it
    members = list(members_of(item).select_related("enrollment"))
    points = points_in(item, [member.enrollment for member in members])
    rows = {row.member_id: row for row in Score.objects.filter(line_item=item)}
    # What is being sent just now was read before: whoever is at it looks again afterwards.
    under_way = [row.pk for row in rows.values() if row.lease]
    Score.objects.filter(pk__in=under_way, due_at=F("lease_expires_at")).update(due_at=now)
    changed = [
        (item.pk, member.pk) for member in members if _is_news(points[member.enrollment_id], rows.get(member.pk))
    ]
    if changed:
        log.info("lti_scores_differ", line_item=item.pk, scores=len(changed))
        _mark(changed, now=now)


def _is_news(found: Points | Untold, row: Score | None) -> bool:
    """Whether something is to be sent that neither waits already nor was refused just so."""
    if row is not None and row.due_at is not None:
        return False
    wanted = next_to_tell(found, row.sent, uncertain=row.uncertain) if row is not None else next_to_tell(found, None)
    if row is None or row.state != DeliveryState.NEEDS_ATTENTION:
        return wanted is not None
    if wanted is None:
        return found is not Untold.UNSETTLED  # what was refused is not wanted any more, so nobody has to attend to it
    return row.refused not in (wanted, None)
