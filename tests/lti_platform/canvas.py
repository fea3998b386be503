"""Where Canvas's ways are not Moodle's: what it adds to a login and to a launch, and what it answers to scores.

As its code has it (instructure/canvas-lms, 2025: Lti::LtiAdvantageAdapter, Lti::Messages, Lti::IMS).
"""

import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import jwt

from tests.lti_platform import words
from tests.lti_platform.records import Item, LmsUser
from tests.lti_platform.web import Reply

if TYPE_CHECKING:
    from tests.lti_platform.platform import FakePlatform

SUBMISSION = "https://canvas.instructure.com/lti/submission"
STORAGE_FRAME = "post_message_forwarding"
_SCHOOL_ROLES = {
    words.LEARNER: "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Student",
    words.INSTRUCTOR: "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor",
}
_ANYBODY = "http://purl.imsglobal.org/vocab/lis/v2/system/person#User"
_DOMAIN = re.compile(
    r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?\.)*[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(:\d{1,5})?"
)
_PLACEMENTS = {
    words.RESOURCE_LINK: {"course_navigation", "assignment_selection", "link_selection"},
    words.DEEP_LINKING: {"assignment_selection", "link_selection", "course_assignments_menu", "module_menu_modal"},
}


def login_parameters(platform: "FakePlatform") -> dict[str, str]:
    """Name the deployment as Canvas does, beside what only Canvas names."""
    storage = {"lti_storage_target": STORAGE_FRAME} if platform.storage else {}
    about = {"canvas_region": "us-east-1", "canvas_environment": "prod"}
    return {"deployment_id": platform.deployment_id} | about | storage


def claims(platform: "FakePlatform", user: LmsUser) -> dict[str, Any]:
    """Return what stands otherwise in a launch than elsewhere."""
    more = {_SCHOOL_ROLES[role] for role in user.roles if role in _SCHOOL_ROLES}
    found: dict[str, Any] = {
        "azp": platform.client_id,
        "locale": "en",
        f"{words.LTI}roles": sorted({*user.roles, *more, _ANYBODY}),
        f"{words.LTI}lti1p1": {"user_id": f"1p1-{user.id}"},
        f"{words.LTI}lti11_legacy_user_id": f"1p1-{user.id}",
        "https://www.instructure.com/placement": None,
        "errors": {"errors": {}},
    }
    if user.shares_name:  # variables that it can't expand stay as they are
        lis = {"person_sourcedid": user.sourced_id or "$Person.sourcedId"}
        found[f"{words.LTI}lis"] = lis | {"course_offering_sourcedid": "$CourseSection.sourcedId"}
    return found


def deep_linking_settings(platform: "FakePlatform", course: str) -> dict[str, Any]:
    """Return the settings of the placement assignment_selection: no data comes along, nor a word on columns.

    What it wants back stands in the return address, and is good once.
    """
    data = f"data-{next(platform.numbers)}"
    platform.return_data.add(data)
    return {
        "deep_link_return_url": f"{platform.base}/deep-link-return?course={course}&data={data}",
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe", "window"],
        "accept_media_types": "application/vnd.ims.lti.v1.ltilink",
        "accept_multiple": False,
        "auto_create": False,
    }


def check_age(issued: float) -> None:
    """Refuse what a tool signed more than five minutes ago, or half a minute from now."""
    if not -30 <= time.time() - issued <= 300:
        raise jwt.InvalidTokenError("the 'iat' must be less than 300 seconds old and not in the future")


def column_refused(platform: "FakePlatform", link: str | None) -> Reply | None:
    """Refuse a column for a link that is no assignment's."""
    if link is None or any(item.link == link for item in platform.items.values()):
        return None
    return _error(404, "The specified resource does not exist.")


def score_refused(platform: "FakePlatform", item: Item, given: Mapping[str, Any]) -> Reply | None:
    """Refuse a score of who is no student there, one that is older, one too many; count what counts as an attempt."""
    user = platform.users.get(str(given["userId"]))
    if user is None or words.LEARNER not in user.roles or item.course not in user.courses:
        return _error(422, "User not found in course or is not a student")
    before, stamp = item.scores.get(user.id), given["timestamp"]
    if before and before.timestamp > datetime.fromisoformat(stamp):
        held = before.timestamp.isoformat(timespec="milliseconds")
        return _error(400, f"Provided timestamp of {stamp} before last updated timestamp of {held}")
    submitted = (given.get("submission") or {}).get("submittedAt") or (given.get(SUBMISSION) or {}).get("submitted_at")
    if submitted and datetime.fromisoformat(submitted) > datetime.now(UTC) + timedelta(minutes=1):
        return _error(400, f"Provided submitted_at timestamp of {submitted} in the future")
    if (given.get(SUBMISSION) or {}).get("new_submission", True):
        if item.most_attempts is not None and item.attempts.get(user.id, 0) >= item.most_attempts:
            return _error(422, "The maximum number of allowed attempts has been reached for this submission")
        item.attempts[user.id] = item.attempts.get(user.id, 0) + 1
    return None


def registration_problems(given: Mapping[str, Any]) -> list[str]:
    """Name what Canvas's schema refuses in a tool's registration."""
    configured = given.get(words.TOOL_CONFIGURATION) or {}
    problems = [
        name
        for name, value in (("application_type", "web"), ("token_endpoint_auth_method", "private_key_jwt"))
        if given.get(name) != value
    ]
    if not {"client_credentials", "implicit"} <= set(given.get("grant_types", ())):
        problems.append("grant_types")
    if not _DOMAIN.fullmatch(configured.get("domain", "")):
        problems.append("domain")
    if not isinstance(configured.get("claims"), list):
        problems.append("claims")
    for message in configured.get("messages", ()):
        allowed = _PLACEMENTS.get(message.get("type", ""))
        if allowed is None or not set(message.get("placements", ())) <= allowed:
            problems.append("messages")
    if configured.get("https://canvas.instructure.com/lti/privacy_level") not in (None, "public", "anonymous"):
        problems.append("privacy_level")
    return problems


def registered(platform: "FakePlatform", given: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a registration: the deployment, if there is one already, stands beside the rest."""
    deployment = {"deployment_id": platform.deployment_id} if platform.deployment_id else {}
    return dict(given) | {"client_id": platform.client_id, "scope": f"{given['scope']} openid"} | deployment


def _error(status: int, message: str) -> Reply:
    return Reply.json({"errors": {"type": "error", "message": message}}, status)
