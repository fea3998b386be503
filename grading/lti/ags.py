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

from grading.outbound.fetching import Answer

SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"  # to the letter: Moodle compares the whole header
LINE_ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
LINE_ITEMS_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
CANVAS_SUBMISSION = "https://canvas.instructure.com/lti/submission"
LONGEST_WORDS = 500
_MOST_ROWS = 2000  # of one answer
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


def score_body(told: Mapping[str, Any], *, user_id: str, stamp: datetime, is_canvas: bool, is_new: bool) -> bytes:
    """Write a score. `told` is what stands in Score.sent; `is_new`: of work that the LMS has not heard of yet."""
    score = {name: value for name, value in told.items() if name != "submittedAt"}
    score |= {"userId": user_id, "timestamp": timestamp(stamp)}
    submitted = told.get("submittedAt")
    if submitted:
        score["submission"] = {"submittedAt": submitted}
    if is_canvas:
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
    if status in (408, 425, 429) or status >= 500 or (status == 403 and "rate limit" in words):
        return Verdict.LATER
    return Verdict.REFUSED


def words_of(answer: Answer) -> str:
    """Return what an answer says, in the LMS's own words and as plain text."""
    try:
        text = _said(json.loads(answer.body))
    except (ValueError, RecursionError):
        text = answer.text
    text = re.sub(r"<(script|style|head)\b.*?</\1\s*>|<[^>]*>", " ", text, flags=re.DOTALL | re.IGNORECASE)
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", html.unescape(text)).strip()[:LONGEST_WORDS]


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
        RemoteResult(str(one.get("userId", "")), _number(one.get("resultScore")), _number(one.get("resultMaximum")))
        for one in _rows(answer)
    ]


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
    if not isinstance(url, str) or not 0 < len(url) <= 1000:
        return None
    names = ("label", "resourceId", "tag", "resourceLinkId")
    return RemoteLineItem(url, *(str(members.get(name) or "")[:255] for name in names))


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


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
