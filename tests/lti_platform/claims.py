"""The claims of a launch, as Moodle and Canvas write them."""

import time
from typing import TYPE_CHECKING, Any

from tests.lti_platform import canvas, words
from tests.lti_platform.records import Link, LmsUser

if TYPE_CHECKING:
    from tests.lti_platform.platform import FakePlatform


def claims_of(platform: "FakePlatform", user: LmsUser, link: Link | None, message: str, course: str) -> dict[str, Any]:
    """Return everything but the nonce. A deep link has no resource link; a link without a column no `lineitem`."""
    now = int(time.time())
    context = platform.courses[course]
    kind = "CourseSection" if platform.kind == "moodle" else "CourseOffering"
    claims: dict[str, Any] = {
        "iss": platform.issuer,
        "aud": platform.client_id,
        "iat": now,
        "exp": now + 60,
        **user.claims(),
        f"{words.LTI}version": "1.3.0",
        f"{words.LTI}message_type": message,
        f"{words.LTI}deployment_id": platform.deployment_id,
        f"{words.LTI}roles": list(user.roles),
        f"{words.LTI}target_link_uri": platform.target_of(link, message),
        f"{words.LTI}context": {
            "id": context.id,
            "label": context.label,
            "title": context.title,
            "type": [f"http://purl.imsglobal.org/vocab/lis/v2/course#{kind}"],
        },
        f"{words.LTI}tool_platform": {
            "guid": platform.base,
            "name": "School",
            "product_family_code": platform.kind,
            "version": "2023100900",
        },
        f"{words.LTI}launch_presentation": {
            "locale": "en",
            "document_target": "iframe",
            "return_url": f"{platform.base}/back",
        },
    }
    own = canvas.claims(platform, user) if platform.kind == "canvas" else _of_moodle(user)
    return claims | own | _services(platform, link, course) | _of_message(platform, link, message, course)


def _of_moodle(user: LmsUser) -> dict[str, Any]:
    """What it doesn't know is there, and empty."""
    return {
        f"{words.LTI}lis": {"person_sourcedid": user.sourced_id, "course_section_sourcedid": ""},
        f"{words.LTI}ext": {"lms": "moodle-2"},
    }


def _services(platform: "FakePlatform", link: Link | None, course: str) -> dict[str, Any]:
    scopes = platform.installed().scopes
    found: dict[str, Any] = {}
    graded = [scope for scope in words.AGS_SCOPES if scope in scopes]
    if graded:
        endpoint = {"scope": graded, "lineitems": platform.lineitems_url(course)}
        items = [item for item in platform.items.values() if link and item.link == link.id]
        if len(items) == 1:
            endpoint["lineitem"] = platform.item_url(items[0])
        found[words.AGS_CLAIM] = endpoint
    # Moodle names the roster only in a course where there is a link to the tool already.
    is_used = platform.kind != "moodle" or any(one.course == course for one in platform.links.values())
    if words.MEMBERSHIP in scopes and is_used:
        found[words.NRPS_CLAIM] = {
            "context_memberships_url": platform.memberships_url(course),
            "service_versions": ["1.0", "2.0"],
        }
    return found


def _of_message(platform: "FakePlatform", link: Link | None, message: str, course: str) -> dict[str, Any]:
    if message == words.DEEP_LINKING:
        settings: dict[str, Any] = {
            "deep_link_return_url": f"{platform.base}/deep-link-return?course={course}",
            "accept_types": ["ltiResourceLink"],
            "accept_presentation_document_targets": ["frame", "iframe", "window"],
            "accept_multiple": True,
            "auto_create": False,
        }
        # Moodle takes line items without a word, and gives nothing to be brought back.
        own = canvas.deep_linking_settings(platform, course) if platform.kind == "canvas" else {"title": "", "text": ""}
        return {f"{words.DEEP}deep_linking_settings": settings | own}
    if link is None and platform.kind == "canvas":  # a link in the course's menu has the course's own id
        context = platform.courses[course]
        return {f"{words.LTI}resource_link": {"id": context.id, "title": context.title, "description": None}}
    if link is None:
        return {}
    custom = {f"{words.LTI}custom": dict(link.custom)} if link.custom else {}
    return {f"{words.LTI}resource_link": {"id": link.id, "title": link.title, "description": ""}} | custom
