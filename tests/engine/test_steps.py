import numpy as np
import pytest

from engine.steps import add_in_order, apply, assign, assign_larger, assign_smaller, lookup, run


def test_steps_run_in_order_on_the_same_arrays_again_and_again() -> None:
    value = np.array([1.0, 2.0])
    steps = [apply(np.multiply, value, 3.0, value), apply(np.add, value, 1.0, value)]
    run(steps)
    run(steps)
    assert value.tolist() == [13.0, 22.0]


@pytest.mark.parametrize("shape", [(1,), (1, 1, 1), (2,), (3, 1), (2, 3, 4)])
@pytest.mark.parametrize("count", [1, 2, 7, 8, 9, 100, 1000])
def test_sums_are_taken_one_after_the_other(count: int, shape: tuple[int, ...]) -> None:
    terms = np.random.default_rng(count).normal(size=(count, *shape)) * 10.0 ** np.arange(count % 7 + 1).sum()
    expected = terms[0].copy()
    for term in terms[1:]:
        expected = expected + term
    out = np.empty(shape)
    run(add_in_order(terms, out))
    assert np.array_equal(out, expected)


def test_a_pairwise_sum_would_be_another_one() -> None:
    terms = np.random.default_rng(1).normal(size=(1000, 1))
    out = np.empty(1)
    run(add_in_order(terms, out))
    assert out[0] != terms.sum()


@pytest.mark.parametrize("shape", [(1,), (2,)])
def test_a_sum_starts_with_its_first_term_even_if_that_is_minus_zero(shape: tuple[int, ...]) -> None:
    out = np.ones(shape)
    run(add_in_order(np.full((2, *shape), -0.0), out))
    assert np.signbit(out).all()


def test_assignments_cut_fractions_off_and_obey_a_mask() -> None:
    whole = np.zeros(4, dtype=np.intp)
    run([assign(whole, np.array([1.9, -1.9, 3.0, 4.0]), np.array([True, True, True, False]))])
    assert whole.tolist() == [1, -1, 3, 0]


def test_bounds_keep_nan() -> None:
    values = np.array([np.nan, -3.0, 3.0])
    run([assign_smaller(values, 2.0), assign_larger(values, -2.0)])
    assert np.array_equal(values, [np.nan, -2.0, 2.0], equal_nan=True)


def test_a_lookup_outside_the_table_gives_its_ends() -> None:
    out = np.empty(3)
    run([lookup(np.array([5.0, 6.0]), np.array([-9, 1, 9]), out)])
    assert out.tolist() == [5.0, 6.0, 6.0]
