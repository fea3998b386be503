"""Who gets which page: every address of ours, every kind of person. What is foreign answers as what does not exist."""

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.furnished import arguments, furnished_world
from tests.world import World

pytestmark = pytest.mark.django_db

SIGN_IN, OK, GONE, CONFLICT, INVALID, STOP = 302, 200, 404, 409, 422, 286
MOVED = 302  # done, and on to the next page
MEMBERS = ("owner", "classmate", "ta", "instructor")
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
STAFF_FILLS_IN = STAFF | {"ta": INVALID, "instructor": INVALID}
INSTRUCTOR = {"anonymous": SIGN_IN, "instructor": OK, "everybody": GONE}
INSTRUCTOR_FORM = INSTRUCTOR | {"instructor": INVALID}  # an empty form
INSTRUCTOR_MOVES_ON = INSTRUCTOR | {"instructor": MOVED}
MAKERS = INSTRUCTOR | {"elsewhere_instructor": OK, "operator": OK}
OWNER_AND_STAFF = {"anonymous": SIGN_IN, "owner": OK, "ta": OK, "instructor": OK, "everybody": GONE}
STUDENTS = {"anonymous": SIGN_IN, "owner": OK, "classmate": OK, "everybody": GONE}
OWNER = {"anonymous": SIGN_IN, "owner": OK, "everybody": GONE}
SETTLED = {name: STOP if status == OK else status for name, status in OWNER_AND_STAFF.items()}
OPERATOR = {"anonymous": SIGN_IN, "operator": OK, "everybody": GONE}
MANAGER = {"anonymous": SIGN_IN, "instructor": OK, "operator": OK, "everybody": GONE}
MANAGER_ACTS = {name: MOVED if status == OK else status for name, status in MANAGER.items()}
MANAGER_FILLS_IN = {name: INVALID if status == OK else status for name, status in MANAGER.items()}
NOT_UNDERSTOOD, REFUSED = 400, 401
OVER = 410  # a page of a launch that is over
NO_LAUNCH = {"anonymous": SIGN_IN, "everybody": OVER}
HAND_IN = {name: INVALID if status == OK else status for name, status in COURSE.items()}

# Each area keeps its rows together: (address, method) -> who gets what.
MATRIX = {
    # Everybody's pages
    ("home", "get"): SIGNED_IN,
    ("help", "get"): PUBLIC,
    # Accounts and joining
    ("account_settings", "get"): SIGNED_IN,
    ("account_settings", "post"): {"anonymous": SIGN_IN, "everybody": INVALID},  # an empty form
    ("join", "get"): PUBLIC,
    ("join", "post"): {"anonymous": INVALID, "everybody": INVALID},  # an empty form
    ("join_course", "get"): PUBLIC,  # who has the code may know the course's name
    ("join_course", "post"): {"anonymous": SIGN_IN, **dict.fromkeys(MEMBERS, CONFLICT), "everybody": SIGN_IN},
    # Launches from an LMS: open to everybody, and what comes here by hand is none
    ("lti_login", "get"): {"anonymous": NOT_UNDERSTOOD, "everybody": NOT_UNDERSTOOD},
    ("lti_login", "post"): {"anonymous": NOT_UNDERSTOOD, "everybody": NOT_UNDERSTOOD},
    ("lti_launch", "get"): {"anonymous": OK, "everybody": OK},
    ("lti_launch", "post"): {"anonymous": REFUSED, "everybody": REFUSED},
    ("lti_keys", "get"): PUBLIC,
    # After a launch from an LMS: the pages are of a launch in the person's own session, and here nobody launched
    ("lti_account", "get"): NO_LAUNCH,
    ("lti_account", "post"): NO_LAUNCH,
    ("lti_connect", "get"): NO_LAUNCH,
    ("lti_connect", "post"): NO_LAUNCH,
    ("lti_choose", "get"): NO_LAUNCH,
    ("lti_choose", "post"): NO_LAUNCH,
    ("lti_deep_link", "get"): NO_LAUNCH,
    ("lti_deep_link", "post"): NO_LAUNCH,
    ("lti_wait", "get"): {"anonymous": OVER, "everybody": OVER},  # also for whom the LMS can't sign in
    ("lti_wait", "post"): {"anonymous": OVER, "everybody": OVER},
    ("lms_accounts", "get"): SIGNED_IN,
    ("lms_account_disconnect", "post"): {"anonymous": SIGN_IN, "owner": MOVED, "everybody": GONE},
    ("lms_account_connect", "post"): {"anonymous": SIGN_IN, "everybody": MOVED},  # nothing to connect: back
    ("lms_account_confirm", "get"): {"anonymous": SIGN_IN, "everybody": MOVED},
    ("lms_account_confirm", "post"): {"anonymous": SIGN_IN, "everybody": MOVED},
    # Tokens and the API's description
    ("tokens", "get"): SIGNED_IN,
    ("token_new", "get"): {"anonymous": SIGN_IN, "everybody": MOVED},  # first the password again
    ("token_new", "post"): {"anonymous": SIGN_IN, "everybody": MOVED},
    ("token_revoke", "get"): {"anonymous": SIGN_IN, "owner": OK, "everybody": GONE},
    ("token_revoke", "post"): {"anonymous": SIGN_IN, "owner": MOVED, "everybody": GONE},
    ("tokens_revoke", "get"): SIGNED_IN,
    ("tokens_revoke", "post"): {"anonymous": SIGN_IN, "everybody": MOVED},
    ("api_docs", "get"): PUBLIC,
    # Tasks and handing in
    ("assignment", "get"): COURSE,
    ("task", "get"): COURSE,
    ("hand_in", "get"): COURSE,
    ("hand_in", "post"): HAND_IN,  # an empty form
    ("hand_in_design", "post"): COURSE,
    ("hand_in_draft", "post"): COURSE,
    ("hand_in_pictures", "post"): COURSE,
    ("hand_in_picture", "get"): OWNER,
    ("hand_in_picture", "post"): OWNER,
    # Submissions
    ("submission", "get"): OWNER_AND_STAFF,
    ("submission_progress", "get"): SETTLED,
    ("submission_chart", "get"): OWNER_AND_STAFF,
    ("screenshot", "get"): OWNER_AND_STAFF,
    # Evidence: the student's own draft pictures
    ("hand_in_picture_reading", "get"): OWNER,
    ("hand_in_picture_adopt", "post"): OWNER | {"owner": INVALID},  # nothing is named
    # Leaderboard
    ("leaderboard", "get"): COURSE,
    ("board_rows", "get"): COURSE,
    ("board_name", "post"): {"anonymous": SIGN_IN, "owner": INVALID, "classmate": INVALID, "everybody": GONE},  # empty
    ("board_settings", "post"): {"anonymous": SIGN_IN, "instructor": SIGN_IN, "everybody": GONE},  # saved: back to it
    ("board_reveal", "post"): STAFF,
    # Practice
    ("practice", "get"): COURSE,
    ("practice", "post"): HAND_IN,  # an empty form
    ("practice_run", "get"): OWNER_AND_STAFF,
    ("practice_progress", "get"): SETTLED,
    # Staff: overview
    ("course_dashboard", "get"): STAFF,
    ("dashboard", "get"): STAFF,
    ("assignment_dashboard", "get"): STAFF,
    ("dashboard_act", "post"): STAFF | {"ta": INVALID, "instructor": INVALID},  # an empty form
    # Staff: evidence
    ("evidence", "get"): STAFF,
    ("evidence_mark", "post"): STAFF | {"ta": INVALID, "instructor": INVALID},  # an empty form
    ("evidence_queue", "get"): STAFF,
    # Staff: courses, assignments, tasks
    ("setup_home", "get"): MAKERS,
    ("course_new", "get"): MAKERS,
    ("course_new", "post"): {who: INVALID if status == OK else status for who, status in MAKERS.items()},
    ("course_setup", "get"): INSTRUCTOR,
    ("course_edit", "get"): INSTRUCTOR,
    ("course_edit", "post"): INSTRUCTOR | {"instructor": INVALID},
    ("course_join_code", "post"): INSTRUCTOR | {"instructor": MOVED},
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
    ("task_seed_remove", "post"): INSTRUCTOR | {"instructor": MOVED},
    ("seed_drawing", "get"): INSTRUCTOR | {"instructor": STOP},  # nothing is being drawn
    # Staff: people and extensions
    ("people", "get"): STAFF,
    ("person", "get"): STAFF,
    ("person", "post"): INSTRUCTOR_FORM,
    ("person_password", "post"): INSTRUCTOR,
    ("person_new", "get"): INSTRUCTOR,
    ("person_new", "post"): INSTRUCTOR_FORM,
    ("sections", "get"): STAFF,
    ("sections", "post"): INSTRUCTOR_FORM,
    ("section", "get"): INSTRUCTOR,
    ("section", "post"): INSTRUCTOR_FORM,
    ("section_delete", "get"): INSTRUCTOR,
    ("section_delete", "post"): INSTRUCTOR_MOVES_ON,
    ("roster_upload", "get"): INSTRUCTOR,
    ("roster_upload", "post"): INSTRUCTOR_FORM,
    ("roster_preview", "get"): INSTRUCTOR_MOVES_ON,  # nothing was uploaded
    ("roster_preview", "post"): INSTRUCTOR_MOVES_ON,
    ("roster_download", "get"): STAFF,
    ("extensions", "get"): STAFF,
    ("extension_new", "get"): INSTRUCTOR,
    ("extension_new", "post"): INSTRUCTOR_FORM,
    ("extension", "get"): INSTRUCTOR,
    ("extension", "post"): INSTRUCTOR_FORM,
    ("extension_revoke", "get"): INSTRUCTOR,
    ("extension_revoke", "post"): INSTRUCTOR_MOVES_ON,
    # Staff: integrity view
    ("integrity", "get"): STAFF,
    ("integrity_download", "get"): STAFF,
    ("integrity_mark", "post"): STAFF | {"ta": INVALID, "instructor": INVALID},  # about no group
    # Staff: history
    ("history", "get"): STAFF,
    ("history_download", "get"): STAFF,
    # Gradebook
    ("gradebook", "get"): STAFF,
    ("gradebook_student", "get"): STAFF,
    ("my_grades", "get"): COURSE | {"ta": MOVED, "instructor": MOVED},  # to the gradebook
    ("excuse", "get"): STAFF,
    ("excuse", "post"): STAFF | {"ta": INVALID, "instructor": INVALID},  # an empty form
    # Staff: rubric, grading policy, saved comments
    ("rubric", "get"): STAFF,
    ("rubric_copy", "post"): INSTRUCTOR_FORM,
    ("rubric_text", "post"): STAFF,
    ("rubric_item_new", "get"): INSTRUCTOR,
    ("rubric_item_new", "post"): INSTRUCTOR_FORM,
    ("rubric_item_edit", "get"): INSTRUCTOR,
    ("rubric_item_edit", "post"): INSTRUCTOR_FORM,
    ("rubric_item_move", "post"): INSTRUCTOR | {"instructor": INVALID},  # says no direction
    ("rubric_item_delete", "get"): INSTRUCTOR,
    ("rubric_item_delete", "post"): INSTRUCTOR_MOVES_ON,
    ("rubric_group_new", "get"): INSTRUCTOR,
    ("rubric_group_new", "post"): INSTRUCTOR_FORM,
    ("rubric_group_edit", "get"): INSTRUCTOR,
    ("rubric_group_edit", "post"): INSTRUCTOR_FORM,
    ("rubric_group_move", "post"): INSTRUCTOR | {"instructor": INVALID},
    ("rubric_group_delete", "post"): INSTRUCTOR_MOVES_ON,
    ("policy", "get"): INSTRUCTOR,
    ("policy", "post"): INSTRUCTOR_FORM,
    ("saved_comments", "get"): STAFF,
    ("saved_comments", "post"): STAFF | {"ta": INVALID, "instructor": INVALID},
    ("saved_comments_edit", "get"): STAFF,
    ("saved_comments_edit", "post"): STAFF | {"ta": INVALID, "instructor": INVALID},
    ("saved_comments_delete", "post"): STAFF | {"ta": MOVED, "instructor": GONE},  # the first one deletes it
    # Staff: releasing grades. Students: second looks
    ("release", "get"): INSTRUCTOR,  # assistants only where the course lets them
    ("release", "post"): INSTRUCTOR | {"instructor": INVALID},  # an empty form
    ("regrade_ask", "get"): STUDENTS,
    ("regrade_ask", "post"): STUDENTS | {"owner": INVALID, "classmate": CONFLICT},  # an empty form; nothing to ask
    ("regrades", "get"): STAFF,
    ("regrade", "get"): STAFF,
    ("regrade", "post"): STAFF | {"ta": INVALID, "instructor": INVALID},  # an empty form
    ("regrade_close", "post"): {who: MOVED if status == OK else status for who, status in OWNER_AND_STAFF.items()},
    ("regrade_picture", "get"): OWNER_AND_STAFF,
    # Staff: grading page
    ("grading_start", "get"): STAFF,  # nothing waits for a person
    ("grading", "get"): STAFF,
    ("grading", "post"): STAFF_FILLS_IN,  # an empty form
    ("grading_presence", "post"): STAFF,
    ("grading_keep", "post"): STAFF_FILLS_IN,
    # Staff: files for the LMS
    ("lms", "get"): STAFF,
    ("lms", "post"): STAFF | {"ta": INVALID, "instructor": INVALID},  # no file
    ("lms_preview", "get"): STAFF,
    ("lms_preview", "post"): STAFF | {"ta": INVALID, "instructor": INVALID},  # an empty form
    ("lms_download", "post"): STAFF | {"ta": CONFLICT, "instructor": CONFLICT},  # another preview than there is
    ("lms_write", "get"): STAFF,
    ("lms_write", "post"): STAFF | {"ta": INVALID, "instructor": INVALID},
    # Webhooks
    ("webhooks", "get"): INSTRUCTOR,
    ("webhook_new", "get"): INSTRUCTOR,
    ("webhook_new", "post"): INSTRUCTOR_FORM,
    ("webhook", "get"): INSTRUCTOR,
    ("webhook_edit", "get"): INSTRUCTOR,
    ("webhook_edit", "post"): INSTRUCTOR_FORM,
    ("webhook_delete", "get"): INSTRUCTOR,
    ("webhook_delete", "post"): INSTRUCTOR_MOVES_ON,
    ("webhook_secret", "post"): INSTRUCTOR,
    ("webhook_test", "post"): INSTRUCTOR_MOVES_ON,
    ("webhook_resend", "post"): INSTRUCTOR_MOVES_ON,
    ("webhook_redeliver", "post"): INSTRUCTOR_MOVES_ON,
    # A course's connections with an LMS
    ("lms_links", "get"): STAFF,
    ("lms_link", "get"): INSTRUCTOR,
    ("lms_link", "post"): INSTRUCTOR_FORM,
    ("lms_course_change", "post"): INSTRUCTOR_MOVES_ON,
    ("lms_course_disconnect", "get"): INSTRUCTOR,
    ("lms_course_disconnect", "post"): INSTRUCTOR_MOVES_ON,
    ("lms_roster", "get"): INSTRUCTOR,
    ("lms_roster", "post"): INSTRUCTOR | {"instructor": CONFLICT},  # another preview than there is
    ("lms_roster_read", "post"): INSTRUCTOR_MOVES_ON,  # the LMS gives no list
    # Operators: LMS platforms
    ("platforms", "get"): OPERATOR,
    ("platform_link", "post"): OPERATOR,
    ("platform_link_withdraw", "post"): OPERATOR | {"operator": MOVED},
    ("platform_new", "get"): OPERATOR,
    ("platform_new", "post"): OPERATOR | {"operator": INVALID},  # an empty form
    ("platform", "get"): OPERATOR,
    ("platform_edit", "get"): OPERATOR,
    ("platform_edit", "post"): OPERATOR | {"operator": INVALID},
    ("platform_check", "post"): OPERATOR,
    ("platform_switch", "post"): OPERATOR | {"operator": MOVED},
    ("deployment_add", "post"): OPERATOR | {"operator": INVALID},
    ("deployment_remove", "post"): OPERATOR | {"operator": MOVED},
    ("lti_register", "get"): {"anonymous": GONE, "everybody": GONE},  # to whoever has no link
    ("lti_register", "post"): {"anonymous": GONE, "everybody": GONE},
    ("lms_score_again", "post"): INSTRUCTOR_MOVES_ON,
    ("lms_column_again", "post"): INSTRUCTOR_MOVES_ON,
    ("lms_column_switch", "post"): INSTRUCTOR_MOVES_ON,
    ("lms_column_new", "post"): INSTRUCTOR_MOVES_ON,  # the LMS does not let us
    # Operators
    ("queue", "get"): OPERATOR,
    ("course_queue", "get"): INSTRUCTOR,
    ("read_pictures_again", "post"): OPERATOR | {"operator": MOVED},
    ("read_course_pictures_again", "post"): INSTRUCTOR_MOVES_ON,
    ("rerun", "post"): MANAGER_ACTS,
    ("rerun_task", "get"): MANAGER,
    ("rerun_task", "post"): MANAGER_FILLS_IN,  # an empty form
    ("rerun_batch", "get"): MANAGER,
    ("rerun_apply", "post"): MANAGER_ACTS,
    ("rerun_selection", "post"): MANAGER_FILLS_IN,  # nobody is chosen
    ("rerun_stop", "post"): MANAGER_ACTS,
    # Downloads
    ("reports", "get"): STAFF,
    ("report_download", "get"): STAFF | {"ta": INVALID, "instructor": INVALID},  # no format is named
    ("report_student", "get"): STAFF,
    ("report_own", "get"): {"anonymous": SIGN_IN, "owner": OK, "classmate": OK, "everybody": GONE},
}


@pytest.fixture(scope="module")
def kept_world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, Path]]:
    """Make the world and its files once: what a test does to it is taken back by the transaction around each test."""
    files = tmp_path_factory.mktemp("kept-world")
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(MEDIA_ROOT=files):
        # As around Django's own test cases: services whose transaction has to be outermost work within.
        transaction.get_connection().atomic_blocks[-1]._from_testcase = True
        yield furnished_world(), files
        transaction.set_rollback(True)


@pytest.fixture
def world(kept_world: tuple[World, Path], db: None, data_dir: Path) -> Iterator[World]:
    """Everybody and everything, with browsers of this test's own."""
    kept, files = kept_world
    world = copy.copy(kept)
    world.clients = {}
    with override_settings(MEDIA_ROOT=files):
        yield world


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


METHODS = ("get", "head", "post", "put", "patch", "delete", "options", "trace")
NOT_ALLOWED = 405


@pytest.mark.parametrize("name", sorted({name for name, _ in MATRIX}))
def test_every_other_method_is_refused_for_everybody(name: str, world: World) -> None:
    url = reverse(name, kwargs=arguments(name, world))
    listed = {method for row, method in MATRIX if row == name}
    if "get" in listed:
        listed.add("head")
    for method in METHODS:
        if method in listed:
            continue
        # A method is refused before anybody looks who asks.
        got = {who: status(getattr(world.client(who), method)(url)) for who in ("anonymous", "owner", "operator")}
        anonymous = got.pop("anonymous")
        assert anonymous in (SIGN_IN, NOT_ALLOWED), method
        assert set(got.values()) == {NOT_ALLOWED}, (method, got)


@pytest.mark.parametrize("name", sorted(name for name, method in MATRIX if method == "get"))
def test_head_answers_as_get_does_without_a_body(name: str, world: World) -> None:
    expected = MATRIX[name, "get"]
    url = reverse(name, kwargs=arguments(name, world))
    for who in ("anonymous", "owner", "instructor"):
        answer = world.client(who).head(url)
        assert status(answer) == expected.get(who, expected["everybody"])
        assert answer.streaming or answer.content == b""


def own_addresses(patterns: list[URLPattern | URLResolver], outside: tuple[str, ...]) -> set[str]:
    names: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            names.add(str(pattern.name))
        elif not str(pattern.pattern).startswith(outside):
            names |= own_addresses(pattern.url_patterns, outside)
    return names


def test_no_address_of_ours_is_missing_here() -> None:
    addresses = own_addresses(get_resolver().url_patterns, outside=("accounts/", "operations/admin/", "api/"))
    assert addresses == {name for name, _ in MATRIX}


def test_the_admin_is_for_operators_and_has_no_sign_in_of_its_own(world: World) -> None:
    url, own_sign_in = reverse("admin:index"), reverse("admin:login")
    assert world.client("operator").get(url).status_code == OK
    assert world.client("anonymous").get(url, follow=True).redirect_chain[-1] == (
        f"{reverse('account_login')}?next={url.replace('/', '%2F')}",
        SIGN_IN,
    )
    for who in ("owner", "instructor"):
        assert world.client(who).get(url).status_code == SIGN_IN
        assert world.client(who).get(own_sign_in).status_code == 403
    assert world.client("anonymous").post(own_sign_in, {"username": "operator"}).status_code == SIGN_IN


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
