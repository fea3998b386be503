"""Assignment and Grade Services as a protocol: scores, line items, results, and what answers mean. Pure."""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from grading.models import PlatformKind
from grading.outbound.fetching import Answer

SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"  # to the letter: Moodle compares the whole header
LINE_ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
LINE_ITEMS_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
CANVAS_SUBMISSION = "https://canvas.instructure.com/lti/submission"
LONGEST_WORDS = 500
_MOST_ROWS = 2000  # of one answer
_ATTEMPTS_USED_UP = "maximum number of allowed attempts"  # Canvas, of an assignment that limits them
# Moodle's word for whatever it does not like about a score, with the score behind it. Of ours it is the person.
_MOODLES_REFUSAL = "Incorrect score received"
_MOODLE_MEANS = " (Moodle says so of somebody who is no student of its course, or not any more)"
_MOODLE_IS_LOCKED = "Not stored. (Moodle says so, without a word more, where its column or this grade is locked)"
_SOON = timedelta(seconds=2)  # then it is a second that neither clock has seen
_LONGEST_WAIT = timedelta(minutes=10)
_CLOSE = 0.0005  # of the maximum: what an LMS makes of a value when it scales it to a maximum of its own


class Verdict(Enum):
    """What an answer to a score means."""

    TAKEN = "taken"
    LATER = "later"  # not now, but perhaps on another try
    OUTDATED = "outdated"  # the LMS has something that it takes for newer
    NO_ACCESS = "no_access"  # also with a token that is new
    REFUSED = "refused"  # another try would end the same


@dataclass(frozen=True, slots=True)
class RemoteLineItem:
    """A column of the LMS's gradebook as the LMS describes it."""

    url: str
    label: str = ""
    resource_id: str = ""
    tag: str = ""
    resource_link_id: str = ""


@dataclass(frozen=True, slots=True)
class RemoteResult:
    """What the LMS holds for one person; without `score` nothing."""

    user_id: str
    score: float | None
    most: float | None
    at: datetime | None = None  # when it was stored, by the LMS's clock; Moodle says so


def scores_url(line_item: str) -> str:
    """Return where scores of a line item go: one step further in the path, before any query."""
    return _below(line_item, "scores")


def results_url(line_item: str, *, user_id: str) -> str:
    """Return where the result of one person is asked for."""
    return _with_query(_below(line_item, "results"), user_id=user_id)


def line_items_url(line_items: str, *, resource_id: str, tag: str) -> str:
    """Return where the line items of one thing of ours are asked for; who ignores that answers with all of them."""
    return _with_query(line_items, resource_id=resource_id, tag=tag)


def timestamp(moment: datetime) -> str:
    """Write an instant as services want it: UTC, with milliseconds and Z."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def next_stamp(now: datetime, last: datetime | None) -> datetime:
    """Return the earliest timestamp for a score after the last one that was used: `now`, or later.

    In a later second than that one: Moodle keeps whole seconds and refuses what is not later.
    """
    if last is None:
        return now
    after: datetime = last.replace(microsecond=0) + timedelta(seconds=1)
    return max(now, after)


def score_body(told: Mapping[str, Any], *, user_id: str, stamp: datetime, kind: PlatformKind, is_new: bool) -> bytes:
    """Write a score. `told` is what stands in Score.sent; `is_new`: of work that the LMS has not heard of yet."""
    score = {name: value for name, value in told.items() if name != "submittedAt"}
    score |= {"userId": user_id, "timestamp": timestamp(stamp)}
    submitted = told.get("submittedAt")
    if submitted:
        score["submission"] = {"submittedAt": submitted}
    if kind == PlatformKind.BLACKBOARD and "scoreGiven" not in told:
        # So, its documentation says, it deletes a grade; else it might keep it, or wait for its teacher to give one.
        score["activityProgress"] = "Initialized"
    if kind == PlatformKind.CANVAS:
        # Else Canvas counts each score as one more attempt, which it may have run out of.
        score[CANVAS_SUBMISSION] = {"new_submission": bool(submitted and is_new)}
        if submitted:
            score[CANVAS_SUBMISSION]["submitted_at"] = submitted
        # Canvas keeps every comment beside the ones before, and mails it: the link there leads here anyway.
        score.pop("comment", None)
    return json.dumps(score).encode()


def verdict_of(answer: Answer) -> Verdict:
    """Say what an answer to a score means."""
    status, words = answer.status, answer.text.lower()
    if 200 <= status < 300:
        return Verdict.TAKEN
    if status == 401:
        return Verdict.NO_ACCESS
    if status == 409 or (status == 400 and "before last updated" in words):  # Moodle; Canvas
        return Verdict.OUTDATED
    if status == 500 and _is_of_moodles_gradebook(answer):
        return Verdict.REFUSED  # until somebody unlocks it
    if status in (408, 425, 429) or status >= 500 or (status == 403 and "rate limit" in words):
        return Verdict.LATER
    if status == 422 and attempts_used_up(words):
        return Verdict.LATER  # the next try does not count as one
    return Verdict.REFUSED


def attempts_used_up(words: str) -> bool:
    """Whether an LMS refused a score since it would have counted as one attempt more than its teacher allows."""
    return _ATTEMPTS_USED_UP in words.lower()


def words_of(answer: Answer) -> str:
    """Return what an answer says, in the LMS's own words and as plain text; at least what stands behind its status."""
    if _is_of_moodles_gradebook(answer) and answer.status in (400, 500):
        return _MOODLES_REFUSAL + _MOODLE_MEANS if answer.status == 400 else _MOODLE_IS_LOCKED
    try:
        text = _said(json.loads(answer.body))
    except (ValueError, RecursionError):
        text = answer.text
    return _plain(text) or _plain(answer.reason)


def _plain(text: str) -> str:
    text = re.sub(r"<(script|style|head)\b.*?</\1\s*>|<[^>]*>", " ", text, flags=re.DOTALL | re.IGNORECASE)
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", html.unescape(text)).strip()[:LONGEST_WORDS]


def _is_of_moodles_gradebook(answer: Answer) -> bool:
    """Whether it was Moodle's gradebook itself that did not take a score, and not something in front of or behind it.

    Moodle says why behind the status only, where not every proxy lets it stand, and answers with an empty list.
    """
    kind = answer.headers.get("content-type", "").partition(";")[0].strip()
    return answer.status >= 400 and kind == SCORE_TYPE and answer.body.strip() == b"[]"


def line_item_body(*, label: str, most: float, resource_id: str, tag: str, resource_link_id: str = "") -> bytes:
    """Write a line item to be made."""
    item: dict[str, Any] = {"label": label, "scoreMaximum": most, "resourceId": resource_id, "tag": tag}
    if resource_link_id:
        item["resourceLinkId"] = resource_link_id
    return json.dumps(item).encode()


def read_line_item(answer: Answer) -> RemoteLineItem | None:
    """Read the line item that was made; None if the answer has none."""
    found = _json(answer)
    return _line_item(found) if isinstance(found, dict) else None


def read_line_items(answer: Answer) -> list[RemoteLineItem]:
    """Read a page of line items."""
    return [item for one in _rows(answer) if (item := _line_item(one)) is not None]


def read_results(answer: Answer) -> list[RemoteResult]:
    """Read results."""
    return [
        RemoteResult(
            str(one.get("userId", "")),
            _number(one.get("resultScore")),
            _number(one.get("resultMaximum")),
            _instant(one.get("timestamp")),
        )
        for one in _rows(answer)
    ]


def wait_for_later(result: RemoteResult | None, now: datetime) -> timedelta:
    """Return how long to wait until a timestamp of ours is later than what the LMS holds; its clock may be ahead.

    By some minutes, that is: what lies further ahead is for a person to look at.
    """
    ahead = result.at + timedelta(seconds=1) - now if result is not None and result.at is not None else _SOON
    return max(_SOON, ahead) if ahead <= _LONGEST_WAIT else _SOON


def holds(told: Mapping[str, Any], result: RemoteResult | None) -> bool:
    """Whether the LMS holds what is to be told; its maximum may be another one."""
    score = result.score if result is not None else None
    if "scoreGiven" not in told or score is None or result is None:
        return "scoreGiven" not in told and score is None
    most = float(told["scoreMaximum"]) or 1.0
    scale = (result.most or most) / most
    return abs(score - float(told["scoreGiven"]) * scale) <= _CLOSE * (result.most or most) + 0.005


def next_page(answer: Answer) -> str:
    """Return the address of the next page of a list, as the header Link names it; "" where there is none."""
    for part in re.split(r",\s*(?=<)", answer.headers.get("link", "")):
        found = re.match(r'\s*(?:Link:\s*)?<([^<>]+)>\s*;.*\brel=["“]?next\b', part)
        if found:
            return found[1]
    return ""


def _below(url: str, name: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{name}", fragment=""))


def _with_query(url: str, **values: str) -> str:
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in values]
    return urlunsplit(parts._replace(query=urlencode([*kept, *values.items()]), fragment=""))


def _json(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


def _rows(answer: Answer) -> list[dict[str, Any]]:
    found = _json(answer)
    rows = found[:_MOST_ROWS] if isinstance(found, list) else []
    return [row for row in rows if isinstance(row, dict)]


def _line_item(members: Mapping[str, Any]) -> RemoteLineItem | None:
    url = members.get("id")
    if not isinstance(url, str) or not 0 < len(url) <= 1000 or not (url.isascii() and url.isprintable()):
        return None  # databases refuse some characters, and long texts of others in an index
    names = ("label", "resourceId", "tag", "resourceLinkId")
    return RemoteLineItem(url, *(str(members.get(name) or "")[:255] for name in names))


def _number(value: Any) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        return float(value)
    except OverflowError:  # a whole number of hundreds of digits
        return None


def _instant(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo is not None else None


def _said(found: Any) -> str:
    """Pick the words out of an error written as JSON."""
    if isinstance(found, list):
        return "; ".join(filter(None, (_said(one) for one in found[:5])))
    if not isinstance(found, dict):
        return str(found)
    for name in ("errors", "error_description", "reason", "detail", "message", "error", "title"):
        if found.get(name):
            return _said(found[name])
    return json.dumps(found)
