"""Looking more than once: which parts are looked at again, when a third time, and what counts then."""

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from grading.screenshots.looks import END_OF_APP, Looks, take_looks
from grading.screenshots.pictures import Picture
from grading.screenshots.reading import Box, ScreenshotReading
from grading.screenshots.text_lines import TextLine


def line(text: str, left: float, top: float, height: float = 15, confidence: float = 0.99) -> TextLine:
    right, bottom = left + len(text) * height / 2, top + height
    return TextLine.at(text, confidence, ((left, top), (right, top), (right, bottom), (left, bottom)))


SETTINGS = (
    ("Learning rate", "0.03"),
    ("Activation", "Tanh"),
    ("Regularization", "None"),
    ("Regularization rate", "0"),
    ("Problem type", "Regression"),
)


def app(*, epoch: str = "000,721", test: str = "0.523", up: float = 0) -> list[TextLine]:
    return [
        line("Epoch", 200, 100 - up),
        line(epoch, 200, 114 - up, 24),
        *(line(label, 400 + 150 * at, 100 - up) for at, (label, _) in enumerate(SETTINGS)),
        *(line(value, 400 + 150 * at, 122 - up) for at, (_, value) in enumerate(SETTINGS)),
        line("FEATURES", 150, 200 - up),
        line("1 HIDDEN LAYER", 400, 200 - up),
        line("4 neurons", 450, 270 - up),
        line("OUTPUT", 700, 200 - up),
        line(f"Test loss {test}", 700, 225 - up),
        line("Training loss 0.500", 700, 243 - up),
    ]


def holds(box: Box, one: TextLine) -> bool:
    return box[0] <= one.left and one.right <= box[0] + box[2] and box[1] <= one.top and one.bottom <= box[1] + box[3]


@dataclass
class Looker:
    """Sees the first list at first, then what of the further lists lies in the part looked at."""

    seen: Sequence[list[TextLine]]
    asked: list[tuple[Box, float]] = field(default_factory=list)

    def lines(self, picture: Picture, *, stop_at: re.Pattern[str] | None = None) -> tuple[TextLine, ...]:
        assert stop_at is END_OF_APP
        return tuple(self.seen[0])

    def look_closer(self, picture: Picture, box: Box, *, enlarged: float) -> tuple[TextLine, ...]:
        self.asked.append((box, enlarged))
        looks = list(dict.fromkeys(size for _, size in self.asked))
        return tuple(one for one in self.seen[1 + looks.index(enlarged)] if holds(box, one))


def looks_at(*seen: list[TextLine]) -> tuple[Looks, Looker]:
    looker = Looker(seen)
    return take_looks(Picture(np.zeros((800, 1300, 3), dtype=np.uint8)), looker), looker


def test_what_two_looks_read_alike_is_sure_and_needs_no_third() -> None:
    looks, looker = looks_at(app(), app())
    values = looks.values()
    assert {name: read.value for name, read in values.items()} == {
        "epoch": 721,
        "learning_rate": 0.03,
        "activation": "tanh",
        "regularization": "none",
        "regularization_rate": 0.0,
        "problem": "regression",
        "loss_train": 0.5,
        "loss_test": 0.523,
        "hidden_layers": 1,
        "neurons": (4,),
    }
    assert all(read.confidence >= 0.9 for read in values.values())
    assert [set(look.boxes) for look in looks.closer] == [{"toolbar", "losses", "headline", "neurons"}]
    assert looker.asked[0][1] == 2.0  # lines 15 pixels high


def test_a_doubtful_value_gets_a_third_look_of_another_size() -> None:
    looks, looker = looks_at(app(), app(epoch="000,727"), app(), app())
    assert [set(look.boxes) for look in looks.closer[1:]] == [{"toolbar"}, {"toolbar"}]
    assert len({enlarged for _, enlarged in looker.asked}) == 3
    read = looks.values()["epoch"]
    assert (read.value, read.confidence < 0.9) == (721, True)


def test_looks_that_never_agree_leave_little_confidence() -> None:
    looks, _ = looks_at(app(), app(epoch="000,727"), app(epoch="000,121"), app(epoch="000,720"))
    assert looks.values()["epoch"].confidence < 0.5


def test_a_value_only_the_closer_look_saw_is_read_too() -> None:
    looks, _ = looks_at([one for one in app() if "Test" not in one.text], app(), app(), app())
    read = looks.values()["loss_test"]
    assert (read.text, read.confidence >= 0.9) == ("0.523", True)


def test_a_picture_without_the_app_is_looked_at_once() -> None:
    looks, looker = looks_at([line("Minutes of the meeting", 10, 10), line("000,721", 200, 114, 24)])
    assert looks.values() == {} and looks.closer == () and looker.asked == []


def test_a_line_cut_by_the_edge_is_not_read() -> None:
    counter_is_cut = app(up=114)
    assert counter_is_cut[1].top == 0
    looks, _ = looks_at(*[counter_is_cut] * 4)
    assert "epoch" not in looks.values()
    assert "loss_train" in looks.values()


def test_lines_hold_the_closer_look_in_the_place_of_the_first() -> None:
    looks, _ = looks_at([*app(epoch="000,121"), line("REGENERATE", 10, 600)], app(), app(), app())
    texts = [one.text for one in looks.lines]
    assert "000,721" in texts and "000,121" not in texts and "REGENERATE" in texts


def test_looks_can_be_stored_and_read_again() -> None:
    looks, _ = looks_at(app(), app(epoch="000,727"), app(), app())
    again = Looks.from_dict(looks.to_dict())
    assert again == looks
    assert again.values() == looks.values()


def test_text_a_few_pixels_high_is_never_sure_but_for_the_large_counter() -> None:
    def small() -> list[TextLine]:
        lines = [line(one.text, one.left / 2, one.top / 2, one.height / 2) for one in app()]
        lines[1] = line("000,721", 100, 57, 13)
        return lines

    looks, _ = looks_at(*[small() for _ in range(4)])
    values = looks.values()
    assert values["epoch"].confidence >= 0.9
    assert values["loss_test"].text == "0.523"
    assert all(read.confidence < 0.9 for name, read in values.items() if name != "epoch")


def test_looks_agree_on_a_loss_that_diverged() -> None:
    looks, _ = looks_at(*[app(test="NaN")] * 4)
    read = looks.values()["loss_test"]
    assert (read.text, read.confidence >= 0.9) == ("NaN", True)
    stored = json.loads(json.dumps(ScreenshotReading(1, 1, "test", loss_test=read).to_dict(), allow_nan=False))
    again = ScreenshotReading.from_dict(stored).loss_test
    assert again is not None
    assert again.text == "NaN" and math.isnan(again.value)
