import random

from hypothesis import given
from hypothesis import strategies as st

from coursework.pseudonyms import ADJECTIVES, ANIMALS, new_pseudonym


def test_a_thousand_people_get_a_thousand_names() -> None:
    taken: set[str] = set()
    source = random.Random(1)
    for _ in range(1000):
        taken.add(new_pseudonym(taken, source))
    assert len(taken) == 1000


def test_when_all_pairs_are_taken_a_number_helps() -> None:
    taken = {f"{adjective} {animal}" for adjective in ADJECTIVES for animal in ANIMALS}
    name = new_pseudonym(taken, random.Random(2))
    assert name not in taken
    assert name.split()[2].isdigit()


@given(st.integers(0, 2**32))
def test_a_name_is_an_adjective_and_an_animal(seed: int) -> None:
    adjective, animal = new_pseudonym((), random.Random(seed)).split()
    assert adjective in ADJECTIVES and animal in ANIMALS
