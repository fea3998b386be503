"""Groups of pictures that are equal or look the same, handed in by different students."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from grading.alike import HASH_DIGITS, NEAR, Look, by_value, joined, near_labels
from grading.integrity.model import Group, HandIn, Kind, Member, Picture, students_of
from grading.integrity.words import PAIRS, epochs_listed, how_many

# How telling a group is: equal files say more than equal looks, and other links more than the same one.
FILE_OTHER_LINKS, FILE_OTHER_CLAIMS, FILE_NOT_PLAYGROUND, FILE = 1.0, 0.9, 0.6, 0.7
LOOK_OF_ANOTHER, LOOK_OTHER_LINKS, LOOK_OF_A_PART, LOOK = 0.8, 0.4, 0.3, 0.2

MANY = 8  # so many students have hardly taken it from one another

_Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the members of one group have in common."""

    students: int
    same_file: bool  # of at least two students
    all_same_file: bool
    distance: int  # the largest between two that were found to look the same
    same_link: bool
    claims: frozenset[int]
    epochs: frozenset[int | None]
    not_playground: bool
    is_part: bool  # one of them lacks the heat map, and what is left looks alike in many runs
    is_of_another: bool  # one of them was found to show another run than its link's

    @property
    def expected(self) -> bool:
        """True where honest runs look the same: one link, one epoch."""
        return self.same_link and len(self.epochs) == 1 and None not in self.epochs


def picture_groups(hand_ins: Sequence[HandIn]) -> list[Group]:
    """Group the pictures of a task; a group holds those of at least two students. Unread pictures count by their file.

    `hand_ins` are oldest first. A picture that looks like one of a group belongs to it, if not like each of the others.
    """
    members = [Member(hand_in, picture) for hand_in in hand_ins for picture in hand_in.pictures]
    looks, farthest = _same_looks(members)
    groups = joined(len(members), [*_same_files(members), *looks])
    return [
        _group([members[place] for place in places], max(farthest.get(place, 0) for place in places))
        for places in groups
        if students_of(members[place].hand_in for place in places) > 1
    ]


def _same_files(members: Sequence[Member]) -> Iterator[_Pair]:
    """Chain the pictures with the same bytes; a chain joins them as well as all pairs would."""
    for places in by_value(member.picture.upload_hash for member in members if member.picture).values():
        yield from pairwise(places)


def _same_looks(members: Sequence[Member]) -> tuple[list[_Pair], dict[int, int]]:
    """Chain the pictures that look the same, and say by place how many bits the farthest like it differs."""
    looks = {place: _look(member.hand_in, member.picture) for place, member in enumerate(members) if member.picture}
    known = [place for place, look in looks.items() if len(look.digits) == HASH_DIGITS]
    labels, distances = near_labels([looks[place] for place in known])
    chains = (pairwise(places) for places in by_value(labels).values())
    pairs = [(known[first], known[second]) for chain in chains for first, second in chain]
    return pairs, dict(zip(known, distances, strict=True))


def _look(hand_in: HandIn, picture: Picture) -> Look:
    return Look(picture.read.look, picture.read.shown, hand_in.data_key, picture.points_agree is True)


def _group(members: Sequence[Member], distance: int) -> Group:
    facts = _facts(members, distance)
    files = "handed in the same picture" if facts.same_file else "handed in pictures that look the same"
    return Group(
        kind=Kind.PICTURES,
        subjects=tuple(f"{Kind.PICTURES}:{member.key}" for member in members),
        members=tuple(members),
        heading=f"{how_many(facts.students, 'student')} {files}{'' if facts.same_link else ', for different links'}",
        sentences=tuple(_sentences(facts)),
        innocent=tuple(_innocent(facts)),
        telling=_telling(facts),
    )


def _facts(members: Sequence[Member], distance: int) -> _Facts:
    hand_ins = [member.hand_in for member in members]
    pictures = [member.picture for member in members if member.picture]
    return _Facts(
        students=students_of(hand_ins),
        same_file=_two_students_share_a_file(members),
        all_same_file=len({picture.upload_hash for picture in pictures}) == 1,
        distance=distance,
        same_link=len({hand_in.link_key for hand_in in hand_ins}) == 1,
        claims=frozenset(hand_in.submission.claimed_epochs for hand_in in hand_ins),
        epochs=frozenset(picture.read.epoch for picture in pictures),
        not_playground=any(picture.read.is_playground is False for picture in pictures),
        is_part=any(picture.read.is_part for picture in pictures),
        is_of_another=any(picture.differences for picture in pictures),
    )


def _two_students_share_a_file(members: Sequence[Member]) -> bool:
    owners: dict[str, set[int]] = {}
    for member in members:
        if member.picture:
            owners.setdefault(member.picture.upload_hash, set()).add(member.hand_in.student)
    return any(len(students) > 1 for students in owners.values())


def _telling(facts: _Facts) -> float:
    if facts.same_file:
        if facts.not_playground:
            return FILE_NOT_PLAYGROUND
        if not facts.same_link:
            return FILE_OTHER_LINKS
        return FILE_OTHER_CLAIMS if len(facts.claims) > 1 else FILE
    if facts.same_link:
        return LOOK
    if facts.is_of_another:
        return LOOK_OF_ANOTHER
    return LOOK_OF_A_PART if facts.is_part else LOOK_OTHER_LINKS


def _sentences(facts: _Facts) -> Iterator[str]:
    if facts.all_same_file:
        yield "The files are the same to the last byte."
    elif facts.same_file:
        yield "At least two of these files, from different students, are the same to the last byte."
    else:
        yield (
            f"The files differ, and {facts.distance} of 256 bits of what they look like; copies of one picture that "
            f"were saved again differ in {NEAR} at most. What was read from them is the same."
        )
    yield "The links are the same." if facts.same_link else "The links handed in with them differ."
    if facts.not_playground:
        yield "It does not look like a picture of the Playground."
    elif len(facts.epochs) == 1 and None not in facts.epochs:
        yield f"Epoch {epochs_listed(epoch for epoch in facts.epochs if epoch is not None)} is shown."
    if len(facts.claims) > 1:
        yield f"The claims are {epochs_listed(facts.claims)}."


def _innocent(facts: _Facts) -> Iterator[str]:
    if facts.expected and not facts.same_file:
        yield "One link at one epoch looks the same for everybody, so two runs of their own look just like this."
    if not facts.same_link and not facts.same_file:
        yield "In windows of one size, runs of one design look nearly the same at one epoch, whatever the seed."
    if facts.is_part and not facts.same_file:
        yield "The pictures show only a part of the page, without the heat map, which looks alike in many runs."
    yield PAIRS
    if facts.students >= MANY:
        yield "So many have it that it was probably handed out: in class, in the instructions or in a forum."
    if facts.same_link and facts.same_file:
        yield "A picture made together, or shown in class, was handed in by each with the link that belongs to it."
    if not facts.same_link and (facts.same_file or facts.is_of_another):
        yield "A wrong file was chosen from a shared folder or machine: see which of the links the picture belongs to."
    if facts.not_playground:
        yield "It is something that all have, such as the instructions or a sheet that was handed out."
