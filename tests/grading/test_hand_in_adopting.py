"""Taking values of a picture over into the form, and back."""

import json
from typing import Any

import pytest
from django.urls import reverse

from coursework.models import Draft, DraftScreenshot
from coursework.services.drafts import add_pictures, save_draft
from engine.link import read_link, write_link
from engine.spec import Spec
from grading.screenshots.reading import ScreenshotReading
from grading.views.polling import HTMX_STOP
from tests.grading.picture_rows import read, row, row_read, shown
from tests.world import QUICK_SPEC, World, make_world, picture

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
LINK = write_link(QUICK_SPEC)
PICTURED = Spec(features=("x",), hidden_layers=(4, 2), seed="0.31415")


@pytest.fixture
def world() -> World:
    world = make_world()
    save_draft(task=world.task, enrollment=world.owner, fields={"link": [LINK], "claimed_epochs": ["101"]})
    add_pictures(task=world.task, enrollment=world.owner, uploads=[picture("run.png")])
    return world


def is_read(reading: ScreenshotReading) -> None:
    row_read(str(DraftScreenshot.objects.get().picture.name), reading)


def url(world: World, name: str = "hand_in_picture_adopt") -> str:
    return reverse(name, kwargs=world.task.url_arguments() | {"picture": DraftScreenshot.objects.get().pk})


def take(world: World, names: str, *, htmx: bool = True, **form: Any) -> Any:
    return world.client("owner").post(url(world), {"take": names} | form, headers=HTMX if htmx else {})


def saved() -> tuple[Spec, str]:
    fields = Draft.objects.get().fields
    return read_link(fields["link"][0]).spec, fields["claimed_epochs"][0]


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_the_epoch_becomes_the_claim_and_everything_else_stays(world: World) -> None:
    is_read(shown(epoch=390))
    response = take(world, "epoch")
    text = text_of(response)
    assert saved() == (QUICK_SPEC, "390")
    assert "Taken over from the picture: claimed epoch 390 instead of 101." in text
    assert "Agrees with your link and claim" in text
    assert json.loads(response["HX-Trigger"]) == {"hand-in:adopted": {"link": LINK, "claimed_epochs": "390"}}


def test_the_network_is_written_into_the_link_and_the_form_shows_it(world: World) -> None:
    is_read(shown(PICTURED))
    text = text_of(take(world, "features hidden_layers"))
    assert saved() == (PICTURED, "101")
    assert "hidden layers 4, 2 instead of 3" in text and "Agrees with your link and claim" in text
    page = text_of(world.client("owner").get(reverse("hand_in", kwargs=world.task.url_arguments())))
    assert "networkShape=4,2" in page and "Read: circle, 1 input, 2 hidden layers, seed 0.31415." in page


def test_what_is_typed_but_not_saved_yet_is_kept(world: World) -> None:
    is_read(shown(PICTURED, epoch=390))
    typed = write_link(Spec(hidden_layers=(1,), seed="0.777"))
    take(world, "hidden_layers", link=typed, drawn=LINK, features=["xSquared"], claimed_epochs="55")
    assert saved() == (Spec(hidden_layers=(4, 2), seed="0.777"), "55")


def test_presses_of_the_pictures_buttons_that_came_along_count(world: World) -> None:
    is_read(shown(epoch=390))
    features = list(QUICK_SPEC.features)
    take(world, "epoch", link=LINK, drawn=LINK, features=features, seed="0.31415", edit=["more-1"], claimed_epochs="1")
    assert saved() == (Spec(features=QUICK_SPEC.features, hidden_layers=(4,), seed="0.31415"), "390")


def test_a_seed_that_cannot_stand_in_a_link_waits_in_its_field(world: World) -> None:
    is_read(shown(PICTURED))
    link = "#networkShape=3&seed=a%20b"
    take(world, "hidden_layers", link=link, drawn="", claimed_epochs="101")
    fields = Draft.objects.get().fields
    assert "seed" not in fields["link"][0] and fields["seed"] != [""]


def test_it_can_be_taken_back(world: World) -> None:
    is_read(shown(PICTURED, epoch=390))
    text = text_of(take(world, "features hidden_layers epoch"))
    assert saved() == (PICTURED, "390")
    assert "Take that back" in text and LINK.replace("&", "&amp;") in text
    response = take(world, "back")
    assert saved() == (QUICK_SPEC, "101")
    assert json.loads(response["HX-Trigger"]) == {"hand-in:adopted": {"link": LINK, "claimed_epochs": "101"}}
    assert "Take that back" not in text_of(response) and "2 differences" in text_of(response)


def test_what_was_taken_over_is_told_until_the_form_is_changed(world: World) -> None:
    is_read(shown(epoch=390))
    take(world, "epoch")
    reading = url(world, "hand_in_picture_reading")
    assert "Taken over" in text_of(world.client("owner").get(reading, headers=HTMX))
    save_draft(task=world.task, enrollment=world.owner, fields={"link": [LINK], "claimed_epochs": ["12"]})
    assert "Taken over" not in text_of(world.client("owner").get(reading, headers=HTMX))
    response = take(world, "back")
    assert response.status_code == 409 and "nothing to take back" in text_of(response)
    assert saved() == (QUICK_SPEC, "12")


def test_what_an_older_version_kept_of_it_is_no_error(world: World) -> None:
    is_read(shown(epoch=390))
    take(world, "epoch")
    session = world.client("owner").session
    del session["hand_in_taken_over"]["told"]
    session.save()
    response = world.client("owner").get(url(world, "hand_in_picture_reading"), headers=HTMX)
    assert response.status_code == 200 and "Take that back" not in text_of(response)


def test_without_javascript_it_leads_back_to_the_page(world: World) -> None:
    is_read(shown(epoch=390))
    response = take(world, "epoch", htmx=False)
    assert (response.status_code, response["Location"]) == (302, url(world, "hand_in_picture_reading"))
    text = text_of(world.client("owner").get(response["Location"]))
    assert "claimed epoch 390 instead of 101" in text and "Take that back" in text


@pytest.mark.parametrize("names", ["", "everything", "seed", "learning_rate", "epoch\x00", "é" * 500, "epoch link"])
def test_what_cannot_be_taken_over_is_named_with_what_can(world: World, names: str) -> None:
    is_read(shown(epoch=390, learning_rate=read(3.0)))
    response = take(world, names)
    text = text_of(response)
    assert response.status_code == 422
    assert "can’t be taken over from this picture. Allowed: epoch, features, hidden_layers, dataset," in text
    assert saved() == (QUICK_SPEC, "101")


def test_from_a_picture_that_is_not_read_nothing_is_taken_over(world: World) -> None:
    assert take(world, "epoch").status_code == 409
    row(str(DraftScreenshot.objects.get().picture.name))
    response = take(world, "epoch", htmx=False)
    assert response.status_code == 409 and "this picture is not read" in text_of(response)
    assert saved() == (QUICK_SPEC, "101")


def test_signed_out_nothing_is_taken_over_and_the_way_leads_to_the_page(world: World) -> None:
    is_read(shown(epoch=390))
    anonymous = world.client("anonymous")
    assert anonymous.post(url(world), {"take": "epoch"}, headers=HTMX).status_code == HTMX_STOP
    response = anonymous.post(url(world), {"take": "epoch"})
    assert response.status_code == 302 and response["Location"].endswith(
        f"next={url(world, 'hand_in_picture_reading')}"
    )
    assert saved() == (QUICK_SPEC, "101")
