"""Everything about one person can be handed out, and nothing personal is left once the person is erased."""

import json
import stat
import zipfile
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coursework.models import Draft, DraftScreenshot, Enrollment, Event, Extension, Screenshot, Submission, User
from coursework.services.events import record
from coursework.services.screenshots import prepare_screenshot
from grading.models import Outcome, PictureReading, Status, Verification
from grading.screenshots.reading import Read, ScreenshotReading
from grading.selectors import leaderboard
from grading.services.personal.policies import POLICIES, policies, rows_of
from grading.services.rerun import run_again
from grading.services.verification import claim_verification, settle_verification
from grading.services.verify import Finding
from tests.world import QUICK_SPEC, World, hand_in, make_world, picture, verification_of

pytestmark = pytest.mark.django_db
# Nothing else anywhere contains these.
USERNAME, FIRST, LAST, MAIL = "zyx.qwert", "Zyxoline", "Qwertsson", "zyx@qwert.example.edu"
NUMBER, FILE, TYPED = "99-777-55", "zyx-desktop.png", "my name is zyxoline q"
SHOWN = "zyxoline-s-own-address"  # in a picture
FOUND = Finding(Outcome.VERIFIED, "1.0.0", retrained_epochs=101, official_epochs=90.0)
WORDS = (USERNAME, FIRST, LAST, MAIL, NUMBER, FILE, TYPED, SHOWN)


@pytest.fixture
def world() -> World:
    world = make_world()
    User.objects.filter(pk=world.owner.user_id).update(
        username=USERNAME, first_name=FIRST, last_name=LAST, email=MAIL, is_staff=True
    )
    Enrollment.objects.filter(pk=world.owner.pk).update(id_number=NUMBER, show_name=True)
    world.owner = Enrollment.objects.select_related("user", "course").get(pk=world.owner.pk)
    for enrollment in (world.owner, world.classmate):
        shot = prepare_screenshot(picture(FILE if enrollment is world.owner else "other.png"))
        submission = hand_in(
            world.task, enrollment, screenshots=[shot], link=TYPED if enrollment is world.owner else "theirs"
        )
        claim = claim_verification(verification_id=verification_of(submission).pk, worker="test")
        assert claim is not None and settle_verification(claim=claim, finding=FOUND)
        draft = Draft.objects.create(enrollment=enrollment, task=world.task, fields={"link": [TYPED]})
        drawn = DraftScreenshot(draft=draft, width=64, height=48, original_name=FILE, upload_hash="0")
        drawn.picture.save("run.png", picture())
        read(submission.screenshots.get(), SHOWN if enrollment is world.owner else "another-address")
        read(drawn, SHOWN if enrollment is world.owner else "another-address")
    Draft.objects.filter(enrollment=world.classmate).delete()  # the file stays, as somebody else's
    about_everything(world)
    return world


def read(shot: Screenshot | DraftScreenshot, address: str) -> None:
    """Have a picture read, with an address bar in it."""
    reading = ScreenshotReading(64, 48, "test", address=Read(address, address, 0.9))
    fields = {"status": Status.COMPLETED, "result": reading.to_dict(), "queued_at": timezone.now()}
    PictureReading.objects.update_or_create(
        picture=shot.picture.name, defaults=fields, create_defaults=fields | {"upload_hash": "0"}
    )


def about_everything(world: World) -> None:
    """Leave traces of the person wherever the service leaves some."""
    user = world.owner.user
    world.client("owner")
    Extension.objects.create(
        assignment=world.task.assignment, enrollment=world.owner, due_at=world.task.assignment.due_at, reason=TYPED
    )
    record(action="x.done", actor=user, course=world.course, subject=f"submission {own(world).receipt_number}")
    record(action="x.seen", actor=world.instructor.user, course=world.course, subject=f"enrollment {world.owner.pk}")
    record(action="x.not", actor=world.instructor.user, course=world.course, subject=f"enrollment {world.ta.pk}")
    run_again(submission=own(world), actor=world.instructor.user, reason="a test")
    email = apps.get_model("account", "EmailAddress").objects.create(user=user, email=MAIL, verified=True)
    for row in (user, email):
        LogEntry.objects.create(
            user=world.operator,
            content_type=ContentType.objects.get_for_model(row),
            object_id=str(row.pk),
            object_repr=str(row),
            action_flag=CHANGE,
        )


def own(world: World) -> Submission:
    return Submission.objects.get(enrollment=world.owner)


def erase(*options: str) -> str:
    told = StringIO()
    call_command("erase_person", USERNAME, *options, stdout=told)
    return told.getvalue()


def where_it_stands(words: tuple[str, ...]) -> set[str]:
    """Look into every column of every table there is, as the database has it; whether we know the table or not."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    text = bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
                    found |= {f"{table}.{column}" for word in words if word.lower() in text.lower()}
    return found


# --- Every table has its line ------------------------------------------------------------------------------------


def test_every_table_is_provided_for() -> None:
    labels = {model._meta.label for model in apps.get_models()}
    missing = labels - POLICIES.keys()
    assert not missing, f"say in grading/services/personal/policies.py what these hold about people: {missing}"


def test_every_path_leads_to_people(world: World) -> None:
    for model, policy in policies():
        assert rows_of(model, policy, world.owner.user).count() >= 0  # an odd path raises FieldError
        columns = {each.name for each in model._meta.get_fields()}
        assert {*policy.emptied, *policy.files, *policy.withheld} <= columns


def test_nothing_that_points_at_people_counts_as_nobody_s() -> None:
    of_people = {User, Enrollment, Submission, Verification, Draft}
    for model in apps.get_models():
        points_at = {each.related_model for each in model._meta.fields if each.is_relation}
        if points_at & of_people:
            assert POLICIES[model._meta.label].owner is not None, model


# --- Handing out -------------------------------------------------------------------------------------------------


def export(tmp_path: Path) -> zipfile.ZipFile:
    target = tmp_path / "person.zip"
    call_command("export_person", USERNAME, "--output", str(target), stdout=StringIO())
    return zipfile.ZipFile(target)


def rows(archive: zipfile.ZipFile, label: str) -> list[dict[str, Any]]:
    return json.loads(archive.read(f"rows/{label}.json"))  # type: ignore[no-any-return]


def test_everything_is_handed_out(world: World, tmp_path: Path) -> None:
    with export(tmp_path) as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist() if name.startswith(("rows", "READ")))
        for word in WORDS:
            assert word in text
        assert rows(archive, "coursework.User")[0]["fields"]["email"] == MAIL
        assert rows(archive, "coursework.Submission")[0]["fields"]["settings"] == QUICK_SPEC.to_dict()
        assert len(rows(archive, "grading.Verification")) == 2
        assert {row["fields"]["action"] for row in rows(archive, "coursework.Event")} == {
            "x.done",
            "x.seen",
            "submission.received",
            "verification.settled",
            "verification.rerun",
        }
        pictures = [name for name in archive.namelist() if name.startswith("files/")]
        assert len(pictures) == 2
        assert all(archive.read(name).startswith(b"\x89PNG") for name in pictures)
        readings = rows(archive, "grading.PictureReading")
        assert [row["fields"]["result"]["address"]["text"] for row in readings] == [SHOWN, SHOWN]
        assert json.loads(archive.read("courses.json"))["courses"] == {str(world.course.pk): world.course.title}


def test_nothing_of_others_and_no_secrets(world: World, tmp_path: Path) -> None:
    with export(tmp_path) as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist() if name.startswith("rows"))
        others = ["another-address", world.classmate.pseudonym, "theirs", "other.png", world.instructor.user.username]
        assert not [word for word in others if f'"{word}"' in text]
        assert world.owner.user.password not in text and '"password"' not in text


def test_the_file_is_its_owner_s_only_and_replaces_none(world: World, tmp_path: Path) -> None:
    export(tmp_path).close()
    target = tmp_path / "person.zip"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with pytest.raises(CommandError, match="exists"):
        export(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["person.zip"]


def test_where_it_can_t_be_written_is_said(world: World, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="can't be written: No such file"):
        call_command("export_person", USERNAME, "--output", str(tmp_path / "none" / "person.zip"))


@pytest.mark.parametrize("command", ["export_person", "erase_person"])
def test_somebody_unknown_is_said(command: str, tmp_path: Path) -> None:
    options = ["--output", str(tmp_path / "x.zip")] if command == "export_person" else ["--yes"]
    with pytest.raises(CommandError, match="Nobody has the user name 'none'"):
        call_command(command, "none", *options)


# --- Erasing -----------------------------------------------------------------------------------------------------


def test_what_is_looked_for_is_there_before(world: World) -> None:
    places = where_it_stands(WORDS)
    assert {
        "coursework_user.username",
        "coursework_enrollment.id_number",
        "coursework_submission.link",
        "coursework_screenshot.original_name",
        "coursework_draft.fields",
        "grading_picturereading.result",
        "coursework_extension.reason",
        "account_emailaddress.email",
        "django_admin_log.object_repr",
    } <= places


def test_nothing_personal_is_left_in_any_table(world: World) -> None:
    files = [*Screenshot.objects.values_list("submission__enrollment", "picture")]
    drafts = [*DraftScreenshot.objects.values_list("picture", flat=True)]
    pseudonym = world.owner.pseudonym
    told = erase("--yes")
    assert where_it_stands((*WORDS, pseudonym)) == set()
    # The others' readings stay; the one of the classmate's draft goes when the pictures are tidied up.
    assert {
        row.reading.address.text for row in PictureReading.objects.all() if row.reading and row.reading.address
    } == {"another-address"}
    assert "Words of the person still stand" not in told
    for enrollment, name in files:
        assert default_storage.exists(name) is (enrollment != world.owner.pk)
    assert not default_storage.exists(drafts[0])


def test_results_and_places_stay_without_a_name(world: World) -> None:
    before = [(row.place, row.entry.receipt_number) for row in leaderboard(world.task)]
    verifications = list(Verification.objects.order_by("pk").values())
    erase("--yes")
    assert [(row.place, row.entry.receipt_number) for row in leaderboard(world.task)] == before
    assert list(Verification.objects.order_by("pk").values()) == verifications
    user = own(world).enrollment.user
    assert user.username.startswith("erased-")
    assert (user.is_active, user.is_staff, user.has_usable_password()) == (False, False, False)
    assert Event.objects.get(action="x.done").actor == user


def test_the_person_is_signed_out_and_can_t_sign_in(world: World) -> None:
    browser = world.client("owner")
    assert browser.get(reverse("home")).status_code == 200
    erase("--yes")
    assert browser.get(reverse("home")).status_code == 302
    assert Client().login(username=USERNAME, password="correct horse battery") is False


def test_others_keep_everything(world: World) -> None:
    before = Submission.objects.filter(enrollment=world.classmate).values().get()
    erase("--yes")
    assert Submission.objects.filter(enrollment=world.classmate).values().get() == before
    assert Screenshot.objects.get().original_name == "other.png"
    assert world.client("classmate").get(reverse("home")).status_code == 200


def test_staff_s_pages_of_what_stays_still_open(world: World) -> None:
    erase("--yes")
    for name, arguments in (
        ("submission", {"receipt_number": own(world).receipt_number}),
        ("course_dashboard", {"course": world.course.slug}),
        ("leaderboard", world.task.url_arguments()),
    ):
        assert world.client("instructor").get(reverse(name, kwargs=arguments)).status_code == 200


def test_a_dry_run_only_tells(world: World) -> None:
    before = where_it_stands(WORDS)
    told = erase("--dry-run")
    assert "1 coursework.Draft: deleted" in told
    assert "2 grading.PictureReading: deleted" in told
    assert "1 coursework.Submission: kept, under the erased account's pseudonym" in told
    assert "Nothing was changed." in told
    assert where_it_stands(WORDS) == before


def test_it_asks_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.input", lambda _: "y")
    with pytest.raises(CommandError, match="was not repeated"):
        erase()
    assert User.objects.filter(username=USERNAME).exists()
    monkeypatch.setattr("builtins.input", lambda _: USERNAME)
    assert "Erased." in erase()


def test_a_second_time_changes_nothing(world: World) -> None:
    erase("--yes")
    name = own(world).enrollment.user.username
    before = [list(model._default_manager.order_by("pk").values()) for model in apps.get_models()]
    call_command("erase_person", name, stdout=StringIO())
    assert [list(model._default_manager.order_by("pk").values()) for model in apps.get_models()] == before


def test_what_others_wrote_about_the_person_is_pointed_out(world: World) -> None:
    world.task.instructions = f"Ask {FIRST} if you are stuck."
    world.task.save()
    told = erase("--yes")
    assert f"coursework.Task {world.task.pk}, instructions" in told
    assert FIRST not in told


def test_interrupted_after_the_files_it_can_be_given_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise OSError("power")

    with monkeypatch.context() as broken:
        broken.setattr("grading.services.personal.erase._draw_pseudonyms", fail)
        with pytest.raises(OSError, match="power"):
            erase("--yes")
    assert User.objects.filter(username=USERNAME).exists()
    erase("--yes")
    assert where_it_stands(WORDS) == set()
