"""Deciding about a student's work by the API: what was seen is what is decided on."""

from typing import Any

import pytest

from grading.models import Grade, RubricGroup
from tests.grading.api.program import Program, task_path, work_path
from tests.grading.graded import by_hand, settle, settled
from tests.grading.grading_page.rows import item, rerun
from tests.world import World, hand_in, verification_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = by_hand()
    settled(world.task, world.owner)
    return world


class Reviewing:
    """A member of staff at the owner's review."""

    def __init__(self, world: World, who: str = "ta") -> None:
        self.ask, self.path = Program(world, who), f"{work_path(world.task, world.owner.pk)}review/"
        self.tag = self.get()["ETag"]

    def get(self, query: str = "") -> Any:
        return self.ask.get(f"{self.path}{query}")

    def send(self, method: str = "put", **body: Any) -> Any:
        return self.ask(method, self.path, body, If_Match=self.tag)


def test_a_decision_is_kept_and_read_again(world: World) -> None:
    report = RubricGroup.objects.create(task=world.task, title="Report", one_only=True)
    good, best = item(world.task, "Good", "1.5", report), item(world.task, "Best", "3", report)
    staff = Reviewing(world)
    rubric = staff.ask.get(f"{task_path(world.task)}rubric/").json()
    assert rubric["best"] == 3.0
    assert [one["title"] for one in rubric["groups"][0]["items"]] == ["Good", "Best"]
    done = staff.send(items=[good.pk], adjustment=-0.5, adjustment_reason="Axes", comment="Nice.\r\n")
    assert done.status_code == 200, done.content
    said = done.json()
    assert (said["items"], said["adjustment"], said["comment"]) == ([good.pk], -0.5, "Nice.")
    assert said["grade"]["points"]["total"] == 10.0 and said["grade"]["points"]["rubric"] == 1.5
    assert said["decided_by"] == world.ta.user.display_name and said["decided_at"]
    assert staff.get().json() == said and staff.get()["ETag"] == done["ETag"] != staff.tag
    staff.tag = done["ETag"]
    both = staff.send("patch", items=[good.pk, best.pk])
    assert "at most one" in both.json()["errors"]["items"][0]
    changed = staff.send("patch", override=9, override_reason="As agreed").json()
    assert (changed["items"], changed["override"], changed["comment"]) == ([good.pk], 9.0, "Nice.")
    staff.tag = staff.get()["ETag"]
    undone = staff.ask("delete", staff.path, If_Match=staff.tag).json()
    assert (undone["decided_by"], undone["override"], undone["comment"]) == (None, None, "Nice.")


def test_each_field_is_told_what_is_wrong_with_it(world: World) -> None:
    staff = Reviewing(world)
    wrong = {
        "adjustment": (99, 0.25, "much"),
        "override": (-1, 10.55),
        "items": ([1234], ["x"], 7),
        "comment": ("x" * 10_001, 7),
    }
    for name, values in wrong.items():
        for value in values:
            body: dict[str, Any] = {name: value, "adjustment_reason": "r", "override_reason": "r"}
            refused = staff.send(**body)
            assert refused.status_code == 422, (name, value)
            assert name in str(refused.json()["errors"]), (name, value, refused.json())
    assert list(staff.send(adjustment=1).json()["errors"]) == ["adjustment_reason"]
    assert not Grade.objects.filter(decided_at__isnull=False).exists()


@pytest.mark.parametrize("method", ["put", "patch"])
def test_a_forgotten_body_takes_nothing_back(method: str, world: World) -> None:
    ask, path = Program(world, "ta"), f"{work_path(world.task, world.owner.pk)}review/"
    assert ask("patch", path, {"comment": "Kept."}, If_Match="*").status_code == 200
    refused = ask(method, path, If_Match="*")
    assert (refused.status_code, refused.json()["detail"][:17]) == (400, "There is no body:")
    assert ask.get(path).json()["comment"] == "Kept."
    assert ask("put", path, {}, If_Match="*").status_code == 200
    assert ask.get(path).json()["comment"] == ""


def test_who_was_faster_wins_and_the_other_is_told_how_it_stands(world: World) -> None:
    first, second = Reviewing(world), Reviewing(world, "instructor")
    assert first.send(comment="First").status_code == 200
    late = second.send(comment="Second")
    assert late.status_code == 412 and late.json()["current"]["comment"] == "First"
    assert second.ask("put", second.path, {"comment": "x"}).status_code == 428
    assert second.ask("put", second.path, {"comment": "x"}, If_Match='"nonsense"').status_code == 412
    assert second.ask("delete", second.path, If_Match=second.tag).status_code == 412
    assert second.ask("put", second.path, {"comment": "Whatever stands"}, If_Match="*").status_code == 200


def test_a_result_that_was_not_seen_is_not_decided_on(world: World) -> None:
    staff = Reviewing(world)
    rerun(world.owner.submissions.get(), 5.0, world)
    refused = staff.send(comment="Good")
    assert refused.status_code == 409 and "run again" in refused.json()["detail"]
    assert refused.json()["current"]["attempt"]["official_epochs"] == 5.0


def test_another_attempt_is_graded_by_its_own_etag(world: World) -> None:
    settle(verification_of(hand_in(world.task, world.owner)), 390.0)
    staff = Reviewing(world)
    staff.tag = staff.get("?attempt=2")["ETag"]
    assert staff.send(comment="The second").json()["attempt"]["attempt"] == 2
    assert Grade.objects.get(submission__attempt=2).enrollment == world.owner
    assert staff.get("?attempt=x").status_code == 422


def test_a_newer_result_is_kept_out_or_taken_over(world: World) -> None:
    staff = Reviewing(world)
    assert staff.send(comment="Good").status_code == 200
    rerun(world.owner.submissions.get(), None, world)
    now = staff.get()
    newer = now.json()["grade"]["differs"]["verification"]
    stale = staff.ask.post(f"{staff.path}newer/", {"act": "keep", "verification": newer + 1}, If_Match=now["ETag"])
    assert stale.status_code == 409
    taken = staff.ask.post(f"{staff.path}newer/", {"act": "take", "verification": newer}, If_Match=now["ETag"])
    assert taken.status_code == 200 and taken.json()["grade"]["differs"] is None
    assert (
        staff.ask.post(f"{staff.path}newer/", {"act": "keep", "verification": 1}, If_Match=now["ETag"]).status_code
        == 412
    )


def test_grading_is_passed_on_to_somebody_of_the_staff(world: World) -> None:
    staff = Reviewing(world)

    def pass_on(to: str | None) -> Any:
        return staff.ask("put", f"{staff.path}pass-on/", {"to": to}, If_Match=staff.tag)

    assert "ta, instructor" in pass_on("owner").json()["errors"]["to"][0].replace("instructor, ta", "ta, instructor")
    done = pass_on("instructor")
    assert done.json()["assigned_to"] == world.instructor.user.display_name
    mine = "courses/ml-1/grades/?mine=true"
    assert len(Program(world, "instructor").get(mine).json()["results"]) == 1
    assert staff.ask.get(mine).json()["results"] == []
    assert pass_on("ta").status_code == 412
    staff.tag = done["ETag"]
    assert pass_on(None).json()["assigned_to"] is None
