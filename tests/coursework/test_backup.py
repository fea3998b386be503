"""scripts/backup and scripts/restore as an operator runs them, into a database of its own."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection

from coursework import append_only
from coursework.models import Event, Screenshot
from coursework.services.screenshots import prepare_screenshot
from tests.drills.databases import empty_database
from tests.world import hand_in, make_world, picture

pytestmark = pytest.mark.django_db(transaction=True)


def run(script: str, *arguments: object, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    command = [str(settings.BASE_DIR / "scripts" / script), *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def here(worker_environment: dict[str, str], data_dir: Path) -> dict[str, str]:
    """The environment of the service that is backed up: a course with three submissions and their pictures."""
    data_dir.mkdir(parents=True, exist_ok=True)
    world = make_world()
    for person, side in ((world.owner, 50), (world.owner, 60), (world.classmate, 70)):
        hand_in(world.task, person, screenshots=[prepare_screenshot(picture(size=(side, side)))])
    return worker_environment


@pytest.fixture
def elsewhere(worker_environment: dict[str, str], tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a fresh machine: no database, no files."""
    with empty_database(worker_environment["DATABASE_URL"], tmp_path) as url:
        yield worker_environment | {"DATABASE_URL": url, "DATA_DIR": str(tmp_path / "elsewhere")}


@pytest.fixture
def backup(here: dict[str, str], tmp_path: Path) -> Path:
    done = run("backup", tmp_path / "backups", "--name", "one", environment=here)
    assert done.returncode == 0, done.stderr
    assert "3 submissions, 3 files" in done.stdout
    return tmp_path / "backups" / "one"


_kept: list[Path] = []


@pytest.fixture
def kept_backup(request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of such a service, made once: for tests that ask nothing of what was backed up."""
    if not _kept:
        made = tmp_path_factory.mktemp("kept") / "one"
        shutil.copytree(request.getfixturevalue("backup"), made)
        _kept.append(made)
    copy = tmp_path / "backups" / "one"
    if not copy.exists():
        shutil.copytree(_kept[0], copy)
    return copy


def test_all_of_it_comes_back(backup: Path, elsewhere: dict[str, str]) -> None:
    done = run("restore", backup, environment=elsewhere)
    assert done.returncode == 0, done.stderr
    assert "3 submissions, 3 files; every row counted, every file read" in done.stdout
    for shown in Screenshot.objects.all():
        name = str(shown.picture.name)
        with default_storage.open(name) as stored:
            assert (Path(elsewhere["DATA_DIR"]) / "media" / name).read_bytes() == stored.read()


def test_what_was_restored_can_be_backed_up_with_the_same_rows(
    kept_backup: Path, elsewhere: dict[str, str], tmp_path: Path
) -> None:
    run("restore", kept_backup, environment=elsewhere)
    again = run("backup", tmp_path / "backups", "--name", "two", environment=elsewhere)
    assert again.returncode == 0, again.stderr
    manifests = [json.loads((tmp_path / "backups" / name / "manifest.json").read_text()) for name in ("one", "two")]
    assert manifests[0]["rows"] == manifests[1]["rows"]
    assert manifests[0]["rows"]["grading_verification"] == 3


def test_its_sums_can_be_checked_without_us(kept_backup: Path) -> None:
    done = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=kept_backup, check=False)
    assert done.returncode == 0
    listed = {line.split("  ", 1)[1] for line in (kept_backup / "SHA256SUMS").read_text().splitlines()}
    found = {path.relative_to(kept_backup).as_posix() for path in kept_backup.rglob("*") if path.is_file()}
    assert listed == found - {"SHA256SUMS"}


def test_only_its_owner_may_read_it(kept_backup: Path) -> None:
    assert [path for path in (kept_backup, *kept_backup.rglob("*")) if path.stat().st_mode & 0o077] == []


def test_a_database_in_use_is_not_replaced_unless_forced(kept_backup: Path, elsewhere: dict[str, str]) -> None:
    run("restore", kept_backup, environment=elsewhere)
    refused = run("restore", kept_backup, environment=elsewhere)
    assert refused.returncode != 0
    assert "The database is in use" in refused.stderr and "--force" in refused.stderr
    assert run("restore", kept_backup, "--force", environment=elsewhere).returncode == 0


@pytest.mark.parametrize("damage", ["altered picture", "missing picture", "altered dump", "no sums"])
def test_a_damaged_backup_is_refused_before_anything_is_touched(
    damage: str, kept_backup: Path, elsewhere: dict[str, str]
) -> None:
    shown = next((kept_backup / "media").rglob("*.png"))
    dump = next(kept_backup.glob("database.*"))
    damages: dict[str, Callable[[], object]] = {
        "altered picture": lambda: shown.write_bytes(b"something else"),
        "missing picture": shown.unlink,
        "altered dump": lambda: dump.write_bytes(dump.read_bytes()[:-1]),
        "no sums": (kept_backup / "SHA256SUMS").unlink,
    }
    damages[damage]()
    done = run("restore", kept_backup, environment=elsewhere)
    assert done.returncode != 0
    assert "damaged or missing" in done.stderr or "is not a whole backup" in done.stderr
    assert not (Path(elsewhere["DATA_DIR"]) / "media").exists()


def test_a_file_that_was_lost_before_is_told_and_the_rest_is_backed_up(
    here: dict[str, str], elsewhere: dict[str, str], tmp_path: Path
) -> None:
    lost = str(Screenshot.objects.earliest("pk").picture.name)
    default_storage.delete(lost)
    done = run("backup", tmp_path / "backups", "--name", "one", environment=here)
    assert done.returncode != 0
    assert "1 files that rows name are not in storage" in done.stderr
    restored = run("restore", tmp_path / "backups" / "one", environment=elsewhere)
    assert restored.returncode == 0, restored.stderr
    assert f"Was missing before the backup: {lost}" in restored.stderr


def test_a_backup_never_replaces_another(kept_backup: Path, here: dict[str, str], tmp_path: Path) -> None:
    done = run("backup", tmp_path / "backups", "--name", "one", environment=here)
    assert done.returncode != 0
    assert "is there already" in done.stderr


RECORD = """
import django
django.setup()
from django.db import IntegrityError, connection
from coursework import append_only
from coursework.models import Event
from coursework.services.events import record
try:
    Event.objects.all().delete()
    refused = "deleted"
except IntegrityError:
    refused = "refused"
print(Event.objects.count(), append_only.missing(connection), refused)
record(action="later.here", actor=None)
"""


def record_in(environment: dict[str, str]) -> str:
    """Say what the record is like there, then add to it."""
    settings_of = environment | {"DJANGO_SETTINGS_MODULE": "coursework.settings"}
    command = [sys.executable, "-c", RECORD]
    return subprocess.run(
        command, env=settings_of, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_the_record_of_events_is_replaced_by_a_restore_only_and_protected_afterwards(
    backup: Path, elsewhere: dict[str, str]
) -> None:
    as_here = f"{Event.objects.count()} [] refused"
    run("restore", backup, environment=elsewhere)
    assert record_in(elsewhere) == as_here
    assert run("restore", backup, "--force", environment=elsewhere).returncode == 0
    assert record_in(elsewhere) == as_here  # what was added meanwhile is gone with the rest, as --force says


def test_a_backup_of_a_record_without_its_triggers_comes_back_with_them(
    here: dict[str, str], elsewhere: dict[str, str], tmp_path: Path
) -> None:
    of_table = " ON coursework_event" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in append_only.triggers(connection):
            cursor.execute(f"DROP TRIGGER {name}{of_table}")
    run("backup", tmp_path / "backups", "--name", "older", environment=here)
    assert run("restore", tmp_path / "backups" / "older", environment=elsewhere).returncode == 0
    assert record_in(elsewhere) == f"{Event.objects.count()} [] refused"
