"""What a check is: it looks at one picture and says agrees, differs or can't say, in a sentence. It never decides.

The scale of weights, by which differences are sorted. They say how much a person should look, never what it means:

- 1.0: somebody should look first; what is seen hardly comes about by chance (the very file of somebody else)
- 0.7: a clear difference that honest work explains only in less common ways
- 0.5: a clear difference with common innocent reasons, such as a link that was copied before the last change
- 0.3: a small difference
- 0.1: hardly worth a look, but there
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from coursework.rules import TaskRules
from engine.spec import Spec
from grading.models.evidence import CheckOutcome
from grading.screenshots.reading import Read, ScreenshotReading

SURE = 0.8  # values that were read with less confidence count as not read
LOOK_FIRST, CLEAR, COMMON, SMALL, TINY = 1.0, 0.7, 0.5, 0.3, 0.1
_Value = TypeVar("_Value")


def sure(read: Read[_Value] | None) -> Read[_Value] | None:
    """Give a value only if the reader is sure of it."""
    return read if read is not None and read.confidence >= SURE else None


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of the table that staff see: texts as shown, empty where there is nothing to show."""

    what: str
    read: str = ""
    submitted: str = ""
    retrained: str = ""
    outcome: CheckOutcome = CheckOutcome.CANT_SAY

    def to_dict(self) -> dict[str, str]:
        """Give it as JSON can hold it."""
        texts = {"what": self.what, "read": self.read, "submitted": self.submitted, "retrained": self.retrained}
        return texts | {"outcome": str(self.outcome)}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check says of one picture.

    `weight` is how much a person should look at it, from 0 to 1, and 0 unless it differs. `innocent` says what the
    difference can innocently mean, a sentence each. `about` names the values of the reading that it rests on, so that
    they can be shown in the picture. `details` holds what pages of their own make of it, as JSON can hold it.
    """

    outcome: CheckOutcome
    sentence: str
    weight: float = 0.0
    innocent: tuple[str, ...] = ()
    compared: tuple[Compared, ...] = ()
    about: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verified:
    """What a completed verification says, as far as checks need it."""

    outcome: str
    retrained_epochs: int | None
    band: tuple[int, int] | None
    resets: int | None


@dataclass(frozen=True, slots=True)
class ShownState:
    """The losses of one run at the shown epoch: after `resets` Resets; `replay` 0 is the run itself.

    `replay` above 0 numbers runs with last-bit differences, as another browser may show them. `since` is the epoch from
    which on up to the shown one the page shows these very losses: long before it where they stand still.
    """

    resets: int
    replay: int
    loss_train: float
    loss_test: float
    since: int


@dataclass(frozen=True, slots=True)
class SamePicture:
    """Somebody else's picture that equals this one or looks the same."""

    receipt_number: str
    position: int
    is_exact: bool  # the very bytes that were uploaded
    distance: int  # bits of the perceptual hashes that differ, of 256
    same_link: bool  # the same settings and seed were handed in
    same_epoch: bool  # the same epoch is shown in both


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the checks of one picture may look at.

    `verified`, `states` and `same_pictures` are empty before the hand-in; `states` is None where the run to the shown
    epoch was not trained (no epoch was read, or it is beyond what is trained for this).
    """

    reading: ScreenshotReading
    spec: Spec
    claimed_epochs: int | None
    rules: TaskRules
    verified: Verified | None = None
    states: tuple[ShownState, ...] | None = None
    same_pictures: tuple[SamePicture, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One check with its name.

    `before_hand_in`: it needs nothing but picture and form, and the student sees it while the form is filled in.
    `one_picture_is_enough`: if any picture of the submission agrees, what the others lack does not count.
    """

    name: str
    title: str
    run: Callable[[Evidence], Finding]
    before_hand_in: bool = False
    one_picture_is_enough: bool = True
