"""Reading a link from a picture of the address bar. The texts are what the reader made of real pictures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.link import write_link
from engine.spec import PLAYGROUND, Spec
from grading.checks.address_text import Parameter, edits, read_parameters

CUT_OFF = (
    "playground.tensorflow.org/#activation=tanh&batchSize=28&dataset=spiral&regDataset=reg-plane&learningRate=0.03"
    "&regularizationRate=0&noise=35&networkShape=1,1&seed=0.394"
)
BLURRED = (
    "playground.tensorflow.org/#activation-relu&batchSize-2&dataset-cirde&regDataset-reg-plane&leamningRate-0.03"
    "&regularizationRate=O&noise=0snetworkShape-3,6&seed=0.64204&showTestData-falsesdiscretize-false"
    "&percTrainData-504x-talse&y-false&xTimesY-tatse&xSqured-talse&ySquared-tru"
)


def texts(text: str) -> dict[str, tuple[str, ...]]:
    return {name: parameter.texts for name, parameter in read_parameters(text).items()}


def test_a_link_that_is_cut_off_is_read_up_to_there() -> None:
    read = read_parameters(CUT_OFF)
    assert read["networkShape"] == Parameter("networkShape", ("1,1",), is_clean=True)
    assert read["seed"] == Parameter("seed", ("0.394",), is_clean=False, is_cut=True)
    assert "percTrainData" not in read


def test_names_and_signs_may_be_misread() -> None:
    read = texts(BLURRED)
    assert read["learningRate"] == ("0.03",)
    assert read["noise"] == ("0", "0s")  # the & was taken for an s
    assert read["networkShape"] == ("3,6",)
    assert read["seed"] == ("0.64204",)
    assert read["xSquared"] == ("talse",)


def test_a_name_that_is_cut_off_is_no_value() -> None:
    assert texts("#noise=5&seed=0.5&perc") == {"noise": ("5",), "seed": ("0.5",)}
    assert texts("#noise=5&seed") == {"noise": ("5",)}


@pytest.mark.parametrize("text", ["", "#", "A Neural Network Playground", "https://example.org/", "=&=&#=", "&x=true&"])
def test_other_texts_hold_at_most_nothing(text: str) -> None:
    assert not set(texts(text)) - {"x"}


def test_spaces_and_an_encoded_comma_are_no_trouble() -> None:
    assert texts("# networkShape = 4%2C2 & seed = 0.5 & noise=0")["networkShape"] == ("4,2",)


specs = st.builds(
    Spec,
    seed=st.integers(0, 99_999).map(lambda number: f"0.{number:05}"),
    hidden_layers=st.lists(st.integers(1, 8), max_size=6).map(tuple),
    activation=st.sampled_from(PLAYGROUND.activation),
    noise=st.sampled_from(PLAYGROUND.noise or ()),
    features=st.sets(st.sampled_from(PLAYGROUND.features), min_size=1).map(tuple),
)


@given(specs)
def test_a_whole_link_is_read_whole(spec: Spec) -> None:
    link = write_link(spec)
    written = dict(pair.split("=") for pair in link.partition("#")[2].split("&"))
    read = texts(link)
    assert {name: values[0] for name, values in read.items()} == {name: written[name] for name in read}
    assert set(written) - set(read) <= {"initZero"} | {"x", "y"}


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert all(parameter.texts for parameter in read_parameters(f"#seed={text}&noise=").values())


@given(st.text("abc", max_size=8), st.text("abc", max_size=8))
def test_edits_count_both_ways_alike(first: str, second: str) -> None:
    assert edits(first, second) == edits(second, first)
    assert (edits(first, second) == 0) is (first == second)
    assert edits(first, second) <= max(len(first), len(second))
