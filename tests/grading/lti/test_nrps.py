"""Reading an LMS's roster: its pages, its lines, and what of them can't be right."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from coursework.models import Role
from grading.lti import nrps
from grading.lti.nrps import Member, RosterUnreadable, Status, next_page, read_page, read_roster

URL = "https://lms.example.edu/members?page=1"


def page(*members: object) -> bytes:
    return json.dumps({"id": URL, "context": {"id": "c7"}, "members": members}).encode()


def test_a_line_as_moodle_writes_it() -> None:
    """Moodle gives roles by their last part alone; what the course's privacy setting hides is missing."""
    entry = {
        "status": "Active",
        "roles": ["Learner"],
        "user_id": "4",
        "name": "Ada Ash",
        "given_name": "Ada",
        "family_name": "Ash",
        "email": "ada@example.edu",
        "lis_person_sourcedid": "18-123",
    }
    member = read_page(page(entry))[0]
    assert member.is_in and member.person.role is Role.STUDENT
    assert (member.person.subject, member.person.full_name, member.person.number) == ("4", "Ada Ash", "18-123")
    hidden = read_page(page({"user_id": 5, "roles": ["Instructor"]}))[0]
    assert hidden == Member(hidden.person, Status.ACTIVE) and hidden.person.subject == "5"
    assert hidden.person.full_name == "" and hidden.person.address == ""
    written = read_page(page({"user_id": "6", "roles": ["Learner"], "name": "Ada &amp; Bob", "family_name": "<b>"}))[0]
    assert (written.person.full_name, written.person.family_name) == ("Ada & Bob", "<b>")


@pytest.mark.parametrize(
    ("entry", "is_in"),
    [
        ({"status": "Active", "roles": ["Learner"]}, True),
        ({"roles": ["Learner"]}, True),
        ({"status": "active", "roles": ["Learner"]}, True),
        ({"status": "Inactive", "roles": ["Learner"]}, False),
        ({"status": "Deleted", "roles": ["Learner"]}, False),
        ({"status": "Active", "roles": []}, False),
        ({"status": "Active", "roles": ["Mentor", 7]}, False),
        ({"status": "Active", "roles": "Learner"}, False),
        ({"roles": ["Learner", "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"]}, False),
    ],
)
def test_who_is_in(entry: dict[str, Any], is_in: bool) -> None:
    assert read_page(page({"user_id": "1"} | entry))[0].is_in == is_in


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"members": {}}',
        b'{"members": [1]}',
        b'{"members": [{}]}',
        b"[" * 100_000,
        page({"user_id": ""}),
        page({"user_id": True}),
        page({"user_id": "x" * 256}),
        page({"user_id": "a\nb"}),
        page({"user_id": "1", "status": "Gone"}),
        page({"user_id": "1", "status": 1}),
    ],
)
def test_what_can_not_be_a_roster_is_refused_as_a_whole(body: bytes) -> None:
    """Half of a list would take the other half out of the course."""
    with pytest.raises(RosterUnreadable):
        read_page(body)


@pytest.mark.parametrize(
    ("link", "following"),
    [
        ("", None),
        ("<https://lms.example.edu/members?page=2>; rel=next", "https://lms.example.edu/members?page=2"),
        ('<https://lms.example.edu/members?page=2>; rel="next"', "https://lms.example.edu/members?page=2"),
        ('<https://lms.example.edu:443/m>; a="b"; rel="last next"', "https://lms.example.edu:443/m"),
        (
            f'<{URL}>; rel="current",</members?page=2>; rel="next",</m>; rel="last"',
            "https://lms.example.edu/members?page=2",
        ),
        (f'<{URL}>; rel="differences"', None),
        (f"<{URL}>; rel=nextly, <{URL}>; title=next", None),
        ("nonsense; rel=next", None),
    ],
)
def test_the_next_page_stands_in_the_link_header(link: str, following: str | None) -> None:
    assert next_page(URL, link) == following


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/members",
        "http://lms.example.edu/members",
        "https://lms.example.edu:8443/members",
        "//elsewhere.example/members",
        "file:///etc/passwd",
        "https://lms.example.edu@elsewhere.example/",
        "https://lms.example.edu:x/",
        "https://[x/",
    ],
)
def test_our_token_goes_nowhere_else(target: str) -> None:
    with pytest.raises(RosterUnreadable):
        next_page(URL, f'<{target}>; rel="next"')


class Pages:
    """A roster in pages, each of which names the next."""

    def __init__(self, *pages: bytes) -> None:
        self.pages, self.asked = pages, 0

    def __call__(self, url: str) -> tuple[bytes, Mapping[str, str]]:
        self.asked += 1
        number = int(url.rpartition("=")[2])
        more = number < len(self.pages)
        link = f'<{URL[:-1]}{number + 1}>; rel="next"' if more else f'<{URL}>; rel="first"'
        return self.pages[number - 1], {"link": link}


def test_all_pages_are_read_and_nobody_stands_there_twice() -> None:
    one, two = {"user_id": "1", "roles": ["Learner"]}, {"user_id": "2", "roles": ["Learner"]}
    pages = Pages(page(one, two), page(), page(two | {"roles": ["Instructor"]}))
    found = read_roster(URL, pages)
    assert pages.asked == 3
    assert [(each.person.subject, each.person.role) for each in found] == [("1", Role.STUDENT), ("2", Role.INSTRUCTOR)]


def test_a_list_without_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RosterUnreadable, match="read already"):
        read_roster(URL, lambda url: (page(), {"link": f"<{url}>; rel=next"}))
    monkeypatch.setattr(nrps, "MOST_PAGES", 3)
    pages = Pages(*[page()] * 9)
    with pytest.raises(RosterUnreadable, match="more than 3 pages"):
        read_roster(URL, pages)
    assert pages.asked == 3
    monkeypatch.setattr(nrps, "MOST_MEMBERS", 1)
    with pytest.raises(RosterUnreadable, match="more than 1 people"):
        read_roster(URL, Pages(page({"user_id": "1"}, {"user_id": "2"})))
