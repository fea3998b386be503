"""What is filled in is kept until it is handed in or thrown away."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError

from coursework.models import Draft, DraftScreenshot, Submission
from coursework.selectors.drafts import draft_of, draft_picture, draft_pictures
from coursework.services.drafts import add_pictures, remove_picture, save_draft, throw_away
from coursework.services.screenshots import NotStored, prepare_screenshot
from coursework.services.submissions import PicturesGone
from tests.world import World, hand_in, make_world, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def stored_files(data_dir: Path) -> list[Path]:
    return [path for path in (data_dir / "media").rglob("*") if path.is_file()]


def add(world: World, *uploads: SimpleUploadedFile) -> list[str]:
    return add_pictures(task=world.task, enrollment=world.owner, uploads=uploads or (picture(),))


def test_a_draft_keeps_the_form_s_own_fields(world: World) -> None:
    sent = {"link": ["#seed=1"], "features": ["x", "y"], "csrfmiddlewaretoken": ["secret"], "claimed_epochs": ["1\x00"]}
    save_draft(task=world.task, enrollment=world.owner, fields=sent)
    save_draft(task=world.task, enrollment=world.owner, fields=sent | {"link": ["#seed=2"]})
    draft = draft_of(task=world.task, enrollment=world.owner)
    assert draft is not None and Draft.objects.count() == 1
    assert draft.fields == {"link": ["#seed=2"], "features": ["x", "y"], "claimed_epochs": ["1"]}


def test_a_draft_is_its_student_s_own(world: World) -> None:
    save_draft(task=world.task, enrollment=world.owner, fields={"link": ["#seed=1"]})
    add(world)
    (kept,) = draft_pictures(task=world.task, enrollment=world.owner)
    assert draft_of(task=world.task, enrollment=world.classmate) is None
    assert draft_picture(task=world.task, enrollment=world.classmate, picture=kept.pk) is None
    assert not remove_picture(task=world.task, enrollment=world.classmate, picture=kept.pk)
    throw_away(task=world.task, enrollment=world.classmate)
    assert default_storage.exists(str(kept.picture.name))


def test_endless_text_is_bounded(world: World) -> None:
    draft = save_draft(task=world.task, enrollment=world.owner, fields={"link": ["9" * 10**6], "features": ["x"] * 999})
    assert len(draft.fields["link"][0]) == 20_000
    assert len(draft.fields["features"]) == 20


def test_pictures_are_kept_once_and_in_order(world: World, data_dir: Path) -> None:
    assert add(world, picture("a.png"), picture("b.png", size=(50, 50)), picture("again.png")) == []
    assert [row.original_name for row in draft_pictures(task=world.task, enrollment=world.owner)] == ["a.png", "b.png"]
    assert len(stored_files(data_dir)) == 2


def test_a_bad_picture_is_named_and_the_others_stay(world: World, data_dir: Path) -> None:
    refusals = add(world, SimpleUploadedFile("notes.png", b"words"), picture("run.png"))
    assert len(refusals) == 1 and "notes.png" in refusals[0]
    assert [row.original_name for row in DraftScreenshot.objects.all()] == ["run.png"]
    assert len(stored_files(data_dir)) == 1


def test_a_fourth_picture_is_left_out(world: World, data_dir: Path) -> None:
    refusals = add(world, *(picture(f"{side}.png", size=(side, side)) for side in (20, 30, 40, 50)))
    assert refusals == ["50.png was left out: at most 3 pictures. Remove one to make room."]
    assert len(stored_files(data_dir)) == 3


def test_a_full_disk_leaves_nothing_behind(world: World, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(name: str, content: object, **_: object) -> str:
        path = data_dir / "media" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(default_storage, "save", full)
    with pytest.raises(NotStored, match=r"run\.png.*the fault is ours"):
        add(world)
    assert stored_files(data_dir) == []
    assert not DraftScreenshot.objects.exists()


def test_a_picture_whose_row_fails_leaves_no_file(
    world: World, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise IntegrityError

    monkeypatch.setattr(DraftScreenshot.objects, "create", fail)
    with pytest.raises(IntegrityError):
        add(world)
    assert stored_files(data_dir) == []


def test_removing_a_picture_and_throwing_away_delete_the_files(world: World, data_dir: Path) -> None:
    add(world, picture("a.png"), picture("b.png", size=(50, 50)))
    first, _second = draft_pictures(task=world.task, enrollment=world.owner)
    assert remove_picture(task=world.task, enrollment=world.owner, picture=first.pk)
    assert len(stored_files(data_dir)) == 1
    throw_away(task=world.task, enrollment=world.owner)
    assert stored_files(data_dir) == []
    assert not Draft.objects.exists()
    throw_away(task=world.task, enrollment=world.owner)  # nothing there is fine too


def test_handing_in_gives_the_pictures_to_the_submission_and_ends_the_draft(world: World, data_dir: Path) -> None:
    add(world, picture("a.png"), picture("b.png", size=(50, 50)))
    before = {path.name for path in stored_files(data_dir)}
    submission = hand_in(world.task, world.owner, screenshots=(), from_draft=True)
    assert [row.original_name for row in submission.screenshots.all()] == ["a.png", "b.png"]
    assert {path.name for path in stored_files(data_dir)} == before
    assert not Draft.objects.exists()


def test_a_form_sent_again_finds_its_submission_with_and_without_its_pictures(world: World, data_dir: Path) -> None:
    key: dict[str, Any] = {"screenshots": (), "from_draft": True, "idempotency_key": "a" * 32}
    add(world)
    first = hand_in(world.task, world.owner, **key)
    assert hand_in(world.task, world.owner, **key) == first
    add(world)  # a browser without JavaScript sends them once more
    assert hand_in(world.task, world.owner, **key) == first
    assert not Draft.objects.exists()
    assert len(stored_files(data_dir)) == 1


def test_pictures_sent_with_the_form_join_those_of_the_draft(world: World, data_dir: Path) -> None:
    add(world, picture("a.png"))
    sent = [prepare_screenshot(picture("a again.png")), prepare_screenshot(picture("b.png", size=(50, 50)))]
    key = "a" * 32
    first = hand_in(world.task, world.owner, screenshots=sent, from_draft=True, idempotency_key=key)
    assert [row.original_name for row in first.screenshots.all()] == ["a.png", "b.png"]
    assert len(stored_files(data_dir)) == 2


def test_sent_again_a_form_leaves_the_draft_of_the_next_attempt_alone(world: World, data_dir: Path) -> None:
    key = "a" * 32
    sent = [prepare_screenshot(picture())]
    first = hand_in(world.task, world.owner, screenshots=sent, from_draft=True, idempotency_key=key)
    add(world, picture("next.png", size=(50, 50)))
    sent = [prepare_screenshot(picture())]
    assert hand_in(world.task, world.owner, screenshots=sent, from_draft=True, idempotency_key=key) == first
    assert [row.original_name for row in DraftScreenshot.objects.all()] == ["next.png"]
    assert len(stored_files(data_dir)) == 2


def test_pictures_that_another_tab_has_handed_in_are_asked_for(world: World) -> None:
    with pytest.raises(PicturesGone, match="add them again"):
        hand_in(world.task, world.owner, screenshots=(), from_draft=True)
    assert not Submission.objects.exists()


def test_if_it_can_not_be_handed_in_the_draft_stays(
    world: World, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("grading.receivers.queue_verification", fail)
    add(world)
    with pytest.raises(RuntimeError):
        hand_in(world.task, world.owner, screenshots=(), from_draft=True)
    assert DraftScreenshot.objects.count() == len(stored_files(data_dir)) == 1
