"""The database itself refuses to change the record of events, on SQLite and PostgreSQL alike."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from coursework import append_only
from coursework.models import Event
from coursework.services.events import record
from tests.world import make_course, make_user

ON_POSTGRESQL = "DROP TRIGGER IF EXISTS {} ON coursework_event"
ON_SQLITE = "DROP TRIGGER IF EXISTS {}"


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def unprotected() -> None:
    drop = ON_POSTGRESQL if connection.vendor == "postgresql" else ON_SQLITE
    for name in append_only.triggers(connection):
        sql(drop.format(name))


def replaced() -> None:
    """What is a REPLACE on SQLite and an upsert on PostgreSQL."""
    event = Event.objects.get()
    event._state.adding = True
    event.action = "other"
    Event.objects.bulk_create(
        [event], update_conflicts=True, update_fields=["action"], unique_fields=["id"] if unique_named() else None
    )


def unique_named() -> bool:
    return connection.features.supports_update_conflicts_with_target


REFUSED: dict[str, Callable[[], object]] = {
    "queryset.update": lambda: Event.objects.update(subject="other"),
    "queryset.delete": lambda: Event.objects.all().delete(),
    "instance.delete": lambda: Event.objects.get().delete(),
    "raw delete": lambda: Event.objects.all()._raw_delete("default"),
    "bulk_update": lambda: Event.objects.bulk_update([Event.objects.get()], ["action"]),
    "upsert": replaced,
    "UPDATE": lambda: sql("UPDATE coursework_event SET action = 'other'"),
    "UPDATE of nothing else": lambda: sql("UPDATE coursework_event SET action = action"),
    "DELETE": lambda: sql("DELETE FROM coursework_event"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("way", REFUSED)
def test_an_event_is_neither_changed_nor_deleted(way: str) -> None:
    event = record(action="name.revealed", actor=make_user("i"), course=make_course(), subject="enrollment 7")
    with pytest.raises(IntegrityError, match="The record of events only grows"), transaction.atomic():
        REFUSED[way]()
    assert (Event.objects.get().pk, Event.objects.get().action) == (event.pk, "name.revealed")


@pytest.mark.django_db
def test_what_only_one_of_the_databases_can_do_is_refused_there() -> None:
    event = record(action="name.revealed", actor=None)
    by_kind = {
        "postgresql": ["TRUNCATE coursework_event", "TRUNCATE coursework_event CASCADE"],
        "sqlite": [
            f"REPLACE INTO coursework_event (id, at, action, subject, details) VALUES ({event.pk}, 0, 'x', '', '{{}}')",
            "UPDATE OR REPLACE coursework_event SET action = 'other'",
        ],
    }
    connection.check_constraints()  # PostgreSQL truncates nothing while it has any to look at
    for statement in by_kind[connection.vendor]:
        with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
            sql(statement)
    assert Event.objects.get().action == "name.revealed"


@pytest.mark.django_db
def test_a_session_that_says_it_replicates_is_refused_too() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL only")
    record(action="name.revealed", actor=None)
    sql("SET LOCAL session_replication_role = replica")
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        Event.objects.all().delete()


@pytest.mark.django_db
def test_adding_works_one_by_one_and_many_at_once() -> None:
    record(action="one", actor=None)
    Event.objects.bulk_create([Event(action="two"), Event(action="three")])
    assert Event.objects.count() == 3


@pytest.mark.django_db
def test_what_an_event_names_may_go_and_the_event_stays() -> None:
    course = make_course()
    enrollment = course.enrollments.create(user=make_user("s"), pseudonym="Quiet Otter")
    event = record(action="person.changed", actor=None, course=course, about=[enrollment])
    pk = enrollment.pk
    enrollment.delete()
    assert Event.objects.get(pk=event.pk).enrollment_id == pk


@pytest.mark.django_db
def test_the_triggers_are_there_after_migrate() -> None:
    assert append_only.missing(connection) == []
    assert append_only.protect(connection) == []


@pytest.mark.django_db(transaction=True)
def test_they_are_there_after_the_flush_of_the_test_before_and_come_back_after_a_table_is_made_anew() -> None:
    assert append_only.missing(connection) == []
    if connection.vendor == "sqlite":
        with connection.schema_editor() as editor:
            editor._remake_table(Event)  # type: ignore[attr-defined]
    else:
        unprotected()
    assert append_only.missing(connection) == list(append_only.triggers(connection))
    call_command("migrate", verbosity=0)
    assert append_only.missing(connection) == []
    record(action="name.revealed", actor=None)
    with pytest.raises(IntegrityError, match="only grows"):
        Event.objects.all().delete()


@pytest.mark.django_db
def test_one_that_is_missing_is_told_by_check_and_put_back_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert append_only.check_record_is_protected(databases=["default"]) == []
    first, *_ = append_only.triggers(connection)
    drop = ON_POSTGRESQL if connection.vendor == "postgresql" else ON_SQLITE
    sql(drop.format(first))
    call_command("check", databases=["default"])
    assert f"not protected: {first} missing" in capsys.readouterr().err
    assert append_only.protect(connection) == [first]


@pytest.mark.django_db
def test_a_trigger_that_is_switched_off_counts_as_missing() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL only")
    first, *_ = append_only.triggers(connection)
    sql(f"ALTER TABLE coursework_event DISABLE TRIGGER {first}")
    assert append_only.protect(connection) == [first]
    assert append_only.missing(connection) == []


def test_a_database_without_tables_is_no_matter_of_ours(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--database", "default"],
        env={"DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "not protected" not in done.stderr
