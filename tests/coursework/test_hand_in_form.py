from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coursework.forms import HandInForm
from coursework.models import Task
from coursework.rules import playground_defaults
from engine.link import write_hash, write_link
from engine.spec import FEATURES, Spec
from tests.world import QUICK_SPEC, make_course, make_task, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def task() -> Task:
    return make_task(make_course())


def filled(task: Task, files: list[SimpleUploadedFile] | None = None, **fields: Any) -> HandInForm:
    data = {"source": "link", "link": write_link(QUICK_SPEC), "claimed_epochs": "101", "idempotency_key": "0" * 32}
    pictures = [picture()] if files is None else files
    return HandInForm(data | fields, MultiValueDict({"screenshots": pictures}), task=task)


def errors(form: HandInForm) -> dict[str, str]:
    return {field: " ".join(map(str, messages)) for field, messages in form.errors.items()}


@pytest.mark.parametrize("link", [write_link(QUICK_SPEC), write_hash(QUICK_SPEC), f"  {write_link(QUICK_SPEC)}\n"])
def test_a_link_is_read(task: Task, link: str) -> None:
    form = filled(task, link=link)
    assert form.is_valid(), form.errors
    assert form.spec == QUICK_SPEC


def test_what_the_link_has_beyond_the_settings_is_reported(task: Task) -> None:
    form = filled(task, link=write_link(QUICK_SPEC) + "&showTestData=true&colour=red")
    assert form.is_valid()
    assert {ignored.name for ignored in form.ignored} == {"showTestData", "colour"}


def test_the_same_fields_by_hand(task: Task) -> None:
    form = filled(
        task, source="fields", link="", features=["ySquared", "xSquared"], hidden_layers=" 3 ", seed="0.31415"
    )
    assert form.is_valid(), form.errors
    assert form.spec == QUICK_SPEC


def test_by_hand_no_hidden_layer_is_an_empty_field(task: Task) -> None:
    form = filled(task, source="fields", features=["x"], hidden_layers="", seed="1")
    assert form.is_valid() and form.spec is not None
    assert form.spec.hidden_layers == ()


def test_by_hand_the_task_s_other_values_can_be_chosen() -> None:
    allowed = playground_defaults("circle") | {"learning_rate": [0.03, 0.1], "activation": ["tanh", "relu"]}
    task = make_task(make_course(), allowed_settings=allowed)
    chosen: dict[str, Any] = {"features": ["x"], "hidden_layers": "2", "seed": "1", "learning_rate": "0.1"}
    form = filled(task, **(chosen | {"source": "fields"}))
    assert form.is_valid(), form.errors
    assert form.spec == Spec(features=("x",), hidden_layers=(2,), seed="1", learning_rate=0.1)
    assert [field.name for field in form.free_fields] == ["activation", "learning_rate"]


@pytest.mark.parametrize(
    ("link", "parts"),
    [
        ("", ["Paste the address"]),
        ("hello", ["link"]),
        ("https://playground.tensorflow.org/#networkShape=4,2", ["Seed missing"]),
        ("#learningRate=3&noise=50&seed=1", ["Learning rate 3", "0.03", "Noise 50"]),
        ("#networkShape=9,1,1,1,1,1,1&seed=1", ["9,1,1,1,1,1,1", "0 to 6 layers of 1 to 8"]),
        ("#batchSize=many&learningRate=abc&seed=1", ["Batch size many", "Learning rate abc"]),
        ("#dataset=xor&seed=1", ["Data set xor", "circle"]),
        ("#x=false&y=false&seed=1", ["Features missing", "at least one of"]),
        ("#seed=" + "9" * 3000, ["2,048"]),
    ],
)
def test_what_is_wrong_with_a_link_is_said_at_the_link(task: Task, link: str, parts: list[str]) -> None:
    form = filled(task, link=link)
    assert not form.is_valid()
    assert set(form.errors) == {"link"}
    for part in parts:
        assert part in errors(form)["link"]


@pytest.mark.parametrize(
    ("fields", "field", "part"),
    [
        ({"hidden_layers": "4;2"}, "hidden_layers", "whole numbers with commas"),
        ({"hidden_layers": "9"}, "hidden_layers", "1 to 8 neurons"),
        ({"hidden_layers": "9" * 150}, "hidden_layers", "list of whole numbers"),
        ({"features": []}, "features", "at least one of"),
        ({"features": ["cosX"]}, "features", "cosX"),
        ({"seed": ""}, "seed", "Seed missing"),
        ({"seed": "<b>"}, "seed", "letters, digits"),
    ],
)
def test_what_is_wrong_by_hand_is_said_at_its_field(task: Task, fields: dict[str, Any], field: str, part: str) -> None:
    form = filled(task, **({"source": "fields", "features": ["x"], "hidden_layers": "4,2", "seed": "1"} | fields))
    assert not form.is_valid()
    assert set(form.errors) == {field}
    assert part in errors(form)[field]


@pytest.mark.parametrize(
    ("claimed", "part"),
    [
        ("", "1 to 400"),
        ("0", "0 is not allowed: 1 to 400"),
        ("-5", "-5 is not allowed"),
        ("401", "401 is not allowed: 1 to 400"),
        ("soon", "whole number from 1 to 400"),
        ("101.5", "whole number"),
        ("9" * 4000, "This number is not allowed"),
        ("9" * 6000, "whole number"),
        ("1e999", "whole number"),
    ],
)
def test_wrong_claims_are_refused(task: Task, claimed: str, part: str) -> None:
    form = filled(task, claimed_epochs=claimed)
    assert set(form.errors) == {"claimed_epochs"}
    assert part in errors(form)["claimed_epochs"]


def test_a_screenshot_is_needed(task: Task) -> None:
    assert "at least one screenshot" in errors(filled(task, files=[]))["screenshots"]


def test_at_most_three_screenshots(task: Task) -> None:
    assert filled(task, files=[picture() for _ in range(3)]).is_valid()
    assert "4 screenshots are too many" in errors(filled(task, files=[picture() for _ in range(4)]))["screenshots"]


def test_every_bad_file_is_named(task: Task) -> None:
    bad = [SimpleUploadedFile("a.png", b"a"), picture(), SimpleUploadedFile("b.png", b"b")]
    message = errors(filled(task, files=bad))["screenshots"]
    assert "a.png" in message and "b.png" in message


def test_the_idempotency_key_is_ours(task: Task) -> None:
    assert set(filled(task, idempotency_key="drop table").errors) == {"idempotency_key"}
    first, second = (HandInForm(task=task)["idempotency_key"].value() for _ in range(2))
    assert first != second and len(first) == 32


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    link=st.text(max_size=300) | st.text(alphabet="#&=,.%2Cxyseednetworkshape0123456789", max_size=200),
    layers=st.text(max_size=30),
    seed=st.text(max_size=80),
    claimed=st.text(max_size=30),
    features=st.lists(st.sampled_from([*FEATURES, "cosX", "constructor"])),
    source=st.sampled_from(["link", "fields", "else"]),
)
def test_any_text_is_either_read_or_refused(
    task: Task, link: str, layers: str, seed: str, claimed: str, features: list[str], source: str
) -> None:
    form = filled(
        task, link=link, hidden_layers=layers, seed=seed, claimed_epochs=claimed, features=features, source=source
    )
    assert form.is_valid() == (not form.errors)
    if form.is_valid():
        assert form.spec is not None and form.rules.problems(form.spec) == ()
