"""Dynamic registration at the fake platform: its configuration, and what it takes a tool's registration for."""

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.lti_platform import canvas, words
from tests.lti_platform.records import Tool
from tests.lti_platform.web import Reply, Request
from tests.lti_platform.words import REGISTRATION_TOKEN as REGISTRATION_TOKEN

if TYPE_CHECKING:
    from tests.lti_platform.platform import FakePlatform


def configuration(platform: "FakePlatform", request: Request) -> Reply:
    """Say where everything is; Canvas wants its token for that, in the address."""
    is_canvas = platform.kind == "canvas"
    if is_canvas and request.query.get("registration_token") != REGISTRATION_TOKEN:
        return Reply.json({"error": "Access token missing."}, 401)
    about: dict[str, Any] = {
        "product_family_code": platform.kind,
        "version": "4.5",
        "messages_supported": [words.RESOURCE_LINK, words.DEEP_LINKING],
        "variables": [],
    }
    if is_canvas:
        about["messages_supported"] = [{"type": words.RESOURCE_LINK}, {"type": words.DEEP_LINKING}]
        about["https://canvas.instructure.com/lti/account_name"] = "School"
    return Reply.json(
        {
            "issuer": platform.issuer,
            "token_endpoint": platform.token_url,
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            "jwks_uri": platform.jwks_url,
            "authorization_endpoint": platform.authorization_url,
            "registration_endpoint": f"{platform.base}/register-tool",
            "scopes_supported": ["openid", *words.SCOPES],
            "response_types_supported": ["id_token"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email"],
            words.PLATFORM_CONFIGURATION: about,
        }
    )


def register_tool(platform: "FakePlatform", request: Request) -> Reply:
    """Install a tool by its own description. It is pending, as in Moodle, until `platform.activate()`."""
    if request.headers.get("authorization") != f"Bearer {REGISTRATION_TOKEN}":
        return Reply(401, "missing_registration_token")
    given = request.json()
    if request.content_type != "application/json" or not isinstance(given, dict):
        return Reply(400, "missing required attribute response_types")
    configured = given.get(words.TOOL_CONFIGURATION) or {}
    problem = _problem(given, configured)
    if problem:
        return Reply(400, problem)
    if platform.kind == "canvas" and (problems := canvas.registration_problems(given)):
        return Reply.json({"errors": problems}, 422)
    if platform.registrations and not platform.updates:
        return Reply(401, "token_already_used")
    was_active = platform.updates and platform.tool is not None and platform.tool.active
    platform.registrations.append(given)
    deep = [message for message in configured.get("messages", []) if message.get("type") == words.DEEP_LINKING]
    platform.tool = Tool(
        login_url=given["initiate_login_uri"],
        redirect_uris=tuple(given["redirect_uris"]),
        target_link_uri=configured["target_link_uri"],
        jwks_url=given["jwks_uri"],
        deep_link_url=deep[0].get("target_link_uri", "") if deep else "",
        scopes=tuple(scope for scope in given.get("scope", "").split() if scope in words.SCOPES),
        name=given["client_name"],
        active=was_active,
    )
    if platform.kind == "canvas":
        return Reply.json(canvas.registered(platform, given))
    about = {"deployment_id": platform.deployment_id, "target_link_uri": configured["target_link_uri"]}
    shown = json.loads(json.dumps(given)) | {"client_id": platform.client_id, words.TOOL_CONFIGURATION: about}
    return Reply.json(shown)


def _problem(given: dict[str, Any], configured: dict[str, Any]) -> str:
    required = ("response_types", "initiate_login_uri", "redirect_uris", "client_name", "jwks_uri")
    for name in (*required, "token_endpoint_auth_method", words.TOOL_CONFIGURATION):
        if not given.get(name):
            return f"missing required attribute {name}"
    for name in ("domain", "target_link_uri"):
        if not configured.get(name):
            return f"missing required attribute {name}"
    if urlsplit(configured["target_link_uri"]).netloc.removeprefix("www.") != configured["domain"].removeprefix("www."):
        return "domain_targetlinkuri_mismatch"
    if "id_token" not in given["response_types"]:
        return "invalid_response_types"
    if not isinstance(given["redirect_uris"], list):
        return "invalid_redirect_uris"
    if given["token_endpoint_auth_method"] != "private_key_jwt":
        return "invalid_token_endpoint_auth_method"
    return "" if given.get("application_type", "web") == "web" else "invalid_application_type"
