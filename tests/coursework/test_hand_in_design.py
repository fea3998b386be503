"""The picture on the hand-in page: pasted, built, and drafted; with and without JavaScript the same answer."""

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils.html import escape

from coursework.models import Draft, Submission
from engine.link import read_link, write_link
from engine.spec import Spec
from tests.world import QUICK_SPEC, World, make_course, make_task, make_world, picture

pytestmark = pytest.mark.django_db
LINK = write_link(QUICK_SPEC)


@pytest.fixture
def world() -> World:
    return make_world()


def url(world: World, name: str = "hand_in") -> str:
    return reverse(name, kwargs=world.task.url_arguments())


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def preview(world: World, **fields: Any) -> str:
    response = world.client("owner").post(url(world, "hand_in_design"), fields)
    assert response.status_code == 200
    return text(response)


def link_in(shown: str) -> str:
    found = re.search(r'data-link="([^"]*)"', shown)
    assert found is not None
    return found[1].replace("&amp;", "&")


def as_drawn(**fields: Any) -> dict[str, Any]:
    return {"link": LINK, "drawn": LINK, "features": QUICK_SPEC.features, "seed": QUICK_SPEC.seed} | fields


def test_a_pasted_link_fills_in_everything(world: World) -> None:
    shown = preview(world, link=LINK + "&showTestData=true", claimed_epochs="101")
    assert 'aria-label="Network with 2 inputs (x1² and x2²), one hidden layer of 3 neurons' in shown
    assert 'id="chip-xSquared" checked' in shown and 'id="chip-x" checked' not in shown
    assert "Read: circle, 2 inputs, 1 hidden layer, seed 0.31415." in shown
    assert "showTestData (display only, changes no number)" in shown
    assert "This can be done on your seed" in shown
    assert "look for epoch 101, then run your design on 3 course seeds" in shown
    assert shown.count('hx-swap-oob="true"') == 5


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("", "Paste a link, or build your network in the picture"),
        ("hello", "This link can&#x27;t be read"),
        ("#learningRate=3&noise=25&seed=1", "2 settings are not allowed"),
        ("#learningRate=3&seed=1", "Learning rate 3 is not allowed. Allowed: 0.03."),
        ("#networkShape=4,2", "The link holds no seed, so nobody can repeat your run."),
        ("#seed=%3Cscript", "No seed that can be used yet"),
        ("#seed=1&x=false&y=false", "Features missing"),
        ("#seed=1&networkShape=" + "9," * 40 + "9", "can't be drawn"),
        ("#seed=1&networkShape=9e15", "can't be drawn"),
    ],
)
def test_what_stands_against_a_link_is_said(world: World, link: str, words: str) -> None:
    assert words in preview(world, link=link)


def test_a_target_out_of_reach_is_said_with_the_reason() -> None:
    world = make_world()
    world.task.allowed_settings = {}
    world.task.save()
    # Noise puts points of both labels on one spot for a network that sees only a square.
    shown = preview(world, link="#seed=0.5&dataset=spiral&x=false&y=false&xTimesY=true")
    assert "This can&#x27;t be done on your seed" in shown
    assert "Take another seed" in shown


def test_the_buttons_give_back_a_link(world: World) -> None:
    shown = preview(world, **as_drawn(edit=["add-layer", "more-2"]))
    assert read_link(link_in(shown)).spec == Spec(
        features=QUICK_SPEC.features, hidden_layers=(3, 3), seed=QUICK_SPEC.seed
    )
    assert "hidden layers: 3 and 3" in shown


def test_without_javascript_the_same_buttons_show_the_page_changed(world: World) -> None:
    response = world.client("owner").post(
        url(world), as_drawn(edit="add-layer", claimed_epochs="77", screenshots=[picture("kept.png")])
    )
    shown = text(response)
    assert response.status_code == 200
    assert escape(write_link(Spec(features=QUICK_SPEC.features, hidden_layers=(3, 2), seed="0.31415"))) in shown
    assert 'value="77"' in shown and "kept.png" in shown
    assert "Not handed in yet" not in shown
    assert not Submission.objects.exists()


def test_both_ways_draw_the_same_network(world: World) -> None:
    fields = as_drawn(edit="fewer-1", features=["x", "sinY"])
    page, fragment = text(world.client("owner").post(url(world), fields)), preview(world, **fields)
    assert link_in(page) == link_in(fragment)
    start, end = '<div id="design"', "</svg></div>"
    cut = [one[one.index(start) : one.index(end, one.index("net-ctl"))] for one in (page, fragment)]
    assert cut[0] == cut[1]


def test_fields_changed_and_handed_in_at_once_are_what_is_handed_in(world: World) -> None:
    sent = as_drawn(seed="0.5", claimed_epochs="101", idempotency_key="0" * 32, screenshots=[picture()])
    assert world.client("owner").post(url(world), sent).status_code == 302
    submission = Submission.objects.get()
    assert (submission.spec.seed, read_link(submission.link).spec) == ("0.5", submission.spec)


def test_buttons_pressed_and_handed_in_at_once_count_too(world: World) -> None:
    sent = as_drawn(edit=["more-1"], hand_in="1", claimed_epochs="101", idempotency_key="0" * 32)
    response = world.client("owner").post(url(world), sent | {"screenshots": [picture()]})
    assert response.status_code == 302
    assert Submission.objects.get().spec.hidden_layers == (4,)


def test_free_settings_are_fields_and_fixed_ones_are_listed() -> None:
    world = make_world()
    world.task = make_task(make_course("ml-3"), slug="free", allowed_settings={"noise": [0], "dataset": ["circle"]})
    world.owner.course = world.task.assignment.course
    world.owner.save()
    shown = preview(world, link="#seed=1&learningRate=0.5")
    assert '<select name="learning_rate"' in shown and '<select name="noise"' not in shown
    assert "0.5 is not allowed. Allowed: 0.00001, 0.0001" in shown
    assert '<option value="0.5" selected>' in shown


def test_a_draft_comes_back_with_the_page(world: World) -> None:
    client = world.client("owner")
    saved = client.post(url(world, "hand_in_draft"), as_drawn(claimed_epochs="77", seed="half typed <"))
    assert saved.status_code == 200 and "Draft saved" in text(saved)
    shown = text(client.get(url(world)))
    assert escape(LINK) in shown and 'value="77"' in shown
    assert 'value="half typed &lt;"' in shown
    assert "Not handed in yet" not in shown


def test_a_draft_is_thrown_away(world: World) -> None:
    client = world.client("owner")
    client.post(url(world, "hand_in_draft"), as_drawn())
    response = client.post(url(world, "hand_in_draft"), {"throw_away": "1"})
    assert (response.status_code, response["Location"]) == (302, url(world))
    assert not Draft.objects.exists()


def test_a_draft_saved_too_late_does_not_come_back_after_the_hand_in(world: World) -> None:
    client = world.client("owner")
    key = client.get(url(world)).context["form"]["idempotency_key"].value()
    sent = as_drawn(claimed_epochs="101", idempotency_key=key)
    assert client.post(url(world), sent | {"screenshots": [picture()]}).status_code == 302
    assert client.post(url(world, "hand_in_draft"), sent).status_code == 409
    assert not Draft.objects.exists()


def test_the_course_seeds_are_read_once(world: World, django_assert_max_num_queries: Any) -> None:
    client = world.client("owner")
    client.get(url(world))
    with django_assert_max_num_queries(16) as queries:
        client.get(url(world))
    assert sum('"coursework_courseseed"' in query["sql"] for query in queries.captured_queries) == 1
