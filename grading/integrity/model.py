"""What the integrity view is made of. Plain values: nothing here asks the database."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import TextChoices

from coursework.models import Submission
from grading.grades.names import staff_name
from grading.read_values import ReadValues


class Kind(TextChoices):
    """What the members of a group have in common."""

    PICTURES = "pictures", "Same picture"
    LINK = "link", "Same link"
    CLAIM = "claim", "Claim not reproduced"
    RUN = "run", "Another run’s picture"


@dataclass(frozen=True, slots=True)
class Difference:
    """What a check says that found a picture to show another run: other points, or another link's address."""

    check_name: str
    sentence: str
    innocent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture handed in, with what was read from it and what checks found."""

    position: int
    width: int
    height: int
    upload_hash: str
    read: ReadValues = field(default_factory=ReadValues)
    points_agree: bool | None = None  # whether they are the link's; None: that can't be told
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Verified:
    """What the verification that speaks for a submission says."""

    outcome: str
    reached: int | None
    band: tuple[int, int] | None
    chance_match: float | None


@dataclass(frozen=True)
class HandIn:
    """One attempt of one student with all its pictures. `verified` None: not verified yet, or it failed by us."""

    submission: Submission
    pictures: tuple[Picture, ...] = ()
    verified: Verified | None = None
    is_hidden: bool = False  # staff may not see whose it is

    @property
    def student(self) -> int:
        """The enrollment, by which students are told apart."""
        return self.submission.enrollment_id

    @property
    def name(self) -> str:
        """The name under which staff see the student."""
        return staff_name(self.submission.enrollment, hidden=self.is_hidden)

    @property
    def username(self) -> str:
        """The student's user name; empty where staff may not see it."""
        return "" if self.is_hidden else self.submission.enrollment.user.username

    @cached_property
    def link_key(self) -> str:
        """Equal for submissions with equal settings and seed, and for no others."""
        return repr(sorted(self.submission.settings.items()))

    @cached_property
    def data_key(self) -> str:
        """Equal for submissions whose data points are the same."""
        settings = self.submission.settings
        return repr([settings.get(name) for name in ("problem", "dataset", "noise", "train_percent", "seed")])

    @property
    def shown(self) -> tuple[int, ...]:
        """The epochs that its pictures show, each once."""
        return tuple(dict.fromkeys(one.read.epoch for one in self.pictures if one.read.epoch is not None))


@dataclass(frozen=True)
class Member:
    """One line of a group: a hand-in, or one picture of it, and what is to be said of just this one."""

    hand_in: HandIn
    picture: Picture | None = None
    remark: str = ""

    @property
    def key(self) -> str:
        """What of a group is looked at: K7Q4-9XRB, or K7Q4-9XRB-1 for its first picture."""
        number = self.hand_in.submission.receipt_number
        return number if self.picture is None else f"{number}-{self.picture.position}"

    @property
    def shown(self) -> tuple[int, ...]:
        """The epochs shown: by its picture, where it is about one, else by all pictures of the hand-in."""
        if self.picture is None:
            return self.hand_in.shown
        return () if self.picture.read.epoch is None else (self.picture.read.epoch,)


@dataclass(frozen=True)
class Group:
    """What is worth looking at together: what it is, and what it can innocently mean.

    `subjects` are the names under which its mark may be stored, the one for a new mark first: a group of pictures is
    named by its first picture, and keeps its mark when an earlier one joins it. `telling`, from 0 to 1, is for
    sorting only.
    """

    kind: Kind
    subjects: tuple[str, ...]
    members: tuple[Member, ...]
    heading: str
    sentences: tuple[str, ...]
    innocent: tuple[str, ...]
    telling: float

    @property
    def keys(self) -> tuple[str, ...]:
        """What belongs to the group, for the digest of its mark."""
        return tuple(member.key for member in self.members)

    @property
    def students(self) -> int:
        """How many students it is about."""
        return students_of(member.hand_in for member in self.members)


def students_of(hand_ins: Iterable[HandIn]) -> int:
    """Count the students behind hand-ins."""
    return len({hand_in.student for hand_in in hand_ins})
