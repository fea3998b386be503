"""Where in a picture a closer look is worth while, told by what the first look found. Pure."""

from collections.abc import Iterable, Sequence
from statistics import median

from grading.screenshots.places import best_label, letters
from grading.screenshots.reading import Box, Corner
from grading.screenshots.text_lines import TextLine, joined_box
from grading.screenshots.values_address import is_address

_TOOLBAR = ("epoch", "learningrate", "activation", "regularization", "regularizationrate", "problemtype")
_HEADLINES = ("data", "features", "output")
_LOSSES = ("testloss", "trainingloss")
_SLIDERS = ("ratiooftrainingto", "testdata", "noise", "batchsize", "regenerate")
_LEGIBLE = 30.0  # pixels; the height of a line with its margins at which the recogniser is at its best


def enlargement(lines: Sequence[TextLine]) -> float:
    """How many times to enlarge so that the app's small text becomes well legible; 1 for what is."""
    heights = [line.height for line in lines if best_label(line.text, (*_TOOLBAR, *_LOSSES, *_SLIDERS)) is not None]
    return max(1.0, _LEGIBLE / median(heights)) if heights else 1.0


def toolbar_region(lines: Sequence[TextLine]) -> Box | None:
    """The row from "Epoch" to "Problem type" with the values below, as far as it can be guessed."""
    labels = [line for line in lines if best_label(line.text, _TOOLBAR)]
    if not labels:
        return None
    # Words of the toolbar stand elsewhere, too (the page below lists them): the row with most of them is the toolbar.
    row = max(
        ([other for other in labels if abs(other.center[1] - line.center[1]) <= 2 * line.height] for line in labels),
        key=len,
    )
    unit = median(line.height for line in row)
    left, top, width, height = joined_box(row)
    named = {best_label(line.text, _TOOLBAR) for line in row}
    before = 1.0 if "epoch" in named else 14.0
    after = 4.0 if "problemtype" in named else 16.0
    return (left - before * unit, top - 0.6 * unit, width + (before + after) * unit, height + 3.4 * unit)


def losses_region(lines: Sequence[TextLine]) -> Box | None:
    """Where test and training loss stand: below the headline "OUTPUT"."""
    labels = [line for line in lines if best_label(line.text, _LOSSES)]
    if labels:
        unit = median(line.height for line in labels)
        left, top, width, height = joined_box(labels)
        return (left - unit, top - 1.6 * unit, max(width, 7 * unit) + 2 * unit, height + 3.2 * unit)
    headline = _first(lines, ("output",))
    if headline is None:
        return None
    unit = headline.height
    return (headline.left - unit, headline.bottom - 0.2 * unit, 11 * unit, 4.5 * unit)


def headline_region(lines: Sequence[TextLine]) -> Box | None:
    """The headline of the hidden layers, between the headlines of features and output."""
    between = _network(lines)
    if between is None:
        return None
    left, right, anchor = between
    return (left, anchor.top - anchor.height, right - left, 3 * anchor.height)


def neurons_region(lines: Sequence[TextLine]) -> Box | None:
    """The row of labels above the columns: 3.1 to 5.5 heights of the headline below it, measured on 200 pictures.

    A part as low as this is searched better than a larger one: there the small labels are easily passed over.
    """
    between = _network(lines)
    if between is None:
        return None
    left, right, anchor = between
    unit = anchor.height
    return (left, anchor.center[1] + 2.2 * unit, right + 3 * unit - left, 4.2 * unit)


def _network(lines: Sequence[TextLine]) -> tuple[float, float, TextLine] | None:
    """Where the network begins and ends, and a line as high as its headline."""
    headline = next((line for line in lines if "hiddenlayer" in letters(line.text)), None)
    features, output = _first(lines, ("features",)), _first(lines, ("output",))
    anchor = headline or features or output
    if anchor is None:
        return None
    left = features.right if features else (anchor.left - 18 * anchor.height)
    right = output.left if output else (anchor.right + 18 * anchor.height)
    return left, right, anchor


def sliders_region(lines: Sequence[TextLine]) -> Box | None:
    """Ratio, noise and batch size: below the headline "DATA"."""
    labels = [line for line in lines if best_label(letters(line.text), _SLIDERS)]
    headline = _first(lines, ("data",))
    if headline is not None:
        unit = headline.height
        return (headline.left - unit, headline.bottom, 9 * unit, 21 * unit)
    if not labels:
        return None
    unit = median(line.height for line in labels)
    left, top, width, height = joined_box(labels)
    return (left - unit, top - 6 * unit, max(width, 7 * unit) + 2 * unit, height + 10 * unit)


def address_region(lines: Sequence[TextLine], width: float) -> Box | None:
    """The row of the address bar across the picture: where a piece of a link was read, else above the app's head."""
    pieces = [line for line in lines if is_address(line.text)]
    if pieces:
        first = min(pieces, key=lambda line: line.top)
        return (0.0, first.top - 0.4 * first.height, width, first.box[3] + 0.8 * first.height)
    head = next((line for line in lines if letters(line.text).startswith("tinkerwitha")), None)
    if head is None or head.top <= 2.4 * head.height:
        return None
    return (0.0, 0.0, width, head.top - 1.2 * head.height)


def regions(lines: Sequence[TextLine], width: float) -> dict[str, Box]:
    """The boxes to look at again in a picture `width` pixels wide, by what is expected there."""
    boxes = {
        "toolbar": toolbar_region(lines),
        "losses": losses_region(lines),
        "headline": headline_region(lines),
        "neurons": neurons_region(lines),
        "sliders": sliders_region(lines),
        "address": address_region(lines, width),
    }
    return {name: box for name, box in boxes.items() if box is not None}


def replaced(lines: Sequence[TextLine], closer: Sequence[TextLine], boxes: Sequence[Box]) -> tuple[TextLine, ...]:
    """Only what was read in a closer look, where there was one: what stood in these boxes before is left out."""
    return (*(line for line in lines if not any(_holds(box, line.center) for box in boxes)), *closer)


def merged(lines: Sequence[TextLine], closer: Sequence[TextLine]) -> tuple[TextLine, ...]:
    """All that was read: a closer look's lines, and of the first look those that it didn't see again."""
    seen_again = [line for line in lines if any(_is_same(line, other) for other in closer)]
    return (*(line for line in lines if line not in seen_again), *closer)


def uncut(lines: Iterable[TextLine], box: Box) -> tuple[TextLine, ...]:
    """Lines that the edge of what was looked at doesn't cut: half a digit reads as another one.

    The left edge would cut a label, which isn't known any more then. A link may be cut off: what can be read of it is
    sure nevertheless.
    """
    left, top, width, height = box
    return tuple(
        line
        for line in lines
        if is_address(line.text) or (line.top > top and line.right < left + width and line.bottom < top + height)
    )


def _is_same(line: TextLine, other: TextLine) -> bool:
    return _holds(other.box, line.center) or _holds(line.box, other.center)


def _holds(box: Box, spot: Corner) -> bool:
    return box[0] <= spot[0] <= box[0] + box[2] and box[1] <= spot[1] <= box[1] + box[3]


def _first(lines: Iterable[TextLine], names: tuple[str, ...]) -> TextLine | None:
    return next((line for line in lines if letters(line.text) in names), None)
