import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.integrity.alike import by_value, hash_words, joined, near_pairs
from grading.same_pictures import NEAR

HASHES = st.integers(0, 2**256 - 1)
FEW_BITS = st.sets(st.integers(0, 255), max_size=12)


def digits(number: int) -> str:
    return f"{number:064x}"


@given(HASHES, FEW_BITS)
def test_two_hashes_are_near_up_to_eight_bits(one: int, turned: set[int]) -> None:
    other = one
    for bit in turned:
        other ^= 1 << bit
    expected = [(0, 1, len(turned))] if len(turned) <= NEAR else []
    assert near_pairs([digits(one), digits(other)]) == expected


@given(st.lists(HASHES, max_size=6), st.lists(st.tuples(st.integers(0, 5), FEW_BITS), max_size=6))
def test_all_pairs_are_found_as_one_by_one(hashes: list[int], copies: list[tuple[int, set[int]]]) -> None:
    numbers = list(hashes)
    for place, turned in copies:
        if place < len(hashes):
            numbers.append(hashes[place] ^ sum(1 << bit for bit in turned))
    one_by_one = {
        (first, second, (numbers[first] ^ numbers[second]).bit_count())
        for first in range(len(numbers))
        for second in range(first + 1, len(numbers))
        if (numbers[first] ^ numbers[second]).bit_count() <= NEAR
    }
    found = near_pairs(list(map(digits, numbers)))
    assert set(found) == one_by_one and len(found) == len(one_by_one)


def test_pairs_across_blocks_of_rows_are_found() -> None:
    drawn = random.Random(1)
    hashes = [digits(drawn.getrandbits(256)) for _ in range(600)]
    hashes[599] = digits(int(hashes[3], 16) ^ 0b111)
    hashes[300] = hashes[299]
    assert sorted(near_pairs(hashes)) == [(3, 599, 3), (299, 300, 0)]


@pytest.mark.parametrize("wrong", ["", "0" * 63, "0" * 65, "g" * 64])
def test_what_is_no_hash_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError):
        hash_words(["0" * 64, wrong])


def test_no_hashes_have_no_pairs() -> None:
    assert near_pairs([]) == []


@given(st.integers(1, 12), st.data())
def test_groups_are_what_can_be_reached_by_pairs(count: int, data: st.DataObject) -> None:
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
