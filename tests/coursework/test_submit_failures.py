"""Handing in while storage or database fail on the way: nothing half-done is left, nothing stored is taken apart."""

import errno
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import OperationalError, connection
from django.urls import reverse

from coursework.models import Screenshot, Submission
from coursework.services.screenshots import NotStored, prepare_screenshot
from engine.link import write_link
from tests.world import QUICK_SPEC, World, hand_in, make_world, picture


def stored_files(data_dir: Path) -> list[Path]:
    return [path for path in (data_dir / "media").rglob("*") if path.is_file()]


@pytest.fixture
def full_at_the_second_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """Storage that takes one picture, and half of the next."""
    real: Any = FileSystemStorage._save  # type: ignore[attr-defined]
    calls = iter(range(100))

    def save(self: FileSystemStorage, name: str, content: Any) -> str:
        written: str = real(self, name, content)
        if next(calls) == 0:
            return written
        Path(self.path(written)).write_bytes(b"half of it")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", save)


@pytest.mark.django_db
@pytest.mark.usefixtures("full_at_the_second_picture")
def test_a_full_disk_leaves_neither_row_nor_file(data_dir: Path) -> None:
    world = make_world()
    pictures = [prepare_screenshot(picture(size=(width, 50))) for width in (50, 60)]
    with pytest.raises(NotStored, match="Nothing was handed in and no attempt is used up"):
        hand_in(world.task, world.owner, screenshots=pictures)
    assert not Submission.objects.exists()
    assert stored_files(data_dir) == []


def post(world: World) -> Any:
    return world.client("owner").post(
        reverse("hand_in", kwargs=world.task.url_arguments()),
        {
            "link": write_link(QUICK_SPEC),
            "claimed_epochs": "101",
            "idempotency_key": "0" * 32,
            "screenshots": [picture(), picture(size=(70, 70))],
        },
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("full_at_the_second_picture")
def test_the_form_comes_back_and_says_so() -> None:
    world = make_world()
    response = post(world)
    assert response.status_code == 503
    assert "We could not store" in response.content.decode()
    assert "#" in response.content.decode() and "0.31415" in response.content.decode()


@pytest.mark.django_db
def test_storage_that_can_not_even_delete_is_still_said_clearly() -> None:
    world = make_world()
    with (
        patch.object(default_storage, "save", side_effect=ConnectionError("the bucket is away")),
        patch.object(default_storage, "delete", side_effect=ConnectionError("the bucket is away")),
    ):
        assert post(world).status_code == 503
    assert post(world).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_a_commit_that_is_refused_takes_the_files_along(data_dir: Path) -> None:
    world = make_world()
    world.client("owner").raise_request_exception = False
    with patch.object(connection, "_commit", side_effect=OperationalError("database or disk is full")):
        assert post(world).status_code == 503
    assert not Submission.objects.exists()
    assert stored_files(data_dir) == []


@pytest.mark.django_db(transaction=True)
def test_a_commit_whose_answer_got_lost_keeps_its_pictures(data_dir: Path) -> None:
    world = make_world()
    world.client("owner").raise_request_exception = False
    with losing_the_answer_to_the_commit():
        assert post(world).status_code == 503
    submission = Submission.objects.get()
    assert all(default_storage.exists(str(shown.picture.name)) for shown in Screenshot.objects.all())
    assert len(stored_files(data_dir)) == 2
    assert post(world)["Location"].endswith(f"{submission.receipt_number}/")  # sent again: the one that was stored
    assert len(stored_files(data_dir)) == 2


def losing_the_answer_to_the_commit() -> Any:
    real = connection._commit  # type: ignore[attr-defined]

    def commit() -> None:
        real()
        if Submission.objects.exists():  # the session's commits go through
            raise OperationalError("server closed the connection unexpectedly")

    return patch.object(connection, "_commit", commit)
