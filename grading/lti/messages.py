"""A launch as we work with it, read from the claims of a token that is known to be genuine.

Whatever a platform sends is bounded and shaped here: an identifier that we could not store is refused, text for people
is shortened, a service whose address is no address is left out. What is optional may be missing altogether.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from grading.lti import claims as names
from grading.lti.refusals import MessageRefused
from grading.models.lti import Platform

_IDENTIFIER = 255  # characters; as long as the specification lets identifiers be
_TEXT = 255
_URL = 1000
_MOST_ITEMS = 200  # of roles, scopes, custom parameters


class MessageType(StrEnum):
    """What the platform asks for.

    A review comes from the LMS's gradebook, about somebody's work behind a link. Moodle sends it for every column of an
    activity, also for tools that have never asked for it.
    """

    RESOURCE_LINK = names.RESOURCE_LINK_REQUEST
    SUBMISSION_REVIEW = names.SUBMISSION_REVIEW_REQUEST
    DEEP_LINKING = names.DEEP_LINKING_REQUEST


@dataclass(frozen=True, slots=True)
class Context:
    """The course in the LMS."""

    id: str
    label: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class ResourceLinkClaim:
    """The link in the LMS that was clicked."""

    id: str
    title: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class AgsClaim:
    """Grades: what we may do, where the context's line items are, and the one of this link if it has just one."""

    scopes: tuple[str, ...] = ()
    lineitems: str = ""
    lineitem: str = ""


@dataclass(frozen=True, slots=True)
class NrpsClaim:
    """The roster's address."""

    context_memberships_url: str


@dataclass(frozen=True, slots=True)
class DeepLinkingSettings:
    """Where a choice of content goes back to, and what of content the platform takes."""

    return_url: str
    data: str | None = None
    accept_types: tuple[str, ...] = ()
    accept_multiple: bool = False
    accept_lineitem: bool = False


@dataclass(frozen=True, slots=True)
class LaunchMessage:
    """A person comes from an LMS: who, as what, to what. `raw` holds all claims."""

    platform: Platform
    deployment_id: str
    message_type: MessageType
    subject: str
    name: str
    given_name: str
    family_name: str
    email: str
    roles: frozenset[str]  # full URIs
    context: Context | None
    resource_link: ResourceLinkClaim | None
    target_link_uri: str
    custom: Mapping[str, str]
    ags: AgsClaim | None
    nrps: NrpsClaim | None
    deep_linking: DeepLinkingSettings | None
    return_url: str
    lis_person_sourcedid: str
    for_user: str  # the subject of the one whose work is to be reviewed; empty if that is nobody in particular
    raw: Mapping[str, Any]


def read_message(claims: Mapping[str, Any], platform: Platform) -> LaunchMessage:
    """Read the claims of a launch; MessageRefused says what of them can't be used."""
    if claims.get(names.LTI_VERSION) != names.VERSION:
        raise MessageRefused(f"The version is not {names.VERSION}.")
    message_type = _message_type(claims)
    resource_link = _resource_link(claims)
    deep_linking = _deep_linking(claims)
    if message_type is not MessageType.DEEP_LINKING and resource_link is None:
        raise MessageRefused("There is no resource_link.")
    if message_type is MessageType.DEEP_LINKING and deep_linking is None:
        raise MessageRefused("There are no deep_linking_settings with a usable deep_link_return_url.")
    return LaunchMessage(
        platform=platform,
        deployment_id=_identifier(claims, names.DEPLOYMENT_ID, "deployment_id"),
        message_type=message_type,
        subject=_identifier(claims, "sub", "sub"),
        name=_text(claims, "name"),
        given_name=_text(claims, "given_name"),
        family_name=_text(claims, "family_name"),
        email=_email(claims),
        roles=frozenset(_strings(claims.get(names.ROLES))),
        context=_context(claims),
        resource_link=resource_link,
        target_link_uri=_url(claims.get(names.TARGET_LINK_URI)),
        custom=_custom(claims),
        ags=_ags(claims),
        nrps=_nrps(claims),
        deep_linking=deep_linking,
        return_url=_url(_part(claims, names.LAUNCH_PRESENTATION).get("return_url")),
        lis_person_sourcedid=_text(_part(claims, names.LIS), "person_sourcedid"),
        for_user=_for_user(_part(claims, names.FOR_USER)),
        raw=claims,
    )


def _message_type(claims: Mapping[str, Any]) -> MessageType:
    try:
        return MessageType(str(claims.get(names.MESSAGE_TYPE)))
    except ValueError:
        raise MessageRefused(f"The message type is not one of {', '.join(MessageType)}.") from None


def _context(claims: Mapping[str, Any]) -> Context | None:
    part = _part(claims, names.CONTEXT)
    if not part:
        return None
    return Context(_identifier(part, "id", "context.id"), _text(part, "label"), _text(part, "title"))


def _resource_link(claims: Mapping[str, Any]) -> ResourceLinkClaim | None:
    part = _part(claims, names.RESOURCE_LINK)
    if not part:
        return None
    return ResourceLinkClaim(
        _identifier(part, "id", "resource_link.id"), _text(part, "title"), _text(part, "description", most=2000)
    )


def _for_user(part: Mapping[str, Any]) -> str:
    return _identifier(part, "user_id", "for_user.user_id") if part else ""


def _ags(claims: Mapping[str, Any]) -> AgsClaim | None:
    part = _part(claims, names.AGS)
    if not part:
        return None
    return AgsClaim(_strings(part.get("scope")), _url(part.get("lineitems")), _url(part.get("lineitem")))


def _nrps(claims: Mapping[str, Any]) -> NrpsClaim | None:
    url = _url(_part(claims, names.NRPS).get("context_memberships_url"))
    return NrpsClaim(url) if url else None


def _deep_linking(claims: Mapping[str, Any]) -> DeepLinkingSettings | None:
    part = _part(claims, names.DEEP_LINKING_SETTINGS)
    url = _url(part.get("deep_link_return_url"))
    if not url:
        return None
    data = part.get("data")
    return DeepLinkingSettings(
        return_url=url,
        data=data if isinstance(data, str) else None,  # goes back as it came
        accept_types=_strings(part.get("accept_types")),
        accept_multiple=part.get("accept_multiple") in (True, "true"),
        accept_lineitem=part.get("accept_lineitem") in (True, "true"),
    )


def _custom(claims: Mapping[str, Any]) -> dict[str, str]:
    """Return the custom parameters that are text; some platforms write numbers."""
    found = list(_part(claims, names.CUSTOM).items())[:_MOST_ITEMS]
    return {
        _clean(name): _clean(str(value))
        for name, value in found
        if isinstance(value, str | int) and len(str(name)) <= _TEXT and len(str(value)) <= _URL
    }


def _part(claims: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = claims.get(name)
    return part if isinstance(part, Mapping) else {}


def _identifier(claims: Mapping[str, Any], key: str, said: str) -> str:
    """Return what identifies something; it is never shortened or changed, since two might become one."""
    value = claims.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # some platforms write their rows' numbers
    if not isinstance(value, str) or not value.strip():
        raise MessageRefused(f"{said} is missing.")
    if len(value) > _IDENTIFIER or value != _clean(value):
        raise MessageRefused(f"{said} is longer than {_IDENTIFIER} characters or has some that can't be stored.")
    return value


def _text(claims: Mapping[str, Any], key: str, *, most: int = _TEXT) -> str:
    value = claims.get(key)
    return _clean(value).strip()[:most] if isinstance(value, str) else ""


def _email(claims: Mapping[str, Any]) -> str:
    """Return the address; one too long to be real is none rather than another one."""
    found = _text(claims, "email", most=_URL)
    return found if len(found) <= 254 and "@" in found else ""


def _strings(value: Any) -> tuple[str, ...]:
    """Return the text in a list; a single text, separated by spaces or commas, is taken for a list."""
    if isinstance(value, str):
        value = value.replace(",", " ").split()
    if not isinstance(value, list):
        return ()
    return tuple(_clean(each) for each in value[:_MOST_ITEMS] if isinstance(each, str) and len(each) <= _URL)


def _url(value: Any) -> str:
    """Return a web address, or nothing where it is none. Whether we may go there is asked when we do."""
    if not isinstance(value, str) or value != _clean(value) or len(value.encode()) > _URL:  # bytes: it is in an index
        return ""
    try:
        parts = urlsplit(value)
        port_holds = parts.port is None or parts.port > 0
    except ValueError:
        return ""
    return value if parts.scheme in ("http", "https") and parts.hostname and port_holds else ""


def _clean(text: str) -> str:
    """Take out control characters and halves of characters, which neither databases nor pages can do with."""
    return "".join(each for each in text if each.isprintable() or each in "\n\t")
