"""The filter of the overview: read from an address, written to one, and what it lets through."""

from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from coursework.models import Section
from grading.dashboard.filter import ClassFilter, matching
from grading.dashboard.rows import class_of
from grading.models import Grade, Outcome
from tests.grading.dashboard.classes import asked_again, failed, graded, rerun, settled
from tests.grading.evidence.rows import differing
from tests.grading.graded import make_blind, released
from tests.world import World, make_world


def read(text: str) -> ClassFilter:
    return ClassFilter.read(QueryDict(text))


FULL = "q=ash&section=3&outcome=verified&state=needs&flag=differs&reviewer=7&late=yes&released=no&sort=-points"


def test_what_is_written_is_read_back() -> None:
    wanted = read(f"{FULL}&changed=hand_ins&since=1700000000")
    assert read(wanted.query()) == wanted
    assert read(wanted.query(page=3, sort="name")).sort == "name" and "page=3" in wanted.query(page=3)


def test_taking_one_condition_away_keeps_the_others() -> None:
    wanted = read(FULL)
    assert wanted.without("q").query() == FULL.removeprefix("q=ash&")
    assert wanted.narrows and not read("sort=name").narrows and not read("").narrows


@pytest.mark.parametrize(
    "text",
    [
        "outcome=everything",
        "state=x",
        "flag=",
        "section=-1",
        "section=9999999999999999999",
        "section=²",
        "reviewer=me",
        "late=1",
        "released=2",
        "sort=password",
        "sort=need",
        "changed=hand_ins",
        "changed=x&since=1",
        "since=1700000000",
        "since=99999999999999&changed=settled",
        "q=%00%20",
    ],
)
def test_what_can_t_be_understood_is_left_out(text: str) -> None:
    assert read(text) == ClassFilter()


@given(st.dictionaries(st.sampled_from(["q", "section", "outcome", "since", "changed", "sort", "late"]), st.text()))
def test_whatever_stands_in_an_address_is_read(values: dict[str, str]) -> None:
    query = QueryDict(mutable=True)
    query.update(values)
    wanted = ClassFilter.read(query)
    assert read(wanted.query()) == wanted and len(wanted.q) <= 100


@pytest.fixture
def world(db: None) -> World:
    """Orla Owner, verified with 100 epochs; classmate, whose claim was not reproduced."""
    world = make_world()
    settled(world.task, world.owner)
    settled(world.task, world.classmate, Outcome.CLAIM_NOT_REPRODUCED)
    return world


def found(world: World, text: str, changed: dict[str, frozenset[int]] | None = None) -> list[str]:
    return [row.name for row in matching(class_of(world.task), read(text), changed)]


OWNER, CLASSMATE = "Orla Owner", "classmate"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", [CLASSMATE, OWNER]),
        ("q=owner", [OWNER]),
        ("q=ORLA+own", [OWNER]),
        ("q=orla+classmate", []),
        ("outcome=verified", [OWNER]),
        ("outcome=to_review", [CLASSMATE]),
        ("outcome=none", []),
        ("state=needs", [CLASSMATE]),
        ("state=ungraded", [CLASSMATE, OWNER]),
        ("state=graded", []),
        ("reviewer=none", [CLASSMATE, OWNER]),
        ("late=yes", []),
        ("late=no", [CLASSMATE, OWNER]),
        ("released=yes", [CLASSMATE, OWNER]),
        ("section=none", [CLASSMATE, OWNER]),
        ("sort=-name", [OWNER, CLASSMATE]),
        ("sort=outcome", [OWNER, CLASSMATE]),
        ("sort=points", [OWNER, CLASSMATE]),  # who has none is last
        ("sort=-points", [OWNER, CLASSMATE]),
        ("sort=received", [OWNER, CLASSMATE]),
        ("sort=-received", [CLASSMATE, OWNER]),
        ("sort=-attempts", [CLASSMATE, OWNER]),
    ],
)
def test_conditions_and_orders(text: str, names: list[str], world: World) -> None:
    assert found(world, text) == names


def test_receipts_are_found_and_sections(world: World) -> None:
    receipt = world.owner.submissions.get().receipt_number
    assert found(world, f"q={receipt.lower()}") == [OWNER]
    section = Section.objects.create(course=world.course, name="Lab")
    world.owner.section = section
    world.owner.save()
    assert found(world, f"section={section.pk}") == [OWNER] and found(world, "section=none") == [CLASSMATE]


def test_flags_and_reviewers(world: World) -> None:
    submission = world.owner.submissions.get()
    grade = graded(submission, world.ta)
    Grade.objects.create(task=world.task, enrollment=world.classmate, assigned_to=world.instructor.user)
    assert found(world, f"reviewer={world.ta.user.pk}") == [OWNER] == found(world, "state=graded")
    assert found(world, f"reviewer={world.instructor.user.pk}") == [CLASSMATE] == found(world, "state=ungraded")
    assert found(world, "flag=differs") == found(world, "flag=regrade") == found(world, "flag=evidence") == []
    rerun(submission)
    asked_again(grade)
    differing(world.classmate.submissions.get(), weight=0.1)
    failed(world.task, world.classmate)
    assert found(world, "flag=differs") == found(world, "flag=regrade") == [OWNER]
    assert found(world, "flag=failed") == [CLASSMATE]


def test_what_changed(world: World) -> None:
    changed: Any = {"hand_ins": frozenset([world.owner.pk])}
    assert found(world, "changed=hand_ins&since=1", changed) == [OWNER]
    assert found(world, "changed=settled&since=1", changed) == []


def test_without_names_only_pseudonyms_and_receipts_are_searched(world: World) -> None:
    world.owner.id_number = "31-415"
    world.owner.save()
    make_blind(world.task)
    hidden = [world.owner.pseudonym]
    receipt = world.owner.submissions.get().receipt_number
    assert found(world, "q=owner") == found(world, "q=orla") == found(world, "q=31-415") == []
    assert found(world, f"q={receipt}") == hidden == found(world, f"q={world.owner.pseudonym.replace(' ', '+')}")
    released(world.task, world.owner, world.instructor)
    assert found(world, "q=31-415") == [OWNER] and found(world, f"q={hidden[0].replace(' ', '+')}") == []
