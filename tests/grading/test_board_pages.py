"""What the leaderboard's pages say and keep to themselves, what they let whom change, and how they update."""

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from coursework.models import Enrollment, Event, Task
from engine.spec import Spec
from tests.grading.test_board import change, ranked
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
SETTINGS = {"board_top": ""}


@pytest.fixture
def world() -> World:
    world = make_world()
    # Nothing that a page shows anyway contains these.
    ranked(world, world.classmate, 41, Spec(hidden_layers=(7, 5), features=("sinX", "xTimesY"), seed="0.98765"))
    return world


def address(world: World, name: str = "leaderboard") -> str:
    return reverse(name, kwargs=world.task.url_arguments())


def page(world: World, who: str, query: str = "", name: str = "leaderboard") -> str:
    response = world.client(who).get(f"{address(world, name)}{query}")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def post(world: World, who: str, name: str, **data: Any) -> Any:
    return world.client(who).post(address(world, name), data)


# --- What stays hidden -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["leaderboard", "board_rows"])
@pytest.mark.parametrize("query", ["", "?sort=parameters", "?sort=inputs&order=desc", "?sort=%00&order=%27"])
def test_students_see_places_and_epochs_of_others_and_nothing_of_their_designs(
    world: World, name: str, query: str
) -> None:
    text = page(world, "owner", query, name)
    assert world.classmate.pseudonym in text and ">41<" in text
    for told in ("net-mini", "seeddots", "sin(", "layers 7", "Parameters", "0.98765", "classmate"):
        assert told not in text.replace("Classmates", ""), told
    submission = world.classmate.submissions.get()
    assert submission.receipt_number not in text
    for seed in world.task.rules.course_seeds:
        assert f">{seed}<" not in text
    assert "sort=parameters" not in text and "sort=inputs" not in text


def test_staff_see_designs_but_no_names(world: World) -> None:
    ranked(world, world.owner, 30)
    text = page(world, "ta")
    assert "net-mini" in text and "sort=parameters" in text
    assert "Orla Owner" not in text


def test_the_own_design_is_there_for_oneself(world: World) -> None:
    text = page(world, "classmate")
    assert text.count("net-mini") == 1 and "You are 1st of 1" in text


def test_hidden_it_says_so_kindly(world: World) -> None:
    change(world, board_hidden=True)
    text = page(world, "owner")
    assert "The leaderboard is not shown at the moment" in text
    assert world.classmate.pseudonym not in text
    assert "Your best verified result: 41 epochs" in page(world, "classmate")
    assert "Hidden from students" in page(world, "ta")


def test_frozen_it_says_since_when(world: World) -> None:
    change(world, frozen=True)
    assert "Frozen since" in page(world, "owner")
    assert "Frozen for students since" in page(world, "ta")


def test_a_task_without_course_seeds_has_no_leaderboard(world: World) -> None:
    world.task.course_seeds.all().delete()
    assert "No leaderboard for this task" in page(world, "owner")


def test_never_is_written_as_the_limit(world: World) -> None:
    ranked(world, world.owner, None)
    text = page(world, "owner")
    assert "not within 400" in text and "You are 2nd of 2</b>." in text


# --- Sorting -----------------------------------------------------------------------------------------------------


def test_the_head_tells_the_order_and_leads_to_the_other(world: World) -> None:
    text = page(world, "owner", "?sort=median&order=asc")
    assert text.count("aria-sort") == 1
    head = re.search(r'<th[^>]*aria-sort="ascending"[^>]*><a[^>]*id="sort-median" href="([^"]+)"', text)
    assert head is not None and head[1].endswith("?sort=median&amp;order=desc")


# --- Names -------------------------------------------------------------------------------------------------------


def test_a_student_chooses_the_name_that_classmates_see(world: World) -> None:
    ranked(world, world.owner, 50)
    assert "Orla Owner" not in page(world, "classmate")
    assert post(world, "owner", "board_name", shown_as="name").status_code == 302
    assert "Orla Owner" in page(world, "classmate")
    post(world, "owner", "board_name", shown_as="pseudonym")
    assert "Orla Owner" not in page(world, "classmate")


def test_an_unknown_choice_is_refused_and_nothing_changes(world: World) -> None:
    response = post(world, "owner", "board_name", shown_as="somebody")
    assert response.status_code == 422
    assert "somebody is not allowed: pseudonym or name." in response.content.decode()
    assert Enrollment.objects.get(pk=world.owner.pk).show_name is False


@pytest.mark.parametrize("who", ["ta", "instructor"])
def test_looking_behind_the_pseudonyms_is_recorded_each_time(world: World, who: str) -> None:
    ranked(world, world.owner, 30)
    response = post(world, who, "board_reveal")
    assert "Orla Owner" in response.content.decode()
    assert response["Cache-Control"] == "no-store"
    assert "hx-trigger" not in response.content.decode()  # it would swap the names away
    post(world, who, "board_reveal")
    events = Event.objects.filter(action="leaderboard.revealed", actor=getattr(world, who).user)
    assert events.count() == 2
    assert events[0].details == {"task": world.task.pk, "students": 2}
    assert "Orla Owner" not in page(world, who)


def test_nobody_looks_by_a_link(world: World) -> None:
    assert world.client("ta").get(address(world, "board_reveal")).status_code == 405
    assert not Event.objects.filter(action__startswith="leaderboard.").exists()


# --- Settings ----------------------------------------------------------------------------------------------------


def test_the_instructor_s_settings_are_stored_and_remembered(world: World) -> None:
    data = {"board_hidden": "on", "frozen": "on", "designs_shown": "on", "seeds_shown": "on", "board_top": "5"}
    assert post(world, "instructor", "board_settings", **data).status_code == 302
    task = Task.objects.get(pk=world.task.pk)
    assert (task.board_hidden, task.designs_shown, task.seeds_shown, task.board_top) == (True, True, True, 5)
    assert task.board_frozen_at is not None and task.board_frozen_at <= timezone.now()
    event = Event.objects.get(action="leaderboard.changed")
    assert event.details["board_top"] == 5 and event.details["board_frozen_at"] == task.board_frozen_at.isoformat()
    assert event.actor == world.instructor.user

    post(world, "instructor", "board_settings", **data)  # the same again: the freeze keeps its instant
    assert Task.objects.get(pk=world.task.pk).board_frozen_at == task.board_frozen_at
    assert Event.objects.filter(action__startswith="leaderboard.").count() == 1
    post(world, "instructor", "board_settings", **SETTINGS)
    assert Task.objects.get(pk=world.task.pk).board_frozen_at is None


@pytest.mark.parametrize("top", ["0", "-3", "ten", "1.5", "99999999999999999999"])
def test_a_number_of_places_that_is_none_is_refused(world: World, top: str) -> None:
    response = post(world, "instructor", "board_settings", board_hidden="on", board_top=top)
    assert response.status_code == 422
    text = response.content.decode()
    assert "The settings were not changed" in text and "10,000" in text and f'value="{top}"' in text
    assert Task.objects.get(pk=world.task.pk).board_hidden is False


def test_only_the_instructor_is_offered_the_settings(world: World) -> None:
    offered = {who: "What students see" in page(world, who) for who in ("owner", "ta", "instructor")}
    assert offered == {"owner": False, "ta": False, "instructor": True}


# --- Updating itself ---------------------------------------------------------------------------------------------


def polled(world: World, who: str) -> str:
    found = re.search(r'hx-get="([^"]+)"', page(world, who, "?sort=name&order=desc"))
    assert found is not None
    return found[1].replace("&amp;", "&")


def test_nothing_is_sent_while_nothing_has_changed(world: World) -> None:
    link = polled(world, "owner")
    assert "sort=name&order=desc" in link
    assert world.client("owner").get(link).status_code == 204
    ranked(world, world.owner, 50)
    response = world.client("owner").get(link)
    text = response.content.decode()
    assert response.status_code == 200
    assert "You are 2nd of 2" in text and "Updated" in text and "<html" not in text


@pytest.mark.parametrize(
    "values", [{"frozen": True}, {"board_hidden": True}, {"board_top": 1}, {"designs_shown": True}]
)
def test_a_changed_setting_is_a_change(world: World, values: dict[str, Any]) -> None:
    link = polled(world, "owner")
    change(world, **values)
    assert world.client("owner").get(link).status_code == 200


def test_a_final_board_asks_no_more(world: World) -> None:
    assignment = world.task.assignment
    assignment.due_at = timezone.now()
    assignment.save()
    assert "hx-get" not in page(world, "owner")


def test_a_poll_without_a_session_ends_with_a_note_and_not_with_the_sign_in_page(world: World) -> None:
    link = address(world, "board_rows")
    response = world.client("anonymous").get(link, headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Retarget"]) == (286, "#board-note")
    assert "You are signed out" in response.content.decode()
    assert world.client("anonymous").get(link).status_code == 302
