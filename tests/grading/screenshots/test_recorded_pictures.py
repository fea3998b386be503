"""The test pictures, from the lines that were once read in them: every visible value right, nothing invented.

`pictures/looks.json` holds what the library read (make it anew with `python -m tests.grading.screenshots.record`).
"""

import json
from pathlib import Path
from typing import Any

import pytest

from grading.screenshots.looks import Looks
from grading.screenshots.reading import ScreenshotReading
from grading.screenshots.truth import RIGHT, Judged, judge

FOLDER = Path(__file__).parent / "pictures"
TRUTH: dict[str, dict[str, Any]] = json.loads((FOLDER / "truth.json").read_text())
LOOKS: dict[str, dict[str, Any] | None] = json.loads((FOLDER / "looks.json").read_text())
# These are seen in the picture, not read as text.
NOT_TEXT = ("features", "dataset", "is_playground")


def reading_of(name: str) -> ScreenshotReading | None:
    recorded = LOOKS[name]
    if recorded is None:
        return None
    looks = Looks.from_dict(recorded)
    fields: dict[str, Any] = dict(looks.values())
    return ScreenshotReading(looks.width, looks.height, "test", **fields)


def judged(name: str) -> list[Judged]:
    return [one for one in judge(reading_of(name), TRUTH[name]) if one.name not in NOT_TEXT]


def test_they_are_about_20_pictures_and_2_megabytes() -> None:
    pictures = [path for path in FOLDER.iterdir() if path.suffix != ".json"]
    assert {path.name for path in pictures} == set(TRUTH) == set(LOOKS)
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 2_200_000


@pytest.mark.parametrize("name", sorted(TRUTH))
def test_every_visible_value_is_read_as_it_shows_and_nothing_else(name: str) -> None:
    assert [one for one in judged(name) if one.outcome != RIGHT] == []


@pytest.mark.parametrize("name", sorted(TRUTH))
def test_epoch_and_losses_are_read_with_high_confidence(name: str) -> None:
    telling = [one for one in judged(name) if one.name in ("epoch", "loss_train", "loss_test")]
    assert all(one.is_sure for one in telling)


def test_on_negatives_nothing_is_read_as_epoch_or_loss() -> None:
    negatives = [name for name, truth in TRUTH.items() if truth["kind"] == "negative"]
    assert len(negatives) == 6
    for name in negatives:
        reading = reading_of(name)
        assert reading is None or not {"epoch", "loss_train", "loss_test"} & set(reading.values)


def test_of_an_edited_picture_the_shown_value_is_read() -> None:
    edited = [name for name, truth in TRUTH.items() if "epoch" in truth.get("edited_fields", ())]
    assert edited
    for name in edited:
        reading = reading_of(name)
        assert reading is not None and reading.epoch is not None
        assert reading.epoch.text == TRUTH[name]["epoch"] != TRUTH[name]["true"]["epoch"]


@pytest.mark.parametrize("name", sorted(name for name, truth in TRUTH.items() if "boxes" in truth))
def test_what_was_read_stands_where_its_box_says(name: str) -> None:
    reading = reading_of(name)
    assert reading is not None
    for field in ("epoch", "loss_train", "loss_test"):
        read = getattr(reading, field)
        if read is None or "exif-orientation-6" in TRUTH[name]["transforms"]:
            continue
        left, top, width, height = TRUTH[name]["boxes"][field]
        middle = (left + width / 2, top + height / 2)
        assert read.box is not None
        assert read.box[0] <= middle[0] <= read.box[0] + read.box[2]
        assert read.box[1] <= middle[1] <= read.box[1] + read.box[3]


def test_the_address_bar_gives_the_settings_of_the_link() -> None:
    shown = {name: reading.address for name in TRUTH if (reading := reading_of(name)) and reading.address}
    assert set(shown) == {"o006.jpg", "o015.webp", "o023.jpg", "o047.jpg"}
    for name, read in shown.items():
        assert read is not None
        settings = dict(part.split("=") for part in read.value.split("#")[1].split("&"))
        state = {key: str(value).lower() for key, value in TRUTH[name]["state"].items()}
        assert len(settings) >= 4
        assert {key: float(value) if key.endswith("Rate") else value.lower() for key, value in settings.items()} == {
            key: float(state[key]) if key.endswith("Rate") else state[key] for key in settings
        }


def test_no_line_below_the_app_is_kept_for_more_than_one_batch() -> None:
    full_page = LOOKS["o058.webp"]
    assert full_page is not None
    assert len(full_page["overview"]) < 100
