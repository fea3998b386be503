from dataclasses import replace

import pytest

from grading.integrity.claims import claim_groups
from grading.integrity.model import Verified
from grading.models import Outcome
from tests.grading.integrity.people import confirmed, made, not_reproduced, shot


def test_only_claims_that_are_not_reproduced_are_listed() -> None:
    others = [
        made(number, verified=Verified(outcome, 141, None, None))
        for number, outcome in enumerate(Outcome, start=1)
        if outcome != Outcome.CLAIM_NOT_REPRODUCED
    ]
    assert claim_groups([*others, made(90)]) == []


def test_a_claim_stands_beside_what_the_run_and_its_band_come_to() -> None:
    (group,) = claim_groups([made(1, claimed=150, verified=not_reproduced(508, (490, 530)))])
    assert group.heading == "Student 1 claims epoch 150, and our run reaches the target at 508"
    text = " ".join(group.sentences)
    assert "lie between 490 and 530, 340 epochs above the claim." in text
    assert "25% would have matched" in text
    assert group.members[0].remark == ""


def test_a_claim_above_the_band_says_how_far() -> None:
    (group,) = claim_groups([made(1, claimed=531, verified=not_reproduced(508, (490, 530)))])
    assert "1 epoch below the claim" in group.sentences[0]


def test_a_run_that_never_gets_there_has_no_band() -> None:
    (group,) = claim_groups([made(1, claimed=150, verified=not_reproduced(None, None))])
    assert group.heading == "Student 1 claims epoch 150, and our run does not reach the target"
    assert "lie between" not in " ".join(group.sentences)


def test_several_claims_of_one_student_are_one_group() -> None:
    verified = {1: not_reproduced(508, (490, 530)), 2: not_reproduced(None, None)}
    hand_ins = [made(1, attempt, claimed=100 + attempt, verified=verified[attempt]) for attempt in (1, 2)]
    (group,) = claim_groups([*hand_ins, made(1, 3, verified=confirmed(141))])
    assert group.keys == ("0001-0001", "0001-0002")
    assert group.heading == "Two claims of Student 1 could not be reproduced"
    assert group.subjects == ("claim:1",)
    remarks = [member.remark for member in group.members]
    assert remarks == ["Our run: 508, band 490 to 530", "Not reached by our run"]


@pytest.mark.parametrize(
    ("chance", "told"), [(0.25, "25% would"), (0.004, "fewer than 1% would"), (0.0, ""), (None, "")]
)
def test_what_a_match_after_resets_would_be_worth_is_told_where_one_was_possible(
    chance: float | None, told: str
) -> None:
    verified = replace(not_reproduced(), chance_match=chance)
    (group,) = claim_groups([made(1, claimed=150, verified=verified)])
    text = " ".join(group.sentences)
    assert told in text and ("made-up" in text) == bool(told)


def test_a_picture_that_shows_our_epoch_hints_at_a_typing_error() -> None:
    typed = made(1, claimed=850, pictures=(shot("a", epoch=508),), verified=not_reproduced(508))
    (group,) = claim_groups([typed])
    assert "the number may be mistyped" in group.innocent[0]
    assert "has the digits of 508" not in " ".join(group.innocent[:1])
    assert "850 has the digits of 508" in group.innocent[1]


def test_a_picture_of_the_claim_hints_at_another_run() -> None:
    (group,) = claim_groups([made(1, claimed=150, pictures=(shot("a", epoch=150),), verified=not_reproduced())])
    assert "The picture shows the claimed epoch 150" in group.innocent[0]


def test_a_picture_of_any_other_epoch_is_named() -> None:
    pictures = (shot("a", epoch=1100), shot("b", epoch=600, position=2))
    (group,) = claim_groups([made(1, claimed=150, pictures=pictures, verified=not_reproduced())])
    assert "The picture shows epoch 600 and 1,100" in group.innocent[0]


def test_another_attempt_that_comes_to_the_claim_hints_at_a_mix_up() -> None:
    hand_ins = [made(1, 1, claimed=150, verified=not_reproduced()), made(1, 2, claimed=150, verified=confirmed(150))]
    (group,) = claim_groups(hand_ins)
    assert "It is what attempt 2 of the same student comes to" in " ".join(group.innocent)


def test_the_less_explained_claim_comes_first() -> None:
    plain, mistyped = made(1, claimed=150, verified=not_reproduced()), made(2, claimed=150, verified=not_reproduced())
    explained = made(2, claimed=150, pictures=(shot("a", epoch=508),), verified=mistyped.verified)
    first, second = claim_groups([plain, explained])
    assert first.telling > second.telling
    assert len(first.innocent) >= 3
