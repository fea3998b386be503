"""Trying the connection to an LMS out, now, and saying what was found."""

from collections.abc import Sequence
from dataclasses import dataclass

from grading.lti import claims as names
from grading.lti.access import NoToken, service_token, tokens
from grading.lti.ags import words_of
from grading.lti.key_sets import KeySetRefused, read_key_set
from grading.models import Platform
from grading.outbound.fetching import NotReached
from grading.services.lti.platform_keys import ask_for_keys

_MOST_WORDS = 300


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was tried. `words` are what the LMS said where it went wrong."""

    good: bool
    what: str
    words: str = ""


def check_connection(platform: Platform) -> list[Finding]:
    """Fetch the platform's keys and ask it for each token that we need. Takes up to 20 s; nothing is stored."""
    tokens.clear()  # what was granted an hour ago proves nothing
    return [
        _keys(platform),
        _token(platform, "line items of the gradebook", (names.SCOPE_LINE_ITEM,)),
        _token(platform, "scores", (names.SCOPE_SCORE,)),
        _token(platform, "the roster", (names.SCOPE_MEMBERS_READ,)),
    ]


def _keys(platform: Platform) -> Finding:
    try:
        answer = ask_for_keys(platform)
        if answer.status != 200:
            return Finding(False, f"Its keys: the LMS answered {answer.status}.", answer.text[:_MOST_WORDS])
        found = read_key_set(answer.body)
    except (NotReached, KeySetRefused) as problem:
        return Finding(False, "Its keys could not be read.", str(problem))
    return Finding(True, f"Its keys: {len(found)} that can sign launches.")


def _token(platform: Platform, what: str, scopes: Sequence[str]) -> Finding:
    try:
        service_token(platform, scopes)
    except NoToken as refused:
        said = words_of(refused.answer)[:_MOST_WORDS] if refused.answer else ""
        return Finding(False, f"Access to {what}: {refused}", said)
    except NotReached as problem:
        return Finding(False, f"Access to {what}: no answer.", str(problem))
    return Finding(True, f"Access to {what}: granted.")
