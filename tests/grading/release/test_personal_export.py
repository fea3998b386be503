"""The file about one person holds nothing of a grade that is not released: no points, no reasons, no ticked items."""

import json
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from coursework.services.events import record
from grading.models import RegradeAnswer, RubricItem, RubricMark
from grading.services.grades.regrades import answer_regrade, ask_regrade
from grading.services.grades.releasing import hide_grades, release_grades
from grading.services.personal.export import export_person
from tests.grading.graded import by_hand, decided, settled
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """A grade that was released, asked about and answered."""
    world = by_hand()
    grade = decided(
        settled(world.task, world.owner),
        world.ta,
        adjustment=Decimal("-2.7"),
        adjustment_reason="copied the plot",
        comment="weak",
    )
    item = RubricItem.objects.create(task=world.task, title="No report", points=Decimal("-1.0"))
    RubricMark.objects.create(grade=grade, item=item)
    release(world)
    request = ask_regrade(task=world.task, enrollment=world.owner, part="decision", reason="my own words")
    answer_regrade(request=request, actor=world.ta.user, answer=RegradeAnswer.DECLINED, text="not so", mail=False)
    record(action="x.seen", actor=None, course=world.course, subject=f"enrollment {world.owner.pk}")
    return world


def release(world: World) -> None:
    release_grades(task=world.task, enrollments=[world.owner], actor=world.instructor.user, mail=False)


def exported(world: World, tmp_path: Path) -> dict[str, Any]:
    export_person(user=world.owner.user, target=tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        names = [name for name in archive.namelist() if name.startswith("rows/grading.") or "Event" in name]
        return {name.split(".")[-2]: json.loads(archive.read(name)) for name in names}


def test_a_released_grade_is_handed_out_whole(world: World, tmp_path: Path) -> None:
    rows = exported(world, tmp_path)
    assert rows["Grade"][0]["fields"]["adjustment_reason"] == "copied the plot"
    assert len(rows["RubricMark"]) == 1 and rows["RegradeRequest"][0]["fields"]["answer_text"] == "not so"
    assert "grade.released" in {event["fields"]["action"] for event in rows["Event"]}


def test_of_one_that_was_taken_back_only_what_the_student_said(world: World, tmp_path: Path) -> None:
    hide_grades(task=world.task, enrollments=[world.owner], actor=world.instructor.user)
    rows = exported(world, tmp_path)
    text = json.dumps(rows)
    assert not any(secret in text for secret in ('-2.7"', '"6.3"', "copied", "weak", "not so", "declined"))
    assert "automatic" not in rows["Grade"][0]["fields"] and "decided_at" not in rows["Grade"][0]["fields"]
    assert rows["RubricMark"] == []
    assert rows["RegradeRequest"][0]["fields"]["reason"] == "my own words"
    actions = {event["fields"]["action"] for event in rows["Event"]}
    assert {"regrade.asked", "x.seen"} <= actions and not {"grade.released", "regrade.answered"} & actions
