import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.alike import NEAR, Look, by_value, hash_words, joined, near_labels
from grading.screenshots.picture_hash import hash_distance

HASHES = st.integers(0, 2**256 - 1)
FEW_BITS = st.sets(st.integers(0, 255), max_size=12)


def digits(number: int) -> str:
    return f"{number:064x}"


def labels(numbers: Sequence[int]) -> list[int]:
    return near_labels([Look(digits(number)) for number in numbers])[0]


def groups_of(labels: Sequence[int]) -> set[frozenset[int]]:
    places: dict[int, set[int]] = {}
    for place, label in enumerate(labels):
        places.setdefault(label, set()).add(place)
    return {frozenset(group) for group in places.values()}


@given(HASHES, FEW_BITS)
def test_two_hashes_are_near_up_to_eight_bits(one: int, turned: set[int]) -> None:
    other = one
    for bit in turned:
        other ^= 1 << bit
    names, farthest = near_labels([Look(digits(one)), Look(digits(other))])
    assert (names[0] == names[1]) == (len(turned) <= NEAR)
    assert farthest[0] == (len(turned) if len(turned) <= NEAR else 0)
    assert hash_distance(digits(one), digits(other)) == len(turned)  # the reader's own measure


@given(st.lists(HASHES, max_size=6), st.lists(st.tuples(st.integers(0, 5), FEW_BITS), max_size=6))
def test_groups_are_what_can_be_reached_over_near_ones(hashes: list[int], copies: list[tuple[int, set[int]]]) -> None:
    numbers = list(hashes)
    for place, turned in copies:
        if place < len(hashes):
            numbers.append(hashes[place] ^ sum(1 << bit for bit in turned))
    near = [
        (first, second)
        for first in range(len(numbers))
        for second in range(first + 1, len(numbers))
        if (numbers[first] ^ numbers[second]).bit_count() <= NEAR
    ]
    alone = {frozenset([place]) for place in range(len(numbers))}
    one_by_one = {frozenset(group) for group in joined(len(numbers), near)}
    together = {place for group in one_by_one for place in group}
    expected = one_by_one | {group for group in alone if not group & together}
    assert groups_of(labels(numbers)) == expected


def test_pictures_in_other_blocks_of_rows_are_found() -> None:
    drawn = random.Random(1)
    numbers = [drawn.getrandbits(256) for _ in range(600)]
    numbers[599] = numbers[3] ^ 0b111
    numbers[300] = numbers[299]
    numbers[298] = numbers[599] ^ (0b11111 << 100)  # near the last one only
    groups = {group for group in groups_of(labels(numbers)) if len(group) > 1}
    assert groups == {frozenset({3, 298, 599}), frozenset({299, 300})}


SAME = digits(0)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (Look(SAME, (141, "0.001")), Look(SAME, (141, "0.001")), True),
        (Look(SAME, (141, "0.001")), Look(SAME, (142, "0.001")), False),
        (Look(SAME, (141, "0.001")), Look(SAME, (141, "0.002")), False),
        (Look(SAME, (141, None)), Look(SAME, (None, "0.001")), True),
        (Look(SAME, (None, None)), Look(SAME, (141, "0.001")), True),
        (Look(SAME, (), "seed 1", True), Look(SAME, (), "seed 2", True), False),
        (Look(SAME, (), "seed 1", True), Look(SAME, (), "seed 2", False), True),
        (Look(SAME, (), "seed 1", True), Look(SAME, (), "seed 1", True), True),
    ],
)
def test_what_was_read_tells_apart_what_looks_the_same(one: Look, other: Look, alike: bool) -> None:
    (first, second), _ = near_labels([one, other])
    assert (first == second) == alike


@pytest.mark.parametrize("wrong", ["", "0" * 63, "0" * 65, "g" * 64])
def test_what_is_no_hash_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError):
        hash_words(["0" * 64, wrong])


def test_no_pictures_have_no_groups() -> None:
    assert near_labels([]) == ([], [])


@given(st.integers(1, 12), st.data())
def test_joined_is_what_can_be_reached_by_pairs(count: int, data: st.DataObject) -> None:
    places = st.integers(0, count - 1)
    pairs = data.draw(st.lists(st.tuples(places, places)))
    reach = {one: {one} for one in range(count)}
    for _ in range(count):
        for first, second in pairs:
            together = reach[first] | reach[second]
            for one in together:
                reach[one] = reach[one] | together
    expected = sorted({tuple(sorted(group)) for group in reach.values() if len(group) > 1})
    assert sorted(map(tuple, joined(count, pairs))) == expected


def test_a_chain_is_one_group() -> None:
    assert joined(5, [(0, 1), (3, 2), (1, 2)]) == [[0, 1, 2, 3]]


def test_values_have_their_places_and_empty_ones_none() -> None:
    assert by_value(["a", "", "b", "a", ""]) == {"a": [0, 3], "b": [2]}
