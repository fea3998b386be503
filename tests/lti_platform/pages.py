"""The fake platform's pages, plain HTML: where the tool is opened, where it comes back to, where it is registered."""

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import jwt

from tests.lti_platform import words
from tests.lti_platform.canvas import STORAGE_FRAME
from tests.lti_platform.records import Refused
from tests.lti_platform.registration import REGISTRATION_TOKEN
from tests.lti_platform.services import KeysNotRead, read_from_tool
from tests.lti_platform.web import Reply, Request

if TYPE_CHECKING:
    from tests.lti_platform.platform import FakePlatform

_HERE = Path(__file__).parent
_STORAGE = (_HERE / "storage.js").read_text()
_FORWARDING = (_HERE / "forwarding.js").read_text()
_CLOSING = """addEventListener("message", ({ data }) => {
  if (data && data.subject === "org.imsglobal.lti.close") document.title = "Closed by the tool";
});
"""


def page(title: str, content: str, script: str = "") -> Reply:
    """Return a whole page."""
    code = f"<script>{script}</script>" if script else ""
    head = f'<meta charset="utf-8"><title>{escape(title)}</title>'
    return Reply.html(f'<!doctype html><html lang="en">{head}{code}<h1>{escape(title)}</h1>{content}</html>')


def form(action: str, fields: Mapping[str, str], *, target: str = "", button: str = "Continue") -> str:
    """Return a form of hidden fields with a button."""
    hidden = "".join(f'<input type="hidden" name="{escape(n)}" value="{escape(v)}">' for n, v in fields.items())
    where = f' target="{target}"' if target else ""
    return (
        f'<form id="go" method="post" action="{escape(action)}"{where}>{hidden}<button>{escape(button)}</button></form>'
    )


_SUBMIT = "addEventListener('DOMContentLoaded', () => document.getElementById('go').submit())"


def launch(platform: "FakePlatform", request: Request) -> Reply:
    """Open the tool: in a frame of this page, in this window, or in a new one by the button."""
    user = platform.users[request.query["user"]]
    link = platform.links.get(request.query.get("link", ""))
    message = words.DEEP_LINKING if "deep" in request.query else words.RESOURCE_LINK
    fields = platform.login_parameters(user, link, message=message, course=request.query.get("course", "2"))
    login = platform.installed().login_url
    window = request.query.get("window", "frame")
    if window == "top":
        return page("Opening the tool", form(login, fields), _SUBMIT)
    sibling = _forwarding_frame(platform)
    if window == "new":
        return page("School", sibling + form(login, fields, target="_blank", button="Open the tool"), _around(platform))
    frame = '<iframe name="tool" title="The tool" width="1100" height="800"></iframe>'
    return page("School", sibling + frame + form(login, fields, target="tool"), f"{_around(platform)}{_SUBMIT}")


def _forwarding_frame(platform: "FakePlatform") -> str:
    """Return the frame beside the tool's, at the address of the sign-in, which tools speak with."""
    if not (platform.storage and platform.storage_answers):
        return ""
    address = f"{platform.sign_in or platform.base}/post_message_forwarding?{urlencode({'parent': platform.base})}"
    return f'<iframe name="{STORAGE_FRAME}" src="{escape(address)}" title="Storage" hidden></iframe>'


def storage_frame(request: Request) -> Reply:
    """Return what that frame shows: a script that passes on between tools and the page around."""
    return page("Storage", "", _FORWARDING.replace("PARENT", json.dumps(request.query["parent"])))


def _around(platform: "FakePlatform") -> str:
    """Return the script of a page around the tool, which hears what the tool says to it."""
    return _CLOSING + (_STORAGE if platform.storage and platform.storage_answers else "")


def authorize(platform: "FakePlatform", request: Request) -> Reply:
    """Answer the tool's request for a launch by a form that posts itself."""
    asked = {**request.query, **request.form}
    answer = platform.answer_parameters(asked)
    return page("Back to the tool", form(asked["redirect_uri"], answer), _SUBMIT)


def deep_link_return(platform: "FakePlatform", request: Request) -> Reply:
    """Take what the tool chose: links come into the course, each with its column if it asks for one."""
    course = request.query["course"]
    try:
        claims = read_from_tool(platform, request.form.get("JWT", ""), audience=platform.issuer, asserting=False)
    except (jwt.InvalidTokenError, KeysNotRead) as problem:
        raise Refused(f"The tool's answer: {problem}") from None
    expected = {
        f"{words.LTI}message_type": "LtiDeepLinkingResponse",
        f"{words.LTI}version": "1.3.0",
        f"{words.LTI}deployment_id": platform.deployment_id,
        f"{words.DEEP}data": None,  # neither Moodle nor Canvas gives any
    }
    for name, value in expected.items():
        if claims.get(name) != value:
            raise Refused(f"The tool's answer: {name} is {claims.get(name)!r}, not {value!r}")
    if platform.kind == "canvas":
        if request.query.get("data") not in platform.return_data:
            raise Refused("The tool's answer: another return address than Canvas gave, or one that was used before")
        platform.return_data.remove(request.query["data"])
    platform.deep_linked.append(claims)
    added = [_add(platform, course, item) for item in claims.get(f"{words.DEEP}content_items", [])]
    said = claims.get(f"{words.DEEP}msg") or claims.get(f"{words.DEEP}errormsg") or ""
    shown = "".join(f"<li>{escape(title)}</li>" for title in added)
    return page("Activities added", f"<p>{escape(said)}</p><ul>{shown}</ul>")


def _add(platform: "FakePlatform", course: str, item: Mapping[str, object]) -> str:
    if item.get("type") != "ltiResourceLink":
        raise Refused(f"content item of type {item.get('type')!r}")
    given = json.loads(json.dumps(item))
    if not str(given.get("url", "")).startswith(platform.installed().target_link_uri.split("/lti/")[0]):
        raise Refused(f"url {given.get('url')!r} is not the tool's")
    column = given.get("lineItem")
    if column and platform.kind == "moodle" and not _fits_the_form(column["scoreMaximum"]):
        raise Refused(f"The maximum grade has to be a whole number between 1 and 100, not {column['scoreMaximum']}")
    link = platform.add_link(
        course=course,
        title=given.get("title", "No title"),
        target_link_uri=given["url"],
        custom={name: str(value) for name, value in given.get("custom", {}).items()},
        maximum=None,
    )
    if column:
        platform.add_item(
            label=column.get("label") or link.title,
            maximum=float(column["scoreMaximum"]),
            course=course,
            link=link.id,
            resource_id=column.get("resourceId", ""),
            tag=column.get("tag", ""),
        )
    return link.title


def _fits_the_form(maximum: float) -> bool:
    """Moodle's rule for activities, which are made by sending its form. (Of several at once it says nothing.)"""
    return float(maximum).is_integer() and 1 <= maximum <= 100


def register(platform: "FakePlatform", request: Request) -> Reply:
    """Open a tool's registration URL in a frame, as Moodle's page for administrators does."""
    more = {"openid_configuration": platform.configuration_url, "registration_token": REGISTRATION_TOKEN}
    url = request.query["url"]
    address = f"{url}{'&' if '?' in url else '?'}{urlencode(more)}"
    frame = f'<iframe name="tool" title="The tool" width="1100" height="800" src="{escape(address)}"></iframe>'
    return page("Manage tools", frame, _around(platform))
