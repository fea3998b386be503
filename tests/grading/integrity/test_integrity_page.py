import csv
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coursework.models import Event, Submission
from coursework.services.courses import enroll
from grading.models import EvidenceMark, Outcome
from grading.services.evidence.marks import LONGEST_NOTE
from tests.grading.integrity.people import LOOK, SPEC, read, settle
from tests.world import World, hand_in, make_user, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def pair(world: World) -> list[Submission]:
    """Two students with one link and one picture; the first one's claim is not reproduced."""
    own = hand_in(world.task, world.owner, spec=SPEC, claimed_epochs=90)
    other = hand_in(world.task, world.classmate, spec=SPEC, claimed_epochs=141)
    settle(own, Outcome.CLAIM_NOT_REPRODUCED, retrained_epochs=141, band_low=140, band_high=142)
    for submission in (own, other):
        read(submission, LOOK, epoch=141)
    return [own, other]


def address(world: World, name: str = "integrity", query: str = "") -> str:
    return f"{reverse(name, kwargs=world.task.url_arguments())}{query}"


def get(world: World, query: str = "", who: str = "ta") -> str:
    response = world.client(who).get(address(world, query=query))
    assert response.status_code == 200
    return str(response.content.decode())


def form_of(page: str, kind: str) -> dict[str, str]:
    """Read what the form of the first group of a kind sends along."""
    subject = re.search(
        rf'name="subject" value="({kind}:[^"]+)"><input type="hidden" name="digest" value="(\w+)"', page
    )
    assert subject is not None
    return {"subject": subject[1], "digest": subject[2]}


def post(world: World, **fields: str) -> Any:
    return world.client("ta").post(address(world, "integrity_mark"), fields)


def headings(page: str) -> list[str]:
    return re.findall(r"<h2 id=[^>]+>(.*?)</h2>", page)


def test_groups_stand_in_order_with_their_members(world: World, pair: list[Submission]) -> None:
    page = get(world)
    assert headings(page) == [
        "Two students handed in the same picture",
        "Two students handed in this exact link",
        "Orla Owner claims epoch 90, and our run reaches the target at 141",
    ]
    for submission in pair:
        assert reverse("submission", kwargs={"receipt_number": submission.receipt_number}) in page
        assert reverse("screenshot", kwargs={"receipt_number": submission.receipt_number, "position": 1}) in page
    assert page.count("What it can innocently mean") == 3
    assert "Students never see this page" in page


def test_the_dashboard_leads_there(world: World, pair: list[Submission]) -> None:
    dashboard = world.client("ta").get(reverse("dashboard", kwargs=world.task.url_arguments())).content.decode()
    assert f'href="{address(world)}"' in dashboard


@pytest.mark.parametrize(("kind", "count"), [("pictures", 1), ("link", 1), ("claim", 1), ("run", 0), ("", 3), ("x", 3)])
def test_one_kind_can_be_asked_for(kind: str, count: int, world: World, pair: list[Submission]) -> None:
    assert len(headings(get(world, f"?kind={kind}"))) == count


def test_a_group_is_marked_as_seen_and_not_seen_again(world: World, pair: list[Submission]) -> None:
    form = form_of(get(world, "?kind=link"), "link")
    response = post(world, **form, act="seen", show="unseen", kind="link")
    assert (response.status_code, response["Location"]) == (302, address(world, query="?show=unseen&kind=link"))
    page = world.client("ta").get(response["Location"]).content.decode()
    assert "Marked as seen: Two students handed in this exact link." in page
    assert "No equal links that nobody has seen" in page
    seen = get(world, "?show=seen")
    assert headings(seen) == ["Two students handed in this exact link"] and "Mark as not seen" in seen
    response = post(world, **form, act="not_seen", show="all")
    assert response["Location"].endswith(f"?show=all#{form['subject'].replace(':', '-')}")
    assert len(headings(get(world))) == 3


def test_what_has_changed_meanwhile_is_not_marked_as_seen(world: World, pair: list[Submission]) -> None:
    form = form_of(get(world, "?kind=link"), "link")
    hand_in(world.task, world.owner, spec=SPEC)
    response = post(world, **form, act="seen")
    assert response.status_code == 409
    assert "has changed since the page was opened" in response.content.decode()
    assert not EvidenceMark.objects.exists()


def test_a_group_that_grew_says_since_whom(world: World, pair: list[Submission]) -> None:
    post(world, **form_of(get(world), "link"), act="seen")
    hand_in(world.task, world.owner, spec=SPEC)
    page = get(world, "?kind=link")
    assert "Changed" in page and "since ta saw it" in page


def test_a_note_stands_beside_its_group_with_who_and_when(world: World, pair: list[Submission]) -> None:
    form = form_of(get(world, "?kind=claim"), "claim")
    response = post(world, **form, act="note", note="Spoke with <her>.\nFine.", kind="claim")
    assert response["Location"].endswith(f"?show=unseen&kind=claim#{form['subject'].replace(':', '-')}")
    page = get(world, "?kind=claim")
    assert "Spoke with &lt;her&gt;.<br>Fine." in page
    assert re.search(r'<p class="small muted">ta, <time datetime="', page)
    assert "Change the note" in page
    post(world, **form, act="note", note=" ")
    assert "Spoke with" not in get(world, "?kind=claim")


def test_a_note_that_is_too_long_comes_back_with_its_text(world: World, pair: list[Submission]) -> None:
    form = form_of(get(world), "link")
    response = post(world, **form, act="note", note="x" * (LONGEST_NOTE + 1))
    page = response.content.decode()
    assert response.status_code == 422
    assert "The note has 2,001 characters; at most 2,000 are kept." in page
    assert "x" * (LONGEST_NOTE + 1) in page and "<title>Error: " in page


@pytest.mark.parametrize("fields", [{}, {"subject": "link:none", "act": "seen"}, {"subject": "\0", "act": "note"}])
def test_a_mark_on_nothing_is_refused(fields: dict[str, str], world: World, pair: list[Submission]) -> None:
    response = post(world, **fields)
    assert response.status_code == 422
    assert "The subject is no group of this task" in response.content.decode()
    assert not EvidenceMark.objects.exists()


def test_an_unknown_act_is_refused(world: World, pair: list[Submission]) -> None:
    response = post(world, **form_of(get(world), "link"), act="delete")
    assert response.status_code == 422
    assert "act is none of seen, not_seen, note." in response.content.decode()
    assert not Event.objects.filter(action__startswith="evidence.").exists()


def test_a_mark_keeps_to_its_task(world: World, pair: list[Submission]) -> None:
    other = world.elsewhere.course.assignments.get().tasks.get()
    fields = {**form_of(get(world), "link"), "act": "seen"}
    response = world.client("elsewhere_instructor").post(
        reverse("integrity_mark", kwargs=other.url_arguments()), fields
    )
    assert response.status_code == 422
    assert not EvidenceMark.objects.exists()


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ("", "Nothing to look at"),
        ("?show=seen", "Nothing to look at"),
        ("?kind=pictures", "Nothing to look at"),
    ],
)
def test_a_task_without_groups_says_so(query: str, heading: str, world: World) -> None:
    page = get(world, query)
    assert f"<h2>{heading}</h2>" in page
    assert "No two students handed in the same picture" in page
    assert "Download" not in page


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ("?show=seen", "Nothing is marked as seen yet"),
        ("?kind=run", "No picture of another run that nobody has seen"),
        ("?kind=run&show=all", "No picture of another run"),
    ],
)
def test_a_filter_without_groups_says_what_there_is_not(
    query: str, heading: str, world: World, pair: list[Submission]
) -> None:
    assert f"<h2>{heading}</h2>" in get(world, query)


def test_when_all_is_seen_the_page_says_so(world: World, pair: list[Submission]) -> None:
    for kind in ("link", "pictures", "claim"):
        post(world, **form_of(get(world), kind), act="seen")
    assert "<h2>Everything is seen</h2>" in get(world)
    for kind, heading in (("pictures", "No equal pictures"), ("link", "No equal links"), ("claim", "No claims")):
        assert heading in get(world, f"?kind={kind}")


def test_times_are_in_the_courses_zone(world: World, pair: list[Submission]) -> None:
    Submission.objects.update(received_at="2026-07-01T10:00:00Z")
    assert "1 Jul, 12:00:00" in get(world)


def test_many_groups_have_pages(world: World) -> None:
    for number in range(23):
        student = enroll(course=world.course, user=make_user(f"s{number}"))
        settle(hand_in(world.task, student), Outcome.CLAIM_NOT_REPRODUCED, retrained_epochs=200)
    first, second = get(world, "?kind=claim"), get(world, "?kind=claim&page=2")
    assert (len(headings(first)), len(headings(second))) == (20, 3)
    assert "?show=unseen&amp;kind=claim&amp;page=2" in first
    response = post(world, **form_of(second, "claim"), act="note", note="On page two.", kind="claim")
    assert "&page=2#claim-" in response["Location"]
    assert "On page two." in world.client("ta").get(response["Location"]).content.decode()


def test_a_large_group_shows_its_first_members_and_the_rest_on_demand(world: World) -> None:
    for number in range(14):
        hand_in(world.task, enroll(course=world.course, user=make_user(f"s{number}")))
    page = get(world, "?kind=pictures")
    assert "14 students handed in the same picture" in page
    assert "Show all 14" in page
    assert page.count('loading="lazy"') == 14


def test_the_page_takes_the_same_queries_for_many_groups_as_for_few(world: World, pair: list[Submission]) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            get(world, "?show=all")
        return len(captured)

    get(world)
    few = queries()
    for number in range(5):
        student = enroll(course=world.course, user=make_user(f"s{number}"))
        settle(hand_in(world.task, student, spec=SPEC), Outcome.CLAIM_NOT_REPRODUCED, retrained_epochs=141)
    post(world, **form_of(get(world), "link"), act="seen")
    get(world)
    assert queries() == few


def rows(world: World, query: str = "") -> list[dict[str, str]]:
    response = world.client("ta").get(address(world, "integrity_download", query))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="integrity-[\w-]+\.csv"', response["Content-Disposition"])
    return list(csv.DictReader(response.content.decode("utf-8-sig").splitlines()))


def test_the_download_has_a_row_per_member(world: World, pair: list[Submission]) -> None:
    table = rows(world)
    assert [(row["group"], row["kind"], row["receipt"]) for row in table] == [
        ("1", "Same picture", pair[0].receipt_number),
        ("1", "Same picture", pair[1].receipt_number),
        ("2", "Same link", pair[0].receipt_number),
        ("2", "Same link", pair[1].receipt_number),
        ("3", "Claim not reproduced", pair[0].receipt_number),
    ]
    first = table[0]
    assert (first["student"], first["username"], first["epoch_shown"], first["epoch_claimed"]) == (
        "Orla Owner",
        "owner",
        "141",
        "90",
    )
    assert first["link"] == pair[0].playground_link
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[12]:00", first["received_at"])


def test_the_download_keeps_to_the_filter_and_has_notes(world: World, pair: list[Submission]) -> None:
    post(world, **form_of(get(world), "link"), act="note", note="A pair.")
    post(world, **form_of(get(world), "link"), act="seen")
    table = rows(world, "?show=seen&kind=link")
    assert {(row["note"], row["seen_by"]) for row in table} == {("A pair.", "ta")}
    assert len(table) == 2


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t"])
def test_no_cell_begins_like_a_formula(begin: str, world: World, pair: list[Submission]) -> None:
    world.owner.user.first_name, world.owner.user.last_name = f"{begin}cmd()", ""
    world.owner.user.save()
    EvidenceMark.objects.create(task=world.task, subject=f"claim:{world.owner.pk}", note=f"{begin}1+1")
    for row in rows(world):
        assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert rows(world, "?kind=claim")[0]["note"] == f"'{begin}1+1"
