"""Whatever is sent through the real form is answered: taken, refused or shown, but never an error of ours.

A few hundred forms in the usual run; FUZZ=full sends 10,000.
"""

import os
import random
import string
from collections import Counter
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.urls import reverse

from engine.link import write_link
from engine.spec import ACTIVATIONS, DATASETS, FEATURES, Spec
from tests.world import World, make_task, make_world, picture

pytestmark = pytest.mark.django_db
FORMS = 10_000 if os.environ.get("FUZZ") == "full" else 300
BATCH = 100
NAMES = [
    "activation",
    "regularization",
    "batchSize",
    "dataset",
    "regDataset",
    "learningRate",
    "regularizationRate",
    "noise",
    "networkShape",
    "seed",
    "percTrainData",
    "problem",
    "initZero",
    "showTestData",
    "discretize",
    "hideText",
    "collectStats",
    "tutorial",
    "cosX",
    "cosY",
]
NUMBERS = [
    "0",
    "-1",
    "1",
    "2",
    "1e3",
    "1e308",
    "-1e308",
    "1e999",
    "NaN",
    "Infinity",
    "0x10",
    "٣",
    "1_000",
    "9" * 400,
    "",
]
NASTY = [
    "",
    "\x00",
    "\ud7ff",
    "💥" * 50,
    "<script>alert(1)</script>",
    "%",
    "%00",
    "%ZZ",
    "'; drop table coursework_task; --",
    "../../../etc/passwd",
    "{{ 7 * 7 }}",
    "constructor",
    "__proto__",
    "\r\nSet-Cookie: a=b",
    "\u202eabc",
    "A" * 3000,
]


def any_text(dice: random.Random) -> str:
    """Text that is nasty, a number, or noise."""
    kind = dice.randrange(4)
    if kind == 0:
        return dice.choice(NASTY)
    if kind == 1:
        return dice.choice(NUMBERS)
    if kind == 2:
        return "".join(dice.choices(string.printable, k=dice.randrange(40)))
    return "".join(chr(dice.randrange(1, 0xD7FF)) for _ in range(dice.randrange(20)))


def any_spec(dice: random.Random) -> Spec:
    problem = dice.choice(list(DATASETS))
    return Spec(
        activation=dice.choice(ACTIVATIONS),
        problem=problem,
        dataset=dice.choice(DATASETS[problem]),
        learning_rate=dice.choice([0.03, 0.00001, 10.0, 0.5, -1.0, 1e300]),
        noise=dice.choice([0, 5, 50, 3]),
        train_percent=dice.choice([10, 50, 90, 0, 100, -5]),
        batch_size=dice.choice([1, 10, 30, 0, 10**9]),
        hidden_layers=tuple(dice.choice([1, 2, 8, 8, 9, 0, -3, 10**15]) for _ in range(dice.randrange(9))),
        features=tuple(dice.sample(FEATURES, dice.randrange(8))),
        seed=dice.choice([None, "0.5", f"{dice.random():.5f}", "a-b_c.D"]),
        init_zero=dice.random() < 0.2,
    )


def any_link(dice: random.Random) -> str:
    """A link that is fine, a little broken, made of known names and nonsense, or no link at all."""
    kind = dice.randrange(5)
    link = write_link(any_spec(dice))
    if kind == 0:
        return link
    if kind == 1:  # cut, or with something in its midst
        place = dice.randrange(len(link))
        return link[:place] + (any_text(dice) + link[place:] if dice.random() < 0.5 else "")
    if kind == 2:
        pairs = [f"{dice.choice([*NAMES, *FEATURES])}={any_text(dice)}" for _ in range(dice.randrange(12))]
        return "#" + "&".join(pairs)
    if kind == 3:
        return quote(link, safe="")
    return any_text(dice)


def any_form(dice: random.Random) -> dict[str, Any]:
    link = any_link(dice)
    form: dict[str, Any] = {"link": link, "claimed_epochs": dice.choice(["101", any_text(dice)])}
    if dice.random() < 0.7:
        form["drawn"] = dice.choice([link, any_link(dice)])
    if dice.random() < 0.7:
        form["features"] = [dice.choice([*FEATURES, any_text(dice)]) for _ in range(dice.randrange(9))]
        form["seed"] = dice.choice(["0.5", any_text(dice)])
    for name in ("activation", "learning_rate", "problem", "dataset", "noise", "hidden_layers", "init_zero"):
        if dice.random() < 0.3:
            form[name] = dice.choice(["tanh", "0.1", "regression", "reg-gauss", "spiral", "true", any_text(dice)])
    if dice.random() < 0.4:
        edits = ["add-layer", "remove-layer", "more-1", "fewer-2", "draw-seed", "allow", "apply", any_text(dice)]
        form["edit"] = dice.choices(edits, k=dice.randrange(1, 6))
    if dice.random() < 0.5:
        form["hand_in"] = "1"
    if dice.random() < 0.1:
        form["remove_picture"] = any_text(dice)
    form["idempotency_key"] = any_text(dice) if dice.random() < 0.1 else f"{dice.getrandbits(128):032x}"
    return form


@pytest.fixture
def world() -> World:
    """Two tasks of one course: one that fixes nearly everything, one that leaves everything open; endless attempts."""
    world = make_world()
    world.task.attempts = 30_000
    world.task.save()
    make_task(world.course, slug="open", allowed_settings={}, criterion="either", attempts=30_000)
    return world


@pytest.mark.parametrize("batch", range(FORMS // BATCH))
def test_every_form_is_answered(world: World, batch: int) -> None:
    dice = random.Random(f"forms {batch}")
    client = world.client("owner")
    client.raise_request_exception = True  # with the traceback, not only with a 500
    tasks = [reverse("hand_in", kwargs=task.url_arguments()) for task in world.task.assignment.tasks.all()]
    answers: Counter[int] = Counter()
    for _ in range(BATCH):
        form, address = any_form(dice), dice.choice(tasks)
        kind = dice.randrange(8)
        if kind == 0:
            address += "design/"
        elif kind == 1:
            address += "draft/"
        elif kind > 3:
            form["screenshots"] = [picture(size=(16, 16))]
        with transaction.atomic():
            response = client.post(address, form)
        answers[response.status_code] += 1
        assert response.status_code in (200, 302, 409, 422), (response.status_code, form)
        assert b"<script>alert" not in response.content
    assert answers[200] and answers[422]
