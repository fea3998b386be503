"""Under each picture of a draft while it waits to be read: asked for again, whose it is, and how it is told."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from coursework.services.drafts import save_draft
from engine.link import write_link
from grading.models import PictureReading, Status
from grading.views.polling import HTMX_STOP
from tests.grading.draft_pages import HTMX, after_reading, drafted, fragment, text_of, url
from tests.grading.picture_rows import row, row_read, shown
from tests.world import QUICK_SPEC, World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


# --- While it waits ----------------------------------------------------------------------------------------------


def test_the_hand_in_page_asks_for_the_reading_of_each_picture(world: World) -> None:
    drawn = drafted(world)
    page = text_of(world.client("owner").get(reverse("hand_in", kwargs=world.task.url_arguments())))
    assert f'hx-get="{url(world, drawn)}" hx-trigger="load"' in page
    assert f'<a href="{url(world, drawn)}">What we read in this picture' in page


def test_where_pictures_are_not_read_nothing_is_shown_and_nothing_asks(world: World, settings: Any) -> None:
    settings.READ_SCREENSHOTS = False
    drawn = drafted(world)
    row_read(str(drawn.picture.name), shown())
    page = text_of(world.client("owner").get(reverse("hand_in", kwargs=world.task.url_arguments())))
    assert "run.png" in page and "reading/" not in page and "data-reading" not in page
    assert world.client("owner").get(url(world, drawn)).status_code == 404
    assert world.client("owner").get(url(world, drawn), headers=HTMX).status_code == HTMX_STOP


def test_a_picture_that_has_just_come_is_being_read_and_asked_for_again(world: World) -> None:
    drawn = drafted(world)
    row("screenshots/other.png", age=timedelta(seconds=2))
    row(str(drawn.picture.name))
    text = fragment(world, drawn)
    assert "Being read…" in text and "every 2s, " in text
    assert "of the pictures that wait" not in text and "longer than usual" not in text


def test_after_a_while_it_says_the_place_and_then_that_nobody_has_to_wait(world: World) -> None:
    drawn = drafted(world)
    row("screenshots/other.png", age=timedelta(hours=1))
    mine = row(str(drawn.picture.name), age=timedelta(seconds=20))
    assert "Being read… 2nd of the pictures that wait." in fragment(world, drawn)
    PictureReading.objects.filter(pk=mine.pk).update(queued_at=timezone.now() - timedelta(minutes=4))
    assert "This takes longer than usual. You can hand in without waiting." in fragment(world, drawn)
    PictureReading.objects.filter(pk=mine.pk).update(
        queued_at=timezone.now() - timedelta(minutes=20),
        status=Status.RUNNING,
        lease_expires_at=timezone.now() + timedelta(seconds=30),
    )
    text = fragment(world, drawn)
    assert "every 15s, " in text and "of the pictures that wait" not in text


def test_a_picture_nobody_asked_to_read_is_looked_for_a_minute(world: World) -> None:
    drawn = drafted(world)
    PictureReading.objects.all().delete()
    text = fragment(world, drawn)
    assert "Being read" not in text and "every 5s, " in text
    since = re.search(r"&amp;since=(\d+)", text)
    assert since is not None
    long_ago = int(since.group(1)) - 61
    for query in (f"?since={long_ago}", "?since=99999999999"):
        assert "every " not in fragment(world, drawn, query)
    for query in ("?since=abc", "?since=-1", f"?since={'9' * 40}", "?since=²"):
        assert "every 5s" in fragment(world, drawn, query)


def test_waiting_costs_few_queries_however_many_wait(world: World) -> None:
    drawn = drafted(world)
    row(str(drawn.picture.name))
    fragment(world, drawn)
    counts = []
    for number in (0, 5):
        for other in range(number):
            row(f"screenshots/{number}-{other}.png", age=timedelta(seconds=9))
        with CaptureQueriesContext(connection) as queries:
            fragment(world, drawn)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 7


def test_once_it_is_read_nothing_asks_until_the_form_is_saved(world: World) -> None:
    text = after_reading(world, shown())
    assert "every " not in text
    assert 'hx-trigger="hand-in:saved from:document"' in text


def test_what_stands_there_already_is_not_sent_again(world: World) -> None:
    drawn = drafted(world)
    waiting = row(str(drawn.picture.name))

    def asked(text: str) -> Any:
        address = re.search(r'hx-get="([^"]+)"', text)
        assert address is not None
        return world.client("owner").get(unescape(address.group(1)), headers=HTMX)

    being_read = fragment(world, drawn)
    assert asked(being_read).status_code == 204
    waiting.delete()
    row_read(str(drawn.picture.name), shown())
    agrees = text_of(asked(being_read))
    assert "Agrees with your link and claim" in agrees
    again = asked(agrees)
    assert (again.status_code, again.content, again["Cache-Control"]) == (204, b"", "private, no-store")
    save_draft(
        task=world.task, enrollment=world.owner, fields={"link": [write_link(QUICK_SPEC)], "claimed_epochs": ["300"]}
    )
    assert "1 difference" in text_of(asked(agrees))


# --- Telling it --------------------------------------------------------------------------------------------------


def test_news_are_said_once_to_those_who_do_not_see_the_page(world: World) -> None:
    drawn = drafted(world)
    row_read(str(drawn.picture.name), shown())
    first = fragment(world, drawn, "?said=")
    assert 'hx-swap-oob="innerHTML">run.png: It agrees with your link and claim.</p>' in first
    mark = re.search(r"\?said=(\w+)", first)
    assert mark is not None
    assert "hx-swap-oob" not in fragment(world, drawn, f"?said={mark.group(1)}")
    save_draft(
        task=world.task, enrollment=world.owner, fields={"link": [write_link(QUICK_SPEC)], "claimed_epochs": ["300"]}
    )
    assert "run.png: 1 difference." in fragment(world, drawn, f"?said={mark.group(1)}")


def test_waiting_is_not_said_each_second(world: World) -> None:
    drawn = drafted(world)
    row(str(drawn.picture.name))
    assert "hx-swap-oob" not in fragment(world, drawn)


# --- A page of its own -------------------------------------------------------------------------------------------


def test_without_javascript_it_is_a_page_with_the_same_buttons_and_a_way_back(world: World) -> None:
    drawn = drafted(world)
    waiting = row(str(drawn.picture.name))
    client = world.client("owner")
    assert "Look again" in text_of(client.get(url(world, drawn)))
    waiting.delete()
    row_read(str(drawn.picture.name), shown(epoch=390))
    response = client.get(url(world, drawn))
    text = text_of(response)
    assert "<html" in text and "Use epoch 390 as the claim" in text and "Look again" not in text
    assert f'href="{reverse("hand_in", kwargs=world.task.url_arguments())}">Back to your hand-in' in text
    assert f'<form method="post" action="{url(world, drawn, "hand_in_picture_adopt")}"' in text
    assert "HX-Request" in response["Vary"] and response["Cache-Control"] == "private, no-store"


def test_a_picture_that_was_never_read_says_so_on_its_page(world: World) -> None:
    drawn = drafted(world)
    PictureReading.objects.all().delete()
    assert "This picture has not been read." in text_of(world.client("owner").get(url(world, drawn)))


# --- Whose it is -------------------------------------------------------------------------------------------------


def test_only_its_owner_sees_it_and_a_removed_picture_ends_the_asking(world: World) -> None:
    drawn = drafted(world)
    row_read(str(drawn.picture.name), shown())
    for who in ("classmate", "ta", "instructor", "elsewhere", "operator"):
        assert world.client(who).get(url(world, drawn)).status_code == 404
        assert world.client(who).post(url(world, drawn, "hand_in_picture_adopt")).status_code == 404
    for who in ("classmate", "ta"):  # as for a picture that there is not
        response = world.client(who).get(url(world, drawn), headers=HTMX)
        assert (response.status_code, response.content) == (HTMX_STOP, b"")
    address = url(world, drawn)
    drawn.delete()
    assert world.client("owner").get(address, headers=HTMX).status_code == HTMX_STOP
    assert world.client("owner").get(address).status_code == 404


def test_signed_out_the_asking_ends_with_a_note_and_what_is_typed_stays(world: World) -> None:
    drawn = drafted(world)
    response = world.client("anonymous").get(url(world, drawn), headers=HTMX)
    assert (response.status_code, response["HX-Retarget"]) == (HTMX_STOP, f"#read-{drawn.pk}")
    assert "You are signed out" in response.content.decode()
    assert world.client("anonymous").get(url(world, drawn)).status_code == 302
