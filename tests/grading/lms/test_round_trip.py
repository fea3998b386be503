"""What an LMS imports of our files is what the grades are; its rules are those of `importers`, not our readers'."""

import csv
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.lms.columns import TaskColumn
from grading.lms.filling import Choices, plan_for
from grading.lms.layout import Identifier, LmsFile
from grading.lms.matching import Person
from grading.lms.recognising import read_lms_file
from grading.lms.values import LeftOut, Value
from grading.lms.writing import write_own
from grading.models import LmsSystem
from tests.grading.lms.importers import Blackboard, Canvas, CanvasUser, Grades, ImportAborted, Moodle
from tests.grading.lms.rows import CIRCLE, CLASS, ESSAY, column_of, file_of, points

NAMES = st.text(st.sampled_from("aÄ漢é ,;\"\n\t'=+-@|()"), max_size=8)
TENTHS = st.integers(0, 1000).map(lambda tenths: Value(points=Decimal(tenths) / 10))
VALUES = st.one_of(TENTHS, st.just(Value(excused=True)), st.just(Value(why_not=LeftOut.NOT_RELEASED)))
TASKS = (CIRCLE, ESSAY)
Everything = tuple[list[Person], dict[tuple[int, int], Value]]


@st.composite
def classes(draw: st.DrawFn) -> Everything:
    """Draw people with odd names and plain identifiers, and grades for them."""
    people = [
        Person(pk, draw(NAMES), draw(NAMES), f"user{pk}", f"user{pk}@school.example", f"{pk:05}", draw(NAMES))
        for pk in range(1, draw(st.integers(1, 6)) + 1)
    ]
    return people, {(task.pk, person.pk): draw(VALUES) for task in TASKS for person in people}


def expected(people: Sequence[Person], values: Mapping[tuple[int, int], Value], *, excused: str) -> Grades:
    found = {}
    for task in TASKS:
        for person in people:
            value = values[task.pk, person.pk]
            if value.points is not None:
                found[person.username, task.title] = f"{value.points:.1f}"
            elif value.excused and excused:
                found[person.username, task.title] = excused
    return found


def canvas_of(people: Sequence[Person]) -> Canvas:
    users = {person.username: CanvasUser(9000 + person.pk, person.id_number, person.username) for person in people}
    return Canvas(users, {4711: CIRCLE.title, 4712: ESSAY.title})


@given(classes())
def test_canvas_takes_what_we_write(drawn: Everything) -> None:
    people, values = drawn
    for identifier in (Identifier.ID_NUMBER, Identifier.USERNAME):
        course = canvas_of(people)
        course.take(
            write_own(LmsSystem.CANVAS, identifier=identifier, people=people, tasks=TASKS, values=values).content
        )
        assert course.grades == expected(people, values, excused="EX")
        assert not course.created


@given(classes())
def test_moodle_takes_what_we_write(drawn: Everything) -> None:
    people, values = drawn
    file = write_own(LmsSystem.MOODLE, identifier=Identifier.EMAIL, people=people, tasks=TASKS, values=values)
    course = Moodle({person.email: person.username for person in people})
    course.take(file.content, by="Email address", items={task.title: task.title for task in TASKS})
    assert course.grades == expected(people, values, excused="")


@given(classes())
def test_blackboard_takes_what_we_write(drawn: Everything) -> None:
    people, values = drawn
    tasks = [
        TaskColumn(task.pk, task.title, task.most, header=f"{task.title} [Total Pts: 100 Score] |{task.pk}")
        for task in TASKS
    ]
    file = write_own(LmsSystem.BLACKBOARD, identifier=Identifier.USERNAME, people=people, tasks=tasks, values=values)
    course = Blackboard(frozenset(person.username for person in people), {task.pk: task.title for task in TASKS})
    course.take(file.content)
    assert course.grades == expected(people, values, excused="")
    assert not course.created


def canvas_export(people: Sequence[Person], *, separator: str, comma: bool) -> bytes:
    """Write what Canvas would export of a course without grades but one."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    heads = [f"{CIRCLE.title} (4711)", f"{ESSAY.title} (4712)", "Final Score"]
    writer.writerow(["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *heads])
    writer.writerow(["    Points Possible", "", "", "", "", "10,0" if comma else "10.0", "20", "(read only)"])
    for person in people:
        # Canvas keeps names on one line: its own guess of the separator reads the first three lines apart
        name, section = (
            " ".join(text.split()) for text in (f"{person.last_name}, {person.first_name}", person.section)
        )
        known = [str(9000 + person.pk), person.id_number, person.username]
        writer.writerow([name, *known, section, "", "", "50,5" if comma else "50.5"])
    return out.getvalue().encode()


def filled(content: bytes, people: Sequence[Person], values: Mapping[tuple[int, int], Value], *, whole: bool) -> bytes:
    file: LmsFile = read_lms_file(content)
    columns = {task.pk: column_of(file, task.title) for task in TASKS}
    choices = Choices(columns, {}, overwrite=True, whole=whole)
    return plan_for(file, people=people, tasks=TASKS, values=values, choices=choices).content


@given(classes(), st.booleans(), st.booleans())
def test_canvas_takes_its_own_file_back(drawn: Everything, comma: bool, whole: bool) -> None:
    people, values = drawn
    export = canvas_export(people, separator=";" if comma else ",", comma=comma)
    course = canvas_of(people)
    course.take(filled(export, people, values, whole=whole))
    assert course.grades == expected(people, values, excused="EX")
    assert not course.created


@given(classes(), st.sampled_from([(",", "utf-8", False), (";", "utf-8-sig", True), ("\t", "utf-8", False)]))
def test_moodle_takes_its_own_file_back(drawn: Everything, kind: tuple[str, str, bool]) -> None:
    (people, values), (separator, codec, comma) = drawn, kind
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    heads = [f"Assignment: {task.title} (Real)" for task in TASKS]
    writer.writerow(["First name", "Last name", "ID number", "Email address", *heads, "Last downloaded"])
    for person in people:
        total = "7,00" if comma else "7.00"
        writer.writerow([person.first_name, person.last_name, person.id_number, person.email, "-", total, "1790000000"])
    content = filled(out.getvalue().encode(codec), people, values, whole=True)
    course = Moodle({person.email: person.username for person in people})
    items = dict(zip(heads, [task.title for task in TASKS], strict=True))
    course.take(content, by="Email address", items=items, separator=separator)
    stays = {(person.username, ESSAY.title): "7.00" for person in people if values[ESSAY.pk, person.pk].points is None}
    seven = {key for key, grade in expected(people, values, excused="").items() if Decimal(grade) == 7}
    told = {key: "7.0" if key in seven else grade for key, grade in course.grades.items()}
    assert told == expected(people, values, excused="") | stays


def test_one_unknown_user_and_moodle_takes_nothing() -> None:
    values = {(task.pk, person.pk): points("1.0") for task in TASKS for person in CLASS}
    file = write_own(LmsSystem.MOODLE, identifier=Identifier.USERNAME, people=CLASS, tasks=TASKS, values=values)
    course = Moodle({person.username: person.username for person in CLASS[1:]})
    with pytest.raises(ImportAborted, match="Could not find user"):
        course.take(file.content, by="Username", items={CIRCLE.title: CIRCLE.title})
    assert not course.grades


def test_moodles_own_file_has_nobody_whom_moodle_does_not_know() -> None:
    export = file_of("moodle.csv")
    values = {(CIRCLE.pk, person.pk): points("1.0") for person in CLASS}
    choices = Choices({CIRCLE.pk: column_of(export, CIRCLE.title)}, {}, overwrite=True)
    found = plan_for(export, people=CLASS, tasks=[CIRCLE], values=values, choices=choices)
    course = Moodle({f"{name}@school.example": name for name in ("ash", "birch", "cedar3", "dogwood", "foreign")})
    course.take(found.content, by="Email address", items={"Assignment: Task A: Circle (Real)": CIRCLE.title})
    assert course.grades == dict.fromkeys([(name, CIRCLE.title) for name in ("ash", "birch", "cedar3")], "1.0")
    gone = {person.username for person, _, why in found.left if why is LeftOut.NOT_THERE}
    assert gone == {"dogwood4", "elm5", "gorse7"}


@pytest.mark.parametrize("name", ["blackboard.xls", "blackboard.csv"])
def test_blackboard_takes_its_own_file_back(name: str) -> None:
    export = file_of(name)
    values = {(CIRCLE.pk, person.pk): points("1.0") for person in CLASS}
    choices = Choices({CIRCLE.pk: column_of(export, CIRCLE.title)}, {})
    users = frozenset({"ash1", "birch2", "cedar3@school.example", "foreign6"})
    course = Blackboard(users, {664617: CIRCLE.title, 664618: ESSAY.title})
    course.take(plan_for(export, people=CLASS, tasks=[CIRCLE], values=values, choices=choices).content)
    assert course.grades["ash1", CIRCLE.title] == "1.0"
    assert course.grades["birch2", CIRCLE.title] == "8"  # another value: it stays unless told
    assert course.grades["ash1", ESSAY.title] == "17.5"
