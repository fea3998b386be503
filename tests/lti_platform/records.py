"""What the fake platform keeps: people, courses, links, columns of the gradebook and the scores in them."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tests.lti_platform import words


class Refused(Exception):
    """The platform shows its own error page instead of answering the tool."""


@dataclass(frozen=True)
class LmsUser:
    """A person of the LMS and their roles in its courses."""

    id: str
    given_name: str
    family_name: str
    email: str
    roles: tuple[str, ...] = (words.LEARNER,)
    roster_roles: tuple[str, ...] = ()  # where the roster calls them otherwise, as Moodle's does non-editing teachers
    courses: tuple[str, ...] = ("2",)
    active: bool = True
    shares_name: bool = True
    shares_email: bool = True
    sourced_id: str = ""

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def gradable(self) -> bool:
        """Moodle's rule: enrolled (also suspended), with a role that has a row in the gradebook."""
        return words.LEARNER in self.roles

    def claims(self) -> dict[str, Any]:
        """What a launch says of them; what privacy settings hold back is left out."""
        name = {"name": self.name, "given_name": self.given_name, "family_name": self.family_name}
        return (
            {"sub": self.id}
            | (name if self.shares_name else {})
            | ({"email": self.email} if self.shares_email else {})
            | ({f"{words.LTI}lis": {"person_sourcedid": self.sourced_id}} if self.sourced_id else {})
        )


@dataclass(frozen=True)
class LmsCourse:
    """A course of the LMS: the context of launches."""

    id: str
    label: str = "ML-1"
    title: str = "Machine Learning, group 1"


@dataclass(frozen=True)
class Link:
    """A link to the tool in a course. Its target and custom parameters are what deep linking or a teacher gave it."""

    id: str
    course: str
    title: str = "Playground assignment"
    target_link_uri: str = ""
    custom: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Score:
    """A score as the LMS holds it, scaled to its column."""

    given: float | None
    maximum: float
    timestamp: datetime
    comment: str
    activity: str
    grading: str
    submitted_at: str
    sent: dict[str, Any]


@dataclass
class Item:
    """A column of the gradebook. `history` holds every score that was stored, in the order of storing."""

    id: str
    course: str
    label: str
    maximum: float
    link: str | None = None
    resource_id: str = ""
    tag: str = ""
    locked: bool = False  # a teacher lets nothing into it any more
    scores: dict[str, Score] = field(default_factory=dict)
    history: list[tuple[str, Score]] = field(default_factory=list)
    most_attempts: int | None = None  # Canvas's limit, and what has counted for each person
    attempts: dict[str, int] = field(default_factory=dict)

    def stale_overwrites(self) -> list[tuple[str, Score, Score]]:
        """List (user, the newer that stood there, the older that replaced it)."""
        latest: dict[str, Score] = {}
        found = []
        for user, score in self.history:
            before = latest.get(user)
            if before and score.timestamp < before.timestamp:
                found.append((user, before, score))
            latest[user] = score
        return found


@dataclass
class Tool:
    """What the platform knows of the tool: what its administrator typed in, or its dynamic registration said."""

    login_url: str
    redirect_uris: tuple[str, ...]
    target_link_uri: str
    jwks_url: str = ""
    deep_link_url: str = ""
    scopes: tuple[str, ...] = words.SCOPES
    name: str = "The tool"
    active: bool = True
    registration: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def at(cls, base: str, **changed: Any) -> "Tool":
        """Describe a tool whose addresses are the product's, below `base`."""
        launch = f"{base}/lti/launch/"
        found = cls(f"{base}/lti/login/", (launch,), launch, jwks_url=f"{base}/lti/keys/", deep_link_url=launch)
        return replace(found, **changed)
