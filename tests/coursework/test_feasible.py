"""What is impossible is said before it is tried."""

from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from coursework.models import CourseSeed, Submission, Task
from coursework.rules import playground_defaults
from engine.datasets import make_points
from engine.feasibility import possible
from engine.link import write_link
from engine.spec import Spec
from tests.world import make_course, make_task, make_world, picture

pytestmark = pytest.mark.django_db
SPIRAL = playground_defaults("spiral")


def test_a_task_that_no_network_can_solve_can_not_be_saved() -> None:
    with pytest.raises(ValidationError) as refusal:
        make_task(make_course(), criterion="both", allowed_settings=SPIRAL)
    assert "criterion" in refusal.value.message_dict
    assert not Task.objects.exists()


def test_the_same_task_with_another_criterion_can() -> None:
    assert make_task(make_course(), criterion="either", allowed_settings=SPIRAL).pk


def impossible_seed(criterion: str) -> str:
    """A seed of the spiral on which both points at the origin fall on the side that the criterion looks at."""
    spec = Spec(dataset="spiral")
    seeds = (f"0.{number}" for number in range(100, 200))
    return next(seed for seed in seeds if not possible(spec.with_seed(seed), criterion))


def test_a_student_hears_it_before_the_hand_in_uses_an_attempt() -> None:
    world = make_world()
    task = make_task(world.course, slug="spiral", criterion="train", allowed_settings=SPIRAL)
    link = write_link(Spec(dataset="spiral", seed=impossible_seed("train")))
    data = {"source": "link", "link": link, "claimed_epochs": "100", "idempotency_key": "1" * 32}
    response = world.client("owner").post(
        reverse("hand_in", kwargs=task.url_arguments()), data | {"screenshots": [picture()]}
    )
    assert response.status_code == 422
    assert "Take another seed" in response.content.decode()
    assert not Submission.objects.exists()


def test_a_course_seed_on_which_nobody_can_succeed_is_refused() -> None:
    task = make_task(make_course(), seeds=(), criterion="train", allowed_settings=SPIRAL)
    seed = CourseSeed(task=task, position=1, seed=impossible_seed("train"))
    with pytest.raises(ValidationError) as refusal:
        seed.full_clean()
    assert "seed" in refusal.value.message_dict
    CourseSeed(task=task, position=1, seed=_other(seed.seed)).full_clean()


def _other(impossible: str) -> str:
    spec = Spec(dataset="spiral")
    seeds = (f"0.{number}" for number in range(200, 300))
    seed = next(seed for seed in seeds if possible(spec.with_seed(seed), "train"))
    assert seed != impossible and len(make_points(spec.with_seed(seed)).train) == 250
    return seed


def draw(*arguments: Any, **options: Any) -> str:
    told = StringIO()
    call_command("draw_course_seeds", *arguments, stdout=told, **options)
    return told.getvalue()


@pytest.fixture
def task() -> Task:
    return make_task(make_course(), max_epochs=800)


def test_drawn_seeds_are_reached_by_the_reference_design_and_replace_the_old_ones(task: Task) -> None:
    told = draw("ml-1", "circle", count=2, draw="a text")
    seeds = list(task.course_seeds.all())
    assert [seed.position for seed in seeds] == [1, 2]
    assert all(seed.reference_epochs is not None and seed.reference_epochs <= 800 for seed in seeds)
    assert f"{seeds[0].seed}  reference design: epoch {seeds[0].reference_epochs}" in told


def test_the_same_text_draws_the_same_seeds(task: Task) -> None:
    draw("ml-1", "circle", count=2, draw="a text")
    first = list(task.course_seeds.values_list("seed", flat=True))
    draw("ml-1", "circle", count=2, draw="a text")
    assert list(task.course_seeds.values_list("seed", flat=True)) == first


def test_too_few_seeds_change_nothing(task: Task) -> None:
    Task.objects.filter(pk=task.pk).update(max_epochs=2)
    with pytest.raises(CommandError, match="within 2 epochs on 0 of 64 seeds"):
        draw("ml-1", "circle", count=2)
    assert task.course_seeds.count() == 3


@pytest.mark.parametrize(
    ("arguments", "count", "words"),
    [
        (("ml-1", "nothing"), 2, "no task 'nothing'"),
        (("ml-1", "circle"), 0, "0 seeds"),
        (("ml-1", "circle"), 26, "1 to 25"),
    ],
)
def test_wrong_arguments_are_one_line(task: Task, arguments: tuple[str, str], count: int, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        draw(*arguments, count=count)


def test_staff_see_how_hard_each_seed_is_and_students_do_not() -> None:
    world = make_world()
    CourseSeed.objects.filter(task=world.task, position=1).update(reference_epochs=528)
    dashboard = world.client("ta").get(reverse("dashboard", kwargs=world.task.url_arguments())).content.decode()
    assert "528" in dashboard and "not measured" in dashboard
    assert "528" not in world.client("owner").get(reverse("task", kwargs=world.task.url_arguments())).content.decode()
