from typing import Any

import pytest

from grading.integrity.model import Difference, Group
from grading.integrity.pictures import picture_groups
from tests.grading.integrity.people import LOOK, NEAR_LOOK, OTHER_LOOK, SPEC, made, shot

OTHER_SPEC = SPEC.with_seed("0.99999")


def keys(groups: list[Group]) -> list[tuple[str, ...]]:
    return [group.keys for group in groups]


def test_nobody_shares_a_picture_with_oneself() -> None:
    again = [made(1, attempt, pictures=(shot("a", LOOK, 141),)) for attempt in (1, 2, 3)]
    assert picture_groups(again) == []


def test_different_pictures_make_no_group() -> None:
    assert picture_groups([made(1, pictures=(shot("a", LOOK),)), made(2, pictures=(shot("b", OTHER_LOOK),))]) == []


def test_pictures_that_are_not_read_yet_are_grouped_by_their_files() -> None:
    hand_ins = [made(1, pictures=(shot("a"),)), made(2, pictures=(shot("a"), shot("b", position=2)))]
    (group,) = picture_groups(hand_ins)
    assert group.keys == ("0001-0001-1", "0002-0001-1")
    assert group.heading == "Two students handed in the same picture"


def test_near_pictures_are_grouped_and_far_ones_are_not() -> None:
    hand_ins = [
        made(1, pictures=(shot("a", LOOK, 141),)),
        made(2, pictures=(shot("b", NEAR_LOOK, 141),)),
        made(3, pictures=(shot("c", OTHER_LOOK, 141),)),
    ]
    (group,) = picture_groups(hand_ins)
    assert group.keys == ("0001-0001-1", "0002-0001-1")
    assert group.heading == "Two students handed in pictures that look the same"
    assert "8 of 256 bits" in group.sentences[0]


def test_what_is_near_a_member_belongs_to_the_group() -> None:
    farther = f"{int(NEAR_LOOK, 16) ^ 0xFF0:064x}"  # 8 bits from the second, 16 from the first
    looks = (LOOK, NEAR_LOOK, farther)
    hand_ins = [made(number, pictures=(shot(f"file {number}", look),)) for number, look in enumerate(looks, start=1)]
    assert keys(picture_groups(hand_ins)) == [("0001-0001-1", "0002-0001-1", "0003-0001-1")]


def test_a_group_holds_all_attempts_that_belong_to_it() -> None:
    hand_ins = [
        made(1, 1, pictures=(shot("a", LOOK),)),
        made(1, 2, pictures=(shot("a", LOOK),)),
        made(2, 1, pictures=(shot("x", OTHER_LOOK), shot("a", LOOK, position=2))),
    ]
    (group,) = picture_groups(hand_ins)
    assert group.keys == ("0001-0001-1", "0001-0002-1", "0002-0001-2")
    assert group.students == 2


def test_a_group_is_named_by_any_of_its_pictures_the_first_one_first() -> None:
    (group,) = picture_groups([made(1, pictures=(shot("a"),)), made(2, pictures=(shot("a"),))])
    assert group.subjects == ("pictures:0001-0001-1", "pictures:0002-0001-1")


def test_equal_files_tell_more_than_equal_looks_and_other_links_more_than_one_link() -> None:
    def telling(*, file: str, link: bool, claimed: int = 141, **fields: Any) -> float:
        spec = SPEC if link else OTHER_SPEC
        other = made(2, spec=spec, claimed=claimed, pictures=(shot(file, LOOK, 141, **fields),))
        (group,) = picture_groups([made(1, pictures=(shot("a", LOOK, 141),)), other])
        return group.telling

    in_order = [
        telling(file="a", link=False),
        telling(file="a", link=True, claimed=99),
        telling(file="b", link=False, differences=(Difference("points", "Not those of the seed.", ()),)),
        telling(file="a", link=True),
        telling(file="b", link=False),
        telling(file="b", link=False, is_part=True),
        telling(file="b", link=True),
    ]
    assert in_order == sorted(in_order, reverse=True) and len(set(in_order)) == len(in_order)


def test_one_link_at_one_epoch_is_said_to_look_the_same_for_everybody() -> None:
    expected = "One link at one epoch looks the same for everybody"
    one, same = made(1, pictures=(shot("a", LOOK, 141),)), made(2, pictures=(shot("b", LOOK, 141),))
    unread = made(4, pictures=(shot("d", LOOK),))
    assert picture_groups([one, same])[0].innocent[0].startswith(expected)
    assert not any(reason.startswith(expected) for reason in picture_groups([one, unread])[0].innocent)


@pytest.mark.parametrize(
    "other",
    [
        {"epoch": 142},
        {"epoch": 141, "loss_train": 0.002},
        {"epoch": 141, "loss_test": 0.002},
        {"epoch": 141, "neurons": (4, 3)},
    ],
)
def test_pictures_that_show_something_else_are_not_the_same(other: dict[str, Any]) -> None:
    shown: dict[str, Any] = {"epoch": 141, "loss_train": 0.001, "loss_test": 0.001, "neurons": (4, 2)}
    one = made(1, pictures=(shot("a", LOOK, **shown),))
    assert len(picture_groups([one, made(2, pictures=(shot("b", LOOK, **shown),))])) == 1
    assert picture_groups([one, made(2, pictures=(shot("b", LOOK, **(shown | other)),))]) == []


def test_pictures_that_each_show_the_points_of_their_own_seed_are_not_the_same() -> None:
    """Classmates with one design in windows of one size: as near as copies, whatever the seed."""
    one, other = (
        made(number, spec=spec, pictures=(shot(f"{number}", LOOK, 141, points_agree=True),))
        for number, spec in ((1, SPEC), (2, OTHER_SPEC))
    )
    unknown = made(3, spec=OTHER_SPEC, pictures=(shot("3", LOOK, 141),))
    assert picture_groups([one, other]) == []
    assert len(picture_groups([one, unknown])) == 1
    assert any("whatever the seed" in reason for reason in picture_groups([one, unknown])[0].innocent)


def test_other_links_are_named_with_what_that_can_innocently_mean() -> None:
    hand_ins = [made(1, pictures=(shot("a", LOOK, 141),)), made(2, spec=OTHER_SPEC, pictures=(shot("a", LOOK, 141),))]
    (group,) = picture_groups(hand_ins)
    assert group.heading == "Two students handed in the same picture, for different links"
    assert any("wrong file" in reason for reason in group.innocent)


def test_parts_of_the_page_that_look_the_same_tell_less() -> None:
    whole, other = made(1, pictures=(shot("a", LOOK),)), made(2, spec=OTHER_SPEC, pictures=(shot("b", LOOK),))
    part = made(2, spec=OTHER_SPEC, pictures=(shot("b", LOOK, is_part=True),))
    (of_wholes,), (of_parts,) = picture_groups([whole, other]), picture_groups([whole, part])
    assert of_parts.telling < of_wholes.telling
    assert [reason for reason in of_parts.innocent if "only a part of the page" in reason]
    assert not [reason for reason in of_wholes.innocent if "only a part of the page" in reason]


def test_what_is_no_hash_makes_no_group() -> None:
    assert picture_groups([made(1, pictures=(shot("a", "12"),)), made(2, pictures=(shot("b", "12"),))]) == []


def test_what_is_no_picture_of_the_playground_is_said_to_be_none() -> None:
    sheet = shot("a", LOOK, is_playground=False)
    (group,) = picture_groups([made(1, pictures=(sheet,)), made(2, spec=OTHER_SPEC, pictures=(sheet,))])
    assert "It does not look like a picture of the Playground." in group.sentences
    assert any("instructions" in reason for reason in group.innocent)


def test_equal_files_among_others_that_look_the_same_are_told_apart() -> None:
    hand_ins = [made(number, pictures=(shot(name, LOOK, 141),)) for number, name in enumerate("aab", start=1)]
    assert picture_groups(hand_ins)[0].sentences[0].startswith("At least two of these files")
    assert picture_groups(hand_ins[:2])[0].sentences[0] == "The files are the same to the last byte."


def test_very_many_have_probably_been_given_it() -> None:
    hand_ins = [made(number, pictures=(shot("a", LOOK, 141),)) for number in range(1, 13)]
    (group,) = picture_groups(hand_ins)
    assert group.heading == "12 students handed in the same picture"
    assert any("handed out" in reason for reason in group.innocent)


def test_every_group_has_an_innocent_explanation() -> None:
    for epoch in (None, 141):
        for spec in (SPEC, OTHER_SPEC):
            hand_ins = [made(1, pictures=(shot("a", LOOK, epoch),)), made(2, spec=spec, pictures=(shot("b", LOOK),))]
            assert all(group.innocent for group in picture_groups(hand_ins))
