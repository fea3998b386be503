from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coursework.design import Sent, design
from coursework.forms import HandInForm
from coursework.models import Task
from engine.link import write_hash, write_link
from tests.world import QUICK_SPEC, make_course, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def task() -> Task:
    return make_task(make_course())


def filled(task: Task, *, pictures: int = 1, late: bool = False, **fields: Any) -> HandInForm:
    data = {"link": write_link(QUICK_SPEC), "claimed_epochs": "101", "idempotency_key": "0" * 32} | fields
    rules = task.rules
    found = design(rules, Sent.of({name: [str(value)] for name, value in data.items()}))
    return HandInForm(data, task=task, rules=rules, design=found, pictures=pictures, late=late)


def errors(form: HandInForm) -> dict[str, str]:
    return {field: " ".join(map(str, messages)) for field, messages in form.errors.items()}


@pytest.mark.parametrize("link", [write_link(QUICK_SPEC), write_hash(QUICK_SPEC), f"  {write_link(QUICK_SPEC)}\n"])
def test_a_link_is_read(task: Task, link: str) -> None:
    form = filled(task, link=link)
    assert form.is_valid(), form.errors
    assert form.spec == QUICK_SPEC


@pytest.mark.parametrize(
    ("link", "parts"),
    [
        ("", ["Paste the address"]),
        ("hello", ["link"]),
        ("#learningRate=3&noise=50&seed=1", ["Learning rate 3", "0.03", "Noise 50"]),
        ("#networkShape=9,1,1,1,1,1,1&seed=1", ["9,1,1,1,1,1,1", "0 to 6 layers of 1 to 8"]),
        ("#batchSize=many&learningRate=abc&seed=1", ["Batch size many", "Learning rate abc"]),
        ("#dataset=xor&seed=1", ["Data set xor", "circle"]),
        ("#x=false&y=false&seed=1", ["Features missing", "at least one of"]),
        ("#seed=" + "9" * 3000, ["2,048"]),
    ],
)
def test_what_is_wrong_is_said_at_the_link_or_the_network(task: Task, link: str, parts: list[str]) -> None:
    form = filled(task, link=link)
    assert not form.is_valid() and form.spec is None
    assert set(form.errors) in ({"link"}, {"network"})
    for part in parts:
        assert part in " ".join(errors(form).values())


def test_a_missing_seed_is_said_at_the_seed(task: Task) -> None:
    assert "Seed missing" in errors(filled(task, link="https://playground.tensorflow.org/#networkShape=4,2"))["seed"]


def test_link_and_picture_both_changed_is_asked_about(task: Task) -> None:
    link = write_link(QUICK_SPEC)
    form = filled(task, link=link, drawn="#seed=1", features="sinX", seed="1")
    assert "both this link and the picture" in errors(form)["link"]


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
    assert "at least one screenshot" in errors(filled(task, pictures=0))["screenshots"]


def test_at_most_three_screenshots(task: Task) -> None:
    assert filled(task, pictures=3).is_valid()
    assert "4 screenshots are too many: hand in 1 to 3." in errors(filled(task, pictures=4))["screenshots"]


def test_being_late_is_confirmed(task: Task) -> None:
    assert set(filled(task, late=True).errors) == {"confirm_late"}
    assert filled(task, late=True, confirm_late="on").is_valid()
    assert filled(task).is_valid()


def test_the_idempotency_key_is_ours(task: Task) -> None:
    assert set(filled(task, idempotency_key="drop table").errors) == {"idempotency_key"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    link=st.text(max_size=300) | st.text(alphabet="#&=,.%2Cxyseednetworkshape0123456789", max_size=200),
    seed=st.text(max_size=80),
    claimed=st.text(max_size=30),
)
def test_any_text_is_either_read_or_refused(task: Task, link: str, seed: str, claimed: str) -> None:
    form = filled(task, link=link, drawn=link, seed=seed, features="x", claimed_epochs=claimed)
    assert form.is_valid() == (not form.errors)
    if form.is_valid():
        assert form.spec is not None and form.rules.problems(form.spec) == ()
