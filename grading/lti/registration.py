"""Dynamic registration (1EdTech LTI Dynamic Registration 1.0) as a protocol: what is read and what is written.

An LMS opens our registration page and names its `openid_configuration`; there we read where it is, and post what we are
to the registration address found there. Nothing here asks or stores.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from grading.lti import claims as names
from grading.lti.origins import origin_of
from grading.lti.our_addresses import OurAddresses
from grading.models import PlatformKind

TOOL_NAME = "Playground Coursework"
TOOL_DESCRIPTION = "Assignments on the Neural Network Playground, checked by retraining every hand-in."
SCOPES = (
    names.SCOPE_LINE_ITEM,
    names.SCOPE_LINE_ITEM_READ,
    names.SCOPE_RESULT_READ,
    names.SCOPE_SCORE,
    names.SCOPE_MEMBERS_READ,
)
CLAIMS = ("iss", "sub", "name", "given_name", "family_name", "email")
TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-platform-configuration"

_CANVAS = "https://canvas.instructure.com/lti/"
# All schools in Canvas's cloud have the issuer of its region's; their pages and its services are below these names.
CANVAS_ISSUERS = ("canvas.instructure.com", "canvas.beta.instructure.com", "canvas.test.instructure.com")
CANVAS_CLOUD = ("instructure.com", "canvaslms.com")
# Its maker's portal has moved to the second; the issuer stayed.
BLACKBOARD_ISSUER, BLACKBOARD_CLOUD = "blackboard.com", ("blackboard.com", "anthology.com")
_KINDS = {
    "canvas": PlatformKind.CANVAS,
    "moodle": PlatformKind.MOODLE,
    "blackboard": PlatformKind.BLACKBOARD,
    "blackboardlearn": PlatformKind.BLACKBOARD,
}
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint")
_LONGEST_URL, _LONGEST_NAME = 500, 255


class ConfigurationRefused(ValueError):
    """What the LMS says of itself can't be used; the message says what, for whoever registers."""


@dataclass(frozen=True, slots=True)
class PlatformConfiguration:
    """An LMS as it describes itself."""

    issuer: str
    authorization_url: str
    token_url: str
    jwks_url: str
    registration_url: str
    token_audience: str  # empty: the token URL
    kind: PlatformKind
    account_name: str
    missing_scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Registration:
    """What an LMS answers to our registration. A Canvas may give no deployment id: it is known at the first launch."""

    client_id: str
    deployment_id: str


def in_canvas_cloud(host: str) -> bool:
    """Say whether a host is one of Canvas's own cloud."""
    return _is_below(host, CANVAS_CLOUD)


def _is_below(host: str, domains: Iterable[str]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def read_configuration(text: str, *, asked_at: str) -> PlatformConfiguration:
    """Read what was found at the `openid_configuration` address; raises ConfigurationRefused."""
    found = _object(text, "The LMS's configuration")
    issuer = _text(found, "issuer", _LONGEST_NAME)
    urls = {name: _url(found, name) for name in _ENDPOINTS}
    about = found.get(PLATFORM_CONFIGURATION)
    about = about if isinstance(about, dict) else {}
    kind = _KINDS.get(str(about.get("product_family_code", "")).lower(), PlatformKind.OTHER)
    _check_issuer(issuer, asked_at, urls, kind)
    scopes = found.get("scopes_supported")
    offered = scopes if isinstance(scopes, list) else list(SCOPES)
    return PlatformConfiguration(
        issuer=issuer,
        authorization_url=urls["authorization_endpoint"],
        token_url=urls["token_endpoint"],
        jwks_url=urls["jwks_uri"],
        registration_url=urls["registration_endpoint"],
        token_audience=_audience(found),
        kind=kind,
        account_name=_shown(about.get(f"{_CANVAS}account_name"))[:80],
        missing_scopes=tuple(scope for scope in SCOPES if scope not in offered),
    )


def _check_issuer(issuer: str, asked_at: str, urls: Mapping[str, str], kind: PlatformKind) -> None:
    """Let nobody speak for another's site: the issuer's host is that of the configuration, or the one above it.

    Canvas is the exception. All of its cloud has one issuer, and a Canvas that a school runs itself most often keeps
    that issuer. The first is believed if everything lies within Canvas's cloud, the second if everything lies at the
    one site that was asked: such an LMS speaks for nobody but itself, since keys, people and courses are known by the
    registration, never by the issuer alone. Blackboard's cloud is believed as Canvas's is.
    """
    host, asked = urlsplit(issuer).hostname or "", urlsplit(asked_at).hostname or ""
    if not origin_of(issuer):
        raise ConfigurationRefused(f"The LMS names itself {issuer!r}, which is no web address.")
    if asked == host or asked.endswith(f".{host}"):
        return
    hosts = {urlsplit(url).hostname or "" for url in urls.values()} | {asked}
    if (
        kind == PlatformKind.CANVAS
        and host in CANVAS_ISSUERS
        and (all(map(in_canvas_cloud, hosts)) or hosts == {asked})
    ):
        return
    if (
        kind == PlatformKind.BLACKBOARD
        and host == BLACKBOARD_ISSUER
        and all(_is_below(each, BLACKBOARD_CLOUD) for each in hosts)
    ):
        return
    raise ConfigurationRefused(
        f"The configuration at {asked} is of {host}. A configuration has to lie at the LMS that it describes."
    )


def _audience(found: Mapping[str, Any]) -> str:
    """Return whom an assertion for a token is for. Canvas writes a bare host here, and wants the token URL."""
    server = found.get("authorization_server")
    if not isinstance(server, str) or len(server) > _LONGEST_URL or not server.isprintable():
        return ""
    return server if origin_of(server) else ""


def platform_name(configuration: PlatformConfiguration, asked_at: str) -> str:
    """Name a platform for people: what it is and where."""
    host = urlsplit(asked_at).netloc or configuration.issuer
    product = configuration.kind.label if configuration.kind != PlatformKind.OTHER else "LMS"
    account = f" of {configuration.account_name}" if configuration.account_name else ""
    return f"{product}{account} at {host}"[:120]


def tool_registration(ours: OurAddresses) -> dict[str, Any]:
    """Return what we say of ourselves. Placements and privacy level are Canvas's words; others pass over them."""
    messages = [
        {
            "type": names.RESOURCE_LINK_REQUEST,
            "target_link_uri": ours.launch,
            "label": TOOL_NAME,
            "icon_uri": ours.icon,
            "placements": ["course_navigation"],
            # In the menu of those courses whose teachers want it there.
            f"{_CANVAS}course_navigation/default_enabled": False,
        },
        {
            "type": names.DEEP_LINKING_REQUEST,
            "target_link_uri": ours.launch,
            "label": TOOL_NAME,
            "icon_uri": ours.icon,
            "placements": ["assignment_selection", "link_selection"],
        },
    ]
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["client_credentials", "implicit"],
        "initiate_login_uri": ours.login,
        "redirect_uris": [ours.launch],
        "client_name": TOOL_NAME,
        "jwks_uri": ours.keys,
        "logo_uri": ours.icon,
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(SCOPES),
        TOOL_CONFIGURATION: {
            "domain": ours.domain,
            "description": TOOL_DESCRIPTION,
            "target_link_uri": ours.launch,
            "custom_parameters": {},
            "claims": list(CLAIMS),
            "messages": messages,
            f"{_CANVAS}privacy_level": "public",
        },
    }


def read_registration(text: str) -> Registration:
    """Read the answer to our registration; raises ConfigurationRefused."""
    found = _object(text, "The LMS's answer")
    about = found.get(TOOL_CONFIGURATION)
    deployment = about.get("deployment_id") if isinstance(about, dict) else None
    if deployment is None:
        deployment = found.get("deployment_id")  # where Canvas writes it
    if isinstance(deployment, int) and not isinstance(deployment, bool):
        deployment = str(deployment)
    if deployment is not None and (
        not isinstance(deployment, str) or len(deployment) > _LONGEST_NAME or not deployment.isprintable()
    ):
        raise ConfigurationRefused("The LMS's answer has a deployment_id that is no text, too long, or can't be shown.")
    return Registration(_text(found, "client_id", _LONGEST_NAME), deployment or "")


def _object(text: str, said: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise ConfigurationRefused(f"{said} is not JSON.") from None
    if not isinstance(found, dict):
        raise ConfigurationRefused(f"{said} is not a JSON object.")
    return found


def _text(found: Mapping[str, Any], name: str, most: int) -> str:
    value = found.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        raise ConfigurationRefused(f"The LMS's answer has no {name}.")
    if len(value) > most or not value.isprintable():
        raise ConfigurationRefused(f"The LMS's {name} is longer than {most} characters or can't be shown.")
    return value


def _shown(value: Any) -> str:
    """Return a text for people, without what neither databases nor pages can do with."""
    return "".join(each for each in value if each.isprintable()) if isinstance(value, str) else ""


def _url(found: Mapping[str, Any], name: str) -> str:
    value = _text(found, name, _LONGEST_URL)
    if not origin_of(value):
        raise ConfigurationRefused(f"The LMS's {name} is {value!r}, which is no web address.")
    return value
