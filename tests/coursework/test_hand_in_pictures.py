"""Screenshots are kept as soon as they are sent, and are their student's own."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from coursework.models import DraftScreenshot, Submission
from engine.link import write_link
from tests.world import QUICK_SPEC, World, hand_in, make_world, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def url(world: World, name: str = "hand_in", **arguments: Any) -> str:
    return reverse(name, kwargs=world.task.url_arguments() | arguments)


def add(world: World, *uploads: SimpleUploadedFile) -> Any:
    return world.client("owner").post(url(world, "hand_in_pictures"), {"screenshots": uploads or (picture(),)})


def post(world: World, **fields: Any) -> Any:
    data = {"link": write_link(QUICK_SPEC), "claimed_epochs": "101", "idempotency_key": "0" * 32}
    return world.client("owner").post(url(world), data | fields)


def only_picture() -> DraftScreenshot:
    return DraftScreenshot.objects.get()


def test_a_picture_comes_back_with_name_size_and_a_way_out(world: World) -> None:
    response = add(world, picture("my run.png", size=(80, 50)))
    shown = response.content.decode()
    assert response.status_code == 200
    assert "my run.png, 80 × 50 pixels" in shown
    assert url(world, "hand_in_picture", picture=only_picture().pk) in shown
    assert "Remove this picture" in shown


def test_a_bad_file_is_named_with_what_is_allowed_and_the_good_one_stays(world: World) -> None:
    response = add(world, picture("run.png"), SimpleUploadedFile("notes.pdf", b"%PDF-1.7"))
    shown = response.content.decode()
    assert response.status_code == 422
    assert "notes.pdf is not a picture that we can read. Allowed: PNG, JPEG or WebP" in shown
    assert "run.png, 64" in shown


def test_only_its_owner_sees_a_picture(world: World) -> None:
    add(world)
    address = url(world, "hand_in_picture", picture=only_picture().pk)
    response = world.client("owner").get(address)
    assert response.getvalue().startswith(b"\x89PNG")
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("image/png", "nosniff")
    for who in ("classmate", "ta", "instructor", "elsewhere", "operator"):
        assert world.client(who).get(address).status_code == 404
        assert world.client(who).post(address).status_code == 404
    assert world.client("owner").get(url(world, "hand_in_picture", picture=10**30)).status_code == 404


def test_a_picture_whose_file_is_gone_is_missing_not_an_error(world: World) -> None:
    add(world)
    default_storage.delete(str(only_picture().picture.name))
    address = url(world, "hand_in_picture", picture=only_picture().pk)
    assert world.client("owner").get(address).status_code == 404


def test_a_picture_can_be_removed(world: World, data_dir: Path) -> None:
    add(world)
    response = world.client("owner").post(url(world, "hand_in_picture", picture=only_picture().pk))
    assert response.status_code == 200 and "0 of 3" in response.content.decode()
    assert not DraftScreenshot.objects.exists()
    assert not [path for path in (data_dir / "media").rglob("*") if path.is_file()]


def test_without_javascript_it_is_removed_with_the_form_and_nothing_is_lost(world: World) -> None:
    add(world)
    for wanted in ("drop table", "9" * 40, str(only_picture().pk)):
        response = post(world, remove_picture=wanted, claimed_epochs="77")
        assert response.status_code == 200
        assert 'value="77"' in response.content.decode()
    assert not DraftScreenshot.objects.exists()
    assert not Submission.objects.exists()


def test_pictures_of_a_refused_form_are_handed_in_with_the_next_one(world: World) -> None:
    refused = post(world, claimed_epochs="", screenshots=[picture("run.png"), SimpleUploadedFile("bad.png", b"?")])
    shown = refused.content.decode()
    assert refused.status_code == 422
    assert "run.png, 64" in shown and "bad.png is not a picture" in shown
    assert post(world).status_code == 302
    assert [row.original_name for row in Submission.objects.get().screenshots.all()] == ["run.png"]


def test_a_full_disk_is_our_fault_and_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(default_storage, "save", full)
    for response in (add(world), post(world, screenshots=[picture()])):
        assert response.status_code == 503
        assert "We could not store run.png just now; the fault is ours." in response.content.decode()
    assert not Submission.objects.exists()


def test_where_nothing_is_taken_no_picture_is_stored(world: World) -> None:
    for _ in range(3):
        hand_in(world.task, world.owner)
    assert add(world).status_code == 422
    assert post(world, screenshots=[picture()]).status_code == 422
    assert not DraftScreenshot.objects.exists()
