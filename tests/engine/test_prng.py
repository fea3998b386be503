import pytest

from engine.prng import SeededRandom
from tests.engine.golden_files import bits, golden


@pytest.mark.parametrize("seed", list(golden("random.json")), ids=ascii)
def test_streams_are_bit_equal(seed: str) -> None:
    expected = golden("random.json")[seed]
    stream = SeededRandom(seed)
    assert bits([stream.random() for _ in expected]) == expected


def test_uniform_takes_one_number_and_stretches_it() -> None:
    plain, stretched = SeededRandom("a"), SeededRandom("a")
    for low, high in ((-5, 5), (0, 2.5), (3.5, 5)):
        assert stretched.uniform(low, high) == plain.random() * (high - low) + low


def test_numbers_fill_the_unit_interval() -> None:
    stream = SeededRandom("interval")
    numbers = [stream.random() for _ in range(2000)]
    assert 0 <= min(numbers) < 0.01 and 0.99 < max(numbers) < 1
    assert len(set(numbers)) == 2000


def test_any_text_is_a_seed() -> None:
    seeds = ["", "a", "ab", "\ud801", "😀", "x" * 1000, "x" * 1001]
    assert len({SeededRandom(seed).random() for seed in seeds}) == len(seeds)


def test_an_empty_seed_is_that_of_one_zero() -> None:
    assert SeededRandom("").random() == SeededRandom("\x00").random()


def test_a_text_longer_than_the_key_is_mixed_in_whole() -> None:
    first, second = "a" + "x" * 299, "b" + "x" * 299
    assert SeededRandom(first).random() != SeededRandom(second).random()
