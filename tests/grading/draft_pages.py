"""What tests of draft pictures' readings ask of the pages: a draft with a picture, and the part about it."""

from typing import Any

from django.urls import reverse

from coursework.models import DraftScreenshot
from coursework.services.drafts import add_pictures, save_draft
from engine.link import write_link
from grading.screenshots.reading import ScreenshotReading
from tests.grading.picture_rows import row_read
from tests.world import QUICK_SPEC, World, picture

HTMX = {"HX-Request": "true"}


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
