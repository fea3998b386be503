"""One exchange of files with an LMS: its file with the class and the grades, or a file of our own."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from coursework.models import Course, Enrollment, Section, Task
from coursework.selectors.tasks import tasks_of
from grading.grades.permissions import may_release
from grading.lms.columns import TaskColumn
from grading.lms.filling import Choices, Plan, plan_for
from grading.lms.layout import Identifier, LmsFile
from grading.lms.matching import Person
from grading.lms.recognising import read_lms_file
from grading.lms.writing import OwnFile, write_own
from grading.lms_reads import class_of, person_of, task_columns, values_of
from grading.models import LmsSystem
from grading.services.lms.uploads import LmsUpload


@dataclass(frozen=True)
class Exchange:
    """An LMS's file, the class, its tasks, and what a person chose so far."""

    viewer: Enrollment
    upload: LmsUpload
    file: LmsFile
    students: Sequence[Enrollment]
    people: Sequence[Person]
    tasks: Sequence[Task]
    named: Sequence[TaskColumn]

    @cached_property
    def plan(self) -> Plan:
        """What would become of the file."""
        values = values_of(self.chosen_tasks, self.students, unreleased=self.upload.unreleased)
        return plan_for(
            self.file,
            people=self.people,
            tasks=[task for task in self.named if task.pk in self._chosen],
            values=values,
            choices=Choices(
                columns=self._chosen,
                by_hand=dict(self.upload.by_hand),
                overwrite=self.upload.overwrite,
                other_most=frozenset(self.upload.other_most),
                whole=self.upload.whole,
            ),
        )

    @property
    def _chosen(self) -> dict[int, int]:
        return dict(self.upload.columns or ())

    @property
    def chosen_tasks(self) -> list[Task]:
        """The tasks that have a column."""
        return [task for task in self.tasks if task.pk in self._chosen]

    def with_choices(self, upload: LmsUpload) -> "Exchange":
        """Return the same with other choices."""
        return replace(self, upload=upload)


def exchange_of(viewer: Enrollment, upload: LmsUpload) -> Exchange:
    """Read all there is to an upload. Who may not release grades any more does not get unreleased ones."""
    if upload.unreleased and not may_release(viewer):
        upload = replace(upload, unreleased=False)
    file = read_lms_file(upload.content)
    students, tasks = class_of(viewer.course), tasks_of(viewer.course)
    return Exchange(
        viewer=viewer,
        upload=upload,
        file=file,
        students=students,
        people=[person_of(student) for student in students],
        tasks=tasks,
        named=task_columns(tasks, system=file.system),
    )


@dataclass(frozen=True, slots=True)
class Own:
    """A file of our own data, and what was wanted."""

    system: LmsSystem
    identifier: Identifier
    tasks: Sequence[Task]
    section: Section | None
    unreleased: bool
    file: OwnFile

    @property
    def fingerprint(self) -> str:
        """What tells this file from one made of other grades."""
        return hashlib.sha256(self.file.content).hexdigest()


def own_file(
    course: Course,
    *,
    system: LmsSystem,
    identifier: Identifier,
    tasks: Collection[int],
    section: Section | None = None,
    unreleased: bool = False,
) -> Own:
    """Make a file of our own data for these tasks, by primary key. Identifiers are compared within the whole course."""
    every = tasks_of(course)
    wanted = [task for task in every if task.pk in tasks]
    named = [one for one in task_columns(every, system=system) if one.pk in tasks]
    students = class_of(course)
    values = values_of(wanted, students, unreleased=unreleased)
    file = write_own(
        system,
        identifier=identifier,
        people=[person_of(student) for student in students],
        only=None if section is None else {one.pk for one in students if one.section_id == section.pk},
        tasks=named,
        values=values,
    )
    return Own(system, identifier, wanted, section, unreleased, file)
