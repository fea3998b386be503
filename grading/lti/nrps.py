"""Names and Role Provisioning Services 2.0: reading an LMS's roster, page by page. Pure but for the given `fetch`."""

import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urljoin, urlsplit

from grading.lti.people import Person
from grading.lti.roles import is_test_user, place_of

CONTENT_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
MOST_PAGES = 200
MOST_MEMBERS = 20_000
_LONGEST_SUBJECT = 255
_LONGEST_TEXT = 1000
_LINK = re.compile(r"<([^<>]*)>\s*((?:;\s*[\w!#$&+.^`|~*-]+\s*=\s*(?:\"[^\"]*\"|[^\s;,\"]+)\s*)*)")
_NEXT = re.compile(r";\s*rel\s*=\s*(?:\"(?:[^\"]*\s)?next(?:\s[^\"]*)?\"|next(?=[\s;]|$))", re.IGNORECASE)


class RosterUnreadable(Exception):
    """What the LMS gave as its roster can't be used; the message says why, in words for an instructor."""


class Status(StrEnum):
    """Whether somebody is in the LMS's course; an inactive member is known, and not in it at present."""

    ACTIVE = "Active"
    INACTIVE = "Inactive"
    DELETED = "Deleted"


@dataclass(frozen=True, slots=True)
class Member:
    """One line of the roster."""

    person: Person
    status: Status

    @property
    def is_in(self) -> bool:
        """True for somebody who has a place: active, as a teacher or a student."""
        return self.status is Status.ACTIVE and self.person.role is not None


# Asks for one page of the roster: its address -> (body, headers by lower-case names).
Fetch = Callable[[str], tuple[bytes, Mapping[str, str]]]


def read_roster(url: str, fetch: Fetch) -> list[Member]:
    """Return all members of a roster, in its order; of somebody who stands there twice the last line.

    Raises RosterUnreadable, rather than to return a part: who is missing in a roster loses their place.
    """
    found: dict[str, Member] = {}
    for body in _pages(url, fetch):
        for member in read_page(body):
            found[member.person.subject] = member
            if len(found) > MOST_MEMBERS:
                raise RosterUnreadable(f"The LMS lists more than {MOST_MEMBERS:,} people.")
    return list(found.values())


def _pages(url: str, fetch: Fetch) -> Iterator[bytes]:
    seen: set[str] = set()
    following: str | None = url
    while following:
        if following in seen:
            raise RosterUnreadable("The LMS’s list leads back to a page that was read already.")
        if len(seen) == MOST_PAGES:
            raise RosterUnreadable(f"The LMS’s list has more than {MOST_PAGES} pages.")
        seen.add(following)
        body, headers = fetch(following)
        yield body
        following = next_page(following, headers.get("link", ""))


def next_page(url: str, link: str) -> str | None:
    """Return the next page's address from a Link header; it has to be where the roster itself is.

    Our token goes along with the request, so it is sent nowhere else.
    """
    target: str | None = next((each[1] for each in _LINK.finditer(link[:16_000]) if _NEXT.search(each[2])), None)
    if target is None:
        return None
    try:
        following = urljoin(url, target.strip())
        same = _origin(following) == _origin(url)
    except ValueError:
        raise RosterUnreadable("The LMS names a next page of its list by what is no address.") from None
    if not same:
        raise RosterUnreadable("The LMS’s list goes on at another host, to which we don’t follow.")
    return following


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def read_page(body: bytes) -> list[Member]:
    """Return the members of one page."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise RosterUnreadable("What the LMS gave as its list of people is no JSON.") from None
    members = found.get("members") if isinstance(found, dict) else None
    if not isinstance(members, list):
        raise RosterUnreadable("What the LMS gave has no list of members.")
    return [_member(each) for each in members]


def _member(entry: Any) -> Member:
    if not isinstance(entry, dict):
        raise RosterUnreadable("A member in the LMS’s list is no object.")
    subject = entry.get("user_id")
    subject = str(subject) if isinstance(subject, int) and not isinstance(subject, bool) else subject
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT or not subject.isprintable():
        raise RosterUnreadable("A member in the LMS’s list has no user_id that can be kept.")
    listed = entry.get("roles")
    roles = [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
    person = Person(
        subject=subject,
        # Canvas and Blackboard list who they look at courses as, too: a student of whom nobody expects anything.
        role=None if is_test_user(roles) else place_of(roles),
        name=_text(entry, "name"),
        given_name=_text(entry, "given_name"),
        family_name=_text(entry, "family_name"),
        email=_text(entry, "email"),
        id_number=_text(entry, "lis_person_sourcedid"),
    )
    return Member(person, _status(entry.get("status")))


def _status(value: Any) -> Status:
    """Read a status; who has none is active (NRPS 2.0, 2.3)."""
    if value is None:
        return Status.ACTIVE
    named = {each.value.lower(): each for each in Status}
    if not isinstance(value, str) or value.lower() not in named:
        raise RosterUnreadable("A member in the LMS’s list has a status that NRPS doesn’t know.")
    return named[value.lower()]


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str):
        return ""
    # Moodle writes & as in HTML here, and as it is in launches: else a name would change with every reading.
    return "".join(each for each in html.unescape(value) if each.isprintable())[:_LONGEST_TEXT]
