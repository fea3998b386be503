"""The commands that read and score pictures: one JSON object per line, errors named, no database."""

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from grading.management import screenshots
from grading.screenshots.pictures import open_picture
from grading.screenshots.reading import Read, ScreenshotReading
from grading.screenshots.record import READER_VERSION

READING = ScreenshotReading(
    width=40,
    height=30,
    reader_version=READER_VERSION,
    is_playground=True,
    epoch=Read("000,721", 721, 0.99, (1, 2, 3, 4)),
    loss_train=Read("0.500", 0.5, 0.98, (1, 2, 3, 4)),
    features=Read("x, sinX", ("x", "sinX"), 0.95),
    hidden_layers=Read("2 HIDDEN LAYERS", 2, 0.99),
    neurons=Read("6 neurons", (6, None), 0.99),
    dataset=Read("circle", "circle", 0.9),
    activation=Read("ReLU", "relu", 0.99),
    learning_rate=Read("0.00001", 0.00001, 0.99),
)
LEAST = (
    "file", "epoch", "loss_train", "loss_test", "features", "hidden_layers", "dataset", "activation", "learning_rate",
)  # fmt: skip


class Reader:
    """Opens a picture as the real one does, and always sees the same in it."""

    def read(self, source: Path) -> ScreenshotReading:
        open_picture(source)
        return READING


@pytest.fixture(autouse=True)
def reader(monkeypatch: pytest.MonkeyPatch) -> None:
    module = type("module", (), {"ScreenshotReader": Reader})
    monkeypatch.setattr(screenshots, "import_module", lambda _name: module)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "ö 1.png"
    Image.new("RGB", (40, 30)).save(path)
    return path


def run(*arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command(*arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def records(*files: object) -> list[dict[str, Any]]:
    out, _ = run("read_screenshot", "--json", *(str(file) for file in files))
    return [json.loads(line) for line in out.splitlines()]


def test_each_picture_is_one_json_object_on_a_line(picture: Path) -> None:
    first, second = records(picture, picture)
    assert first == second
    assert {name: first[name] for name in LEAST} == {
        "file": str(picture),
        "epoch": 721,
        "loss_train": "0.500",
        "loss_test": None,
        "features": ["x", "sinX"],
        "hidden_layers": [6, None],
        "dataset": "circle",
        "activation": "relu",
        "learning_rate": 0.00001,
    }
    assert first["error"] is None
    assert first["hidden_layer_count"] == 2
    assert (first["width"], first["height"], first["reader_version"]) == (40, 30, READER_VERSION)
    assert first["values"]["epoch"] == {"text": "000,721", "value": 721, "confidence": 0.99, "box": [1, 2, 3, 4]}
    assert "loss_test" not in first["values"]


def test_what_can_not_be_read_is_named_and_does_not_end_the_rest(picture: Path, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("Epoch 000,721")
    missing = tmp_path / "none.png"
    out, err = run("read_screenshot", "--json", str(missing), str(note), str(picture))
    lines = [json.loads(line) for line in out.splitlines()]
    assert [one["error"] for one in lines[:2]] == ["There is no such file.", lines[1]["error"]]
    assert "not a picture" in lines[1]["error"] and lines[2]["error"] is None
    assert lines[0]["values"] == {} and all(lines[0][name] is None for name in LEAST if name != "file")
    assert set(lines[0]) == set(lines[2])
    assert f"{missing}: There is no such file." in err and str(note) in err and str(picture) not in err


def test_without_json_a_person_can_read_it(picture: Path, tmp_path: Path) -> None:
    out, _ = run("read_screenshot", str(picture), str(tmp_path / "none.png"))
    assert "40 × 30 pixels" in out
    assert "000,721" in out and "0.99" in out
    assert "none.png: not readable. There is no such file." in out


def test_without_the_libraries_it_says_what_to_install(picture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError("No module named 'rapidocr'", name="rapidocr")

    monkeypatch.setattr(screenshots, "import_module", missing)
    with pytest.raises(CommandError, match=r"rapidocr is not installed.*requirements/evidence\.txt"):
        run("read_screenshot", str(picture))


def folder_with(truth: object, picture: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    shutil.copy(picture, folder / "a.png")
    (folder / "truth.json").write_text(json.dumps(truth))
    return folder


def test_a_folder_is_scored_against_its_truth(picture: Path, tmp_path: Path) -> None:
    shown = {"kind": "genuine", "epoch": "000,721", "loss_train": "0.400", "loss_test": "0.300"}
    visible = {"epoch": True, "loss_train": True, "loss_test": True}
    folder = folder_with(
        {"a.png": {**shown, "visible": visible}, "b.png": {"kind": "negative", "visible": {}}}, picture, tmp_path
    )
    out, _ = run("score_screenshots", "--json", str(folder))
    summary = json.loads(out)
    assert (summary["pictures"], summary["negatives"], summary["epoch_or_loss_read_on_negatives"]) == (2, 1, 0)
    assert summary["values"]["epoch"]["right"] == 1
    assert summary["values"]["loss_train"]["wrong with high confidence"] == 1
    assert summary["values"]["loss_test"]["blank"] == 1
    assert summary["seconds_per_picture"] >= 0 and summary["peak_megabytes"] > 0
    assert {miss["value"] for miss in summary["misses"]} >= {"loss_train", "loss_test"}
    table, _ = run("score_screenshots", str(folder))
    assert "a.png: loss_train wrong: read 0.5, shown 0.4, confidence 0.98" in table


@pytest.mark.parametrize("truth", [[], {}, {"a.png": 3}, "x"])
def test_a_truth_of_another_form_is_refused(truth: object, picture: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"truth\.json should hold"):
        run("score_screenshots", str(folder_with(truth, picture, tmp_path)))


def test_a_folder_without_truth_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"truth\.json can't be read"):
        run("score_screenshots", str(tmp_path))
