"""Hypothesis strategies for settings and links."""

import string

from hypothesis import strategies as st

from engine.spec import ACTIVATIONS, DATASETS, FEATURES, PLAYGROUND, REGULARIZATIONS, Spec

SEEDS = st.text(string.ascii_letters + string.digits + "._-", min_size=1, max_size=64)


@st.composite
def specs(draw: st.DrawFn, max_layers: int = 6, max_neurons: int = 8) -> Spec:
    """Give any settings that the Playground's controls allow, initZero included."""
    problem = draw(st.sampled_from(sorted(DATASETS)))
    return Spec(
        activation=draw(st.sampled_from(ACTIVATIONS)),
        regularization=draw(st.sampled_from(REGULARIZATIONS)),
        regularization_rate=draw(st.sampled_from(PLAYGROUND.regularization_rate or ())),
        learning_rate=draw(st.sampled_from(PLAYGROUND.learning_rate or ())),
        batch_size=draw(st.integers(1, 30)),
        dataset=draw(st.sampled_from(DATASETS[problem])),
        problem=problem,
        noise=draw(st.sampled_from(PLAYGROUND.noise or ())),
        train_percent=draw(st.sampled_from(PLAYGROUND.train_percent or ())),
        hidden_layers=tuple(draw(st.lists(st.integers(1, max_neurons), max_size=max_layers))),
        features=tuple(draw(st.lists(st.sampled_from(FEATURES), min_size=1, unique=True))),
        seed=draw(SEEDS),
        init_zero=draw(st.booleans()),
    )
