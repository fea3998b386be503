import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from grading.leaderboard import Entry, best_per_student, placed

START = datetime(2026, 11, 1, tzinfo=UTC)


def entry(student: int, epochs: float | None, parameters: int = 10, minute: int = 0) -> Entry:
    return Entry(
        enrollment_id=student,
        receipt_number=f"R{student}-{epochs}-{parameters}-{minute}",
        shown_name=f"Student {student}",
        official_epochs=epochs,
        parameters=parameters,
        received_at=START + timedelta(minutes=minute),
        hidden_layers=(4, 2),
        features=("x", "y"),
        seed_epochs=(),
    )


def order(*entries: Entry) -> list[tuple[int, int]]:
    return [(row.entry.enrollment_id, row.place) for row in placed(entries)]


def test_fewer_epochs_come_first_and_never_comes_last() -> None:
    assert order(entry(1, None), entry(2, 300), entry(3, 20.5)) == [(3, 1), (2, 2), (1, 3)]


def test_fewer_parameters_break_a_tie_then_the_earlier_hand_in() -> None:
    rows = order(entry(1, 50, 20, 0), entry(2, 50, 10, 9), entry(3, 50, 10, 3))
    assert rows == [(3, 1), (2, 2), (1, 3)]


def test_never_is_ranked_by_the_same_rules() -> None:
    assert order(entry(1, None, 20), entry(2, None, 10)) == [(2, 1), (1, 2)]


def test_what_nothing_tells_apart_shares_a_place() -> None:
    rows = placed([entry(1, 10), entry(2, 20), entry(3, 20), entry(4, 30)])
    assert [(row.place, row.tied) for row in rows] == [(1, False), (2, True), (2, True), (4, False)]


def test_a_student_stands_there_once_with_the_best_attempt() -> None:
    assert order(entry(1, 90), entry(1, 30), entry(1, None), entry(2, 50)) == [(1, 1), (2, 2)]


entries = st.builds(
    entry,
    student=st.integers(1, 6),
    epochs=st.none() | st.integers(1, 5).map(float),
    parameters=st.integers(1, 3),
    minute=st.integers(0, 3),
)


@given(st.lists(entries, max_size=20), st.integers())
def test_the_board_is_sound(given_entries: list[Entry], seed: int) -> None:
    rows = placed(given_entries)
    assert len(rows) == len({row.entry.enrollment_id for row in rows}) == len(best_per_student(given_entries))
    assert [row.place for row in rows] == [1 + sum(o.entry.rank_key < row.entry.rank_key for o in rows) for row in rows]
    shuffled = random.Random(seed).sample(given_entries, len(given_entries))
    assert [row.entry.rank_key for row in placed(shuffled)] == [row.entry.rank_key for row in rows]
