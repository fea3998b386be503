"""Reading grades by the API: staff a course's with filters and pages, students their own."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coursework.models import Section
from grading.grades.keys import grade_key
from grading.models import Grade, GradingPolicy, ReleaseMode
from tests.grading.api.program import Program, task_path, work_path
from tests.grading.graded import by_hand, classmates, decided, settled
from tests.grading.grading_page.rows import item
from tests.world import make_task, make_world

pytestmark = pytest.mark.django_db

COURSE = "courses/ml-1/"
NAMELESS = {"hidden": True, "enrollment": None, "username": None, "id_number": None, "section": None}


def test_a_grade_has_its_parts_apart() -> None:
    world = make_world()
    verification = settled(world.task, world.owner)
    decided(
        verification,
        world.ta,
        adjustment=Decimal("-1.5"),
        adjustment_reason="Axes",
        released_at=timezone.now(),
        released_by=world.ta.user,
    )
    [grade] = Program(world, "ta").get(f"{COURSE}grades/?state=graded").json()["results"]
    assert grade["points"] == {
        "automatic": 10.0,
        "rubric": None,
        "late": 0.0,
        "adjustment": -1.5,
        "override": None,
        "total": 8.5,
    }
    assert (grade["state"], grade["released"], grade["decided"]) == ("graded", True, True)
    assert grade["released_at"].endswith("Z") and grade["due_at"].endswith("Z")
    assert grade["counting"]["receipt_number"] == verification.submission.receipt_number
    assert grade["student"]["name"] == "Orla Owner" and grade["student"]["enrollment"] == world.owner.pk
    full = Program(world, "ta").get(work_path(world.task, world.owner.pk))
    assert full.json() | {"attempts": ...} == grade | {"attempts": ...} and len(full.json()["attempts"]) == 1


def test_pages_go_on_both_ways_and_nobody_is_missed() -> None:
    world = make_world()
    make_task(world.course, slug="second", title="Second")
    people = [world.owner, world.classmate, *classmates(world, 5)]
    ask = Program(world, "ta")
    seen, sizes, url = [], [], f"{COURSE}grades/?limit=4"
    while url:
        page = ask.get(url).json()
        seen += [(one["task"], one["key"]) for one in page["results"]]
        sizes.append(len(page["results"]))
        last, url = url, page["next"]
    assert sizes == [4, 4, 4, 2] and len(set(seen)) == 2 * len(people)
    assert [key for task, key in seen if task == "circle"] == sorted(grade_key(world.task.pk, one.pk) for one in people)
    back = ask.get(last).json()["previous"]
    before = ask.get(back).json()
    assert [(one["task"], one["key"]) for one in before["results"]] == seen[8:12]
    assert ask.get(before["next"]).json()["results"] == ask.get(last).json()["results"]


def test_filters_choose_and_wrong_ones_are_refused() -> None:
    world = by_hand()
    lab = Section.objects.create(course=world.course, name="Lab")
    world.owner.section = lab
    world.owner.save()
    settled(world.task, world.owner)
    item(world.task, "Explains", "2")
    ask = Program(world, "ta")

    def names(query: str) -> list[str]:
        return [one["student"]["username"] for one in ask.get(f"{COURSE}grades/?{query}").json()["results"]]

    assert names(f"section={lab.pk}") == names("state=settled") == names("ungraded=true") == ["owner"]
    assert names("section=none") == names("state=not_yet") == names("ungraded=false") == ["classmate"]
    assert names(f"enrollment={world.owner.pk}&assignment=playground&task=circle") == ["owner"]
    assert names("released=true") == [] and len(names("released=false")) == 2 and names("task=other") == []
    for wrong in ("section=99", "section=x", "state=late", "limit=0", "cursor=x", "released=perhaps", "who=owner"):
        refused = ask.get(f"{COURSE}grades/?{wrong}")
        assert refused.status_code == 422 and list(refused.json()["errors"]) == [wrong.partition("=")[0]]


def test_a_page_takes_as_many_queries_for_many_as_for_few() -> None:
    world = make_world()
    settled(world.task, world.owner)

    def queries(query: str) -> int:
        ask = Program(world, "ta")
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert ask.get(f"{COURSE}grades/?{query}").status_code == 200
        return len(found)

    few = queries(""), queries("released=true")
    for one in classmates(world, 6):
        settled(world.task, one)
    assert (queries(""), queries("released=true")) == few


def test_while_it_is_graded_blind_nothing_says_who_it_is() -> None:
    world = by_hand(blind=True)
    settled(world.task, world.owner)
    ask, path = Program(world, "ta"), work_path(world.task, world.owner.pk)
    answers = [ask.get(f"{COURSE}grades/"), ask.get(path), ask.get(f"{path}review/"), ask.get(f"{COURSE}exports/")]
    for answer in answers:
        assert all(word not in answer.content.decode() for word in ("Orla", "Owner", "owner"))
    assert answers[1].json()["student"] == NAMELESS | {"name": world.owner.pseudonym}
    assert ask.get(f"{COURSE}grades/?enrollment={world.owner.pk}").json()["results"] == []
    Grade.objects.create(
        task=world.task,
        enrollment=world.owner,
        release_state="released",
        released_at=timezone.now(),
        released_by=world.ta.user,
    )
    student = ask.get(path).json()["student"]
    assert student["name"] == "Orla Owner" and world.owner.pseudonym not in str(student)
    assert len(ask.get(f"{COURSE}grades/?enrollment={world.owner.pk}").json()["results"]) == 1


def test_students_see_points_only_once_they_are_released() -> None:
    world = by_hand()
    verification = settled(world.task, world.owner)
    row = decided(verification, world.ta, comment="Well *done*.", override=Decimal("7"), override_reason="Report")
    ask, path = Program(world, "owner"), f"{task_path(world.task)}grades/own/"
    listed, full = ask.get(f"{COURSE}grades/own/"), ask.get(path)
    for answer in (listed, full):
        assert all(word not in answer.content.decode() for word in ("7.0", "done", "Report", "graded"))
    [task] = listed.json()["tasks"]
    assert (task["state"], task["points"], listed.json()["total"]) == ("not_released", None, None)
    assert full.json()["points"] is None and full.json()["lines"] == [] and full.json()["asking"] is None
    Grade.objects.filter(pk=row.pk).update(
        release_state="released", released_at=timezone.now(), released_by=world.ta.user
    )
    assert ask.get(f"{COURSE}grades/own/").json()["total"] == 7.0
    shown = ask.get(path).json()
    assert shown["points"]["total"] == 7.0 and shown["comment"] == "Well *done*."
    assert [line["label"] for line in shown["lines"]] == ["Automatic points", "Set by a person"]
    assert [part["key"] for part in shown["asking"]["parts"]] == ["automatic", "decision"]


def test_an_etag_saves_sending_it_again_until_something_changes() -> None:
    world = make_world()
    ask, path = Program(world, "ta"), work_path(world.task, world.owner.pk)
    tag = ask.get(path)["ETag"]
    assert ask.get(path, If_None_Match=tag).status_code == 304
    settled(world.task, world.owner)
    assert ask.get(path, If_None_Match=tag).status_code == 200


def test_released_by_itself_is_seen_at_once() -> None:
    world = make_world()
    settled(world.task, world.owner)
    assert GradingPolicy.objects.get(task=world.task).release == ReleaseMode.AUTOMATIC
    [task] = Program(world, "owner").get(f"{COURSE}grades/own/").json()["tasks"]
    assert (task["points"], task["state"], task["words"]) == (10.0, "settled", "")
