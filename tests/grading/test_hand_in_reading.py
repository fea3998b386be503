"""Under each picture of a draft once it is read: what was read, and how it agrees with what stands in the form."""

from typing import Any

import pytest

from coursework.models import DraftScreenshot
from coursework.services.drafts import add_pictures
from engine.spec import Spec
from grading.models import Status
from grading.screenshots.reading import ScreenshotReading
from tests.grading.draft_pages import after_reading, drafted, fragment
from tests.grading.picture_rows import read, row, row_read, shown
from tests.world import World, make_world, picture

pytestmark = pytest.mark.django_db
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


def test_a_draft_that_says_nothing_yet_is_no_error(world: World) -> None:
    add_pictures(task=world.task, enrollment=world.owner, uploads=[picture()])
    drawn = DraftScreenshot.objects.get()
    row_read(str(drawn.picture.name), shown(Spec()))
    assert "Paste your link above" in fragment(world, drawn)
