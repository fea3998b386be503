"""The overview's page: conditions in the address, pages, sorting, and with how many queries."""

from typing import Any

import pytest
from django.urls import reverse

from coursework.models import Section
from coursework.services.courses import enroll
from grading.dashboard import page as page_module
from grading.grades.keys import grading_url
from grading.models import Outcome
from tests.grading.dashboard.classes import asked_again, graded, rerun, settled
from tests.grading.evidence.rows import differing
from tests.world import World, make_user, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = make_world()
    settled(world.task, world.owner)
    settled(world.task, world.classmate, Outcome.CLAIM_NOT_REPRODUCED, claimed_epochs=61)
    return world


def get(world: World, query: str = "", who: str = "ta") -> Any:
    response = world.client(who).get(f"{reverse('dashboard', kwargs=world.task.url_arguments())}{query}")
    assert response.status_code == 200
    return response


def names(response: Any) -> list[str]:
    return [line.name for line in response.context["lines"]]


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_what_needs_a_person_is_told_with_what_we_saw(world: World) -> None:
    (line,) = get(world).context["needs"]
    assert line.name == "classmate" and "Claim not reproduced" in line.mark
    assert line.saw == "Attempt 1: claimed 61, retrained 101; outside the band 95 to 108"
    assert line.url == grading_url(world.task, world.classmate.pk)


def test_every_reason_has_words(world: World) -> None:
    submission = world.owner.submissions.get()
    differing(submission, weight=0.9)
    assert {line.saw for line in get(world).context["needs"]} >= {"epoch differs."}
    grade = graded(submission, world.ta)
    rerun(submission, epochs=None)
    said = {line.saw for line in get(world).context["needs"]}
    assert "Graded on 5.0 automatic points; attempt 1 would now give 6.0" in said
    asked_again(grade, "Please look <b>again</b>\n" * 20)
    page = get(world)
    (line,) = [one for one in page.context["needs"] if "Second look" in one.mark]
    assert line.saw.startswith("“Please look <b>again</b> Please") and line.saw.endswith("…”")
    assert "&lt;b&gt;again&lt;/b&gt;" in text(page)


def test_nobody_waits(world: World) -> None:
    graded(world.classmate.submissions.get(), world.ta)
    assert "Nobody waits for a person." in text(get(world))


def test_conditions_are_shown_and_each_can_be_taken_away(world: World) -> None:
    page = get(world, "?q=class&outcome=to_review&sort=-points")
    assert names(page) == ["classmate"]
    assert page.context["conditions"] == [
        ("“class”", "outcome=to_review&sort=-points"),
        ("To review", "q=class&sort=-points"),
    ]
    assert "1 of 2" in text(page)
    assert '<input type="hidden" name="filter" value="q=class&amp;outcome=to_review&amp;sort=-points">' in text(page)


def test_every_condition_has_words(world: World) -> None:
    section = Section.objects.create(course=world.course, name="Lab 1")
    query = f"?section={section.pk}&reviewer={world.ta.user.pk}&late=no&released=no&flag=differs&state=graded"
    words = [said for said, _ in get(world, f"{query}&changed=graded&since=17").context["conditions"]]
    assert words[:2] == ["Section: Lab 1", "Graded by a person"] and "Reviewer: ta" in words
    assert {"On time", "Not released", "Newly graded", "New result differs from the grade"} <= set(words)
    assert "Section: not of this course" in text(get(world, "?section=123456"))


def test_nobody_is_like_that(world: World) -> None:
    assert "Nobody is like that" in text(get(world, "?q=zzz"))


def test_heads_sort_both_ways_and_then_by_need_again(world: World) -> None:
    def points(query: str) -> tuple[str, str]:
        head = next(one for one in get(world, query).context["heads"] if one["name"] == "points")
        return head["aria"], head["query"]

    assert points("?q=a") == ("", "q=a&sort=points")
    assert points("?q=a&sort=points") == ("ascending", "q=a&sort=-points")
    assert points("?q=a&sort=-points") == ("descending", "q=a")


def test_long_classes_have_pages_and_show_all(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_module, "ON_A_PAGE", 1)
    page = get(world, "?sort=name")
    assert names(page) == ["classmate"]
    assert page.context["pages"] == [(1, "sort=name"), (2, "sort=name&page=2")]
    assert names(get(world, "?sort=name&page=2")) == ["Orla Owner"] == names(get(world, "?sort=name&page=99"))
    assert len(names(get(world, "?page=all"))) == 2


def test_figures_have_their_data(world: World) -> None:
    page = get(world)
    assert text(page).count("Show data") == 3 and text(page).count('class="chart at-wide"') == 3
    assert page.context["epochs"][1] == "1 verified student."
    assert page.context["points"][1] == "1 student of 2 with points, of 10 each."
    assert page.context["times"][1] == "2 hand-ins, counted per hour; 0 after the due time."


def test_an_empty_class_says_so(world: World) -> None:
    for person in (world.owner, world.classmate):
        person.active = False
        person.save()
    assert "No students yet" in text(get(world))


def test_what_an_assistant_may_not_do_is_not_offered(world: World) -> None:
    page = text(get(world))
    assert "Assign</button>" in page and "Release</button>" not in page and "Run again" not in page
    page = text(get(world, who="instructor"))
    assert "Release</button>" in page and "Run again …" in page


@pytest.mark.parametrize("query", ["", "?q=crowd&state=needs&flag=evidence", "?changed=settled&since=17&sort=-points"])
def test_a_larger_class_needs_no_more_queries(query: str, world: World, django_assert_max_num_queries: Any) -> None:
    get(world)
    for number in range(5):
        student = enroll(course=world.course, user=make_user(f"crowd{number}"))
        differing(settled(world.task, student, Outcome.CLAIM_NOT_REPRODUCED), weight=0.9)
    with django_assert_max_num_queries(33):
        get(world, query)
