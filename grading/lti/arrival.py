"""How a launch ends: who the person is here, and which page comes next."""

from dataclasses import dataclass
from enum import StrEnum

from coursework.models import User


class Destination(StrEnum):
    """What comes after a launch. All but OPEN are pages that ask or explain."""

    OPEN = "open"  # the page that the link leads to, at `url`
    LINK_ACCOUNT = "link_account"  # somebody is signed in here as another account: is that the same person?
    CONNECT = "connect"  # an instructor says which course here is this one
    CHOOSE = "choose"  # an instructor says what this link opens
    DEEP_LINK = "deep_link"  # an instructor chooses what to put into the LMS's course
    NOT_READY = "not_ready"  # there is nothing to open yet, or no place; `reason` says why


class Reason(StrEnum):
    """Why there is nothing to open."""

    CLOSED_ACCOUNT = "closed_account"
    OPERATOR = "operator"  # who runs an LMS must not thereby become operator here
    NO_CONTEXT = "no_context"  # launched from outside any course of the LMS
    NO_PLACE = "no_place"  # neither teacher nor student of the LMS's course
    NOT_CONNECTED = "not_connected"
    NO_LINK = "no_link"
    LEFT = "left"  # taken out of the course by its staff here
    STAFF_ONLY = "staff_only"  # a student asks to add links


@dataclass(frozen=True, slots=True)
class Arrival:
    """The person who arrived, to be signed in, and where to; `user` is None where that has to be asked first."""

    user: User | None
    destination: Destination
    url: str = ""
    reason: Reason | None = None
    has_twin: bool = False  # another account here has the person's address: perhaps theirs, to be connected
