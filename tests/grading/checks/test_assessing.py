"""All checks over all pictures, and what of it counts."""

from collections.abc import Callable

from grading.checks.assessing import assess_pictures
from grading.checks.base import Check, Evidence, Finding
from grading.checks.registry import CHECKS
from grading.models import CheckOutcome
from tests.grading.checks.samples import evidence, reading

AGREES, DIFFERS, CANT_SAY = CheckOutcome.AGREES, CheckOutcome.DIFFERS, CheckOutcome.CANT_SAY


def by_epoch(findings: dict[int, Finding]) -> Callable[[Evidence], Finding]:
    """Make a check that says of each picture, told by its epoch, what stands in the list."""
    return lambda one: findings[one.reading.epoch.value if one.reading.epoch else 0]


def pictures(*epochs: int) -> dict[int, Evidence]:
    return {epoch: evidence(reading(epoch=epoch)) for epoch in epochs}


def check(name: str, weights: dict[int, float], *, is_enough: bool = True) -> Check:
    """Make a check that differs by these weights; 0 is for agrees, and less for can't say."""
    findings = {
        epoch: Finding(DIFFERS if weight > 0 else AGREES if weight == 0 else CANT_SAY, "", max(weight, 0.0))
        for epoch, weight in weights.items()
    }
    return Check(name, name, by_epoch(findings), one_picture_is_enough=is_enough)


def test_one_picture_that_agrees_is_enough() -> None:
    assessed = assess_pictures(pictures(1, 2, 3), [check("layers", {1: 0.5, 2: 0.0, 3: -1.0})])
    assert [result.counts for result in assessed.results] == [False, True, False]
    assert (assessed.differences, assessed.weight) == (0, 0.0)


def test_where_each_picture_counts_one_difference_is_one() -> None:
    assessed = assess_pictures(pictures(1, 2), [check("trace", {1: 0.5, 2: 0.0}, is_enough=False)])
    assert [result.counts for result in assessed.results] == [True, True]
    assert (assessed.differences, assessed.weight) == (1, 0.5)


def test_three_pictures_with_the_same_difference_weigh_once() -> None:
    checks = [check("layers", {1: 0.5, 2: 0.3, 3: 0.5}), check("epoch", {1: 0.1, 2: -1.0, 3: 0.1})]
    assessed = assess_pictures(pictures(1, 2, 3), checks)
    assert (assessed.differences, assessed.weight) == (2, 0.6)


def test_nothing_handed_in_is_nothing_found() -> None:
    assessed = assess_pictures({}, CHECKS)
    assert (assessed.results, assessed.weight, assessed.differences) == ((), 0.0, 0)


def test_every_check_has_something_to_say_of_an_empty_reading() -> None:
    assessed = assess_pictures({1: evidence()}, CHECKS)
    assert {result.finding.outcome for result in assessed.results} == {CANT_SAY}
    assert all(result.finding.sentence.endswith(".") for result in assessed.results)


def test_names_and_titles_are_unique() -> None:
    assert len({check.name for check in CHECKS}) == len({check.title for check in CHECKS}) == len(CHECKS)
