"""Counts, medians and bins of a class."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.dashboard.numbers import epoch_bins, middle_half, numbers_of, point_bins
from grading.dashboard.rows import Bucket, class_of
from grading.models import Outcome
from tests.grading.dashboard.classes import graded, settled
from tests.world import make_world


@pytest.mark.django_db
def test_a_class_in_numbers() -> None:
    world = make_world()
    graded(settled(world.task, world.owner), world.ta, "7.3")
    settled(world.task, world.classmate, Outcome.CLAIM_NOT_REPRODUCED)
    found = numbers_of(class_of(world.task))
    assert (found.students, found.handed_in, found.needs, found.graded) == (2, 2, 1, 1)
    assert [(part.bucket, part.count) for part in found.parts] == [(Bucket.VERIFIED, 1), (Bucket.TO_REVIEW, 1)]
    assert found.bar == [("ok", 1, "verified"), ("warn", 1, "to review")]
    assert (found.median_epochs, found.median_points, found.points_text) == (100.0, Decimal("7.3"), "7.3")
    assert (found.released, found.late, found.excused, found.more_time) == (2, 0, 0, 0)


@pytest.mark.django_db
def test_nobody_at_all() -> None:
    found = numbers_of([])
    assert (found.students, list(found.parts), found.median_epochs, found.points_text) == (0, [], None, "–")


def test_the_middle_half_needs_four() -> None:
    assert middle_half([1, 2, 3]) is None
    assert middle_half([10, 20, 30, 40, 50]) == (20, 40)


@given(st.lists(st.floats(0, 20_000, allow_nan=False), min_size=1, max_size=60))
def test_each_value_is_in_one_bin_of_a_round_width(values: list[float]) -> None:
    bins = epoch_bins(values)
    assert sum(bins.counts) == len(values) and len(bins.counts) <= 15
    assert str(int(bins.step)).strip("0") in ("1", "2", "5")
    for value in values:
        place = bins.bin_of(value)
        assert bins.counts[place] and bins.step * place <= value < bins.step * (place + 1)


@given(st.integers(1, 2000), st.lists(st.integers(0, 1000), min_size=1, max_size=40))
def test_all_points_are_counted_and_the_most_is_in_the_last_bin(most: int, shares: list[int]) -> None:
    values = [Decimal(most * share) / 1000 for share in shares] + [Decimal(most)]
    bins = point_bins(values, Decimal(most))
    assert sum(bins.counts) == len(values) and bins.counts[-1] and len(bins.counts) <= 20
