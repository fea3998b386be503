import pickle

import pytest

from engine.errors import EngineError, LinkError, Problem, SpecError, printable


def test_a_problem_says_field_value_and_what_is_allowed() -> None:
    problem = Problem("learning_rate", "5", "0.01, 0.03")
    assert problem.message == "Learning rate 5 is not allowed: 0.01, 0.03."


def test_a_missing_value_is_called_missing() -> None:
    assert Problem("seed", "", "letters").message == "Seed missing: letters."


def test_a_field_without_a_label_is_named_by_its_name() -> None:
    assert Problem("deadline_day", "never", "a date").message == "Deadline day never is not allowed: a date."


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("plain", "plain"),
        ("a" * 80, "a" * 80),
        ("a" * 81, "a" * 79 + "…"),
        ("tab\tand\nline", "tab\\tand\\nline"),
        ("lone \ud800 surrogate", "lone \\ud800 surrogate"),
        ("\x00" * 80, ("\\x00" * 20)[:79] + "…"),
        ("\u202eturned", "\\u202eturned"),
        (12, "12"),
    ],
)
def test_values_are_shown_printable_and_short(value: object, shown: str) -> None:
    assert printable(value) == shown


def test_a_number_too_long_to_write_out_is_described() -> None:
    assert printable(10**5000) == "a number of more than 70 digits"


def test_a_problem_escapes_its_value() -> None:
    assert Problem("seed", "a\x00b", "letters").value == "a\\x00b"


@pytest.mark.parametrize("kind", [LinkError, SpecError])
def test_an_error_lists_all_its_problems_and_survives_pickling(kind: type[LinkError] | type[SpecError]) -> None:
    problems = (Problem("noise", "3", "0 to 50"), Problem("seed", "", "letters"))
    error = pickle.loads(pickle.dumps(kind(list(problems))))
    assert error.problems == problems
    assert issubclass(kind, EngineError)
    assert str(error) == "Noise 3 is not allowed: 0 to 50. Seed missing: letters."
