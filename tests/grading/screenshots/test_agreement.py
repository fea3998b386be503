"""Several looks at one value: what they agree on is sure, what they dispute is not, what none saw is None."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grading.screenshots.agreement import agreed, settle
from grading.screenshots.reading import Read


def seen(value: Any, confidence: float = 0.98) -> Read[Any]:
    return Read(str(value), value, confidence, (0, 0, 60, 18))


def confidence(*readings: Read[Any] | None) -> float:
    read = agreed(readings)
    assert read is not None
    return read.confidence


def test_what_no_look_saw_is_none() -> None:
    assert agreed([]) is None
    assert agreed([None, None, None]) is None


def test_two_looks_that_agree_are_as_sure_as_the_surer_one() -> None:
    read = agreed([seen(721, 0.95), seen(721, 0.99)])
    assert read == seen(721, 0.99)
    assert confidence(seen(721), None, seen(721)) == 0.98


def test_one_look_alone_is_never_highly_confident() -> None:
    assert confidence(seen(721, 1.0), None) < 0.9
    assert confidence(seen(721, 1.0)) < 0.9


def test_a_third_look_settles_a_dispute_but_not_for_certain() -> None:
    read = agreed([seen(721), seen(727, 1.0), seen(721)])
    assert read is not None
    assert read.value == 721
    assert 0.5 < read.confidence < 0.9


def test_looks_that_disagree_evenly_are_hardly_sure() -> None:
    read = agreed([seen(721, 0.97), seen(727, 0.99)])
    assert read is not None
    assert read.value == 727
    assert read.confidence < 0.5


def neurons(*values: tuple[int | None, ...]) -> tuple[tuple[int | None, ...], float]:
    read = settle("neurons", [seen(value) for value in values])
    assert read is not None
    return read.value, read.confidence


def test_neurons_are_agreed_on_column_by_column() -> None:
    assert neurons((4, None, 2), (4, 3, 2), (4, 3, 2)) == ((4, 3, 2), 0.98)
    value, sure = neurons((4, None), (None, 2))
    assert value == (4, 2) and sure < 0.9
    value, sure = neurons((4, 3), (4, 8))
    assert value[0] == 4 and sure < 0.5
    assert neurons((None, None), (None, None)) == ((None, None), 0.98)


def test_looks_that_see_another_number_of_columns_make_it_doubtful() -> None:
    value, sure = neurons((4, 3), (4, 3), (4,))
    assert value == (4, 3) and sure < 0.9
    assert neurons((), ()) == ((), 0.98)


def test_of_an_address_the_look_counts_that_got_furthest() -> None:
    assert settle("address", [seen("/#x=true"), seen("/#x=true&y=true", 0.5), None]) == seen("/#x=true&y=true", 0.5)
    assert settle("address", [None]) is None


@given(st.lists(st.none() | st.tuples(st.integers(0, 3), st.floats(0, 1)), max_size=4))
def test_what_is_agreed_was_seen_and_high_confidence_needs_two_and_no_other(
    found: list[tuple[int, float] | None],
) -> None:
    readings = [None if one is None else seen(*one) for one in found]
    read = agreed(readings)
    values = [one.value for one in readings if one is not None]
    assert (read is None) == (not values)
    if read is not None:
        assert read.value in values
        assert read.confidence < 0.9 or (len(values) > 1 and set(values) == {read.value})
