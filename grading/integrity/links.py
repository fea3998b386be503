"""Groups of students who handed in the same link: equal settings and an equal seed."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from coursework.models import Task
from grading.integrity.model import Group, HandIn, Kind, Member, students_of
from grading.integrity.words import PAIRS, epochs_listed, how_many, listed
from grading.models import Outcome

SAME_WRONG_CLAIM, OTHER_CLAIMS, SAME_CLAIM, KNOWN_SEED = 0.75, 0.4, 0.3, 0.1

SEEDS = 100_000  # the Playground draws one of so many: a number from 0 to 1 with five decimals
_DRAWN = re.compile(r"0\.\d{5}")
MANY = 8


@dataclass(frozen=True, slots=True)
class KnownSeeds:
    """Seeds that everybody sees: the task's practice seeds, course seeds that are shown, those in its instructions."""

    task: Task
    course_seeds: tuple[str, ...]

    def where(self, seed: str) -> str:
        """Say where students find a seed; empty if nowhere that we know of."""
        if seed in self.task.practice_seeds:
            return "It is one of the task’s practice seeds, which everybody sees."
        if seed in self.course_seeds:
            return "It is one of the task’s course seeds."
        if seed in self.task.instructions:
            return "It stands in the task’s instructions."
        return ""


def link_groups(hand_ins: Sequence[HandIn], *, task: Task, course_seeds: tuple[str, ...]) -> list[Group]:
    """Group the hand-ins of a task by their links; a group holds those of at least two students."""
    known, with_design = KnownSeeds(task, course_seeds), _students_by_design(hand_ins)
    by_link: dict[str, list[HandIn]] = defaultdict(list)
    for hand_in in hand_ins:
        by_link[hand_in.link_key].append(hand_in)
    return [
        _group(together, known, with_design[_design(together[0])])
        for together in by_link.values()
        if students_of(together) > 1
    ]


def _design(hand_in: HandIn) -> str:
    return repr(sorted((hand_in.submission.settings | {"seed": None}).items()))


def _students_by_design(hand_ins: Sequence[HandIn]) -> dict[str, int]:
    found: dict[str, set[int]] = defaultdict(set)
    for hand_in in hand_ins:
        found[_design(hand_in)].add(hand_in.student)
    return {design: len(students) for design, students in found.items()}


def _group(together: Sequence[HandIn], known: KnownSeeds, with_design: int) -> Group:
    students, seed = students_of(together), str(together[0].submission.settings.get("seed"))
    found_at = known.where(seed)
    return Group(
        kind=Kind.LINK,
        subjects=(f"{Kind.LINK}:{sha256(together[0].link_key.encode()).hexdigest()[:32]}",),
        members=tuple(map(Member, together)),
        heading=f"{how_many(students, 'student')} handed in this exact link",
        sentences=tuple(_sentences(together, with_design, seed, found_at)),
        innocent=tuple(_innocent(together, students, found_at)),
        telling=KNOWN_SEED if found_at else _telling(together),
    )


def _telling(together: Sequence[HandIn]) -> float:
    if _unreproduced(together):
        return SAME_WRONG_CLAIM
    return SAME_CLAIM if len(_claims(together)) == 1 else OTHER_CLAIMS


def _claims(together: Sequence[HandIn]) -> set[int]:
    return {hand_in.submission.claimed_epochs for hand_in in together}


def _unreproduced(together: Sequence[HandIn]) -> list[int]:
    """List the claims that could not be reproduced and that two students or more make."""
    wrong: dict[int, set[int]] = defaultdict(set)
    for hand_in in together:
        if hand_in.verified and hand_in.verified.outcome == Outcome.CLAIM_NOT_REPRODUCED:
            wrong[hand_in.submission.claimed_epochs].add(hand_in.student)
    return [claim for claim, students in wrong.items() if len(students) > 1]


def _sentences(together: Sequence[HandIn], with_design: int, seed: str, found_at: str) -> Iterator[str]:
    claims, wrong = _claims(together), _unreproduced(together)
    yield f"Design, settings and seed {seed} are the same."
    if wrong:
        yield f"More than one claims epoch {epochs_listed(wrong)}, which our run of this link does not come to."
    elif len(claims) == 1:
        yield f"All claim epoch {epochs_listed(claims)}."
    else:
        yield f"The claims are {epochs_listed(claims)}."
    if found_at:
        yield found_at
    elif _DRAWN.fullmatch(seed):
        yield _by_chance(with_design)
    else:
        yield "The Playground draws seeds with five decimals, so this one was chosen by somebody."


def _by_chance(students: int) -> str:
    """Say how often two of so many students with one design would draw one seed."""
    expected = students * (students - 1) / 2 / SEEDS
    has = f"{how_many(students, 'student')} handed in this design, each with some seed; the Playground draws one of"
    if expected >= 1:
        return f"{has} {SEEDS:,}, so that about {expected:.1f} equal pairs are expected by chance."
    return f"{has} {SEEDS:,}, so that chance gives an equal pair in one of {_rounded(1 / expected):,} such classes."


def _rounded(number: float) -> int:
    """Keep two digits: this is an order of magnitude."""
    return int(float(f"{number:.1e}"))


def _innocent(together: Sequence[HandIn], students: int, found_at: str) -> Iterator[str]:
    if found_at:
        yield "They started from a seed that is known to the class, as they may."
    yield PAIRS
    shown = ["was shown in class", "stands in a forum or in other instructions"]
    if students >= MANY:
        yield f"So many have it that it was probably handed out: perhaps it {listed(shown[:1])}."
    else:
        yield f"The link {shown[0]} or {shown[1]}."
    yield (
        "A classmate’s link was opened to start from. Changing layers or inputs keeps its seed; only Regenerate, "
        "or another data set, ratio or noise, draws a new one."
    )
    if len(_claims(together)) == 1:
        yield "Equal claims follow from an equal link: it is the same run on every machine."
    else:
        yield "Other claims for the same link come about by Resets, which draw new weights."
