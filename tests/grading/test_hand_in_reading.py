"""Under each picture of a draft: what was read from it, and how it agrees with what stands in the form."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from coursework.models import DraftScreenshot
from coursework.services.drafts import add_pictures, save_draft
from engine.link import write_link
from engine.spec import Spec
from grading.models import PictureReading, Status
from grading.screenshots.reading import ScreenshotReading
from grading.views.polling import HTMX_STOP
from tests.grading.picture_rows import read, row, row_read, shown
from tests.world import QUICK_SPEC, World, make_world, picture

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SPEC_VALUES = (
    *("features", "hidden_layers", "neurons", "dataset", "problem"),
    *("learning_rate", "activation", "noise", "batch_size"),
)
OTHER_RUN: dict[str, Any] = {
    "epoch": 390,
    "hidden_layers": read(2),
    "neurons": read((4, 2)),
    "features": read(("x", "y")),
}


@pytest.fixture
def world() -> World:
    return make_world()


def drafted(world: World, *, link: str = write_link(QUICK_SPEC), claim: str = "101") -> DraftScreenshot:
    """A draft with one picture."""
    save_draft(task=world.task, enrollment=world.owner, fields={"link": [link], "claimed_epochs": [claim]})
    add_pictures(task=world.task, enrollment=world.owner, uploads=[picture("run.png")])
    return DraftScreenshot.objects.get()


def url(world: World, drawn: DraftScreenshot, name: str = "hand_in_picture_reading") -> str:
    return reverse(name, kwargs=world.task.url_arguments() | {"picture": drawn.pk})


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def fragment(world: World, drawn: DraftScreenshot, query: str = "") -> str:
    response = world.client("owner").get(url(world, drawn) + query, headers=HTMX)
    assert response.status_code == 200
    return text_of(response)


def after_reading(world: World, reading: ScreenshotReading, **form: str) -> str:
    drawn = drafted(world, **form)
    row_read(str(drawn.picture.name), reading)
    return fragment(world, drawn)


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


# --- What was read -----------------------------------------------------------------------------------------------


def test_a_picture_that_agrees_gets_a_quiet_tick_and_says_what_was_read(world: World) -> None:
    text = after_reading(world, shown(noise=None, address=read("playground.tensorflow.org/#activation=tanh")))
    assert "Agrees with your link and claim" in text and "difference" not in text
    for line in (
        "<dt>Epoch</dt><dd>101</dd>",
        "<dt>Losses</dt><dd>training 0.001, test 0.001</dd>",
        "<dt>Inputs</dt><dd>x<sub>1</sub>², x<sub>2</sub>²</dd>",
        "<dt>Hidden layers</dt><dd>1, of 3 neurons</dd>",
        "<dt>Data set</dt><dd>circle</dd>",
        "<dt>Settings</dt><dd>learning rate 0.03, activation tanh, batch size 10</dd>",
        "<dt>Address bar</dt><dd>playground.tensorflow.org/#activation=tanh</dd>",
    ):
        assert line in text
    assert "Not visible" not in text and "noise" not in text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"epoch": None}, "Agrees with your link</p>"),
        (dict.fromkeys(SPEC_VALUES), "Agrees with your claim</p>"),
        (dict.fromkeys(("epoch", *SPEC_VALUES)), "Nothing in it can be compared with your link and claim."),
    ],
)
def test_it_agrees_only_with_what_it_shows(world: World, values: dict[str, Any], words: str) -> None:
    assert words in after_reading(world, shown(**values))


def test_another_seed_in_the_address_bar_leads_to_the_right_tab(world: World) -> None:
    address = read("playground.tensorflow.org/#activation=tanh&seed=0.77777&showTestData=false")
    text = after_reading(world, shown(address=address))
    assert "The address bar shows seed 0.77777 (the link has 0.31415)." in text
    assert "paste the address of the tab that shows it" in text and "<button" not in text


def test_what_a_picture_should_show_and_does_not_is_named(world: World) -> None:
    reading = shown(epoch=None, loss_test=None, hidden_layers=read(3), neurons=read((4, None, 2)))
    text = after_reading(world, reading)
    assert "Not visible here: epoch and test loss." in text
    assert "<dd>3, of 4, ? and 2 neurons (?: could not be read)</dd>" in text
    assert "<dt>Epoch</dt>" not in text


def test_three_differences_are_three_sentences_each_with_its_way_out(world: World) -> None:
    text = after_reading(world, shown(**OTHER_RUN, loss_test=read(0.2, "0.200")))
    assert "3 differences" in text
    assert "The picture shows 2 hidden layers, the link has 1." in text
    assert "Use inputs x1 and x2 and 2 hidden layers of 4 and 2 neurons" in text
    assert "Use epoch 390 as the claim" in text
    assert 'value="features hidden_layers epoch"' in text and "Use all of the above" in text
    assert "the target is reached when both losses show" in text
    assert "What this can mean" in text and "A difference is no reproach" in text


def test_a_picture_taken_a_little_later_is_told_quietly(world: World) -> None:
    text = after_reading(world, shown(epoch=104))
    assert "1 small difference" in text and "st-warn" not in text
    assert "If you paused a little later, leave it as it is." in text


def test_an_empty_claim_can_be_filled_from_the_picture(world: World) -> None:
    text = after_reading(world, shown(), claim="")
    assert "Use epoch 101 as the claim" in text and "difference" not in text


@pytest.mark.parametrize("link", ["", "https://example.org/"])
def test_without_a_link_nothing_is_compared_with_one(world: World, link: str) -> None:
    text = after_reading(world, shown(**OTHER_RUN), link=link, claim="390")
    assert "Paste your link above, and we compare it with this picture." in text
    assert "difference" not in text and "Agrees" not in text
    assert "<dd>390</dd>" in text


def test_a_value_that_the_task_does_not_allow_is_not_offered(world: World) -> None:
    text = after_reading(world, shown(learning_rate=read(0.1)))
    assert "learning rate 0.1" in text
    assert "The task does not allow learning rate 0.1: it needs a picture of an allowed run." in text
    assert "<button" not in text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"status": Status.COMPLETED, "unreadable": "the file is broken"},
            "could not read this picture: the file is broken",
        ),
        ({"status": Status.FAILED, "last_error": "MemoryError in worker 7"}, "The fault is ours"),
        (
            {"status": Status.COMPLETED, "result": shown(is_playground=False).to_dict()},
            "This does not look like a screenshot of the Playground.",
        ),
        (
            {"status": Status.COMPLETED, "result": ScreenshotReading(10, 10, "test").to_dict()},
            "We could not make out any value in this picture.",
        ),
    ],
)
def test_what_could_not_be_read_says_so_kindly_and_can_be_handed_in(
    world: World, fields: dict[str, Any], words: str
) -> None:
    drawn = drafted(world)
    row(str(drawn.picture.name), **fields)
    text = fragment(world, drawn)
    assert words in text and "hand" in text
    assert "every " not in text and "<button" not in text and "worker 7" not in text


def test_what_the_picture_says_cannot_become_markup(world: World) -> None:
    text = after_reading(world, shown(dataset=read("<script>x</script>"), address=read("<b>\u202e")))
    assert "<script>" not in text and "<b>" not in text and "\u202e" not in text


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


def test_a_draft_that_says_nothing_yet_is_no_error(world: World) -> None:
    add_pictures(task=world.task, enrollment=world.owner, uploads=[picture()])
    drawn = DraftScreenshot.objects.get()
    row_read(str(drawn.picture.name), shown(Spec()))
    assert "Paste your link above" in fragment(world, drawn)
