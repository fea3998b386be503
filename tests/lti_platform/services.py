"""The fake platform's access tokens and its roster (NRPS)."""

import json
import re
import time
import urllib.request
from typing import TYPE_CHECKING, Any

import jwt

from tests.lti_platform import canvas, words
from tests.lti_platform.gradebook import allowed, paged
from tests.lti_platform.records import LmsUser
from tests.lti_platform.web import Reply, Request

if TYPE_CHECKING:
    from tests.lti_platform.platform import FakePlatform

MEMBER_PATHS = (
    re.compile(r"/mod/lti/services\.php/CourseSection/(?P<course>\w+)/bindings/\w+/memberships"),
    re.compile(r"/api/lti/courses/(?P<course>\w+)/names_and_roles"),
)
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class KeysNotRead(Exception):
    """The platform's own rules, or the network, keep it from fetching the tool's keys."""


def token(platform: "FakePlatform", request: Request) -> Reply:
    """Give an access token for a signed assertion; what is wrong is named in OAuth's words."""
    form = request.form
    if request.method != "POST" or not form:
        return Reply.json({"error": "invalid_request"}, 400)
    if form.get("grant_type") != "client_credentials" or form.get("client_assertion_type") != _ASSERTION:
        return Reply.json({"error": "unsupported_grant_type"}, 400)
    try:
        read_from_tool(platform, form.get("client_assertion", ""), audience=platform.token_url, asserting=True)
    except jwt.InvalidTokenError as problem:
        error = "invalid_request" if platform.kind == "canvas" else "invalid_client"
        return Reply.json({"error": error, "error_description": str(problem)}, 400)
    except KeysNotRead as problem:  # nobody catches this in Moodle, whose page for what nobody catches is a 404
        return Reply.html(f"<!doctype html><title>Error</title><h1>Error</h1><p>{problem}</p>", 404)
    wanted = form.get("scope", "").split()
    given = [scope for scope in wanted if scope in platform.installed().scopes]
    if not given or (platform.kind == "canvas" and given != wanted):  # it gives all that was asked for, or nothing
        return Reply.json({"error": "invalid_scope"}, 400)
    access = platform.new_token(frozenset(given))
    return Reply.json(
        {"access_token": access, "token_type": "Bearer", "expires_in": 3600, "scope": " ".join(given)},
    )


def read_from_tool(platform: "FakePlatform", text: str, *, audience: str, asserting: bool) -> dict[str, Any]:
    """Read what the tool signed, by its keys; raise InvalidTokenError where anything is not as it has to be."""
    kid = jwt.get_unverified_header(text).get("kid")
    found = next((one for one in _tool_keys(platform) if one.get("kid") == kid), None)
    if found is None:
        raise jwt.InvalidTokenError(f"no key {kid!r} in the tool's JWKS")
    if not all(found.get(name) for name in ("alg", "use", "kty")):
        raise jwt.InvalidTokenError("the tool's key lacks alg, use or kty")
    required = ["iss", "aud", "exp", "iat", *(["sub", "jti"] if asserting else ["nonce"])]
    claims: dict[str, Any] = jwt.decode(
        text,
        jwt.PyJWK(found).key,
        algorithms=["RS256"],
        audience=audience,
        issuer=platform.client_id,
        options={"require": required},
    )
    if claims["exp"] > time.time() + 3600:
        raise jwt.InvalidTokenError("valid for too long")
    if platform.kind == "canvas":
        canvas.check_age(claims["iat"])
    if asserting and (claims["sub"] != platform.client_id or claims["jti"] in platform.seen_assertions):
        raise jwt.InvalidTokenError("another subject, or seen before")
    platform.seen_assertions.add(claims.get("jti", ""))
    return claims


def _tool_keys(platform: "FakePlatform") -> list[dict[str, Any]]:
    if platform.blocks_tool:
        raise KeysNotRead("Exception - Argument #1 must be of type array, null given")
    if platform.tool_keys is not None:
        return platform.tool_keys
    with urllib.request.urlopen(platform.installed().jwks_url, timeout=5) as answer:
        keys: list[dict[str, Any]] = json.load(answer)["keys"]
    return keys


def members(platform: "FakePlatform", request: Request, course: str) -> Reply:
    """Name a course's people, a page at a time; Moodle's roles are the short ones here."""
    refused = allowed(platform, request, words.MEMBERSHIP)
    if refused:
        return refused
    context = platform.courses.get(course)
    if context is None:
        return Reply(404, "Not Found")
    role = request.query.get("role")
    people = [user for user in platform.users.values() if course in user.courses]
    if platform.kind == "moodle":
        people = [user for user in people if user.active]  # it leaves out whom it has suspended
    rows = [_member(platform, user) for user in people if role is None or _has_role(user, role)]
    page = paged(platform, request, rows, words.MEMBERS_TYPE, "members")
    content = json.loads(page.content) | {
        "id": platform.memberships_url(course),
        "context": {"id": context.id, "label": context.label, "title": context.title},
    }
    return Reply.json(content, 200, words.MEMBERS_TYPE, **page.headers)


def _has_role(user: LmsUser, role: str) -> bool:
    return any(held in (role, f"http://purl.imsglobal.org/vocab/lis/v2/membership#{role}") for held in user.roles)


def _member(platform: "FakePlatform", user: LmsUser) -> dict[str, Any]:
    claims = user.claims()
    held = user.roster_roles or user.roles
    roles = [role.rpartition("#")[2] if platform.kind == "moodle" else role for role in held]
    shown = {name: claims[name] for name in ("name", "given_name", "family_name", "email") if name in claims}
    sourced = {"lis_person_sourcedid": user.sourced_id} if user.sourced_id else {}
    status = "Active" if user.active else "Inactive"
    return {"status": status, "user_id": user.id, "roles": roles} | shown | sourced
