"""The pages: a file goes up, columns and people are confirmed, and the same file comes back filled in."""

import re
from decimal import Decimal

import pytest
from django.core.cache import cache
from pytest_django import DjangoAssertNumQueries

from coursework.models import Event
from grading.grades.reading import grades_of
from grading.models import Grade, GradingPolicy, LmsColumn, ReleaseMode, ReleaseState
from tests.grading.lms.importers import Canvas, CanvasUser, Moodle
from tests.grading.lms.lms_world import choose, download, grade, make_lms_world, preview, student, upload, url
from tests.grading.lms.rows import sample
from tests.world import World, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_lms_world()


def test_a_file_goes_up_is_looked_at_and_comes_back(world: World) -> None:
    assert upload(world)["Location"] == url("lms_preview", world)
    first = preview(world)
    assert "Which column is for which task?" in first
    assert "Suggested, since the titles are alike." in first
    assert "Download" not in first  # nothing is taken silently
    assert choose(world)["Location"] == url("lms_preview", world)
    page = preview(world)
    assert "1 grade would be filled in" in page
    assert "Nobody of the class has the id number 1999, username foreign6." in page
    answer = download(world)
    assert answer["Content-Disposition"] == 'attachment; filename="My-Grades-1-filled.csv"'
    assert answer.content.decode().splitlines()[3:] == ['"Ash, Alex",90001,1001,ash1,,Lab 1,7.5']


def test_the_download_is_recorded_without_names(world: World) -> None:
    upload(world)
    choose(world, overwrite="on", whole="on")
    answer = download(world)
    assert answer.content == sample("canvas.csv").replace(b"Lab 1,,,17.5", b"Lab 1,,7.5,17.5").replace(b",8,", b",9.0,")
    event = Event.objects.get(action="lms.exported")
    assert (event.actor, event.course, event.task) == (world.ta.user, world.course, world.task)
    assert event.details == {
        "kind": "canvas",
        "way": "filled",
        "tasks": [world.task.pk],
        "rows": 2,
        "left_out": {"not_there": 2},
        "unreleased": False,
    }


def test_the_column_is_remembered_for_the_next_file(world: World) -> None:
    make_task(world.course, slug="other", title="Task B")
    upload(world)
    choose(world)
    download(world)
    assert LmsColumn.objects.get().header == "Task A: Circle (4711)"
    upload(world, sample("canvas.csv").replace(b"Task A: Circle (4711)", b"Renamed (4711)"))
    page = preview(world)
    assert "As last time." in page
    assert re.search(r'<option value="7" selected>Renamed', page)


def test_what_the_lms_has_is_shown_and_stays_unless_told(world: World) -> None:
    upload(world)
    choose(world)
    page = preview(world)
    assert "They stay, unless you choose to write over them." in page
    assert "Write over other values that stand there (1)" in page
    assert "1 the LMS has another value, which stays" in page


def test_a_row_without_identifiers_is_matched_by_hand_alone(world: World) -> None:
    upload(world, sample("canvas.csv").replace(b"90001,1001,ash1", b"90001,,"))
    choose(world)
    page = preview(world)
    assert "0 grades would be filled in" in page
    assert "Same name: Alex Ash (ash1)" in page
    choose(world, **{"row-3": str(world.ash.pk)})  # type: ignore[attr-defined]
    assert "1 grade would be filled in" in preview(world)
    assert b'"Ash, Alex",90001,,,,Lab 1,7.5' in download(world).content


def test_a_file_of_strangers_does_not_offer_everybody_for_everyone(world: World) -> None:
    for number in range(12):
        student(world, f"person{number}", "P", str(number))
    strangers = b"".join(b"Stranger %d,%d,,,,L,,,,,,,,\n" % (number, number) for number in range(420))
    namesakes = b"".join(b'"%d, P",%d,,,,L,,,,,,,,\n' % (number, 1000 + number) for number in range(12))
    upload(world, sample("canvas.csv") + strangers + namesakes)
    choose(world)
    page = preview(world)
    assert page.count('<select id="row-') == 12
    assert page.count("Same name: ") == 12
    assert "The first 400 can be chosen here" in page
    assert choose(world, **{f"row-{number}": "" for number in range(400)}).status_code == 302


def test_another_maximum_is_asked_about(world: World) -> None:
    world.task.points = Decimal(5)
    world.task.save()
    Grade.objects.update(override=Decimal("4.0"))
    upload(world)
    choose(world)
    page = preview(world)
    assert "Task A: Circle has 5.0 points, the column has 10" in page
    assert "0 grades would be filled in" in page
    choose(world, **{f"most-{world.task.pk}": "on"})
    assert b"Lab 1,4.0" in download(world).content


def test_unreleased_grades_are_for_those_who_may_release(world: World) -> None:
    GradingPolicy.objects.update(release=ReleaseMode.MANUAL)
    for who, said in (("ta", "0 grades would"), ("instructor", "1 grade would")):
        upload(world, who=who)
        choose(world, who=who, unreleased="on")
        page = preview(world, who=who)
        assert said in page
        assert ('name="unreleased"' in page) == (who == "instructor")
    world.course.assistants_release = True
    world.course.save()
    choose(world, unreleased="on")
    assert "1 grade would" in preview(world)
    world.course.assistants_release = False
    world.course.save()
    assert "0 grades would" in preview(world)  # taken back at once
    assert download(world).status_code == 422


def test_what_is_held_back_is_left_out_and_said(world: World) -> None:
    Grade.objects.filter(enrollment=world.ash).update(release_state=ReleaseState.HIDDEN)  # type: ignore[attr-defined]
    upload(world)
    choose(world)
    assert "1 not released" in preview(world)


def test_a_grade_that_changed_meanwhile_is_shown_anew(world: World) -> None:
    upload(world)
    choose(world)
    shown = re.search(r'name="previewed" value="(\w+)"', preview(world))
    Grade.objects.filter(enrollment=world.ash).update(override=Decimal("6.0"))  # type: ignore[attr-defined]
    answer = world.client("ta").post(url("lms_download", world), {"previewed": shown[1] if shown else ""})
    assert answer.status_code == 409
    assert "Grades or the class changed since the preview" in answer.content.decode()
    assert not Event.objects.filter(action="lms.exported").exists()


@pytest.mark.parametrize("name", ["lms_preview", "lms_download"])
def test_a_file_that_is_kept_no_more_is_asked_for_again(world: World, name: str) -> None:
    upload(world)
    cache.clear()
    answer = world.client("ta").post(url(name, world), follow=True)
    assert "The preview has ended: it is kept for an hour." in answer.content.decode()


def test_each_person_has_an_own_upload(world: World) -> None:
    upload(world, who="ta")
    assert world.client("instructor").get(url("lms_preview", world)).status_code == 302


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\0\1\2", "has a NUL character"),
        (b"PK\x03\x04", "This is an Excel workbook (.xlsx)"),
        (b"a,b\n1,2\n", "The first row is none that Canvas, Moodle or Blackboard writes"),
        (b'Student,ID,Section,X (1)\n"', "a quotation mark is missing"),
    ],
)
def test_what_can_not_be_read_is_said_at_the_field(world: World, content: bytes, said: str) -> None:
    answer = upload(world, content)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_nothing_chosen_is_said(world: World) -> None:
    answer = world.client("ta").post(url("lms", world), {})
    assert "Choose the file that your LMS exported" in answer.content.decode()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"column-{task}": ""}, "No column is chosen."),
        ({"column-{task}": "0"}, "the file has no points in a column &#x27;0&#x27;"),
        ({"column-{task}": "9" * 40}, "Choose one of the list."),
        ({"column-{other}": "7"}, "Task A: Circle (of 10)"),
        ({"row-3": "x"}, "Row 4: &#x27;x&#x27; is no student of the course."),
        ({"row-8": "{birch}"}, "Row 9: Blake Birch is row 5 already"),
    ],
)
def test_choices_that_can_not_be_are_said_and_kept_out(world: World, fields: dict[str, str], said: str) -> None:
    other = make_task(world.course, slug="other", title="Task B")
    known = {"task": world.task.pk, "other": other.pk, "birch": world.birch.pk}  # type: ignore[attr-defined]
    upload(world)
    chosen = {name.format(**known): value.format(**known) for name, value in fields.items()}
    answer = choose(world, **chosen)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "Which column is for which task?" in preview(world)  # nothing was kept


@pytest.mark.parametrize("name", ["canvas.csv", "moodle.csv"])
def test_what_comes_back_imports_as_the_grades_are(world: World, name: str) -> None:
    column = {"canvas.csv": "7", "moodle.csv": "6"}[name]
    upload(world, sample(name), name=name)
    choose(world, **{f"column-{world.task.pk}": column, "overwrite": "on"})
    content = download(world).content
    lms: Canvas | Moodle
    if name == "canvas.csv":
        users = {"ash1": CanvasUser(90001), "birch2": CanvasUser(90002)}
        lms = Canvas(users, {4711: world.task.title})
        lms.take(content)
    else:
        mails = {"ash": "ash1", "birch": "birch2", "cedar3": "-", "dogwood": "-", "foreign": "-"}
        lms = Moodle({f"{mail}@school.example": username for mail, username in mails.items()})
        lms.take(content, by="Email address", items={"Assignment: Task A: Circle (Real)": world.task.title})
    grades = grades_of([world.task], [world.ash, world.birch])  # type: ignore[attr-defined]
    assert {user: Decimal(grade) for (user, _), grade in lms.grades.items() if user != "-"} == {
        grade.enrollment.user.username: grade.result.total for grade in grades.values()
    }


def test_the_pages_take_a_fixed_number_of_queries(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    rows = b"".join(b'"P, %d",%d,,person%d,,Lab 1,,,,,,,,\n' % (n, n, n) for n in range(30))
    for number in range(30):
        grade(world, student(world, f"person{number}", "P", str(number)), "3.0")
    upload(world, sample("canvas.csv") + rows)
    choose(world)
    with django_assert_max_num_queries(24):
        assert "31 grades would be filled in" in preview(world)
    with django_assert_max_num_queries(24):
        world.client("ta").get(url("lms_write", world), {"system": "moodle", "tasks": [str(world.task.pk)]})
