"""Every action of the record reads as a sentence, whatever an event brings along."""

import re
from datetime import UTC
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from grading.history_wording import GROUPS, SENTENCES, readable, sentence

ZURICH = ZoneInfo("Europe/Zurich")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=8,
)


def say(action: str, **details: Any) -> str:
    return sentence(action, subject="attempt 2", task="Task A", student="Orla Owner", details=details)


@pytest.mark.parametrize(
    ("action", "details", "expected"),
    [
        ("submission.received", {"attempt": 2}, "Handed in attempt 2 of Task A"),
        ("verification.settled", {"outcome": "inside_band"}, "Checked attempt 2: inside the band"),
        ("verification.failed", {}, "Could not finish checking attempt 2: our fault"),
        ("grade.overridden", {"override_to": "7.5"}, "Set the points of Orla Owner on Task A by hand: 7.5"),
        ("grade.overridden", {"override_to": None}, "Set the points of Orla Owner on Task A by hand: –"),
        ("regrade.answered", {"answer": "granted"}, "Answered the request of Orla Owner about Task A: granted"),
        ("section.made", {"name": "{task}"}, "Made the section {task}"),
        ("something.new_here", {}, "Something: new here attempt 2"),
    ],
)
def test_sentences(action: str, details: dict[str, Any], expected: str) -> None:
    assert say(action, **details) == expected


def test_what_was_deleted_is_said_to_be() -> None:
    gone = sentence("extension.granted", subject="", task="", student="", details={"section": 4})
    assert gone == "Gave a section more time"
    assert sentence("rubric.changed", subject="", task="", student="", details={}) == (
        "Changed the rubric of a task that was deleted"
    )


def test_every_action_that_the_code_records_has_a_sentence() -> None:
    """Those that are put together of parts are named by the tests of their acts."""
    found = set()
    for folder in ("coursework", "grading"):
        for path in (Path(settings.BASE_DIR) / folder).rglob("services/**/*.py"):
            found |= set(re.findall(r'"((?:[a-z_]+)\.[a-z_]+)"', path.read_text()))
    actions = {name for name in found if name.split(".")[0] in {key.split(".")[0] for key in SENTENCES}}
    assert len(actions) > 30
    assert actions <= set(SENTENCES)


def test_every_action_belongs_to_just_one_group() -> None:
    for action in SENTENCES:
        groups = [name for name, (_label, starts) in GROUPS.items() if action.startswith(starts)]
        assert len(groups) == 1, (action, groups)


def test_details_leave_out_keys_of_rows_and_what_the_sentence_says() -> None:
    details = {"attempt": 1, "pictures": 2, "epochs": 101, "enrollment": 7, "closes_at": None}
    assert readable("submission.received", details, zone=UTC) == [("pictures", "2"), ("epochs claimed", "101")]


def test_numbers_are_short_and_only_a_second_try_is_worth_a_word() -> None:
    details = {"attempt": 1, "official_epochs": 103.0, "outcome": "verified"}
    assert readable("verification.settled", details, zone=UTC) == [("epochs on the course seeds, median", "103")]
    assert ("try", "2") in readable("verification.settled", details | {"attempt": 2}, zone=UTC)


def test_changes_have_an_arrow_and_times_the_clock_of_the_course() -> None:
    changed = readable("person.role_changed", {"role": ["student", "ta"], "active": [False, True]}, zone=UTC)
    assert changed == [("role", "student → ta"), ("active", "no → yes")]
    times = readable("extension.granted", {"due_at": "2026-11-23T22:59:00+00:00"}, zone=ZURICH)
    assert times == [("due at", "2026-11-23 23:59")]
    assert readable("assignment.changed", {"fields": ["due_at", "title"]}, zone=UTC) == [("fields", "due_at, title")]
    moved = {"times": {"due_at": ["2026-11-23T22:59:00+00:00", None]}}
    assert readable("assignment.changed", moved, zone=ZURICH) == [("times", "due at 2026-11-23 23:59 → –")]


@pytest.mark.parametrize("text", ["2026-99-99T99:99", "0001-01-01T00:00+23:00", "2026-11-23T"])
def test_what_only_looks_like_an_instant_stays_as_it_is(text: str) -> None:
    assert readable("x.y", {"when": text}, zone=ZURICH) == [("when", text)]


def test_long_lists_are_counted_and_long_texts_cut() -> None:
    assert readable("task.changed", {"fields": [str(n) for n in range(9)]}, zone=UTC) == [("fields", "9 entries")]
    assert len(readable("x.y", {"reason": "a" * 500}, zone=UTC)[0][1]) == 201


@given(st.sampled_from(sorted(SENTENCES)), st.dictionaries(st.text(max_size=12), JSON, max_size=5))
def test_no_detail_makes_it_fail(action: str, details: dict[str, Any]) -> None:
    assert sentence(action, subject="", task="", student="", details=details)
    for name, value in readable(action, details, zone=ZURICH):
        assert isinstance(name, str) and isinstance(value, str)
