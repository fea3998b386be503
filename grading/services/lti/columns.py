"""What people do to the columns of an LMS's gradebook: make one, switch it off and on, have scores sent again."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from coursework.models import Assignment, Task, User
from coursework.services.events import record
from grading.lti import ags
from grading.lti.access import is_of_platform, lti_request
from grading.lti.claims import SCOPE_LINE_ITEM
from grading.lti_scores import IN_TROUBLE
from grading.models import LineItem, LmsCourse, LmsLink, Platform, PlatformKind, Score
from grading.outbound.fetching import Answer, NotReached
from grading.services import deliveries

TAG = "points"
MOST_PAGES = 10  # of the LMS's list of columns
ASKING_SECONDS = 120  # longer than asking for them and making one can take, in case whoever does is lost meanwhile


class ColumnRefused(Exception):
    """The LMS did not make a column; the message says why, in its own words where it said any."""


def create_line_item(
    *, lms_course: LmsCourse, assignment: Assignment, task: Task | None, actor: User | None, link: LmsLink | None = None
) -> LineItem:
    """Have the LMS make a column for an assignment or one task; one that it made for the same before is taken.

    Raises ColumnRefused. The LMS is asked outside any transaction; `lms_course` comes with its platform.
    """
    most = sum((one.points for one in assignment.tasks.all() if task is None or one.pk == task.pk), Decimal(0))
    if not most:
        raise ColumnRefused("There are no points to tell: a column needs a maximum above 0.")
    if not lms_course.lineitems_url or SCOPE_LINE_ITEM not in lms_course.scopes:
        raise ColumnRefused(f"{lms_course.deployment.platform.name} does not let us make columns.")
    label = (task.title if task is not None else assignment.title)[:255]
    key = f"task-{task.pk}" if task is not None else f"assignment-{assignment.pk}"
    with _only_one(lms_course, key):
        remote = _found(lms_course, key) or _made(lms_course, key, label, most, link)
        target = {"assignment": assignment, "task": task, "link": link, "label": label}
        return _stored(lms_course, remote, actor, target)


@transaction.atomic
def switch_line_item(*, item: LineItem, active: bool, actor: User) -> None:
    """Send scores to a column, or no more. Switched on again, it gets what changed meanwhile."""
    changed = LineItem.objects.filter(pk=item.pk, active=not active)
    if changed.update(active=active, checked_at=None):
        _record("lti.column_on" if active else "lti.column_off", item, actor)


@transaction.atomic
def send_again(*, score: Score, actor: User) -> bool:
    """Try one score anew, now; False if there was nothing in vain about it any more."""
    row = Score.objects.filter(IN_TROUBLE, pk=score.pk)
    if not _anew(row):
        return False
    _record("lti.scores_resent", score.line_item, actor, scores=1)
    return True


@transaction.atomic
def send_all_again(*, item: LineItem, actor: User, everything: bool = False) -> int:
    """Try anew, now, all scores of a column that did not arrive; returns how many.

    With `everything` also those that did: for a column that somebody emptied or restored in the LMS.
    """
    rows = Score.objects.filter(line_item=item)
    count = _anew(rows.filter(sent__isnull=False), uncertain=True) if everything else 0
    count += _anew(rows.filter(IN_TROUBLE, due_at=None) if everything else rows.filter(IN_TROUBLE))
    if count:
        _record("lti.scores_resent", item, actor, scores=count)
    return count


def _anew(rows: QuerySet[Score], **fields: Any) -> int:
    # Locked in the order of those who mark scores, so that none of them and this wait for each other.
    in_order = rows.order_by("line_item_id", "member_id").select_for_update(no_key=True)
    rows = Score.objects.filter(pk__in=list(in_order.values_list("pk", flat=True)))
    return deliveries.send_anew(rows, asked_at=timezone.now(), **fields)


@contextmanager
def _only_one(lms_course: LmsCourse, key: str) -> Iterator[None]:
    """Let one at a time look for a column and make it: two clicks at once would make two in the LMS."""
    name = f"lti-column-{lms_course.pk}-{key}"
    if not cache.add(name, 1, ASKING_SECONDS):
        raise ColumnRefused("It was asked for a moment ago: look again in a minute.")
    try:
        yield
    finally:
        cache.delete(name)


def _found(lms_course: LmsCourse, key: str) -> ags.RemoteLineItem | None:
    """Look for a column of ours in the LMS's list."""
    url = ags.line_items_url(lms_course.lineitems_url, resource_id=key, tag=TAG)
    for _page in range(MOST_PAGES):
        answer = _asked(lms_course, "GET", url, accept=ags.LINE_ITEMS_TYPE)
        for one in ags.read_line_items(answer):
            if (one.resource_id, one.tag) == (key, TAG):
                return one
        url = ags.next_page(answer)
        if not url:
            break
    return None


def _made(
    lms_course: LmsCourse, key: str, label: str, most: Decimal, link: LmsLink | None
) -> ags.RemoteLineItem | None:
    # Canvas knows columns of assignments' links only, and those have theirs; for another link it answers 404.
    is_canvas = lms_course.deployment.platform.kind == PlatformKind.CANVAS
    body = ags.line_item_body(
        label=label,
        most=float(most),
        resource_id=key,
        tag=TAG,
        resource_link_id=link.resource_link_id if link is not None and not is_canvas else "",
    )
    url = lms_course.lineitems_url
    return ags.read_line_item(_asked(lms_course, "POST", url, accept=ags.LINE_ITEM_TYPE, body=body))


def _asked(lms_course: LmsCourse, method: str, url: str, *, accept: str, body: bytes | None = None) -> Answer:
    platform: Platform = lms_course.deployment.platform
    content_type = ags.LINE_ITEM_TYPE if body is not None else ""
    try:
        answer = lti_request(
            platform, method, url, scopes=[SCOPE_LINE_ITEM], accept=accept, content_type=content_type, body=body
        )
    except NotReached as error:
        raise ColumnRefused(str(error)) from None
    if ags.verdict_of(answer) is not ags.Verdict.TAKEN:
        raise ColumnRefused(f"{platform.name} answered {answer.status}: {ags.words_of(answer) or 'no words'}")
    return answer


@transaction.atomic
def _stored(
    lms_course: LmsCourse, remote: ags.RemoteLineItem | None, actor: User | None, target: dict[str, Any]
) -> LineItem:
    # What is stored is taken for the platform's from then on, so it has to be known as that before.
    if remote is None or not is_of_platform(lms_course.deployment.platform, remote.url):
        raise ColumnRefused(f"{lms_course.deployment.platform.name} did not say where its column is.")
    item, made = LineItem.objects.update_or_create(
        lms_course=lms_course, url=remote.url, defaults=target | {"active": True, "checked_at": None}
    )
    if made:
        _record("lti.column_made", item, actor)
    return item


def _record(action: str, item: LineItem, actor: User | None, **details: Any) -> None:
    record(
        action=action,
        actor=actor,
        course=item.lms_course.course,
        subject=f"column {item.pk}",
        about=[item.task] if item.task is not None else [],
        column=(item.task or item.assignment).title,
        lms_course=str(item.lms_course),
        **details,
    )
