"""The files of the leaderboard, of regrade requests and of the integrity view."""

import pytest
from django.urls import reverse
from django.utils import timezone

from coursework.models import Enrollment
from grading.models import Grade, RegradeRequest
from grading.reports.board import board_table
from grading.reports.integrity import integrity_table
from grading.selectors import leaderboard
from tests.grading.graded import make_blind
from tests.grading.integrity.people import LOOK, read
from tests.grading.reports.people import Class, content, csv_rows, download, make_class, scope_of, settled
from tests.world import hand_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Class:
    return make_class()


def rows(made: Class, what: str, **query: str) -> list[dict[str, str]]:
    return csv_rows(content(download(made, what, "csv", **query)))


def test_the_leaderboard_is_that_of_the_page(made: Class) -> None:
    settled(made.task, made.third, 50.0)
    found = [(int(row["place"]), row["shown as"], float(row["official epochs"])) for row in rows(made, "leaderboard")]
    stored = [(row.place, row.entry.shown_name, row.entry.official_epochs) for row in leaderboard(made.task)]
    assert found == stored and [place for place, *_ in found] == [1, 2]


def test_nobody_is_named_who_is_not_named_on_the_board(made: Class) -> None:
    names = {row["shown as"] for row in rows(made, "leaderboard")}
    assert names == {made.world.owner.pseudonym}
    Enrollment.objects.update(show_name=True)
    assert {row["shown as"] for row in rows(made, "leaderboard")} == {"Orla Owner"}
    make_blind(made.task)
    assert {row["shown as"] for row in rows(made, "leaderboard")} == {made.world.owner.pseudonym}


def test_a_section_keeps_its_places_in_the_class(made: Class) -> None:
    settled(made.task, made.third, 150.0)
    [row] = rows(made, "leaderboard", section=str(made.section.pk))
    assert row["place"] == "2"
    left_out = board_table(scope_of(made)).left_out
    assert ("1 student in Task A: Circle", "without a verified attempt that was on time") in left_out


def test_requests_with_their_answers(made: Class) -> None:
    [row] = rows(made, "regrades")
    assert (row["user name"], row["about"], row["item"]) == ("owner", "An item of the rubric", "No axis labels")
    assert (row["reason"], row["state"], row["answer"]) == ("They are there.", "Open", "")
    RegradeRequest.objects.update(
        state="answered",
        answer="partly",
        answer_text="One is.",
        answered_at=timezone.now(),
        answered_by=made.world.ta.user,
        points_before="7.0",
        points_after="8.5",
    )
    [row] = rows(made, "regrades")
    answered = [row[column] for column in ("state", "answer", "answer to the student", "answered by", "points after")]
    assert answered == ["Answered", "Granted in part", "One is.", "ta", "8.5"]


def test_requests_of_others_sections_and_of_who_has_left_are_not_there(made: Class) -> None:
    assert rows(made, "regrades", section=str(made.section.pk)) == []
    Enrollment.objects.filter(pk=made.world.owner.pk).update(active=False)
    assert rows(made, "regrades") == []


@pytest.fixture
def alike(made: Class) -> Class:
    for student in (made.world.owner, made.world.classmate):
        read(hand_in(made.task, student), LOOK, epoch=141)
    return made


def test_the_integrity_view_with_all_its_groups(alike: Class) -> None:
    found = rows(alike, "integrity")
    page = alike.world.client("ta").get(
        reverse("integrity_download", kwargs=alike.task.url_arguments()), {"show": "all"}
    )
    assert [row["receipt"] for row in found] == [row["receipt"] for row in csv_rows(page.content)]
    assert {row["username"] for row in found} == {"owner", "classmate"}
    assert integrity_table(scope_of(alike)).count == len(found) > 0


def test_groups_of_which_nobody_is_in_the_section_are_left_out(alike: Class) -> None:
    assert rows(alike, "integrity", section=str(alike.section.pk)) == []
    table = integrity_table(scope_of(alike, section=alike.section))
    assert any("nobody of this section" in why for _what, why in table.left_out)


def test_names_of_blind_work_are_hidden_in_both_files_of_the_integrity_view(alike: Class) -> None:
    make_blind(alike.task)
    now = timezone.now()
    Grade.objects.update(release_state="released", released_at=now, released_by=alike.world.ta.user)  # the owner's
    page = alike.world.client("ta").get(
        reverse("integrity_download", kwargs=alike.task.url_arguments()), {"show": "all"}
    )
    for found in (rows(alike, "integrity"), csv_rows(page.content)):
        assert {(row["student"], row["username"]) for row in found} == {
            ("Orla Owner", "owner"),
            (alike.world.classmate.pseudonym, ""),
        }
