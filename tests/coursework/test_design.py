"""Link, fields and the picture's buttons lead to one design."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursework.design import Design, Sent, design
from coursework.rules import SINGLE_SETTINGS, TaskRules, playground_defaults
from engine.link import read_link, write_link
from engine.spec import FEATURES, PLAYGROUND, SEED, Spec, written

CIRCLE = TaskRules("both", Decimal("0.001"), 400, playground_defaults("circle"), ())
FREE = TaskRules("either", Decimal("0.001"), 400, {}, ())
LINK = write_link(Spec(hidden_layers=(6, 3), seed="0.39918"))


def drawn_from(link: str, **fields: Any) -> Sent:
    """The form as the page draws it for a link, with some of its fields changed since."""
    spec = design(FREE, Sent(link)).spec
    values: dict[str, Any] = {
        "drawn": link,
        "features": spec.features,
        "seed": spec.seed or "",
        "settings": {name: written(getattr(spec, name)) for name in SINGLE_SETTINGS},
    }
    return Sent(link, **(values | fields))


def test_an_untouched_form_keeps_its_link_letter_by_letter() -> None:
    pasted = "#seed=0.5&networkShape=6,3&showTestData=true"
    found = design(CIRCLE, drawn_from(pasted))
    assert found.link == pasted
    assert [one.name for one in found.ignored] == ["showTestData"]
    assert found.is_fine


def test_nothing_yet_shows_where_the_task_starts() -> None:
    found = design(CIRCLE, Sent())
    assert (found.is_empty, found.spec, found.problems) == (True, CIRCLE.starting_spec, ())
    assert not found.is_fine


@pytest.mark.parametrize(
    ("edits", "layers"),
    [
        (["add-layer"], (6, 3, 2)),
        (["remove-layer"], (6,)),
        (["more-1"], (7, 3)),
        (["fewer-2", "fewer-2"], (6, 1)),
        (["fewer-2"] * 5, (6, 1)),
        (["more-1"] * 5, (8, 3)),
        (["add-layer"] * 9, (6, 3, 2, 2, 2, 2)),
        (["remove-layer"] * 9, ()),
        (["more-3", "more-9", "more-0", "explode", ""], (6, 3)),
        (["add-layer", "more-3"], (6, 3, 3)),
    ],
)
def test_the_buttons_of_the_picture(edits: list[str], layers: tuple[int, ...]) -> None:
    found = design(CIRCLE, drawn_from(LINK, edits=tuple(edits)))
    assert found.spec.hidden_layers == layers
    assert read_link(found.link).spec == found.spec


def test_a_button_that_changes_nothing_leaves_the_link_alone() -> None:
    pasted = "#networkShape=8&seed=0.5&hideText=true"
    assert design(CIRCLE, drawn_from(pasted, edits=("more-1",))).link == pasted


def test_fields_change_what_they_differ_in() -> None:
    found = design(FREE, drawn_from(LINK, features=("x", "sinX"), seed="0.5"))
    assert found.spec == Spec(hidden_layers=(6, 3), features=("x", "sinX"), seed="0.5")
    assert read_link(found.link).spec == found.spec


def test_a_new_link_outweighs_the_fields_of_the_old_one() -> None:
    new = write_link(Spec(hidden_layers=(2,), seed="0.1"))
    found = design(FREE, Sent(new, drawn=LINK, features=("x", "y"), seed="0.39918"))
    assert found.link == new
    assert not found.contradicts
    both = design(FREE, Sent(new, drawn=LINK, features=("x",), seed="0.39918"))
    assert (both.link, both.contradicts) == (new, True)


def test_fields_without_the_link_they_were_drawn_from_do_not_count() -> None:
    assert design(FREE, Sent(LINK, features=("sinX",), seed="1")).link == LINK


def test_a_setting_that_is_free_can_be_chosen() -> None:
    found = design(FREE, drawn_from(LINK, settings={"learning_rate": "0.1", "activation": "relu"}))
    assert (found.spec.learning_rate, found.spec.activation) == (0.1, "relu")


def test_a_setting_that_is_fixed_can_not() -> None:
    assert design(CIRCLE, drawn_from(LINK, settings={"learning_rate": "0.1"})).spec.learning_rate == 0.03


def test_what_no_option_offers_is_refused() -> None:
    found = design(FREE, drawn_from(LINK, settings={"learning_rate": "0.2"}))
    assert [problem.field for problem in found.problems] == ["learning_rate"]
    assert "0.03" in found.problems[0].allowed


@pytest.mark.parametrize(
    ("settings", "problem", "dataset"),
    [
        ({"dataset": "reg-gauss"}, "regression", "reg-gauss"),
        ({"problem": "regression"}, "regression", "reg-plane"),
        ({"dataset": "spiral", "problem": "regression"}, "classification", "spiral"),
    ],
)
def test_data_set_and_problem_go_together(settings: dict[str, str], problem: str, dataset: str) -> None:
    found = design(FREE, drawn_from(LINK, settings=settings))
    assert (found.spec.problem, found.spec.dataset, found.problems) == (problem, dataset, ())


def test_a_seed_that_no_link_can_hold_is_refused_at_its_field_and_stays_there() -> None:
    found = design(CIRCLE, drawn_from(LINK, seed="<b>", edits=("more-2",)))
    assert (found.seed, found.spec.seed, found.spec.hidden_layers) == ("<b>", "0.39918", (6, 4))
    assert [problem.field for problem in found.problems] == ["seed"]
    again = design(CIRCLE, drawn_from(found.link, seed="<b>"))
    assert (again.link, again.seed, len(again.problems)) == (found.link, "<b>", 1)


def test_a_pasted_seed_that_no_link_can_hold_is_kept_for_mending() -> None:
    found = design(CIRCLE, drawn_from("#seed=<b>", edits=("add-layer",)))
    assert (found.seed, found.spec.seed) == ("<b>", None)
    assert [problem.field for problem in found.problems] == ["seed"]


def test_a_missing_seed_is_a_problem_and_can_be_drawn() -> None:
    without = drawn_from("#networkShape=3")
    assert [problem.value for problem in design(CIRCLE, without).problems] == [""]
    drawn = design(CIRCLE, drawn_from("#networkShape=3", seed="what is this", edits=("draw-seed",)))
    assert drawn.is_fine
    assert SEED.fullmatch(drawn.seed) and drawn.seed == drawn.spec.seed


def test_on_the_spiral_a_seed_is_drawn_on_which_the_target_is_open() -> None:
    spiral = TaskRules("either", Decimal("0.001"), 400, playground_defaults("spiral"), ())
    for _ in range(10):
        assert design(spiral, Sent("#dataset=spiral&seed=1", edits=("draw-seed",))).impossible is None


def test_what_is_not_allowed_can_be_put_right_at_once() -> None:
    wrong = "#learningRate=3&noise=25&dataset=xor&networkShape=9,1,1,1,1,1,1&x=false&y=false&seed=0.5"
    assert len(design(CIRCLE, Sent(wrong)).problems) == 5
    mended = design(CIRCLE, Sent(wrong, edits=("allow",)))
    assert mended.problems == ()
    assert mended.spec.hidden_layers == (8, 1, 1, 1, 1, 1)


def test_an_unreadable_link_says_why_and_is_kept() -> None:
    found = design(CIRCLE, Sent("#learningRate=abc&seed=1"))
    assert (found.link, found.spec) == ("#learningRate=abc&seed=1", CIRCLE.starting_spec)
    assert "abc" in found.unreadable[0].message


def test_a_target_that_is_out_of_reach_on_the_seed_is_said() -> None:
    # Both arms of the spiral begin at one point.
    both = TaskRules("both", Decimal("0.001"), 400, playground_defaults("spiral"), ())
    found = design(both, Sent("#dataset=spiral&seed=0.5"))
    assert found.impossible is not None and not found.is_fine


# --- Whatever is sent --------------------------------------------------------------------------------------------

SPECS = st.builds(
    Spec,
    activation=st.sampled_from(PLAYGROUND.activation),
    learning_rate=st.sampled_from(PLAYGROUND.learning_rate or ()),
    batch_size=st.integers(1, 30),
    noise=st.sampled_from(PLAYGROUND.noise or ()),
    hidden_layers=st.lists(st.integers(1, 8), max_size=6).map(tuple),
    features=st.lists(st.sampled_from(FEATURES), min_size=1, unique=True).map(tuple),
    seed=st.from_regex(SEED, fullmatch=True),
)
EDITS = st.lists(
    st.sampled_from(["add-layer", "remove-layer", "allow", "draw-seed", "apply", "more-1", "fewer-1", "more-6", "no"])
).map(tuple)
HOSTILE = st.text(max_size=80) | st.text(alphabet="#&=,.%2Cxyseednetworkshape0123456789<-", max_size=300)
RULES = st.sampled_from([CIRCLE, FREE])


def agrees(rules: TaskRules, found: Design) -> bool:
    """Whether link and network say the same, and drawing the page from them changes nothing more."""
    again = design(rules, Sent(found.link, drawn=found.link, features=found.spec.features, seed=found.seed))
    same_network = found.unreadable or found.is_empty or read_link(found.link).spec == found.spec
    return bool(same_network) and (again.link, again.spec, again.problems) == (found.link, found.spec, found.problems)


@given(spec=SPECS)
def test_a_link_leads_to_its_network_and_back(spec: Spec) -> None:
    found = design(FREE, Sent(write_link(spec)))
    assert (found.spec, write_link(found.spec)) == (spec, found.link)


@given(rules=RULES, spec=SPECS, edits=EDITS, features=st.lists(st.sampled_from(FEATURES)), seed=st.text(max_size=20))
def test_changes_stay_inside_the_limits_and_everything_agrees(
    rules: TaskRules, spec: Spec, edits: tuple[str, ...], features: list[str], seed: str
) -> None:
    values = {"link": [write_link(spec)], "drawn": [write_link(spec)], "features": features, "seed": [seed]}
    found = design(rules, Sent.of(values | {"edit": list(edits)}))
    layers = found.spec.hidden_layers
    assert len(layers) <= PLAYGROUND.max_layers and all(1 <= neurons <= PLAYGROUND.max_neurons for neurons in layers)
    assert agrees(rules, found)


@given(rules=RULES, link=HOSTILE, drawn=HOSTILE | st.none(), seed=HOSTILE, edits=EDITS)
def test_any_text_becomes_a_design(
    rules: TaskRules, link: str, drawn: str | None, seed: str, edits: tuple[str, ...]
) -> None:
    values = {"link": [link], "seed": [seed], "features": ["x"], "edit": list(edits)}
    found = design(rules, Sent.of(values if drawn is None else values | {"drawn": [drawn]}))
    assert agrees(rules, found)


def test_layers_beyond_every_limit_are_cut_where_a_link_could_not_hold_them() -> None:
    link = "#seed=1&networkShape=" + ",".join(["9e14"] * 390)
    found = design(CIRCLE, drawn_from(link, features=("x",)))
    assert found.spec.hidden_layers == (8,) * 6
    assert agrees(CIRCLE, found)
