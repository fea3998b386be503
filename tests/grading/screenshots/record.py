"""Make `pictures/looks.json` anew: `python -m tests.grading.screenshots.record`, after a change of how it is looked."""

import json
from pathlib import Path
from typing import Any

from grading.screenshots.looks import Looks, take_looks
from grading.screenshots.ocr import TextReader
from grading.screenshots.pictures import NotReadable, open_picture

FOLDER = Path(__file__).parent / "pictures"


def recorded(path: Path, reader: TextReader) -> dict[str, Any] | None:
    """What is read in a picture, in whole pixels; None where it is not readable."""
    try:
        looks = take_looks(open_picture(path), reader)
    except NotReadable:
        return None
    stored: dict[str, Any] = json.loads(json.dumps(looks.to_dict()), parse_float=lambda text: round(float(text), 3))
    return Looks.from_dict(stored).to_dict()


def main() -> None:
    """Look at every picture that truth.json names, and write one line for each."""
    reader = TextReader()
    names = json.loads((FOLDER / "truth.json").read_text())
    lines = [
        f"{json.dumps(name)}: {json.dumps(recorded(FOLDER / name, reader), ensure_ascii=False, separators=(',', ':'))}"
        for name in names
    ]
    (FOLDER / "looks.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
