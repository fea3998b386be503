"""The same picture handed in by somebody else, and what of it is worth a look."""

from typing import Any

from grading.checks.base import LOOK_FIRST, TINY, SamePicture
from grading.checks.same_picture import SAME_PICTURE, weight_of
from grading.models import CheckOutcome
from grading.screenshots.reading import PlotReading
from tests.grading.checks.samples import evidence, reading

PLOT = PlotReading(((0, 0), (9, 0), (9, 9), (0, 9)), 1.0, "")
HASH = "0" * 64


def same(*, is_exact: bool = False, same_link: bool = False, same_epoch: bool = False, **fields: Any) -> SamePicture:
    values: dict[str, Any] = {"receipt_number": "K7Q4-9XRB", "position": 1, "distance": 0}
    return SamePicture(is_exact=is_exact, same_link=same_link, same_epoch=same_epoch, **(values | fields))


def run(*found: SamePicture, **read: Any) -> Any:
    return SAME_PICTURE.run(evidence(reading(picture_hash=HASH, plot=PLOT, **read), same_pictures=found))


def test_nobody_elses_picture_is_alike() -> None:
    assert run().outcome == CheckOutcome.AGREES
    unknown = SAME_PICTURE.run(evidence(reading()))
    assert (unknown.outcome, "how it looks could not be compared" in unknown.sentence) == (CheckOutcome.CANT_SAY, True)


def test_the_very_same_file_is_looked_at_first() -> None:
    finding = run(same(is_exact=True))
    assert (finding.outcome, finding.weight) == (CheckOutcome.DIFFERS, LOOK_FIRST)
    assert finding.sentence == (
        "The very same file is picture 1 of K7Q4-9XRB, which somebody else handed in with another link."
    )
    assert finding.innocent


def test_honest_classmates_with_the_same_link_hardly_weigh() -> None:
    finding = run(same(same_link=True, same_epoch=True))
    assert finding.weight == TINY
    assert any("same link and epoch" in reason for reason in finding.innocent)


def test_the_weights_stand_in_order() -> None:
    kinds = [
        same(is_exact=True),
        same(is_exact=True, same_link=True, same_epoch=True),
        same(same_epoch=True),
        same(),
        same(same_link=True),
    ]
    weights = [weight_of(one, is_part=False) for one in kinds]
    assert weights == sorted(set(weights), reverse=True)


def test_a_part_of_the_page_looks_alike_in_many_runs() -> None:
    assert weight_of(same(), is_part=True) < weight_of(same(), is_part=False)
    assert weight_of(same(is_exact=True), is_part=True) == LOOK_FIRST


def test_the_weightiest_decides_and_all_are_listed() -> None:
    finding = run(same(same_link=True), same(is_exact=True, receipt_number="2222-2222", position=3))
    assert "picture 3 of 2222-2222" in finding.sentence
    assert "1 other picture is like it as well" in finding.sentence
    assert [one["receipt_number"] for one in finding.details["same"]] == ["2222-2222", "K7Q4-9XRB"]


def test_students_never_see_it() -> None:
    assert not SAME_PICTURE.before_hand_in
