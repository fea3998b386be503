"""Who gets which page: every address of ours, every kind of person. What is foreign answers as what does not exist."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from grading.models import Verification
from grading.services.verification import run_verification
from tests.world import World, hand_in, make_world

pytestmark = pytest.mark.django_db

SIGN_IN, OK, GONE, INVALID, STOP = 302, 200, 404, 422, 286
DONE, CONFLICT = 302, 409
PUBLIC = {"anonymous": OK, "everybody": OK}
SIGNED_IN = {"anonymous": SIGN_IN, "everybody": OK}
COURSE = {
    "anonymous": SIGN_IN,
    "owner": OK,
    "classmate": OK,
    "ta": OK,
    "instructor": OK,
    "everybody": GONE,
}
STAFF = {"anonymous": SIGN_IN, "ta": OK, "instructor": OK, "everybody": GONE}
INSTRUCTOR = {"anonymous": SIGN_IN, "instructor": OK, "everybody": GONE}
MAKERS = INSTRUCTOR | {"elsewhere_instructor": OK, "operator": OK}
OWNER_AND_STAFF = {"anonymous": SIGN_IN, "owner": OK, "ta": OK, "instructor": OK, "everybody": GONE}
SETTLED = {name: STOP if status == OK else status for name, status in OWNER_AND_STAFF.items()}
HAND_IN = {name: INVALID if status == OK else status for name, status in COURSE.items()}

# Each area keeps its rows together: (address, method) -> who gets what.
MATRIX = {
    # Everybody's pages
    ("home", "get"): SIGNED_IN,
    ("help", "get"): PUBLIC,
    # Accounts and joining
    # Tasks and handing in
    ("task", "get"): COURSE,
    ("hand_in", "get"): COURSE,
    ("hand_in", "post"): HAND_IN,  # an empty form
    # Submissions
    ("submission", "get"): OWNER_AND_STAFF,
    ("submission_progress", "get"): SETTLED,
    ("screenshot", "get"): OWNER_AND_STAFF,
    # Leaderboard
    ("leaderboard", "get"): COURSE,
    # Practice
    # Staff: overview
    ("course_dashboard", "get"): STAFF,
    ("dashboard", "get"): STAFF,
    # Staff: courses, assignments, tasks
    ("setup_home", "get"): MAKERS,
    ("course_new", "get"): MAKERS,
    ("course_new", "post"): {who: INVALID if status == OK else status for who, status in MAKERS.items()},
    ("course_setup", "get"): INSTRUCTOR,
    ("course_edit", "get"): INSTRUCTOR,
    ("course_edit", "post"): INSTRUCTOR | {"instructor": INVALID},
    ("course_join_code", "post"): INSTRUCTOR | {"instructor": DONE},
    ("course_copy", "get"): INSTRUCTOR,
    ("course_copy", "post"): INSTRUCTOR | {"instructor": INVALID},
    ("assignment_new", "get"): INSTRUCTOR,
    ("assignment_new", "post"): INSTRUCTOR | {"instructor": INVALID},
    ("assignment_edit", "get"): INSTRUCTOR,
    ("assignment_edit", "post"): INSTRUCTOR | {"instructor": INVALID},
    ("assignment_delete", "post"): INSTRUCTOR | {"instructor": CONFLICT},  # there is a hand-in
    ("points_preview", "get"): INSTRUCTOR,
    ("instructions_preview", "post"): INSTRUCTOR,
    ("task_new", "get"): INSTRUCTOR,
    ("task_new", "post"): INSTRUCTOR | {"instructor": INVALID},
    ("task_edit", "get"): INSTRUCTOR,
    ("task_edit", "post"): INSTRUCTOR | {"instructor": INVALID},
    ("task_delete", "post"): INSTRUCTOR | {"instructor": CONFLICT},
    ("task_seeds", "get"): INSTRUCTOR,
    ("task_seeds", "post"): INSTRUCTOR | {"instructor": INVALID},
    ("task_seed_add", "post"): INSTRUCTOR | {"instructor": INVALID},
    ("task_seed_remove", "post"): INSTRUCTOR | {"instructor": DONE},
    ("seed_drawing", "get"): INSTRUCTOR | {"instructor": STOP},  # nothing is being drawn
    # Staff: people and extensions
    # Operators
}


def of_course(world: World) -> dict[str, object]:
    return {"course": world.course.slug}


def of_assignment(world: World) -> dict[str, object]:
    return {"course": world.course.slug, "assignment": world.task.assignment.slug}


def of_task(world: World) -> dict[str, object]:
    return world.task.url_arguments()


def of_submission(world: World) -> dict[str, object]:
    return {"receipt_number": world.receipt_number}  # type: ignore[attr-defined]


# What stands in an address, for those where something does.
ARGUMENTS: dict[str, Callable[[World], dict[str, object]]] = {
    # Accounts and joining
    # Tasks and handing in
    "task": of_task,
    "hand_in": of_task,
    # Submissions
    "submission": of_submission,
    "submission_progress": of_submission,
    "screenshot": lambda world: of_submission(world) | {"position": 1},
    # Leaderboard
    "leaderboard": of_task,
    # Practice
    # Staff: overview
    "course_dashboard": of_course,
    "dashboard": of_task,
    # Staff: courses, assignments, tasks
    **dict.fromkeys(("course_setup", "course_edit", "course_join_code", "course_copy", "assignment_new"), of_course),
    **dict.fromkeys(("points_preview", "instructions_preview"), of_course),
    **dict.fromkeys(("assignment_edit", "assignment_delete", "task_new"), of_assignment),
    **dict.fromkeys(("task_edit", "task_delete", "task_seeds"), of_task),
    **dict.fromkeys(("task_seed_add", "task_seed_remove", "seed_drawing"), of_task),
    # Staff: people and extensions
    # Operators
}


@pytest.fixture
def world(db: None) -> World:
    world = make_world()
    submission = hand_in(world.task, world.owner)
    run_verification(verification_id=Verification.objects.get().pk, worker="test")
    world.receipt_number = submission.receipt_number  # type: ignore[attr-defined]
    return world


def arguments(name: str, world: World) -> dict[str, object]:
    return ARGUMENTS[name](world) if name in ARGUMENTS else {}


def status(response: Any) -> int:
    """The status of a response; a screenshot's file is read to its end, which closes it."""
    if response.streaming:
        response.getvalue()
    return int(response.status_code)


@pytest.mark.parametrize(("name", "method"), list(MATRIX))
def test_everybody_gets_just_what_is_theirs(name: str, method: str, world: World) -> None:
    expected = MATRIX[name, method]
    url = reverse(name, kwargs=arguments(name, world))
    got = {who: status(getattr(world.client(who), method)(url)) for who in world.names}
    assert got == {who: expected.get(who, expected["everybody"]) for who in world.names}


@pytest.mark.parametrize(("name", "method"), list(MATRIX))
def test_other_methods_are_refused_or_harmless(name: str, method: str, world: World) -> None:
    url = reverse(name, kwargs=arguments(name, world))
    for other in ("put", "patch", "delete"):
        assert status(getattr(world.client("owner"), other)(url)) in (200, 286, 404, 405)


def own_addresses(patterns: list[URLPattern | URLResolver], outside: tuple[str, ...]) -> set[str]:
    names: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            names.add(str(pattern.name))
        elif not str(pattern.pattern).startswith(outside):
            names |= own_addresses(pattern.url_patterns, outside)
    return names


def test_no_address_of_ours_is_missing_here() -> None:
    addresses = own_addresses(get_resolver().url_patterns, outside=("accounts/", "operations/admin/"))
    assert addresses == {name for name, _ in MATRIX}


def test_the_admin_is_for_operators(world: World) -> None:
    url = reverse("admin:index")
    assert world.client("operator").get(url).status_code == OK
    for who in ("anonymous", "owner", "instructor"):
        assert world.client(who).get(url).status_code == SIGN_IN


@pytest.mark.parametrize("address", ["/submissions/2222-2222/", "/courses/none/none/none/", "/nothing/"])
def test_what_does_not_exist_answers_404(address: str, world: World) -> None:
    assert world.client("owner").get(address).status_code == GONE


def test_foreign_and_missing_answer_the_same(world: World) -> None:
    foreign = reverse("submission", kwargs=arguments("submission", world))
    stranger = world.client("elsewhere")
    answers = [stranger.get(address).content for address in (foreign, "/submissions/2222-2222/")]
    with_token = re.compile(rb'"X-CSRFToken": "[^"]+"|value="[A-Za-z0-9]{64}"')  # differs from answer to answer
    assert len({with_token.sub(b"", answer) for answer in answers}) == 1


def test_signing_in_leads_back_to_the_page(world: World) -> None:
    url = reverse("task", kwargs=arguments("task", world))
    response = world.client("anonymous").get(url)
    assert response["Location"] == f"{reverse('account_login')}?next={url}"
