"""Making, changing and deleting tasks on pages, with what they would do shown before."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coursework.forms_setup.settings import NAMES
from coursework.forms_setup.tasks import TaskForm, start_of
from coursework.models import CourseSeed, Event, Task
from coursework.rules import playground_defaults
from coursework.task_templates import TEMPLATES, start_values
from engine.feasibility import possible
from engine.spec import Spec
from grading.models import Verification
from grading.services.verification import run_verification
from tests.world import World, hand_in, make_task, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def shown(response: Any) -> dict[str, Any]:
    """What a browser would send back of the page's form, untouched."""
    fields = {field.name: field.value() for field in response.context["form"]}
    return {name: value for name, value in fields.items() if value not in (None, False)}


def new(world: World, template: str = "", **data: Any) -> Any:
    url = reverse("task_new", kwargs={"course": "ml-1", "assignment": "playground"}) + f"?template={template}"
    page = world.client("instructor").get(url)
    return world.client("instructor").post(url, shown(page) | data)


def edit(world: World, **data: Any) -> Any:
    url = reverse("task_edit", kwargs=world.task.url_arguments())
    values = shown(world.client("instructor").get(url)) | data
    return world.client("instructor").post(url, {name: value for name, value in values.items() if value is not None})


@pytest.mark.parametrize("name", list(TEMPLATES))
def test_a_template_is_a_task_that_works_as_it_stands(world: World, name: str) -> None:
    template = TEMPLATES[name]
    response = new(world, name, slug=f"{name}-2")
    task = Task.objects.get(slug=f"{name}-2")
    assert response["Location"] == reverse("task_seeds", kwargs=task.url_arguments())
    assert (task.title, task.criterion, task.max_epochs) == (template.title, template.criterion, template.max_epochs)
    assert task.allowed_settings == template.allowed_settings
    assert task.instructions == template.instructions.strip()
    assert len(task.practice_seeds) == 3 and task.position == 2
    assert Event.objects.get(action="task.created").subject == f"task playground/{name}-2"


def test_an_empty_task_allows_whatever_the_playground_does(world: World) -> None:
    new(world, title="Free choice")
    task = Task.objects.get(slug="free-choice")
    assert task.allowed_settings == {}


def test_the_two_templates_can_stand_in_one_assignment_twice(world: World) -> None:
    for _ in range(2):
        assert new(world, "circle").status_code == 302
    assert set(Task.objects.filter(assignment=world.task.assignment).values_list("slug", flat=True)) == {
        "circle",
        "task-a-circle",
        "task-a-circle-2",
    }


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"title": ""}, "Missing: the task’s name."),
        ({"slug": "circle"}, "circle is taken by another task of this assignment"),
        ({"max_epochs": "20001"}, "20001 is not allowed: a whole number from 1 to 20,000."),
        ({"target": "0.0005"}, "0.0005 is not allowed: a number from 0.001 to 9.999"),
        ({"points": "-1"}, "-1 is not allowed: a number from 0 to 99999"),
        ({"share_for_target": "60"}, "60 is not allowed: a number from 0 to 1"),
        ({"full_points_epochs": "4000"}, "4,000 is not allowed: at most the task’s most epochs, 3,000."),
        ({"practice_seeds": "1 2 3 4 5 6"}, "6 practice seeds are too many: at most 5."),
        ({"practice_seeds": "a/b"}, "Practice seed &#x27;a/b&#x27; can&#x27;t be used"),
        ({"allow_learning_rate": ["0.02"]}, "0.02 is not allowed: 0.00001, 0.0001"),
        ({"allow_noise": []}, "Tick at least one value"),
        ({"allow_problem": ["regression"]}, "No allowed data set (circle) belongs to an allowed problem type"),
        ({"mode_noise": "some"}, "Choose one of the two."),
    ],
)
def test_a_refused_task_says_why_and_keeps_what_was_typed(world: World, data: dict[str, Any], words: str) -> None:
    response = new(world, "circle", **({"instructions": "**Kept** text"} | data))
    assert response.status_code == 422
    assert words in text(response)
    assert "<strong>Kept</strong>" in response.content.decode()
    assert Task.objects.filter(assignment=world.task.assignment).count() == 1


def test_the_spiral_with_both_losses_is_refused_with_the_reason_and_what_is_possible(world: World) -> None:
    page = text(new(world, "spiral", criterion="both"))
    assert "No network can do this: 2 points have the same inputs but different labels" in page
    assert "Possible: training or test loss" in page


def test_a_practice_seed_on_which_nobody_can_succeed_is_refused(world: World) -> None:
    spec = Spec(dataset="spiral")
    seeds = (f"0.{number}" for number in range(100, 200))
    seed = next(seed for seed in seeds if not possible(spec.with_seed(seed), "train"))
    response = new(world, "spiral", criterion="train", practice_seeds=seed)
    assert response.status_code == 422
    assert f"Nobody can succeed on practice seed {seed}" in text(response)


def test_values_are_allowed_one_by_one(world: World) -> None:
    data = {"allow_learning_rate": ["0.03", "0.1"], "mode_batch_size": "any", "mode_features": "listed"}
    assert edit(world, **data, allow_features=["x", "sinX"]).status_code == 302
    task = Task.objects.get(pk=world.task.pk)
    assert task.allowed_settings["learning_rate"] == [0.03, 0.1]
    assert task.allowed_settings["features"] == ["x", "sinX"]
    assert "batch_size" not in task.allowed_settings
    assert Event.objects.get(action="task.changed").details == {"fields": ["allowed_settings"]}


def test_a_page_saved_as_it_is_changes_nothing(world: World) -> None:
    world.task.instructions = "Line\n\n- item"
    world.task.save()
    assert edit(world, instructions="Line\r\n\r\n- item\r\n").status_code == 302
    assert not Event.objects.exists()


def test_new_rules_forget_how_hard_the_seeds_were(world: World) -> None:
    CourseSeed.objects.filter(task=world.task).update(reference_epochs=100)
    edit(world, title="Another title")
    assert world.task.course_seeds.filter(reference_epochs=100).count() == 3
    edit(world, max_epochs="500")
    assert world.task.course_seeds.filter(reference_epochs=100).count() == 0


def test_new_rules_under_hand_ins_ask_first_and_leave_results_alone(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    verification = Verification.objects.get(submission=submission)
    run_verification(verification_id=verification.pk, worker="test")
    refused = edit(world, max_epochs="50", full_points_epochs="50")
    assert refused.status_code == 422
    assert "1 hand-in followed the present rules. Their results stay as they are" in text(refused)
    assert "The automatic points of 1 hand-in are computed anew at once." in text(refused)
    assert Task.objects.get(pk=world.task.pk).max_epochs == 400
    assert edit(world, max_epochs="50", full_points_epochs="50", confirm="on").status_code == 302
    verification.refresh_from_db()
    assert (verification.outcome, verification.retrained_epochs) == ("verified", 101)


def test_another_mistake_beside_a_change_that_was_agreed_to_is_named(world: World) -> None:
    hand_in(world.task, world.owner)
    response = edit(world, max_epochs="50", full_points_epochs="60", confirm="on")
    assert response.status_code == 422
    assert "60 is not allowed: at most the task’s most epochs, 50." in text(response)


def test_new_words_under_hand_ins_ask_nothing(world: World) -> None:
    hand_in(world.task, world.owner)
    assert edit(world, title="Another title", attempts="5").status_code == 302


def test_preview_stores_nothing_and_shows_points_and_text(world: World) -> None:
    response = new(world, "circle", preview="1", points="50", instructions="**bold**")
    assert response.status_code == 200
    assert "<strong>bold</strong>" in response.content.decode()
    assert "50.0" in text(response) and "30.0" in text(response)
    assert Task.objects.filter(assignment=world.task.assignment).count() == 1


def points(world: World, **data: str) -> str:
    values = {"points": "10", "share_for_target": "0.6", "full_points_epochs": "100", "max_epochs": "1000"} | data
    response = world.client("instructor").get(reverse("points_preview", kwargs={"course": "ml-1"}), values)
    assert response.status_code == 200
    return text(response)


def test_points_while_typing_come_from_the_rule_that_grades() -> None:
    world = make_world()
    assert "200 8.8" in points(world) and "not within 1,000 6.0" in points(world)
    assert "Points at most: x is not allowed" in points(world, points="x")
    assert "All points at: 2,000 is not allowed" in points(world, full_points_epochs="2000")


def test_instructions_while_typing_are_cleaned(world: World) -> None:
    response = world.client("instructor").post(
        reverse("instructions_preview", kwargs={"course": "ml-1"}),
        {"instructions": "**b** <script>alert(1)</script> [x](javascript:alert(1))"},
    )
    page = response.content.decode()
    assert "<strong>b</strong>" in page and "<script" not in page and 'href="javascript' not in page


def test_a_task_is_deleted_only_while_nothing_was_handed_in(world: World) -> None:
    second = make_task(world.course, slug="second")
    client = world.client("instructor")
    assert client.post(reverse("task_delete", kwargs=second.url_arguments())).status_code == 302
    assert not Task.objects.filter(pk=second.pk).exists()
    hand_in(world.task, world.owner)
    response = client.post(reverse("task_delete", kwargs=world.task.url_arguments()))
    assert response.status_code == 409 and "1 hand-in belongs to Task A: Circle" in text(response)
    assert Task.objects.filter(pk=world.task.pk).exists()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(["title", "slug", "target", "max_epochs", "points", "practice_seeds", "criterion", "position"]),
        st.text(max_size=60),
    ),
    st.dictionaries(
        st.sampled_from([f"{kind}_{name}" for kind in ("mode", "allow") for name in NAMES]),
        st.lists(st.sampled_from(["any", "listed", "circle", "spiral", "regression", "0", "0.03", "x", "true", "?"])),
    ),
)
def test_nothing_that_is_typed_breaks_the_form(world: World, typed: dict[str, str], ticked: dict[str, Any]) -> None:
    start = start_of(Task()) | start_values(TEMPLATES["circle"])
    untouched = TaskForm(assignment=world.task.assignment, start=start)
    data = {field.name: field.value() for field in untouched if field.value() not in (None, False)}
    sent = MultiValueDict(
        {name: value if isinstance(value, list) else [value] for name, value in (data | typed | ticked).items()}
    )
    form = TaskForm(sent, assignment=world.task.assignment, start=start)
    if form.is_valid():
        Task(assignment=world.task.assignment, **form.values).clean()
    else:
        assert all(messages for messages in form.errors.values())


def test_a_task_stored_with_fewer_decimals_is_shown_and_kept(world: World) -> None:
    Task.objects.filter(pk=world.task.pk).update(share_for_target=Decimal("0.5"), points=Decimal(7))
    assert edit(world).status_code == 302
    task = Task.objects.get(pk=world.task.pk)
    assert (task.share_for_target, task.points) == (Decimal("0.5"), Decimal(7))
    assert task.allowed_settings == playground_defaults("circle")
