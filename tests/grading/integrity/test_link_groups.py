import pytest

from coursework.models import Task
from engine.spec import Spec
from grading.integrity.links import link_groups
from grading.integrity.model import Group, HandIn
from grading.integrity.words import how_many
from tests.grading.integrity.people import SPEC, confirmed, made, not_reproduced


def groups(hand_ins: list[HandIn], course_seeds: tuple[str, ...] = (), **task: object) -> list[Group]:
    return link_groups(hand_ins, task=Task(**task), course_seeds=course_seeds)


def test_equal_settings_and_seed_make_a_group() -> None:
    hand_ins = [made(1), made(2), made(3, spec=SPEC.with_seed("0.11111")), made(4, spec=Spec(noise=5, seed=SPEC.seed))]
    (group,) = groups(hand_ins)
    assert group.keys == ("0001-0001", "0002-0001")
    assert group.heading == "Two students handed in this exact link"


def test_a_student_alone_makes_none() -> None:
    assert groups([made(1, 1), made(1, 2)]) == []


def test_a_group_keeps_its_name_when_it_grows_and_other_links_have_others() -> None:
    (small,), (large,) = groups([made(1), made(2)]), groups([made(0), made(1), made(2)])
    (other,) = groups([made(1, spec=Spec(seed="0.1")), made(2, spec=Spec(seed="0.1"))])
    assert small.subjects == large.subjects != other.subjects
    assert len(small.subjects[0]) <= 120


@pytest.mark.parametrize(
    ("students", "told"),
    [(2, "in one of 100,000 such classes"), (3, "in one of 33,000 such classes"), (500, "about 1.2 equal pairs")],
)
def test_how_many_are_expected_by_chance_is_said(students: int, told: str) -> None:
    others = [made(number, spec=Spec(seed=f"0.2{number:04}")) for number in range(3, students + 1)]
    (group,) = groups([made(1), made(2), *others])
    assert f"{how_many(students, 'student')} handed in this design, each with some seed" in " ".join(group.sentences)
    assert told in " ".join(group.sentences)


@pytest.mark.parametrize("seed", ["1", "0.5", "abc", "0.123456"])
def test_a_seed_that_the_playground_does_not_draw_was_chosen(seed: str) -> None:
    (group,) = groups([made(1, spec=Spec(seed=seed)), made(2, spec=Spec(seed=seed))])
    assert "chosen by somebody" in " ".join(group.sentences)


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"practice_seeds": ["0.51803"]}, "practice seeds"),
        ({"course_seeds": ("0.51803",)}, "course seeds"),
        ({"instructions": "Start from https://playground.example/#seed=0.51803"}, "task’s instructions"),
    ],
)
def test_a_seed_that_everybody_sees_tells_next_to_nothing(known: dict[str, object], told: str) -> None:
    course_seeds = known.pop("course_seeds", ())
    assert isinstance(course_seeds, tuple)
    (group,) = groups([made(1), made(2)], course_seeds, **known)
    assert told in " ".join(group.sentences)
    assert group.innocent[0].startswith("They started from a seed that is known")
    assert group.telling < groups([made(1), made(2)])[0].telling


def test_the_same_claim_that_is_not_reproduced_tells_most() -> None:
    wrong = [made(number, claimed=150, verified=not_reproduced()) for number in (1, 2)]
    same = [made(number, claimed=508, verified=confirmed(508)) for number in (1, 2)]
    apart = [made(1, claimed=508, verified=confirmed(508)), made(2, claimed=150, verified=not_reproduced())]
    assert groups(wrong)[0].telling > groups(apart)[0].telling > groups(same)[0].telling
    assert "claims epoch 150, which our run of this link does not come to" in " ".join(groups(wrong)[0].sentences)
    assert "The claims are 150 and 508." in groups(apart)[0].sentences


def test_one_student_with_a_wrong_claim_twice_is_not_two() -> None:
    wrong = [made(1, attempt, claimed=150, verified=not_reproduced()) for attempt in (1, 2)]
    (group,) = groups([*wrong, made(2, claimed=508, verified=confirmed(508))])
    assert "does not come to" not in " ".join(group.sentences)


def test_equal_claims_are_said_to_follow_from_an_equal_link() -> None:
    assert any("Equal claims follow" in reason for reason in groups([made(1), made(2)])[0].innocent)
    assert any("Resets" in reason for reason in groups([made(1), made(2, claimed=9)])[0].innocent)


def test_very_many_have_probably_been_shown_it() -> None:
    (group,) = groups([made(number) for number in range(1, 11)])
    assert group.heading == "10 students handed in this exact link"
    assert any("shown in class" in reason and "So many" in reason for reason in group.innocent)
