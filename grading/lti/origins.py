"""Origins of a platform: who may show us in a frame, and whose messages a page of ours listens to."""

import re
from urllib.parse import urlsplit

from grading.models.lti import Platform, PlatformKind

# A source of a content policy: nothing else may get into that header. The first label may be a star.
_ORIGIN = re.compile(
    r"https?://(?:\*\.)?(?:[a-z0-9_-]+\.)*[a-z0-9_-]+(?::[0-9]{1,5})?|https?://\[[0-9a-f:]+\](?::[0-9]{1,5})?"
)
# Their pages come from each school's own host, their launches from one for all schools, below these names.
_CLOUDS = {
    PlatformKind.CANVAS.value: ("https://*.instructure.com", (".instructure.com", ".canvaslms.com")),
    PlatformKind.BLACKBOARD.value: ("https://*.blackboard.com", (".blackboard.com", ".anthology.com")),
}
_DEFAULT_PORTS = {("https", 443), ("http", 80)}


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address as browsers write origins; nothing if it has no origin."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    written = "" if port is None or (parts.scheme, port) in _DEFAULT_PORTS else f":{port}"
    return as_source(f"{parts.scheme}://{host}{written}")


def as_source(origin: str) -> str:
    """Return an origin as it may stand in a content policy; nothing if it is none."""
    return origin if _ORIGIN.fullmatch(origin) else ""


def frame_origins(platform: Platform) -> list[str]:
    """Return the origins whose pages may show ours in a frame, for this platform."""
    found = [origin_of(platform.issuer), origin_of(platform.authorization_url)]
    listed = platform.frame_origins if isinstance(platform.frame_origins, list) else []
    found += [as_source(each.strip().rstrip("/").lower()) for each in listed if isinstance(each, str)]
    found.append(_cloud(platform))
    return sorted({each for each in found if each})


def _cloud(platform: Platform) -> str:
    """Return the schools' pages in the cloud of an LMS's maker; nothing for an LMS that a school runs itself.

    That one has the cloud's issuer perhaps, but no page of another school shows ours.
    """
    source, names = _CLOUDS.get(platform.kind, ("", ()))
    host = urlsplit(origin_of(platform.authorization_url)).hostname or ""
    return source if host.endswith(names) else ""
