"""Where lines stand to one another: below a label, on one row. Distances count in heights of the label. Pure."""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from grading.screenshots.text_lines import TextLine

# "Leaming rate" is 0.92 like its label, "Fpoch" 0.80; "Regularization" is 0.88 like "Regularization rate", so the best
# one counts.
_ALIKE = 0.8


def letters(text: str) -> str:
    """The text's letters in lower case and nothing else."""
    return re.sub(r"[^a-z]", "", text.lower())


def best_label(text: str, labels: Sequence[str]) -> str | None:
    """The one of `labels` (letters only) that a text most likely is, None where none is alike enough."""
    plain = letters(text)
    if plain in labels:
        return plain
    likeness = {label: SequenceMatcher(None, plain, label).ratio() for label in labels}
    best = max(likeness, key=lambda label: likeness[label])
    return best if likeness[best] >= _ALIKE else None


def below(label: TextLine, lines: Iterable[TextLine]) -> list[TextLine]:
    """Lines that begin at the label's left edge right below it, the nearest first."""
    near = label.height
    found = [
        line
        for line in lines
        if line is not label
        and abs(line.left - label.left) <= 0.9 * near
        and -0.6 * near <= line.top - label.bottom <= 1.4 * near
        and line.center[1] - label.center[1] >= 0.6 * near
    ]
    return sorted(found, key=lambda line: line.top)


def on_row(line: TextLine, lines: Iterable[TextLine], *, slack: float = 0.5) -> list[TextLine]:
    """Other lines whose middle is as high as this line's, from left to right."""
    level = [
        other
        for other in lines
        if other is not line and abs(other.center[1] - line.center[1]) <= slack * min(line.height, other.height) + 1
    ]
    return sorted(level, key=lambda other: other.left)


def right_after(line: TextLine, lines: Iterable[TextLine], *, within: float = 1.5) -> TextLine | None:
    """What follows a line on its row, at most `within` heights away."""
    reach = within * line.height
    near = [other for other in on_row(line, lines) if -0.5 * line.height <= other.left - line.right <= reach]
    return near[0] if near else None
