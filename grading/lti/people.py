"""A person as the LMS describes them, in a launch or in its roster. Pure."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from coursework.models import Role
from grading.lti.messages import LaunchMessage
from grading.lti.roles import place_of

LONGEST_NAME = 150  # of each part, in the table of accounts
LONGEST_FULL_NAME = 255
LONGEST_EMAIL = 254
LONGEST_NUMBER = 60


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is in the LMS. Any word may be empty: schools decide how much of a person tools are told."""

    subject: str
    role: Role | None
    name: str = ""
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    id_number: str = ""

    @property
    def names(self) -> tuple[str, str]:
        """First and last name; where only the whole name is known, its last word is taken for the last name."""
        first, last = _plain(self.given_name, LONGEST_NAME), _plain(self.family_name, LONGEST_NAME)
        if first or last:
            return first, last
        first, _, last = _plain(self.name, 2 * LONGEST_NAME).rpartition(" ")
        return first[:LONGEST_NAME], last[:LONGEST_NAME]

    @property
    def full_name(self) -> str:
        """The name as pages show it."""
        return (_plain(self.name, LONGEST_FULL_NAME) or " ".join(filter(None, self.names)))[:LONGEST_FULL_NAME]

    @property
    def address(self) -> str:
        """The e-mail address; empty for what can't be one."""
        text = _plain(self.email, 1000)
        try:
            validate_email(text)
        except ValidationError:
            return ""
        return text if len(text) <= LONGEST_EMAIL else ""

    @property
    def number(self) -> str:
        """The number at the school; empty for one that is too long to be right, or that the LMS did not fill in.

        For whom it knows none, Canvas sends the variable's own name, "$Person.sourcedId".
        """
        text = _plain(self.id_number, 1000)
        return text if len(text) <= LONGEST_NUMBER and not text.startswith("$") else ""


def person_of(message: LaunchMessage) -> Person:
    """Return the person who launched."""
    return Person(
        subject=message.subject,
        role=place_of(message.roles),
        name=message.name,
        given_name=message.given_name,
        family_name=message.family_name,
        email=message.email,
        id_number=message.lis_person_sourcedid,
    )


def _plain(text: str, longest: int) -> str:
    """Return the text on one line; databases refuse some control characters."""
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", text).strip()[:longest]
