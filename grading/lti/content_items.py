"""The answer to a deep linking request: what was chosen, as content items. Pure."""

import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from coursework.models import Assignment, Task
from grading.lti import claims
from grading.lti.messages import LaunchMessage
from grading.lti.tokens import times_of_validity
from grading.models import PlatformKind

SECONDS = 600  # long enough for a person who looks at the page for a while, too short to be of use later
LTI_LINK = "ltiResourceLink"
_LONGEST_TEXT = 500
_MOODLE_MOST = 100  # the highest maximum of Moodle's form for an activity, unless its administrator allows more


@dataclass(frozen=True, slots=True)
class Choice:
    """An assignment, or one task of it, that a link is wanted for."""

    assignment: Assignment
    task: Task | None
    points: Decimal

    @property
    def key(self) -> str:
        """How a form names it: the assignment's number, or the task's behind it."""
        return f"{self.assignment.pk}.{self.task.pk}" if self.task else str(self.assignment.pk)

    @property
    def title(self) -> str:
        """What the link is called in the LMS; its teacher may change that."""
        return self.task.title if self.task else self.assignment.title

    @property
    def resource_id(self) -> str:
        """What a column of the LMS's gradebook is known by, on our side."""
        return f"task-{self.task.pk}" if self.task else f"assignment-{self.assignment.pk}"


def content_item(choice: Choice, *, url: str, with_line_item: bool, kind: PlatformKind) -> dict[str, Any]:
    """Return a link to a choice, with its column of the gradebook (as this kind of LMS takes one) and its times.

    The times are those of the class: when it opens, and until when hand-ins are on time. When it closes is not told: an
    LMS then shuts the link itself, also to who has an extension here and to who wants to see their result.
    """
    assignment = choice.assignment
    custom = {"course": assignment.course.slug, "assignment": assignment.slug}
    item: dict[str, Any] = {
        "type": LTI_LINK,
        "url": url,
        "title": choice.title,
        "text": _text(choice),
        "custom": custom | ({"task": choice.task.slug} if choice.task else {}),
        "available": {"startDateTime": _instant(assignment.opens_at)},
        "submission": {
            "startDateTime": _instant(assignment.opens_at),
            "endDateTime": _instant(assignment.due_at),
        },
    }
    if with_line_item and choice.points > 0:
        item["lineItem"] = {
            "scoreMaximum": column_maximum(choice.points, kind),
            "label": choice.title,
            "resourceId": choice.resource_id,
            "tag": "grade",
        }
    return item


def column_maximum(points: Decimal, kind: PlatformKind) -> float:
    """Return the maximum of a column for so many points; scores are sent out of ours, and the LMS scales them.

    Moodle puts it into the form of the activity, which takes whole numbers up to 100 only: of several links chosen at
    once, those with another maximum would be left out without a word.
    """
    if kind != PlatformKind.MOODLE or (points <= _MOODLE_MOST and points == points.to_integral_value()):
        return float(points)
    return float(_MOODLE_MOST)


def response_claims(
    message: LaunchMessage, items: Iterable[Mapping[str, Any]], *, now: float | None = None
) -> dict[str, Any]:
    """Return the claims of the LtiDeepLinkingResponse, to be signed by us."""
    assert message.deep_linking is not None
    platform = message.platform
    found: dict[str, Any] = {
        "iss": platform.client_id,
        "sub": platform.client_id,  # Blackboard wants it
        "aud": [platform.issuer],
        **times_of_validity(time.time() if now is None else now, SECONDS),
        "nonce": secrets.token_urlsafe(24),
        claims.DEPLOYMENT_ID: message.deployment_id,
        claims.MESSAGE_TYPE: claims.DEEP_LINKING_RESPONSE,
        claims.LTI_VERSION: claims.VERSION,
        claims.CONTENT_ITEMS: list(items),
    }
    if message.deep_linking.data is not None:  # goes back as it came
        found[claims.DEEP_LINKING_DATA] = message.deep_linking.data
    return found


def takes_line_items(message: LaunchMessage) -> bool:
    """True unless the platform says that it takes no line items here; Moodle, which does, says nothing."""
    settings = message.raw.get(claims.DEEP_LINKING_SETTINGS)
    said = settings.get("accept_lineitem") if isinstance(settings, Mapping) else None
    return said not in (False, "false")


def takes_links(message: LaunchMessage) -> bool:
    """True if the platform takes what we have: links to be launched."""
    assert message.deep_linking is not None
    types = message.deep_linking.accept_types
    return not types or LTI_LINK in types


def _text(choice: Choice) -> str:
    if choice.task is not None:
        words = f"{choice.task.get_criterion_display().capitalize()} {choice.task.target} in the Playground."
        return words[:_LONGEST_TEXT]
    return ""


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
