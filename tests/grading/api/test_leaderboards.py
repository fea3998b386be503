"""The leaderboard read by a program: as its page shows it to the same person."""

from typing import Any

import pytest

from engine.spec import Spec
from grading.services.board import set_board
from tests.grading.api.matrix import client, token
from tests.grading.api.program import task_path
from tests.grading.dashboard.classes import settled
from tests.world import World, make_task, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """The classmate is ahead of the owner."""
    world = make_world()
    settled(world.task, world.classmate, epochs=40.0, spec=Spec(features=("sinX", "y"), seed="0.5"))
    settled(world.task, world.owner, epochs=58.5)
    return world


def board(world: World, who: str = "owner", query: str = "") -> dict[str, Any]:
    response = client(token(getattr(world, who).user)).get(f"/api/v1/{task_path(world.task)}leaderboard/?{query}")
    assert response.status_code == 200, response.content
    found: dict[str, Any] = response.json()
    return found


def change(world: World, **values: Any) -> None:
    frozen = values.pop("frozen", False)
    settings = {"board_hidden": False, "board_top": None, "designs_shown": False, "seeds_shown": False}
    set_board(task=world.task, actor=world.instructor.user, frozen=frozen, values=settings | values)


def test_one_knows_where_one_stands_and_not_how_the_others_got_there(world: World) -> None:
    shown = board(world)
    first, second = shown["rows"]
    assert (shown["own_place"], shown["ranked"], shown["behind_by"]) == (2, 2, 18.5)
    assert (first["name"], first["is_you"], first["official_epochs"]) == (world.classmate.pseudonym, False, 40.0)
    assert first["design"] is None and second["design"]["features"] == ["xSquared", "ySquared"]
    assert shown["own_result"]["receipt_number"] == world.owner.submissions.get().receipt_number
    assert (shown["seeds"], shown["course_seeds"], shown["designs_shown"]) == ([], 3, False)
    assert world.classmate.submissions.get().receipt_number not in str(shown)
    assert "sinX" not in str(shown) and "classmate" not in str(shown)


def test_staff_and_those_who_are_shown_them_see_designs_and_seeds(world: World) -> None:
    assert board(world, "ta")["rows"][0]["design"]["features"] == ["y", "sinX"]
    assert board(world, "ta")["seeds"] == ["0.1", "0.2", "0.3"]
    change(world, designs_shown=True, seeds_shown=True)
    assert board(world)["rows"][0]["design"]["features"] == ["y", "sinX"]
    assert board(world)["seeds"] == ["0.1", "0.2", "0.3"]


def test_a_hidden_board_tells_students_their_own_result_alone(world: World) -> None:
    change(world, board_hidden=True, frozen=True, seeds_shown=True)
    shown = board(world)
    assert (shown["is_hidden"], shown["rows"], shown["ranked"], shown["seeds"]) == (True, [], 0, [])
    assert (shown["own_place"], shown["frozen_at"]) == (None, None)
    assert shown["own_result"]["official_epochs"] == 58.5
    assert len(board(world, "ta")["rows"]) == 2


def test_a_cut_board_has_the_first_places_and_the_own(world: World) -> None:
    change(world, board_top=1)
    assert [row["place"] for row in board(world)["rows"]] == [1, 2]
    assert [row["place"] for row in board(world, "classmate")["rows"]] == [1]
    assert board(world, "classmate")["ranked"] == 2


def test_a_frozen_board_tells_the_place_of_a_newer_result(world: World) -> None:
    change(world, frozen=True)
    settled(world.task, world.owner, epochs=30.0)
    shown = board(world)
    assert (shown["own_place"], shown["newer_result"]["place"], shown["newer_result"]["official_epochs"]) == (
        2,
        1,
        30.0,
    )


def test_rows_are_sorted_but_not_by_what_is_hidden(world: World) -> None:
    assert [row["place"] for row in board(world, query="sort=median&order=desc")["rows"]] == [2, 1]
    assert len(board(world, "ta", query="sort=parameters")["rows"]) == 2
    program = client(token(world.owner.user))
    for query in ("sort=parameters", "sort=luck", "order=up", "colour=red"):
        response = program.get(f"/api/v1/{task_path(world.task)}leaderboard/?{query}")
        assert response.status_code == 422 and list(response.json()["errors"]) == [query.partition("=")[0]]


def test_without_course_seeds_there_is_nothing_to_rank_by(world: World) -> None:
    world.task = make_task(world.course, slug="other", seeds=())
    assert (board(world)["course_seeds"], board(world)["rows"]) == (0, [])
