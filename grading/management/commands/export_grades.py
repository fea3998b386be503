"""Write a course's grades into a file, as a schedule does."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from coursework.models import Course, Section, Task
from coursework.selectors.tasks import tasks_of
from grading.lms.layout import Identifier
from grading.lms.values import LeftOut, counted
from grading.lms.writing import IDENTIFIERS
from grading.lms_exchange import own_file
from grading.management.whole_files import write_whole
from grading.models import LmsSystem
from grading.reports.registry import CSV, REPORTS, XLSX, row_count
from grading.reports.scope import Scope
from grading.services.lms.exporting import record_export

FORMATS = (CSV, XLSX, *LmsSystem.values)
NOT_WRITTEN, WRONG_WISH, NOBODY = 1, 2, 3  # exit codes; 0: the file is there


@dataclass(frozen=True, slots=True)
class Export:
    """What is to be written, and what is not."""

    blocks: Iterable[bytes]
    rows: int
    left_out: Sequence[str]  # lines for people
    reasons: Sequence[LeftOut] = ()


class Command(BaseCommand):
    """Write the grades of a course into a file: for people (csv, xlsx) or for an LMS (canvas, moodle, blackboard).

    Exit codes: 0 written, 1 the file could not be written, 2 something asked for does not exist, 3 there is nobody to
    write and an earlier file stays as it is. What was left out and why is said on standard error.
    """

    help = "Write a course's grades into a file, for people or for an LMS."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the course, the format, the place, and what of the course is wanted."""
        parser.add_argument("--course", required=True, metavar="SLUG", help="the course, as its address has it")
        parser.add_argument("--format", required=True, choices=FORMATS)
        parser.add_argument("--output", required=True, metavar="FILE", help="where to; - is standard output")
        parser.add_argument("--assignment", metavar="SLUG", help="only this assignment's tasks")
        parser.add_argument("--task", metavar="SLUG", help="only tasks with this slug")
        parser.add_argument("--section", metavar="NAME", help="only this section's students")
        parser.add_argument(
            "--identifier",
            choices=[kind.value for kind in Identifier],
            help="by what an LMS knows students; usual: canvas id_number, moodle email, blackboard username",
        )
        parser.add_argument(
            "--include-unreleased",
            action="store_true",
            help="for an LMS: also grades that students don't see yet; they do once the file is imported",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file."""
        course, tasks, section = _wanted(options)
        make = _for_people if options["format"] in (CSV, XLSX) else _for_lms
        export = make(course, tasks, section, options)
        for line in export.left_out:
            self.stderr.write(f"left out: {line}")
        if not export.rows:
            raise CommandError("There is nobody to write, so no file was made.", returncode=NOBODY)
        _write(options["output"], export.blocks)
        record_export(
            course=course,
            actor=None,
            kind=options["format"],
            way="command",
            tasks=tasks,
            rows=export.rows,
            left_out=export.reasons,
            unreleased=options["include_unreleased"],
        )
        self.stderr.write(f"{export.rows:,} rows written to {options['output']}")


def _wanted(options: dict[str, Any]) -> tuple[Course, list[Task], Section | None]:
    course = Course.objects.filter(slug=options["course"]).first()
    if course is None:
        raise _wrong("course", options["course"], Course.objects.values_list("slug", flat=True))
    tasks = tasks_of(course)
    for option in ("assignment", "task"):
        if options[option]:
            tasks = _of(tasks, option, options[option])
    if not tasks:
        raise CommandError(f"The course {course.slug} has no tasks.", returncode=WRONG_WISH)
    section = Section.objects.filter(course=course, name=options["section"]).first() if options["section"] else None
    if options["section"] and section is None:
        raise _wrong(
            "section", options["section"], Section.objects.filter(course=course).values_list("name", flat=True)
        )
    return course, tasks, section


def _of(tasks: Sequence[Task], option: str, slug: str) -> list[Task]:
    slugs = [task.slug if option == "task" else task.assignment.slug for task in tasks]
    if slug not in slugs:
        raise _wrong(option, slug, slugs)
    return [task for task, its in zip(tasks, slugs, strict=True) if its == slug]


def _wrong(option: str, value: str, known: Iterable[str]) -> CommandError:
    allowed = ", ".join(sorted(set(known))) or "none"
    return CommandError(f"--{option} {value!r} is not there. There is: {allowed}.", returncode=WRONG_WISH)


def _for_people(course: Course, tasks: Sequence[Task], section: Section | None, options: dict[str, Any]) -> Export:
    if options["identifier"] or options["include_unreleased"]:
        raise CommandError(
            "--identifier and --include-unreleased are for an LMS: csv and xlsx have all identifiers, and say of each "
            "grade whether it is released.",
            returncode=WRONG_WISH,
        )
    report, scope = REPORTS["grades"], Scope(course=course, tasks=tasks, now=timezone.now(), section=section)
    tables = report.tables(scope)
    left_out = [f"{what}: {why}" for table in tables for what, why in table.left_out]
    return Export(report.files[options["format"]](scope, tables), row_count(tables), left_out)


def _for_lms(course: Course, tasks: Sequence[Task], section: Section | None, options: dict[str, Any]) -> Export:
    system = LmsSystem(options["format"])
    own = own_file(
        course,
        system=system,
        identifier=Identifier(options["identifier"] or IDENTIFIERS[system][0]),
        tasks={task.pk for task in tasks},
        section=section,
        unreleased=options["include_unreleased"],
    )
    reasons = [why for _, _, why in own.file.left]
    left_out = [f"{person.username} ({person.name}), {task.title}: {_why(why)}" for person, task, why in own.file.left]
    summary = [f"{count:,} because: {why}" for why, count in counted(reasons)]
    return Export([own.file.content], own.file.rows, [*left_out, *summary], reasons)


def _why(reason: LeftOut) -> str:
    return counted([reason])[0][0]


def _write(output: str, blocks: Iterable[bytes]) -> None:
    try:
        if output == "-":
            for block in blocks:
                sys.stdout.buffer.write(block)
            sys.stdout.buffer.flush()
        else:
            write_whole(Path(output), blocks)
    except OSError as error:
        raise CommandError(
            f"{output} could not be written: {error.strerror or error}.", returncode=NOT_WRITTEN
        ) from error
