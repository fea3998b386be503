"""A learning management system for tests: it launches, names its members and keeps scores, as strict as Moodle.

`FakePlatform.kind` is "moodle" or "canvas": its addresses, what it calls roles, the postMessage storage and the rate
limit. It runs within `started()`; what it offers to tests is the part up to the line, below is what its pages and
services (in pages.py, services.py, registration.py) ask for.
"""

import itertools
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from tests.lti_platform import canvas, words
from tests.lti_platform.claims import claims_of
from tests.lti_platform.faults import Faults
from tests.lti_platform.gradebook import by_hand
from tests.lti_platform.keys import Key, key
from tests.lti_platform.records import Item, Link, LmsCourse, LmsUser, Refused, Score, Tool
from tests.lti_platform.routes import answer
from tests.lti_platform.web import Request, served
from tests.lti_platform.words import REGISTRATION_TOKEN

Kind = Literal["moodle", "canvas"]


@dataclass(frozen=True)
class Hint:
    """A launch that somebody began: what the platform remembers between its page and the tool's request."""

    user: str
    message: str
    course: str
    link: str | None


@dataclass
class FakePlatform:
    """One LMS with one tool installed in it. Ids are numbers written out, as Moodle's are."""

    kind: Kind = "moodle"
    client_id: str = "x7Yk2pQ9wLm4"
    deployment_id: str = "3"
    page_size: int = 50
    base: str = ""
    faults: Faults = field(default_factory=Faults)
    tool: Tool | None = None
    tool_keys: list[dict[str, Any]] | None = None  # instead of asking the tool's JWKS address
    keys: list[Key] = field(default_factory=lambda: [key("platform-1")])
    storage: bool = False  # offers LTI's postMessage storage
    storage_answers: bool = True
    sign_in: str = ""  # where Canvas's cloud signs in for all schools, if not at the school's own address
    blocks_tool: bool = False  # may not ask the tool's server for its keys, as Moodle by default on one machine
    own_clock: float | None = None  # seconds it is ahead; Moodle 4.3 dates grades of activities by it
    updates: bool = False  # a second registration brings the tool up to date that is there, as Moodle offers
    users: dict[str, LmsUser] = field(default_factory=dict)
    courses: dict[str, LmsCourse] = field(default_factory=lambda: {"2": LmsCourse("2")})
    links: dict[str, Link] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    deep_linked: list[dict[str, Any]] = field(default_factory=list)  # claims of what tools returned
    registrations: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self.tokens: dict[str, tuple[frozenset[str], float]] = {}
        self.hints: dict[str, Hint] = {}
        self.seen_assertions: set[str] = set()
        self.return_data: set[str] = set()  # Canvas's: in the return addresses of deep links, each good once
        self.numbers = itertools.count(11)

    @contextmanager
    def started(self) -> Iterator["FakePlatform"]:
        """Serve until the end of the block."""
        with served(lambda request: answer(self, request)) as base:
            self.base = base
            yield self

    # --- Addresses -----------------------------------------------------------------------------------------------

    @property
    def issuer(self) -> str:
        return self.base if self.kind == "moodle" else "https://canvas.instructure.com"

    @property
    def authorization_url(self) -> str:
        if self.kind == "moodle":
            return f"{self.base}/mod/lti/auth.php"
        return f"{self.sign_in or self.base}/api/lti/authorize_redirect"

    @property
    def token_url(self) -> str:
        return f"{self.base}/mod/lti/token.php" if self.kind == "moodle" else f"{self.base}/login/oauth2/token"

    @property
    def jwks_url(self) -> str:
        return f"{self.base}/mod/lti/certs.php" if self.kind == "moodle" else f"{self.base}/api/lti/security/jwks"

    @property
    def configuration_url(self) -> str:
        moodle = self.kind == "moodle"
        return (
            f"{self.base}/mod/lti/openid-configuration.php"
            if moodle
            else f"{self.base}/api/lti/security/openid-configuration?registration_token={REGISTRATION_TOKEN}"
        )

    def lineitems_url(self, course: str = "2") -> str:
        if self.kind == "canvas":
            return f"{self.base}/api/lti/courses/{course}/line_items"
        return f"{self.base}/mod/lti/services.php/{course}/lineitems?type_id={self.deployment_id}"

    def item_url(self, item: Item, part: str = "") -> str:
        if self.kind == "canvas":
            return f"{self.base}/api/lti/courses/{item.course}/line_items/{item.id}{part}"
        start = f"{self.base}/mod/lti/services.php/{item.course}/lineitems/{item.id}/lineitem"
        return f"{start}{part}?type_id={self.deployment_id}"

    def memberships_url(self, course: str = "2") -> str:
        if self.kind == "canvas":
            return f"{self.base}/api/lti/courses/{course}/names_and_roles"
        return f"{self.base}/mod/lti/services.php/CourseSection/{course}/bindings/{self.deployment_id}/memberships"

    def launch_page(self, user: LmsUser, link: Link | None = None, *, window: str = "frame", **more: str) -> str:
        """Return the address of the page where somebody opens the tool: in a frame, a new window or the same one."""
        about = f"user={user.id}&window={window}" + (f"&link={link.id}" if link else "")
        return f"{self.base}/launch?{about}" + "".join(f"&{name}={value}" for name, value in more.items())

    def register_page(self, url: str) -> str:
        """Return the address of the page where the administrator registers a tool by its registration URL."""
        return f"{self.base}/register?url={url}"

    # --- What is in it -------------------------------------------------------------------------------------------

    def add_user(self, given_name: str = "Sam", family_name: str = "Student", **fields: Any) -> LmsUser:
        """Add a person, by default a student of course 2 with name and email."""
        number = str(next(self.numbers))
        email = fields.pop("email", f"{given_name.lower()}.{number}@school.test")
        user = LmsUser(fields.pop("id", number), given_name, family_name, email, **fields)
        self.users[user.id] = user
        return user

    def add_instructor(self, given_name: str = "Ines", family_name: str = "Instructor", **fields: Any) -> LmsUser:
        return self.add_user(given_name, family_name, **({"roles": (words.INSTRUCTOR,)} | fields))

    def change_user(self, user: LmsUser, **changes: Any) -> LmsUser:
        self.users[user.id] = replace(user, **changes)
        return self.users[user.id]

    def add_course(self, label: str = "ML-2", title: str = "Machine Learning, group 2") -> LmsCourse:
        course = LmsCourse(str(next(self.numbers)), label, title)
        self.courses[course.id] = course
        return course

    def add_link(self, *, maximum: float | None = 100.0, course: str = "2", **fields: Any) -> Link:
        """Add an activity; with `maximum` also its column in the gradebook (None: an activity without a grade)."""
        link = Link(str(next(self.numbers)), course, **fields)
        self.links[link.id] = link
        if maximum is not None:
            self.add_item(label=link.title, maximum=maximum, course=course, link=link.id)
        return link

    def add_item(self, *, label: str, maximum: float, course: str = "2", **fields: Any) -> Item:
        item = Item(str(next(self.numbers)), course, label, maximum, **fields)
        self.items[item.id] = item
        return item

    def item_of(self, link: Link) -> Item:
        return next(item for item in self.items.values() if item.link == link.id)

    def score_of(self, user: LmsUser, item: Item | Link) -> float | None:
        """Return the points that stand in the gradebook; None where there are none."""
        found = self.stored(user, item)
        return found.given if found else None

    def stored(self, user: LmsUser, item: Item | Link) -> Score | None:
        """Return the whole score that stands there, with its comment and progress."""
        column = self.item_of(item) if isinstance(item, Link) else item
        return column.scores.get(user.id)

    def grade_by_hand(self, user: LmsUser, item: Item, points: float | None, **fields: Any) -> None:
        """Write a grade as a teacher does in the LMS's own gradebook, later than anything that was sent."""
        by_hand(item, user.id, points, **fields)

    def revoke_tokens(self) -> None:
        """Forget all access tokens: the next use of one is answered 401."""
        self.tokens.clear()

    def rotate_key(self) -> None:
        """Sign with a new key; the old one stands in the JWKS no more."""
        self.keys = [key("platform-2")]

    def activate(self) -> None:
        """Let the tool that registered itself be used, as the administrator does by a button."""
        if self.tool is None:
            raise Refused("No tool is installed.")
        self.tool.active = True

    # --- Launches ------------------------------------------------------------------------------------------------

    def login_parameters(
        self, user: LmsUser, link: Link | None = None, *, message: str = words.RESOURCE_LINK, course: str = "2"
    ) -> dict[str, str]:
        """Begin a launch; return what the platform's page sends to the tool's login URL."""
        tool = self.installed()
        hint = self._new_hint(link)
        self.hints[hint] = Hint(user.id, message, link.course if link else course, link.id if link else None)
        own = canvas.login_parameters(self) if self.kind == "canvas" else {"lti_deployment_id": self.deployment_id}
        return {
            "iss": self.issuer,
            "target_link_uri": self.target_of(link, message),
            "login_hint": user.id,
            "lti_message_hint": hint,
            "client_id": tool.registration.get("client_id", self.client_id),
        } | own

    def _new_hint(self, link: Link | None) -> str:
        """Name a launch: Moodle does by JSON, the number of the activity and that of the launch."""
        number = str(next(self.numbers))
        if self.kind != "moodle":
            return number
        where = {"cmid": link.id} if link else {}
        return json.dumps(where | {"launchid": f"ltilaunch_{number}"}, separators=(",", ":"))

    def answer_login(self, url: str, **changes: Any) -> dict[str, str]:
        """Return the form that the platform posts to the tool for an authorization request, given as its URL."""
        return self.answer_parameters(dict(parse_qsl(urlsplit(url).query, keep_blank_values=True)), **changes)

    def answer_parameters(self, asked: Mapping[str, str], **changes: Any) -> dict[str, str]:
        """Check an authorization request as Moodle does and answer it; `changes` go into the claims."""
        tool = self.installed()
        if asked.get("redirect_uri") not in tool.redirect_uris:
            raise Refused(f"redirect_uri {asked.get('redirect_uri')!r} is not one of {tool.redirect_uris}")
        state = {"state": asked["state"]} if "state" in asked else {}
        hint = self.hints.pop(asked.get("lti_message_hint", ""), None)
        error = _error_of(asked, hint, self.client_id)
        if error or hint is None:
            return {"error": error or "invalid_request", **state}
        link = self.links[hint.link] if hint.link else None
        claims = self.launch_claims(self.users[hint.user], link, message=hint.message, course=hint.course)
        storage = {"lti_storage_target": canvas.STORAGE_FRAME} if self.kind == "canvas" and self.storage else {}
        return {"id_token": self.id_token(claims | {"nonce": asked["nonce"]} | changes), **state, **storage}

    def launch_claims(
        self,
        user: LmsUser,
        link: Link | None = None,
        *,
        message: str = words.RESOURCE_LINK,
        course: str = "2",
        **changes: Any,
    ) -> dict[str, Any]:
        """Return the claims of a launch, without a nonce; `changes` replace claims by their whole names."""
        return claims_of(self, user, link, message, link.course if link else course) | changes

    def id_token(self, claims: Mapping[str, Any], *, signing: Key | None = None, **headers: Any) -> str:
        """Sign claims. Another key: `signing`; other headers by name, such as kid."""
        return (signing or self.keys[-1]).sign(claims, **headers)

    # --- For the platform's own pages and services ---------------------------------------------------------------

    def installed(self) -> Tool:
        if self.tool is None:
            raise Refused("No tool is installed.")
        if not self.tool.active:
            raise Refused("The tool is not activated.")
        return self.tool

    def target_of(self, link: Link | None, message: str) -> str:
        tool = self.installed()
        if message == words.DEEP_LINKING:
            return tool.deep_link_url or tool.target_link_uri
        return (link.target_link_uri if link else "") or tool.target_link_uri

    def new_token(self, scopes: frozenset[str], seconds: float = 3600) -> str:
        token = f"token-{next(self.numbers)}"
        self.tokens[token] = (scopes, time.monotonic() + seconds)
        return token

    def scopes_of(self, request: Request) -> frozenset[str] | None:
        """Return what a request's token allows; None without a token that is valid."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        scopes, expires = self.tokens.get(token, (frozenset[str](), 0.0))
        return scopes if kind == "Bearer" and time.monotonic() < expires else None


def _error_of(asked: Mapping[str, str], hint: Hint | None, client_id: str) -> str:
    """Name what is wrong with an authorization request, in OAuth's words; nothing where it is right."""
    wanted = {"response_type": "id_token", "response_mode": "form_post", "prompt": "none"}
    if asked.get("scope") != "openid":
        return "invalid_scope"
    if asked.get("client_id") != client_id:
        return "unauthorized_client"
    if hint is None or not asked.get("nonce") or any(asked.get(name) != value for name, value in wanted.items()):
        return "invalid_request"
    return "" if asked.get("login_hint") == hint.user else "access_denied"
