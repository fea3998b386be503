"""How many hidden layers the headline names, and how many neurons stand above each column."""

import re
from collections.abc import Sequence

from grading.screenshots.places import best_label, letters, on_row
from grading.screenshots.reading import Read
from grading.screenshots.text_lines import TextLine, joined_box

# The buttons + and - before the headline may be read as a part of it.
_HEADLINE = re.compile(r"(?:^|(?<=[^A-Za-z\d]))(?P<count>[0-6OIl|])\s*HIDDEN", re.IGNORECASE)
_LONE_COUNT = re.compile(r"[0-6]")
_NEURONS = re.compile(r"(?P<count>[1-8Il|])\s?(?P<word>[A-Za-z]{5,8})\W?")
_LOOK_ALIKE = {"O": 0, "I": 1, "l": 1, "|": 1}
_LOOK_ALIKE_SURE = 0.8

# Between the left edges of the headlines FEATURES (0) and OUTPUT (1) the columns stand evenly around the middle, and
# their distance is the spread divided by (layers - 0.3). Measured on 48 pictures: 0.59 to 0.63, and 0.72 to 0.80.
_MIDDLE = 0.60
_SPREAD = 0.79
_OFF_COLUMN = 0.3  # of the distance between columns


def read_hidden_layers(lines: Sequence[TextLine]) -> Read[int] | None:
    """The number in the headline "3 HIDDEN LAYERS"; None unless there is exactly one such headline."""
    found = [
        read
        for line in lines
        if letters(line.text) in ("hiddenlayers", "hiddenlayer", "ihiddenlayer", "lhiddenlayer", "ohiddenlayers")
        and (read := _headline(line, lines)) is not None
    ]
    return found[0] if len(found) == 1 else None


def _headline(line: TextLine, lines: Sequence[TextLine]) -> Read[int] | None:
    if parts := _HEADLINE.search(line.text):
        return _counted(line.text, parts["count"], line)
    if not letters(line.text[:1]):
        return None
    before = [
        other
        for other in on_row(line, lines)
        if _LONE_COUNT.fullmatch(other.text) and 0 <= line.left - other.right <= 2.5 * line.height
    ]
    if len(before) != 1:
        return None
    sure = min(line.confidence, before[0].confidence)
    both = f"{before[0].text} {line.text}"
    return Read(both, int(before[0].text), sure, joined_box((before[0], line)))


def _counted(text: str, count: str, line: TextLine) -> Read[int]:
    if count in _LOOK_ALIKE:
        return Read(text, _LOOK_ALIKE[count], line.confidence * _LOOK_ALIKE_SURE, line.box)
    return Read(text, int(count), line.confidence, line.box)


def neuron_labels(lines: Sequence[TextLine]) -> list[tuple[TextLine, Read[int]]]:
    """The labels "4 neurons" above the columns, from left to right: the largest set that stands on one row."""
    fitting = [
        (line, parts)
        for line in lines
        if (parts := _NEURONS.fullmatch(line.text)) and best_label(parts["word"], ("neuron", "neurons"))
    ]
    rows = [[(line, parts), *((o, p) for o, p in fitting if o in on_row(line, [o]))] for line, parts in fitting]
    row = max(rows, key=len, default=[])
    return [
        (line, _counted(line.text, parts["count"], line)) for line, parts in sorted(row, key=lambda one: one[0].left)
    ]


def read_neurons(lines: Sequence[TextLine], hidden_layers: Read[int] | None) -> Read[tuple[int | None, ...]] | None:
    """One number per hidden layer, None for a layer without a legible label.

    None altogether where the number of layers isn't read or the labels contradict it.
    """
    if hidden_layers is None:
        return None
    labels = neuron_labels(lines)
    values: list[int | None] = [None] * hidden_layers.value
    if len(labels) < len(values):
        columns = _columns(lines, [line.center[0] for line, _ in labels], len(values))
    else:
        columns = list(range(len(labels)))
    if columns is None or len(labels) > len(values):
        return None
    for column, (_, read) in zip(columns, labels, strict=False):
        values[column] = read.value
    sure = min((read.confidence for _, read in labels), default=1.0)
    box = joined_box([line for line, _ in labels]) if labels else hidden_layers.box
    return Read(", ".join(read.text for _, read in labels), tuple(values), min(sure, hidden_layers.confidence), box)


def _columns(lines: Sequence[TextLine], middles: Sequence[float], count: int) -> list[int] | None:
    """In which of `count` columns each label stands, from their middles from left to right.

    Empty where the headlines that tell the columns' places are not seen, None where labels stand between columns.
    """
    features = [line.left for line in lines if letters(line.text) == "features"]
    output = [line.left for line in lines if letters(line.text) == "output"]
    if len(features) != 1 or len(output) != 1:
        return []
    width = output[0] - features[0]
    apart = width * _SPREAD / (count - 0.3)
    places = [(middle - features[0] - _MIDDLE * width) / apart + (count - 1) / 2 for middle in middles]
    columns = [round(place) for place in places]
    fits = all(abs(place - column) <= _OFF_COLUMN for place, column in zip(places, columns, strict=True))
    return columns if fits and len(set(columns)) == len(columns) and all(0 <= at < count for at in columns) else None
