"""Pictures that show another run than the link handed in: other data points, or another link in the address bar."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from grading.integrity.model import Group, HandIn, Kind, Member
from grading.integrity.words import how_many

ADDRESS = "address"
BOTH, OTHER_ADDRESS, OTHER_POINTS = 0.9, 0.8, 0.75
_ALWAYS = (
    "A picture of another of the student’s own runs was chosen.",
    "It was taken before the seed changed: Regenerate, or another data set, ratio or noise, draws a new one.",
)


def run_groups(hand_ins: Sequence[HandIn]) -> list[Group]:
    """Group each student's pictures that a check found to show another run."""
    by_student: dict[int, list[Member]] = defaultdict(list)
    for hand_in in hand_ins:
        for picture in hand_in.pictures:
            if picture.differences:
                remark = " ".join(difference.sentence for difference in picture.differences)
                by_student[hand_in.student].append(Member(hand_in, picture, remark))
    return [_group(members) for members in by_student.values()]


def _group(members: Sequence[Member]) -> Group:
    """Make a student's group; of a single finding its sentence is the group's, and does not stand twice."""
    found = [difference for member in members if member.picture for difference in member.picture.differences]
    names = {difference.check_name for difference in found}
    reasons = [reason for difference in found for reason in difference.innocent]
    student = members[0].hand_in
    return Group(
        kind=Kind.RUN,
        subjects=(f"{Kind.RUN}:{student.student}",),
        members=tuple(replace(member, remark="") for member in members) if len(found) == 1 else tuple(members),
        heading=f"{_whose(members, student.name)} {_what(names)}",
        sentences=(found[-1].sentence,) if len(found) == 1 else (_SEVERAL,),
        innocent=tuple(dict.fromkeys([*reasons, *_ALWAYS])),
        telling=BOTH if len(names) > 1 else OTHER_ADDRESS if ADDRESS in names else OTHER_POINTS,
    )


_SEVERAL = "What was found stands beside each picture. Data points stay the same under any number of Resets."


def _whose(members: Sequence[Member], name: str) -> str:
    if len(members) == 1:
        return f"{name} handed in a picture that shows"
    return f"{how_many(len(members), 'picture')} that {name} handed in show"


def _what(names: set[str]) -> str:
    if len(names) > 1:
        return "the points of another seed and the address of another link"
    return "the address of another link" if ADDRESS in names else "the points of another seed"
