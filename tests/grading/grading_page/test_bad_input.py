"""Whatever is sent: a clear answer that names field, value and what is allowed; nothing typed is lost; never a 500."""

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grading.grades.keys import grading_url
from grading.models import Grade
from tests.grading.graded import settled
from tests.grading.grading_page.rows import item, opened, sent_by
from tests.world import World, make_task, make_world

pytestmark = pytest.mark.django_db

WRONG = [
    ({"adjustment": "lots"}, "“lots” is no number with at most one decimal: allowed are −10.0 to 10.0."),
    ({"adjustment": "0.25", "adjustment_reason": "x"}, "“0.25” is no number with at most one decimal"),
    ({"adjustment": "11", "adjustment_reason": "x"}, "11.0 is out of range: allowed are −10.0 to 10.0"),
    ({"adjustment": "−1"}, "Missing: say why"),
    ({"override": "10.5", "override_reason": "x"}, "10.5 is out of range: allowed are 0.0 to 10.0"),
    ({"override": "1e3", "override_reason": "x"}, "“1e3” is no number"),
    ({"override": "٣", "override_reason": "x"}, "is no number"),
    ({"override": "3"}, "Missing: say why"),
    ({"override_reason": "x" * 301}, "at most 300 characters"),
    ({"adjustment_reason": "a\nb"}, "line break"),
    ({"comment": "x" * 10_001}, "It has 10,001 characters; at most 10,000 are kept."),
    ({"comment": "a\0b"}, "can’t be stored (NUL)"),
    ({"items": ["999999"]}, "Item 999999 is not in this task’s rubric"),
    ({"items": ["one"]}, "What was ticked is no item of this rubric"),
    ({"version": ""}, "The form is incomplete"),
    ({"version": "-1"}, "The form is incomplete"),
    ({"receipt": "2222-2222"}, "The form is incomplete"),
    ({"result": "1"}, "The form is incomplete"),
    ({"act": "burn"}, "What to do is missing or unknown: allowed are save, save_next"),
]


@pytest.fixture
def world() -> World:
    world = make_world()
    settled(world.task, world.owner)
    item(world.task, "Typo", "-1")
    return world


@pytest.mark.parametrize(("typed", "sentence"), WRONG)
def test_what_can_not_be_kept_is_named_and_stays_typed(typed: dict[str, str], sentence: str, world: World) -> None:
    with opened(world.client("ta"), world.task, world.owner) as (url, form):
        response = world.client("ta").post(
            url, {"comment": "Kept.", "act": "save"} | form | {"comment": "Kept."} | typed
        )
    assert response.status_code == 422 and sentence in response.content.decode()
    again = sent_by(response)
    assert again["comment"] == typed.get("comment", "Kept.")
    assert all(again[name] == typed[name] for name in ("adjustment", "override") if name in typed)
    assert not Grade.objects.exists()


def test_other_ways_of_writing_a_number_are_understood(world: World) -> None:
    client = world.client("ta")
    for typed in ("−1,5", "-1.5", " -1.5 "):
        with opened(client, world.task, world.owner) as (url, form):
            sent = form | {"adjustment": typed, "adjustment_reason": typed, "act": "save"}
            assert client.post(url, sent).status_code == 302
        assert str(Grade.objects.get().adjustment) == "-1.5"


def test_an_item_of_another_task_is_none_of_this_one(world: World) -> None:
    foreign = item(make_task(world.course, slug="other"), "Foreign", "1")
    with opened(world.client("ta"), world.task, world.owner) as (url, form):
        response = world.client("ta").post(url, form | {"items": [foreign.pk], "act": "save"})
    assert response.status_code == 422 and f"Item {foreign.pk} is not" in response.content.decode()


@pytest.mark.parametrize("key", ["0" * 16, "x", "'", "../..", "%00", "ä"])
def test_a_key_that_is_nobodys_answers_404(key: str, world: World) -> None:
    url = grading_url(world.task, world.owner.pk).rsplit("/", 2)[0]
    assert world.client("ta").get(f"{url}/{key}/").status_code == 404


FIELDS = ("version", "receipt", "result", "items", "adjustment", "adjustment_reason", "override", "override_reason")
TEXT = st.one_of(
    st.text(max_size=30), st.sampled_from(["", "0", "1", "-1", "1.5", "9" * 30, "nan", "inf", "\0", ":", "1:1.0", "²"])
)
SENT = st.dictionaries(st.sampled_from((*FIELDS, "comment", "act", "saved", "to", "verification")), TEXT)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=SENT, part=st.sampled_from(["", "keep/", "presence/"]))
def test_nothing_that_is_sent_breaks_the_page(typed: dict[str, str], part: str, world: World) -> None:
    client: Client = world.client("ta")
    url = grading_url(world.task, world.owner.pk)
    form = {"version": "0", "receipt": "", "result": ":"}
    response = client.post(url + part, (form if not part else {}) | typed)
    assert response.status_code in (200, 204, 302, 409, 422)
