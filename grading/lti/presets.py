"""What is known beforehand of each LMS's addresses, so that nobody has to type them."""

from dataclasses import dataclass

from grading.models import PlatformKind


@dataclass(frozen=True, slots=True)
class Preset:
    """The addresses of an LMS. `site` and `client_id` in braces stand for what only the operator knows."""

    issuer: str
    authorization_url: str
    token_url: str
    jwks_url: str

    def filled(self, *, site: str, client_id: str) -> dict[str, str]:
        """Return the fields of a platform; those that need something unknown are left empty."""
        known = {"site": site.rstrip("/"), "client_id": client_id}
        found = {}
        for name in self.__slots__:
            text = getattr(self, name)
            wanted = [key for key in known if f"{{{key}}}" in text]
            found[name] = text.format(**known) if all(known[key] for key in wanted) else ""
        return found


_CANVAS_SITE = ("{site}/api/lti/authorize_redirect", "{site}/login/oauth2/token", "{site}/api/lti/security/jwks")
_CLOUD = "https://sso.canvaslms.com"
_GATEWAY = "https://developer.blackboard.com/api/v1"
_MOODLE = "{site}/mod/lti"

# By the value of the form's choice; the last two have no addresses of their own.
PRESETS = {
    "moodle": Preset("{site}", f"{_MOODLE}/auth.php", f"{_MOODLE}/token.php", f"{_MOODLE}/certs.php"),
    "canvas": Preset(
        "https://canvas.instructure.com",
        f"{_CLOUD}/api/lti/authorize_redirect",
        f"{_CLOUD}/login/oauth2/token",
        f"{_CLOUD}/api/lti/security/jwks",
    ),
    # A Canvas of a school's own names itself as the cloud does, unless its lti_iss was changed.
    "canvas_own": Preset("https://canvas.instructure.com", *_CANVAS_SITE),
    "blackboard": Preset(
        "https://blackboard.com",
        f"{_GATEWAY}/gateway/oidcauth",
        f"{_GATEWAY}/gateway/oauth2/jwttoken",
        f"{_GATEWAY}/management/applications/{{client_id}}/jwks.json",
    ),
    "other": Preset("{site}", "", "", ""),
}
CHOICES = (
    ("moodle", "Moodle"),
    ("canvas", "Canvas, in its maker’s cloud"),
    ("canvas_own", "Canvas, run by the school"),
    ("blackboard", "Blackboard"),
    ("other", "Another LMS"),
)
NEEDS_SITE = frozenset({"moodle", "canvas_own", "other"})


def kind_of(choice: str) -> PlatformKind:
    """Return the kind of LMS behind a choice."""
    return PlatformKind.CANVAS if choice == "canvas_own" else PlatformKind(choice)
