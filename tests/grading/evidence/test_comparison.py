"""The table of submitted, read and retrained values: one line per value."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grading.evidence.comparison import ComparedLine, compared_lines
from grading.models import CheckOutcome

AGREES, DIFFERS, CANT_SAY = CheckOutcome.AGREES, CheckOutcome.DIFFERS, CheckOutcome.CANT_SAY


def value(what: str, read: str = "", outcome: CheckOutcome = CANT_SAY, **texts: str) -> dict[str, Any]:
    return {"what": what, "read": read, "outcome": str(outcome)} | texts


def only(lines: list[ComparedLine]) -> ComparedLine:
    (line,) = lines
    return line


def test_checks_of_one_value_share_a_line() -> None:
    claim = value("Epoch", "61", DIFFERS, submitted="60")
    trace = value("Epoch", "61", AGREES, retrained="61")
    line = only(compared_lines([(1, True, [claim]), (1, True, [trace])]))
    assert (line.read, line.submitted, line.retrained) == ("61", "60", "61")
    assert line.outcome == DIFFERS and line.pictures == [1] and not line.set_aside


def test_pictures_that_show_the_same_share_a_line_and_others_do_not() -> None:
    shown = [(1, "61"), (2, "61"), (3, "90")]
    lines = compared_lines([(position, True, [value("Epoch", read, AGREES)]) for position, read in shown])
    assert [(line.read, line.pictures) for line in lines] == [("61", [1, 2]), ("90", [3])]


def test_lines_of_one_value_stand_together_in_the_order_of_first_sight() -> None:
    results = [
        (1, True, [value("Epoch", "61"), value("Noise", "0")]),
        (2, True, [value("Epoch", "90"), value("Layers", "2")]),
    ]
    assert [line.what for line in compared_lines(results)] == ["Epoch", "Epoch", "Noise", "Layers"]


def test_a_line_without_a_reading_fills_in_those_that_have_one() -> None:
    results = [(1, True, [value("Epoch", "61", AGREES)]), (2, True, [value("Epoch", submitted="61", retrained="60")])]
    line = only(compared_lines(results))
    assert (line.read, line.submitted, line.retrained) == ("61", "61", "60")


def test_a_difference_without_a_reading_stays() -> None:
    results = [(1, True, [value("Epoch", "61", AGREES)]), (2, True, [value("Epoch", "", DIFFERS)])]
    assert [line.outcome for line in compared_lines(results)] == [AGREES, DIFFERS]


def test_what_does_not_count_does_not_make_a_difference() -> None:
    agreeing, differing = value("Noise", "0", AGREES), value("Noise", "0", DIFFERS)
    assert only(compared_lines([(1, True, [agreeing]), (2, False, [differing])])).outcome == AGREES
    assert only(compared_lines([(2, False, [differing]), (1, True, [agreeing])])).outcome == AGREES
    line = only(compared_lines([(2, False, [differing])]))
    assert line.set_aside


def test_two_texts_for_one_cell_both_stand_there() -> None:
    first = value("Epoch", "61", retrained="60")
    second = value("Epoch", "61", retrained="60, band 55 to 65")
    third = value("Epoch", "61", retrained="after 2 Resets 61")
    line = only(compared_lines([(1, True, [first, second, third])]))
    assert line.retrained == "60, band 55 to 65; after 2 Resets 61"


words = st.sampled_from(["", "1", "2", "12"])
lines_read = st.builds(
    value, st.sampled_from(["Epoch", "Noise"]), words, st.sampled_from(list(CheckOutcome)), submitted=words
)


@given(st.lists(st.tuples(st.integers(1, 3), st.booleans(), st.lists(lines_read, max_size=4)), max_size=6))
def test_no_counting_difference_is_lost(results: list[tuple[int, bool, list[dict[str, Any]]]]) -> None:
    lines = compared_lines(results)
    differing = {one["what"] for _, counts, some in results if counts for one in some if one["outcome"] == DIFFERS}
    shown = {line.what for line in lines if line.outcome == DIFFERS and not line.set_aside}
    assert shown == differing
    assert {line.what for line in lines} == {one["what"] for _, _, some in results for one in some}
