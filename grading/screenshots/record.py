"""One reading as a line of JSON, for programs that read screenshots with `manage.py read_screenshot`."""

from typing import Any

from grading.screenshots.reading import Read, ScreenshotReading

# Raise it with every change that can change a reading: stored readings say by which reader they were made.
READER_VERSION = "1"

# Names in the record -> fields of the reading; the value alone, as the link has it.
_PLAIN = {
    "epoch": "epoch",
    "features": "features",
    "hidden_layers": "neurons",
    "dataset": "dataset",
    "activation": "activation",
    "learning_rate": "learning_rate",
    "hidden_layer_count": "hidden_layers",
    "problem": "problem",
    "regularization": "regularization",
    "regularization_rate": "regularization_rate",
    "noise": "noise",
    "batch_size": "batch_size",
    "train_percent": "train_percent",
}
_AS_SHOWN = ("loss_train", "loss_test", "address")


def record_of(file: str, reading: ScreenshotReading) -> dict[str, Any]:
    """What was read, null where nothing was; `values` holds text, value, confidence and box of each value read."""
    return {
        "file": file,
        "error": None,
        **{name: _value(getattr(reading, field)) for name, field in _PLAIN.items()},
        **{name: _text(getattr(reading, name)) for name in _AS_SHOWN},
        "is_playground": reading.is_playground,
        "width": reading.width,
        "height": reading.height,
        "picture_hash": reading.picture_hash or None,
        "reader_version": reading.reader_version,
        "values": {name: read.to_dict() for name, read in reading.values.items()},
    }


def error_record(file: str, reason: str) -> dict[str, Any]:
    """The record of a file without a readable picture: every value is null."""
    names = (*_PLAIN, *_AS_SHOWN, "is_playground", "width", "height", "picture_hash")
    empty = dict.fromkeys(names)
    return {"file": file, "error": reason, **empty, "reader_version": READER_VERSION, "values": {}}


def _value(read: Read[Any] | None) -> Any:
    if read is None:
        return None
    return list(read.value) if isinstance(read.value, tuple) else read.value


def _text(read: Read[Any] | None) -> str | None:
    return None if read is None else read.text


def as_text(file: str, reading: ScreenshotReading | str) -> str:
    """The same for people: a line per value, or the reason why nothing was read."""
    if isinstance(reading, str):
        return f"{file}: not readable. {reading}"
    rows = [f"  {name:20} {read.text:30} {read.confidence:4.2f}" for name, read in reading.values.items()]
    size = f"{reading.width} × {reading.height} pixels"
    return "\n".join((f"{file}: {size}", *(rows or ["  nothing was read"])))
