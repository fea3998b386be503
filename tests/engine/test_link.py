import pytest
from hypothesis import given

from engine.errors import LinkError, SpecError
from engine.link import PLAYGROUND_ADDRESS, read_link, write_hash, write_link
from engine.spec import Spec
from tests.engine.strategies import specs

# As the Playground itself writes it.
TYPICAL = (
    "https://playground.tensorflow.org/#activation=relu&regularization=L2&batchSize=12&dataset=xor&regDataset=reg-gauss"
    "&learningRate=0.1&regularizationRate=0.003&noise=15&networkShape=8,3&seed=0.51803&showTestData=false"
    "&discretize=true&percTrainData=70&x=true&y=false&xTimesY=true&xSquared=false&ySquared=false&cosX=false&sinX=true"
    "&cosY=false&sinY=false&collectStats=false&problem=classification&initZero=false&hideText=false"
)
TYPICAL_SPEC = Spec(
    activation="relu",
    regularization="L2",
    regularization_rate=0.003,
    learning_rate=0.1,
    batch_size=12,
    dataset="xor",
    noise=15,
    train_percent=70,
    hidden_layers=(8, 3),
    features=("x", "xTimesY", "sinX"),
    seed="0.51803",
)


def _spec(settings: str) -> Spec:
    return read_link("#seed=1&" + settings).spec


def _ignored(settings: str) -> dict[str, str]:
    return {part.name: part.reason for part in read_link("#seed=1&" + settings).ignored}


def test_a_link_as_the_playground_writes_it() -> None:
    reading = read_link(TYPICAL)
    assert reading.spec == TYPICAL_SPEC
    assert {part.name: part.reason for part in reading.ignored} == {
        "regDataset": "inactive",
        "showTestData": "display",
        "discretize": "display",
        "cosX": "inactive",
        "cosY": "inactive",
        "collectStats": "display",
        "hideText": "display",
    }


@pytest.mark.parametrize(
    "text",
    [
        TYPICAL.partition("#")[2],
        "#" + TYPICAL.partition("#")[2],
        "  " + TYPICAL + "\n",
        TYPICAL.replace("https", "http"),
        TYPICAL.replace("https://", ""),
        TYPICAL.replace(",", "%2C"),
        TYPICAL.replace(",", "%2c"),
        TYPICAL.replace(":", "%3A").replace("/", "%2F").replace("#", "%23").replace("=", "%3D").replace("&", "%26"),
        TYPICAL.replace("=", "%3d"),
        TYPICAL.partition("#")[2].replace("=", "%3D").replace("&", "%26").replace(",", "%2C"),
    ],
)
def test_every_way_in_which_a_link_is_pasted(text: str) -> None:
    assert read_link(text).spec == TYPICAL_SPEC


def test_an_encoded_link_is_decoded_only_once() -> None:
    assert read_link("seed%3D%2541%26x%3Dtrue").spec.seed == "%41"


def test_a_seed_is_taken_as_it_stands() -> None:
    assert _spec("seed=%41b").seed == "%41b"


def test_the_bare_playground_has_the_defaults_and_no_seed() -> None:
    for text in (PLAYGROUND_ADDRESS, PLAYGROUND_ADDRESS + "#", "playground.tensorflow.org", PLAYGROUND_ADDRESS + "?a"):
        assert read_link(text).spec == Spec()


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("activation=sigmoid", Spec(seed="1", activation="sigmoid")),
        ("activation=Sigmoid", Spec(seed="1")),
        ("activation=constructor", Spec(seed="1")),
        ("regularization=l1", Spec(seed="1")),
        ("activation=", Spec(seed="1")),
        ("learningRate=", Spec(seed="1")),
        ("learningRate=  ", Spec(seed="1")),
        ("learningRate=1e-4", Spec(seed="1", learning_rate=0.0001)),
        ("learningRate=.3", Spec(seed="1", learning_rate=0.3)),
        ("batchSize=1e1", Spec(seed="1")),
        ("batchSize=7.0", Spec(seed="1", batch_size=7)),
        ("batchSize=7=8", Spec(seed="1", batch_size=7)),
        ("batchSize=7&batchSize=8", Spec(seed="1", batch_size=8)),
        ("batchSize=7&batchSize=", Spec(seed="1")),
        ("batchSize=7&batchSize", Spec(seed="1")),
        ("networkShape=", Spec(seed="1", hidden_layers=())),
        ("networkShape", Spec(seed="1")),
        ("networkShape=3", Spec(seed="1", hidden_layers=(3,))),
        ("networkShape=1,2,3,4,5,6", Spec(seed="1", hidden_layers=(1, 2, 3, 4, 5, 6))),
        ("problem=regression", Spec(seed="1", problem="regression", dataset="reg-plane")),
        ("problem=regression&regDataset=reg-gauss", Spec(seed="1", problem="regression", dataset="reg-gauss")),
        ("dataset=reg-gauss", Spec(seed="1")),
        ("initZero=true", Spec(seed="1", init_zero=True)),
        ("initZero=no", Spec(seed="1", init_zero=True)),
        ("initZero=", Spec(seed="1")),
        ("x=false", Spec(seed="1", features=("y",))),
        ("x=False", Spec(seed="1")),
        ("x=", Spec(seed="1")),
        ("sinX=", Spec(seed="1")),
        ("sinX=1", Spec(seed="1", features=("x", "y", "sinX"))),
        ("sinY=true&xSquared=true", Spec(seed="1", features=("x", "y", "xSquared", "sinY"))),
        ("sinX=true&sinX_hide=true", Spec(seed="1")),
        ("sinX=true&sinX_hide=false", Spec(seed="1", features=("x", "y", "sinX"))),
        ("sinX=true&sinX_hide=yes", Spec(seed="1", features=("x", "y", "sinX"))),
        ("y_hide=true", Spec(seed="1", features=("x",))),
        ("noise=81", Spec(seed="1", noise=50)),
        ("noise=80", Spec(seed="1", noise=80)),
        ("noise=-3", Spec(seed="1", noise=0)),
        ("noise=-0", Spec(seed="1", noise=0)),
        ("seed=", Spec()),
        ("&&", Spec(seed="1")),
    ],
)
def test_the_rules_of_reading(settings: str, expected: Spec) -> None:
    assert _spec(settings) == expected


@pytest.mark.parametrize(
    ("settings", "reasons"),
    [
        ("colour=red", {"colour": "unknown name"}),
        ("Activation=relu", {"Activation": "unknown name"}),
        ("flag", {"flag": "unknown name"}),
        ("activation=softmax", {"activation": "unknown value"}),
        ("activation=", {}),
        ("regDataset=reg-plane", {"regDataset": "inactive"}),
        ("problem=regression&dataset=xor", {"dataset": "inactive"}),
        ("cosX=true", {"cosX": "inactive"}),
        ("tutorial=dnn&hideText=true", {"tutorial": "display", "hideText": "display"}),
        ("playButton_hide=true", {"playButton_hide": "display"}),
        ("sinX=true&sinX_hide=true", {"sinX": "inactive"}),
        ("sinX_hide=true", {"sinX_hide": "display"}),
        ("x_hide=true", {}),
        ("dataset_hide=true&x=true", {"dataset_hide": "display"}),
    ],
)
def test_what_is_passed_over_is_reported_with_the_reason(settings: str, reasons: dict[str, str]) -> None:
    assert _ignored(settings) == reasons


def test_what_is_passed_over_is_reported_printable_and_short() -> None:
    (part,) = read_link("seed=1&\x07name=" + "v" * 500).ignored
    assert part.name == "\\x07name"
    assert len(part.value) == 80


def test_unreadable_values_are_listed_all_at_once() -> None:
    with pytest.raises(LinkError) as caught:
        _spec("learningRate=abc&batchSize=2.5&noise=1e999&percTrainData=NaN&networkShape=4,,2&regularizationRate=0x10")
    assert {problem.field: problem.value for problem in caught.value.problems} == {
        "regularization_rate": "0x10",
        "learning_rate": "abc",
        "batch_size": "2.5",
        "noise": "1e999",
        "train_percent": "NaN",
        "hidden_layers": "4,,2",
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "hello",
        "hello=world",
        "https://example.org/",
        "https://example.org/?seed=1",
        "#",
        "seed",
        "seed%253D1",
    ],
)
def test_text_that_is_no_link(text: str) -> None:
    with pytest.raises(LinkError) as caught:
        read_link(text)
    (problem,) = caught.value.problems
    assert problem.field == "link"
    assert PLAYGROUND_ADDRESS in problem.allowed


def test_a_copy_of_the_playground_elsewhere_has_the_same_links() -> None:
    assert read_link("https://example.org/playground/#seed=1&noise=5").spec == Spec(seed="1", noise=5)


def test_a_link_of_2048_characters_is_read_and_a_longer_one_is_not() -> None:
    start = "#seed=1&tutorial="
    assert read_link(start + "t" * (2048 - len(start))).spec == Spec(seed="1")
    with pytest.raises(LinkError, match="at most 2,048 characters"):
        read_link(start + "t" * (2049 - len(start)))


@given(specs())
def test_what_is_written_reads_back_as_it_was(spec: Spec) -> None:
    reading = read_link(write_link(spec))
    assert reading.spec == spec
    assert reading.ignored == ()


@given(specs())
def test_the_bare_hash_is_the_end_of_the_link(spec: Spec) -> None:
    assert write_link(spec) == PLAYGROUND_ADDRESS + write_hash(spec)
    assert read_link(write_hash(spec)).spec == spec


def test_the_canonical_link_writes_out_everything_that_counts_and_no_more() -> None:
    assert write_link(Spec(seed="0.5", learning_rate=0.00001)) == (
        "https://playground.tensorflow.org/#activation=tanh&regularization=none&batchSize=10&dataset=circle"
        "&learningRate=0.00001&regularizationRate=0&noise=0&networkShape=4,2&seed=0.5&percTrainData=50&x=true&y=true"
        "&xSquared=false&ySquared=false&xTimesY=false&sinX=false&sinY=false&problem=classification&initZero=false"
    )


def test_a_link_without_a_seed_can_be_written() -> None:
    assert "seed" not in write_link(Spec())
    assert read_link(write_link(Spec())).spec == Spec()


@pytest.mark.parametrize("seed", ["a&noise=50", "a=b", "", "a b", "x" * 65])
def test_a_seed_that_would_break_the_link_is_refused(seed: str) -> None:
    with pytest.raises(SpecError):
        write_link(Spec(seed=seed))
