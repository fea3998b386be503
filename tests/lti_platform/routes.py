"""Which part of the fake platform answers which address."""

from typing import TYPE_CHECKING

from tests.lti_platform import pages, services
from tests.lti_platform.gradebook import PATHS, gradebook
from tests.lti_platform.records import Refused
from tests.lti_platform.registration import configuration, register_tool
from tests.lti_platform.web import Reply, Request

if TYPE_CHECKING:
    from tests.lti_platform.platform import FakePlatform


def answer(platform: "FakePlatform", request: Request) -> Reply:
    """Answer any request; what goes wrong in a service is up to the platform's faults."""
    with platform.lock:
        platform.requests.append(request)
    try:
        return _page(platform, request) or _service(platform, request)
    except Refused as refused:
        return pages.page("The LMS refused this", f"<p>{refused}</p>")


def _page(platform: "FakePlatform", request: Request) -> Reply | None:
    match request.path:
        case "/launch":
            return pages.launch(platform, request)
        case "/post_message_forwarding":
            return pages.storage_frame(request)
        case "/register":
            return pages.register(platform, request)
        case "/deep-link-return":
            return pages.deep_link_return(platform, request)
        case "/back":
            said = request.query.get("lti_msg") or request.query.get("lti_errormsg") or ""
            return pages.page("Back in the course", f"<p>{said}</p>")
        case "/mod/lti/auth.php" | "/api/lti/authorize_redirect":
            return pages.authorize(platform, request)
    return None


def _service(platform: "FakePlatform", request: Request) -> Reply:
    trouble = platform.faults.before(request.path)
    if trouble:
        status, text = trouble
        return Reply(status, text, headers={"Retry-After": "1"} if status == 429 else {})
    reply = _carried_out(platform, request)
    return Reply(502, "Bad gateway") if platform.faults.loses(request.path) else reply


def _carried_out(platform: "FakePlatform", request: Request) -> Reply:
    match request.path:
        case "/mod/lti/certs.php" | "/api/lti/security/jwks":
            return Reply.json({"keys": [one.jwk for one in platform.keys]})
        case "/mod/lti/openid-configuration.php" | "/api/lti/security/openid-configuration":
            return configuration(platform, request)
        case "/register-tool":
            return register_tool(platform, request)
        case "/mod/lti/token.php" | "/login/oauth2/token":
            return services.token(platform, request)
    for path in services.MEMBER_PATHS:
        if found := path.fullmatch(request.path):
            return services.members(platform, request, found["course"])
    for path in PATHS:
        if found := path.fullmatch(request.path):
            return gradebook(platform, request, found.groupdict())
    return Reply(404, f"Nothing at {request.path}.")
