from grading.integrity.model import Difference
from grading.integrity.runs import run_groups
from tests.grading.integrity.people import made, shot

POINTS = Difference("points", "12% of the points of seed 0.5 are in place.", ("The wrong picture was chosen.",))
ADDRESS = Difference("address", "The address bar shows seed 0.7.", ("It was copied later.",))


def test_pictures_without_a_difference_are_left_out() -> None:
    assert run_groups([made(1, pictures=(shot("a"),)), made(2)]) == []


def test_a_picture_with_other_points_is_listed_with_what_the_check_says() -> None:
    (group,) = run_groups([made(1, pictures=(shot("a", differences=(POINTS,)),))])
    assert group.heading == "Student 1 handed in a picture that shows the points of another seed"
    assert group.sentences == (POINTS.sentence,)
    assert group.members[0].remark == ""
    assert group.innocent[0] == "The wrong picture was chosen."


def test_an_address_of_another_link_is_named() -> None:
    (group,) = run_groups([made(1, pictures=(shot("a", differences=(ADDRESS,)),))])
    assert group.heading == "Student 1 handed in a picture that shows the address of another link"


def test_all_of_a_student_is_one_group_and_reasons_stand_once() -> None:
    first = made(1, 1, pictures=(shot("a", differences=(POINTS,)), shot("b", position=2)))
    second = made(1, 2, pictures=(shot("c", differences=(ADDRESS, POINTS)),))
    (group,) = run_groups([first, second])
    assert (
        group.heading
        == "Two pictures that Student 1 handed in show the points of another seed and the address of another link"
    )
    assert group.keys == ("0001-0001-1", "0001-0002-1")
    assert group.innocent.count("The wrong picture was chosen.") == 1
    assert group.subjects == ("run:1",)
    assert [member.remark for member in group.members] == [POINTS.sentence, f"{ADDRESS.sentence} {POINTS.sentence}"]


def test_both_signs_tell_more_than_one() -> None:
    def telling(*differences: Difference) -> float:
        return run_groups([made(1, pictures=(shot("a", differences=differences),))])[0].telling

    assert telling(POINTS, ADDRESS) > telling(ADDRESS) > telling(POINTS)
