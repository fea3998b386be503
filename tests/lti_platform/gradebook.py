"""The fake platform's gradebook: line items, scores and results (AGS), with the rules that Moodle has."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.lti_platform import canvas, words
from tests.lti_platform.records import Item, Score
from tests.lti_platform.web import Reply, Request

if TYPE_CHECKING:
    from tests.lti_platform.platform import FakePlatform

PATHS = (
    re.compile(
        r"/mod/lti/services\.php/(?P<course>\w+)/lineitems(/(?P<item>\w+)/lineitem(/(?P<part>scores|results))?)?"
    ),
    re.compile(r"/api/lti/courses/(?P<course>\w+)/line_items(/(?P<item>\w+)(/(?P<part>scores|results))?)?"),
)
# As Moodle's own check: date and time, a fraction if wanted, and a zone.
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)")
_REQUIRED = ("userId", "timestamp", "gradingProgress", "activityProgress")
_ACTIVITY = {"Initialized", "Started", "InProgress", "Submitted", "Completed"}
_GRADING = {"FullyGraded", "Pending", "PendingManual", "Failed", "NotReady"}


def gradebook(platform: "FakePlatform", request: Request, where: Mapping[str, str | None]) -> Reply:
    """Answer a request below a course's line items."""
    if platform.kind == "moodle" and request.query.get("type_id") != platform.deployment_id:
        return Reply(403, "No tool of this type.")  # the query of the URL was lost on the way
    course = where["course"] or ""
    if course not in platform.courses:
        return _said(platform, request, 404, f"Not Found: Course {course} doesn't exist")
    if where["item"] is None:
        return _collection(platform, request, course)
    item = platform.items.get(where["item"])
    if item is None or item.course != course:
        return _said(platform, request, 404, f"Not Found: Grade item {where['item']} doesn't exist")
    if where["part"] == "scores":
        return _scores(platform, request, item)
    if where["part"] == "results":
        return _results(platform, request, item)
    return _one_item(platform, request, item)


def allowed(platform: "FakePlatform", request: Request, *scopes: str) -> Reply | None:
    """Return the refusal of a request whose token is missing, not valid or for something else: one to Moodle."""
    held = platform.scopes_of(request)
    if held is None or (platform.kind == "moodle" and not held & set(scopes)):
        return _said(platform, request, 401, "Unauthorized")
    return None if held & set(scopes) else Reply(403, "The token's scopes do not allow this.")


def _said(platform: "FakePlatform", request: Request, status: int, reason: str) -> Reply:
    """Refuse a request; Moodle writes why behind the status, and into a body of its own."""
    if platform.kind != "moodle":
        return Reply(status, reason)
    about = {"method": request.method, "url": request.path}
    return replace(Reply.json({"status": status, "reason": reason, "request": about}, status), reason=reason)


# --- Line items --------------------------------------------------------------------------------------------------


def _collection(platform: "FakePlatform", request: Request, course: str) -> Reply:
    if request.method == "POST":
        return allowed(platform, request, words.LINEITEM) or _create(platform, request, course)
    if request.method != "GET":
        return Reply(405, "GET or POST.")
    refused = allowed(platform, request, words.LINEITEM, words.LINEITEM_READ)
    if refused:
        return refused
    wanted = {"resource_link_id": "link", "resource_id": "resource_id", "tag": "tag"}
    found = [
        item
        for item in platform.items.values()
        if item.course == course
        and all(getattr(item, name) == request.query[given] for given, name in wanted.items() if given in request.query)
    ]
    return paged(platform, request, [_shown(platform, item) for item in found], words.LINE_ITEMS_TYPE)


def _create(platform: "FakePlatform", request: Request, course: str) -> Reply:
    given = request.json()
    if request.content_type != words.LINE_ITEM_TYPE or not isinstance(given, dict):
        return Reply(400, "No line item.")
    if not given.get("label") or not isinstance(given.get("scoreMaximum"), int | float) or given["scoreMaximum"] <= 0:
        return Reply(400, "A line item needs label and scoreMaximum.")
    link = given.get("resourceLinkId")
    if platform.kind == "canvas" and (refused := canvas.column_refused(platform, link)):
        return refused
    if link is not None and (link not in platform.links or platform.links[link].course != course):
        return Reply(403, "Invalid LTI link id supplied.")
    item = platform.add_item(
        label=given["label"],
        maximum=float(given["scoreMaximum"]),
        course=course,
        link=link,
        resource_id=given.get("resourceId", ""),
        tag=given.get("tag", ""),
    )
    return Reply.json(_shown(platform, item), 201, words.LINE_ITEM_TYPE)


def _one_item(platform: "FakePlatform", request: Request, item: Item) -> Reply:
    reading = (words.LINEITEM, words.LINEITEM_READ) if request.method == "GET" else (words.LINEITEM,)
    refused = allowed(platform, request, *reading)
    if refused:
        return refused
    if request.method == "DELETE":
        del platform.items[item.id]
        return Reply(204)
    if request.method == "PUT":
        given = request.json()
        if request.content_type != words.LINE_ITEM_TYPE or not isinstance(given, dict) or not given.get("label"):
            return Reply(400, "No line item.")
        item.label, item.maximum = given["label"], float(given.get("scoreMaximum", item.maximum))
    elif request.method != "GET":
        return Reply(405, "GET, PUT or DELETE.")
    return Reply.json(_shown(platform, item), 200, words.LINE_ITEM_TYPE)


def _shown(platform: "FakePlatform", item: Item) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": platform.item_url(item), "label": item.label, "scoreMaximum": item.maximum}
    shown |= {"resourceId": item.resource_id, "tag": item.tag}
    return shown | ({"resourceLinkId": item.link} if item.link else {})


# --- Scores and results ------------------------------------------------------------------------------------------


def _scores(platform: "FakePlatform", request: Request, item: Item) -> Reply:
    if request.method != "POST":
        return Reply(405, "GET requests are not allowed.")
    refused = allowed(platform, request, words.SCORE)
    if refused:
        return refused
    given = request.json()
    problem = _problem(platform, request, item, given)
    if problem and platform.kind == "moodle":  # which says not what, but gives all of it back
        return _not_stored(400, f"Incorrect score received{request.body.decode()}")
    if problem:
        return Reply(400, problem)
    with platform.lock:
        if platform.kind == "canvas" and (refused := canvas.score_refused(platform, item, given)):
            return refused
        return _store(platform, item, given)


def _problem(platform: "FakePlatform", request: Request, item: Item, given: Any) -> str:
    """Say what is wrong with a score; nothing where it is right."""
    if request.content_type != words.SCORE_TYPE or not isinstance(given, dict):
        return f"content type {request.content_type!r}"
    missing = [name for name in _REQUIRED if not given.get(name)]
    if missing:
        return f"{', '.join(missing)} missing"
    if not _TIME.fullmatch(str(given["timestamp"])):
        return "timestamp"
    if given["gradingProgress"] not in _GRADING or given["activityProgress"] not in _ACTIVITY:
        return "progress"
    if any(name in given and not _is_number(given[name]) for name in ("scoreGiven", "scoreMaximum")):
        return "scoreGiven and scoreMaximum are numbers"
    if "scoreGiven" in given and not given.get("scoreMaximum"):
        return "scoreGiven without scoreMaximum"
    user = platform.users.get(str(given["userId"]))
    if platform.kind != "canvas" and (user is None or not user.gradable or item.course not in user.courses):
        return f"user {given['userId']} can't be graded"
    return ""


def _store(platform: "FakePlatform", item: Item, given: Mapping[str, Any]) -> Reply:
    user, time = str(given["userId"]), datetime.fromisoformat(given["timestamp"])
    before = item.scores.get(user)
    # Moodle forgets when an activity's grade was cleared, and so takes any score after that, however old it is.
    is_dated = before is not None and not (before.given is None and item.link is not None)
    if platform.kind == "moodle" and before and is_dated and _whole(before.timestamp) >= _whole(time):
        return _not_stored(409, f"Refusing score with an earlier timestamp for item {item.id} and user {user}")
    if item.locked:
        return _not_stored(500)
    graded = given["gradingProgress"] == "FullyGraded" and "scoreGiven" in given
    points = given["scoreGiven"] * item.maximum / given["scoreMaximum"] if graded else None
    score = Score(
        given=points,
        maximum=item.maximum,
        timestamp=time,
        comment=given.get("comment", ""),
        activity=given["activityProgress"],
        grading=given["gradingProgress"],
        submitted_at=(given.get("submission") or {}).get("submittedAt", ""),
        sent=dict(given),
    )
    item.history.append((user, score))
    same = platform.kind == "moodle" and before is not None and before.given == points
    if before and same:
        score = replace(score, timestamp=before.timestamp)  # as it was
    elif platform.own_clock is not None and item.link is not None:
        score = replace(score, timestamp=datetime.now(UTC) + timedelta(seconds=platform.own_clock))
    item.scores[user] = score
    if platform.kind == "canvas":
        return Reply.json({"resultUrl": f"{platform.item_url(item)}/results/{user}"})
    return Reply(200, "", words.SCORE_TYPE)


def _not_stored(status: int, reason: str | None = None) -> Reply:
    """Refuse a score as Moodle does: it says why behind the status only, if at all; the body is an empty list."""
    return Reply(status, "[]", f"{words.SCORE_TYPE}; charset=utf-8", reason=reason)


def _whole(time: datetime) -> datetime:
    """Return a time as Moodle compares it: it knows whole seconds only."""
    return time.replace(microsecond=0)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _results(platform: "FakePlatform", request: Request, item: Item) -> Reply:
    refused = allowed(platform, request, words.RESULT)
    if refused:
        return refused
    if request.method != "GET":
        return Reply(405, "GET only.")
    wanted = request.query.get("user_id")
    found = []
    for user, score in sorted(item.scores.items()):
        if wanted in (None, user):
            result: dict[str, Any] = {"id": f"{platform.item_url(item, '/results')}#{user}", "userId": user}
            if score.given is not None:
                result |= {
                    "resultScore": score.given,
                    "resultMaximum": item.maximum,
                    "scoreOf": platform.item_url(item),
                }
                result |= {"comment": score.comment} if score.comment else {}
                if platform.kind == "moodle":
                    result["timestamp"] = _whole(score.timestamp).isoformat()
            found.append(result)
    return paged(platform, request, found, words.RESULTS_TYPE)


def by_hand(item: Item, user: str, points: float | None, *, comment: str = "", later: float = 5.0) -> None:
    """Write a score as a teacher does in the LMS."""
    time = datetime.now(UTC) + timedelta(seconds=later)
    score = Score(points, item.maximum, time, comment, "Completed", "FullyGraded", "", {})
    item.scores[user] = score
    item.history.append((user, score))


def paged(platform: "FakePlatform", request: Request, rows: list[Any], content_type: str, name: str = "") -> Reply:
    """Answer one page of rows, and where the next one is in a Link header; under `name` if it has one."""
    size = min(int(request.query.get("limit", platform.page_size)), platform.page_size)
    start = int(request.query.get("from", 0))
    content: Any = rows[start : start + size]
    headers = {}
    if start + size < len(rows):
        others = {key: value for key, value in request.query.items() if key != "from"} | {"from": str(start + size)}
        query = "&".join(f"{key}={value}" for key, value in others.items())
        headers["Link"] = f'<{platform.base}{request.path}?{query}>; rel="next"'
    return Reply.json({name: content} if name else content, 200, content_type, **headers)
